"""The ``lateswap`` command: thin commands; what they need is imported when they run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from serve.commands.backtest import backtest
from serve.commands.calibrate_blend import calibrate_blend
from serve.commands.calibrate_effects import calibrate_effects
from serve.commands.calibrate_field import calibrate_field
from serve.commands.calibrate_outcomes import calibrate_outcomes
from serve.commands.calibrate_ownership import calibrate_ownership
from serve.commands.calibrate_projections import calibrate_projections
from serve.commands.project import project
from serve.commands.swap import swap

app = typer.Typer(
    name="lateswap",
    help="Real-time late swap for daily fantasy sports: live events in, legal swaps out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich alone would take longer than the whole command
    context_settings={"help_option_names": ["-h", "--help"]},
)
events = typer.Typer(help="Look into the event log, and add to it.", no_args_is_help=True)
config = typer.Typer(help="The settings in force.", no_args_is_help=True)
feeds = typer.Typer(
    help="The feed adapters, and what they make of a payload.", no_args_is_help=True
)
calibrate = typer.Typer(
    help="How far the models of points, opponents and projections hold against real nights.",
    no_args_is_help=True,
)
lake = typer.Typer(
    help="The archived events: asked by SQL, or rid of a user.", no_args_is_help=True
)
audit = typer.Typer(help="The record of who did what.", no_args_is_help=True)
app.command()(swap)
app.command()(project)
app.command()(backtest)
calibrate.command("outcomes")(calibrate_outcomes)
calibrate.command("field")(calibrate_field)
calibrate.command("ownership")(calibrate_ownership)
calibrate.command("projections")(calibrate_projections)
calibrate.command("effects")(calibrate_effects)
calibrate.command("blend")(calibrate_blend)
app.add_typer(events, name="events")
app.add_typer(lake, name="lake")
app.add_typer(audit, name="audit")
app.add_typer(config, name="config")
app.add_typer(feeds, name="feeds")
app.add_typer(calibrate, name="calibrate")

Role = Literal["viewer", "user", "operator", "source"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one value per line.")]


@app.command()
def run(
    slate: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a recorded night; none: a generated evening.", file_okay=False
        ),
    ] = None,
    live: Annotated[
        Path | None,
        typer.Option(help="TOML file naming the feeds to connect instead.", dir_okay=False),
    ] = None,
    speed: Annotated[
        str, typer.Option(help="Times faster than life, or 'max'.", show_default="80, recorded 600")
    ] = "",
    port: Annotated[int | None, typer.Option(help="Port of the HTTP server.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the generated evening.")] = 1,
    entries: Annotated[
        int | None, typer.Option(help="Entries to follow.", show_default="150, recorded: all")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the latest night where it was stopped.")
    ] = False,
    until_end: Annotated[
        bool, typer.Option("--until-end", help="Stop by itself when the night is over.")
    ] = False,
) -> None:
    """Run everything on this machine: Redis, actors, HTTP, the page; Ctrl-C ends it."""
    from serve.commands.run import RunPlan, run_night  # noqa: PLC0415

    plan = RunPlan(
        slate=slate,
        live=live,
        speed=speed,
        port=port,
        seed=seed,
        entries=entries,
        resume=resume,
        until_end=until_end,
    )
    raise typer.Exit(run_night(plan))


@app.command()
def example(
    out: Annotated[Path, typer.Option(help="Folder to write; it must be empty or new.")],
    seed: Annotated[int, typer.Option(help="Seed of the evening.")] = 1,
    entries: Annotated[int, typer.Option(min=1, help="Entries of the invented user.")] = 150,
) -> None:
    """Write the files of an invented evening, to try the other commands on."""
    from serve.commands.example import write_example  # noqa: PLC0415

    raise typer.Exit(write_example(out, seed, entries))


@app.command()
def token(
    user: Annotated[str, typer.Option(help="Whose token it is.")],
    role: Annotated[Role, typer.Option(help="What he may do.")] = "user",
    ttl: Annotated[int | None, typer.Option(help="Seconds until it expires.")] = None,
) -> None:
    """Print a bearer token for the HTTP interface."""
    from serve.commands.admin import mint_token  # noqa: PLC0415

    typer.echo(mint_token(user, role, ttl))


@app.command()
def doctor(json: Json = False) -> None:
    """Look for what would keep lateswap from running here, and say how to mend it."""
    from serve.commands.doctor import examine  # noqa: PLC0415

    raise typer.Exit(examine(as_json=json))


@app.command()
def sources(
    url: Annotated[str, typer.Option(help="Address of a running lateswap.")] = "",
    json: Json = False,
) -> None:
    """Show the state of every feed connection of a running lateswap."""
    from serve.commands.admin import show_sources  # noqa: PLC0415

    raise typer.Exit(show_sources(url, as_json=json))


@app.command()
def bench(
    only: Annotated[str, typer.Option(help="Run only the files whose name contains this.")] = "",
    json: Json = False,
) -> None:
    """Run the benchmarks and print one table of ratios."""
    from serve.commands.bench import run_benchmarks  # noqa: PLC0415

    raise typer.Exit(run_benchmarks(only, as_json=json))


@events.command("tail")
def events_tail(
    after: Annotated[str, typer.Option(help="Offset to begin after.")] = "0-0",
    kind: Annotated[str, typer.Option("--type", help="Only events of this type.")] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more.")] = False,
) -> None:
    """Print the log's events as JSON lines, of the latest night or of LATESWAP_REDIS_URL."""
    from serve.commands.events import tail  # noqa: PLC0415

    raise typer.Exit(tail(after, kind, follow=follow))


