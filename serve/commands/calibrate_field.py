"""``lateswap calibrate field``: the model's opponents against those of recorded contests."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    from models.field.check import Misfit, PastField
    from models.files import BoxScore, Standings
    from models.pool import PlayerPool
    from models.rules import SiteRules
    from models.slate import Slate

RULES = "draftkings/nba/classic"
_MOSTLY = 0.9
"""Share of its lineups that a file must show in full to be taken for the end."""


class Table(NamedTuple):
    """One line of the answer: a night, what was hidden, and where the targets came from."""

    night: str
    hidden: str
    ownership: str
    misfit: Misfit


def calibrate_field(
    data: Annotated[Path, typer.Option(help="Folder with slates/<date>/ and box_scores.csv.gz.")],
    nights: Annotated[str, typer.Option(help="Dates, comma-separated; none: all usable.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of the drawn lineups.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, one line per row.")] = False,
) -> None:
    """Complete recorded fields from what was shown, and compare with what they turned out to be.

    Three rows a night: completed by projected ownership, by the true one, and drawn as a whole
    from the true one.
    """
    if not (data / "slates").is_dir():
        print(f"lateswap: {data} has no folder slates/: give the recorded season", file=sys.stderr)
        raise typer.Exit(2)
    wanted = [word.strip() for word in nights.split(",") if word.strip()]
    tables: list[Table] = []
    for past, hidden in past_fields(data, wanted):
        first = not tables or tables[-1].night != past.name
        for table in _tables(past, hidden, seed, whole=first):
            tables.append(table)
            print(jsonlib.dumps(_plain(table)) if json else _line(table), flush=True)
    if not tables:
        print("lateswap: no night there has salaries and a finished contest", file=sys.stderr)
        raise typer.Exit(1)
    if not json:
        print("\n".join(_means(tables)))


def past_fields(data: Path, wanted: Sequence[str] = ()) -> Iterable[tuple[PastField, str]]:
    """Every usable night of a recorded season, with how its hidden part came about."""
    from models.files import read_box_scores  # noqa: PLC0415

    box_file = data / "box_scores.csv.gz"
    box = read_box_scores(box_file.read_bytes(), box_file.name).games if box_file.is_file() else ()
    for folder in sorted((data / "slates").iterdir()):
        if (not wanted or folder.name in wanted) and (folder / "DKSalaries.csv").is_file():
            yield from _night(folder, box)


def _night(folder: Path, box: Sequence[BoxScore]) -> Iterable[tuple[PastField, str]]:
    from config.rules import load_rules  # noqa: PLC0415
    from models.field import HIDDEN  # noqa: PLC0415
    from models.field.check import hide_later  # noqa: PLC0415
    from models.files import read_salaries, read_standings, slate_of  # noqa: PLC0415
    from models.pool import PlayerPool  # noqa: PLC0415

    rules, day = load_rules(RULES), date.fromisoformat(folder.name)
    if not any(game.on == day for game in box):
        return
    pool_file = folder / "DKSalaries.csv"
    slate = slate_of(read_salaries(pool_file.read_bytes(), pool_file.name, day), rules)
    pool = PlayerPool.of(slate, rules)
    shown = [
        read_standings(file.read_bytes(), file.name, rules.slot_names)
        for file in sorted(folder.glob("contest-standings-*.zip"))
    ]
    fields = [_lineups(standings, slate, rules) for standings in shown]
    ends = [f for f in fields if _complete(f) > _MOSTLY]
    if not ends:
        return
    end = max(ends, key=_complete)
    past = _past(folder.name, slate, pool, rules, end, box, day)
    lives = [f for f in fields if f is not end and any(HIDDEN in row for row in f.values())]
    for live in lives:
        yield past._replace(visible=_in_order(live, end)), "live"
    first_wave = hide_later(pool, past.final)
    if not lives and (first_wave == HIDDEN).any():
        yield past._replace(visible=first_wave), "after the first wave"


Field = Mapping[str, tuple[int, ...]]
"""Lineups by entry id."""


def _lineups(standings: Standings, slate: Slate, rules: SiteRules) -> Field:
    from models.field import HIDDEN  # noqa: PLC0415
    from models.files import HIDDEN as HIDDEN_NAME  # noqa: PLC0415
    from models.files import match_names  # noqa: PLC0415

    ids = match_names(standings, slate).ids
    row = {player.player_id: i for i, player in enumerate(slate.players)}
    number = {(slot, name): row[i] for (slot, name), i in ids.items()}
    order = _places(standings.slots, rules.slot_names)
    blank = (-1,) * len(rules.slots)
    number |= {(slot, HIDDEN_NAME): HIDDEN for slot in standings.slots}
    return {
        entry.entry_id: tuple(
            number.get((standings.slots[at], entry.lineup[at]), -1) for at in order
        )
        if entry.lineup
        else blank
        for entry in standings.entries
    }


def _places(slots: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Where each wanted slot stands among the slots of a file; repeated names in turn."""
    left = list(enumerate(slots))
    places = []
    for name in wanted:
        at = next(i for i, (_, slot) in enumerate(left) if slot == name)
        places.append(left.pop(at)[0])
    return places