@events.command("append")
def events_append(
    file: Annotated[Path, typer.Argument(help="JSON lines as the ingest takes them; - is stdin.")],
) -> None:
    """Append events from a file of JSON lines; lines that are refused go to standard error."""
    from serve.commands.events import append  # noqa: PLC0415

    raise typer.Exit(append(file))


@events.command("replay-dead")
def events_replay_dead(
    role: Annotated[str, typer.Option(help="Only the queue of this role.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what is dead and leave it.")
    ] = False,
    json: Json = False,
) -> None:
    """Put work that was given up back to be done: alerts and other deliveries."""
    from serve.commands.dead import replay_dead  # noqa: PLC0415

    raise typer.Exit(replay_dead(role, dry_run=dry_run, as_json=json))


LakeFolder = Annotated[
    Path | None,
    typer.Option("--lake", help="Folder of the lake.", show_default="the latest night's"),
]


@audit.command("verify")
def audit_verify(json: Json = False) -> None:
    """Walk the chain; 1 when a record was changed, left out, put in, or the tail was cut."""
    from serve.commands import audit as command  # noqa: PLC0415

    raise typer.Exit(command.verify(as_json=json))


@audit.command("show")
def audit_show(
    limit: Annotated[int, typer.Option(min=1, help="Newest records to show.")] = 100,
    json: Json = False,
) -> None:
    """Print the newest records; of erased users only what was done is left."""
    from serve.commands import audit as command  # noqa: PLC0415

    raise typer.Exit(command.show(limit, as_json=json))


@audit.command("erase")
def audit_erase(user: Annotated[str, typer.Option(help="Who is no longer to be named.")]) -> None:
    """Destroy a user's key: nothing names him any more, and the chain still verifies."""
    from serve.commands import audit as command  # noqa: PLC0415

    raise typer.Exit(command.erase(user))


@lake.command("sql")
def lake_sql(
    statement: Annotated[str, typer.Argument(help="One statement over the view `events`.")],
    folder: LakeFolder = None,
    json: Json = False,
) -> None:
    """Ask the archived events, DuckDB's and Parquet's as one table, by SQL."""
    from serve.commands import lake as command  # noqa: PLC0415

    raise typer.Exit(command.sql(statement, folder, as_json=json))


@lake.command("erase")
def lake_erase(
    user: Annotated[str, typer.Option(help="Whose events go.")], folder: LakeFolder = None
) -> None:
    """Take a user out of the log and of the archived events, for good."""
    from serve.commands import lake as command  # noqa: PLC0415

    raise typer.Exit(command.erase(user, folder))


@feeds.command("list")
def feeds_list(json: Json = False) -> None:
    """Name the feeds that can be read."""
    from serve.commands import feeds as command  # noqa: PLC0415

    raise typer.Exit(command.feeds_list(as_json=json))


@feeds.command("parse")
def feeds_parse(
    feed: Annotated[str, typer.Argument(help="Name of the feed, as `feeds list` gives it.")],
    files: Annotated[list[Path], typer.Argument(help="Recorded payloads, packed by gzip or not.")],
    received_at: Annotated[
        str, typer.Option(help="When they were received, with zone.", show_default="now")
    ] = "",
    url: Annotated[
        str, typer.Option(help="Address they came from, where it says more than they do.")
    ] = "",
) -> None:
    """Print a recorded payload's events as JSON lines; refusals go to standard error."""
    from serve.commands import feeds as command  # noqa: PLC0415

    raise typer.Exit(command.feeds_parse(feed, files, received_at, url))


@feeds.command("replay")
def feeds_replay(
    records: Annotated[
        Path, typer.Argument(help="Folder of records: nights/live/records.", exists=True)
    ],
    salaries: Annotated[
        list[Path] | None, typer.Option(help="Salary file of a slate that was followed.")
    ] = None,
    sources: Annotated[
        Path | None, typer.Option(help="The sources file that was connected; the shipped one.")
    ] = None,
) -> None:
    """Print what recorded frames tell, as JSON lines, by the adapters and rules of today."""
    from serve.commands.feeds_replay import replay  # noqa: PLC0415

    raise typer.Exit(replay(records, salaries or [], sources))


@config.command("show")
def config_show(
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value is from.")] = False,
    json: Json = False,
) -> None:
    """Print the settings; secrets are masked."""
    from serve.commands.admin import show_settings  # noqa: PLC0415

    raise typer.Exit(show_settings(origin=origin, as_json=json))


def main() -> None:
    """Entry point of the console script."""
    sys.exit(app())