def _complete(field: Field) -> float:
    return sum(min(row) >= 0 for row in field.values()) / max(len(field), 1)


def _in_order(live: Field, end: Field) -> Any:
    """The live field with its entries in the order of the final one."""
    import numpy as np  # noqa: PLC0415

    return np.array([live.get(entry, end[entry]) for entry in end], np.int16)


def _past(
    night: str,
    slate: Slate,
    pool: PlayerPool,
    rules: SiteRules,
    end: Field,
    box: Sequence[BoxScore],
    day: date,
) -> PastField:
    """What everybody held and scored, and what was known before: earlier games, known absences."""
    import numpy as np  # noqa: PLC0415

    from config.projections import load_weights  # noqa: PLC0415
    from models.absences import PlayedThatNight, known_absent  # noqa: PLC0415
    from models.field import ownership_of  # noqa: PLC0415
    from models.field.check import PastField  # noqa: PLC0415
    from models.files import name_key  # noqa: PLC0415
    from models.projections.expected import expectations  # noqa: PLC0415
    from models.projections.season import Season  # noqa: PLC0415

    final = np.array(list(end.values()), np.int16)
    owned = dict(zip(pool.ids, ownership_of(final, len(pool.ids)).tolist(), strict=True))
    tonight = [game for game in box if game.on == day]
    played = PlayedThatNight((game.player, game.team) for game in tonight)
    absent = set(known_absent(slate, played, owned))
    scored = {name_key(game.player): game.points for game in tonight}
    weights = load_weights("nba")
    season = Season.of(box, site=slate.site)
    value = expectations(slate, season, day, weights, absent=absent, settled=True)
    return PastField(
        name=night,
        rules=rules,
        pool=pool,
        final=final,
        visible=final,
        points=np.array([scored.get(name_key(player.name), 0.0) for player in slate.players]),
        value=np.array([value[i].points for i in pool.ids]),
        available=np.array([i not in absent for i in pool.ids]),
    )


def _tables(past: PastField, hidden: str, seed: int, *, whole: bool) -> Iterable[Table]:
    from models.field.check import check_completion, check_draw  # noqa: PLC0415

    for ownership, misfit in check_completion(past, seed).items():
        yield Table(past.name, hidden, ownership, misfit)
    if whole:
        yield Table(past.name, "everything", "true", check_draw(past, seed))


def _plain(table: Table) -> dict[str, Any]:
    return {**table._asdict(), "misfit": table.misfit._asdict()}


def _line(table: Table) -> str:
    found = table.misfit
    scores = " ".join(f"{score:+7.2f}" for score in found.scores)
    return (
        f"{table.night:<10}  {table.hidden:<20}  {table.ownership:<9}  "
        f"ownership {found.ownership:5.2f} pp  scores {scores}  "
        f"unique {found.unique:4.2f} (real {found.unique_real:4.2f})"
        + (f"  {found.unfilled} not completed" if found.unfilled else "")
    )


def _means(tables: Sequence[Table]) -> Iterable[str]:
    import numpy as np  # noqa: PLC0415

    from models.field.check import PERCENT  # noqa: PLC0415

    yield f"\nscores: model minus real points at the top {PERCENT} %"
    kinds = dict.fromkeys(
        ("everything" if t.hidden == "everything" else "hidden", t.ownership) for t in tables
    )
    for hidden, ownership in kinds:
        some = [
            t.misfit
            for t in tables
            if (t.hidden == "everything") == (hidden == "everything") and t.ownership == ownership
        ]
        scores = np.array([m.scores for m in some])
        yield (
            f"{hidden:<10} {ownership:<9}: ownership {np.mean([m.ownership for m in some]):.2f} pp;"
            f" scores mean {np.round(scores.mean(axis=0), 1).tolist()}"
            f" absolute {np.round(np.abs(scores).mean(axis=0), 1).tolist()};"
            f" unique {np.mean([m.unique - m.unique_real for m in some]):+.3f}"
            f" ({len(some)} nights)"
        )
