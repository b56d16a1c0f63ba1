"""A backtest from its question to its files: what the command and the running system both run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from actors.backtest.evening import Options, season_models, with_only_out
from actors.backtest.evidence import learning_of
from actors.backtest.nights import Files, Found, find_nights
from actors.backtest.parts import joined
from actors.backtest.results import summary_of
from actors.backtest.running import Run, Where, machines, run_nights
from models.backtest.policies import HOLD, POLICIES
from models.messages import StartBacktest
from serve.report.page import report_html

CLAIMED = "claimed"
"""Folder of the nights played as claimed."""
AS_CLAIMED = ("policies", "claims", "claims_pooled", "abstentions")
"""What the summary tells of them."""


def options(
    policies: str, entries: str, samples: int, seed: int, files: tuple[Path | None, ...]
) -> Options:
    """What was asked. Raises ValueError naming the option that means nothing."""
    named = [word.strip() for word in policies.split(",") if word.strip()]
    unknown = [name for name in named if name not in POLICIES]
    if unknown or not named:
        raise ValueError(f"--policies {policies!r}: there are {', '.join(POLICIES)}")
    if entries != "all" and not (entries.isdigit() and int(entries) > 0):
        raise ValueError(f"--entries {entries!r}: give a number above 0, or all")
    for option, file in zip(("--payouts", "--box-scores", "--news"), files, strict=True):
        if file is not None and not file.exists():
            raise ValueError(f"{option} {file}: there is no such file or folder")
    return Options(
        policies=tuple(dict.fromkeys((HOLD, *named))),  # everything is measured against holding
        entries=None if entries == "all" else int(entries),
        samples=samples,
        seed=seed,
        files=Files(*(str(file.resolve()) if file else None for file in files)),
    )


class Plan(NamedTuple):
    """How a backtest is run."""

    workers: int | None
    ray_address: str | None = None
    believe: bool = True
    """Whether claims are told as earlier nights teach; else as they are made."""


def run_backtest(
    data: Path, out: Path, options: Options, plan: Plan, say: Callable[[str], None]
) -> dict[str, Any]:
    """Play the nights of a folder and write what came of it; answers the summary.

    Raises ValueError, OSError and UnplayableNightError.
    """
    began = time.perf_counter()
    found = find_nights(data.resolve(), options.files)
    for night in found.excluded:
        said = "in points" if night.in_points else "left out"
        say(f"{said}: {night.slate}: {night.reason}")
    _must_hold_nights(data, found)
    workers = plan.workers or min(os.cpu_count() or 1, len(found.playable))
    where = Where(workers, plan.ray_address)
    first = out / CLAIMED if plan.believe else out
    with machines(where):
        say("every night as claimed")
        raw = with_only_out(options) if plan.believe else options
        runs = [run_nights(found.playable, first, raw, season_models(), where, say)]
        found = found.without(data.resolve(), runs[0].failed)
        _must_hold_nights(data, found)
        if plan.believe:
            say("every night with claims as earlier nights teach")
            models = season_models(learning_of(runs[0].parts))
            runs.append(run_nights(found.playable, out, options, models, where, say))
    return _written(out, found, options, runs, time.perf_counter() - began)


def _must_hold_nights(data: Path, found: Found) -> None:
    if not found.playable:
        raise ValueError(f"{data}: none of {len(found.excluded)} nights can be judged, see above")


class Recorded(NamedTuple):
    """Runs backtests over the recorded nights below a folder of the operator's."""

    root: Path
    ray_address: str | None = None

    def folders(self) -> tuple[str, ...]:
        """Folders of nights below the root, one or two levels deep, by name."""
        found = [
            path.parent for path in (*self.root.glob("*/slates"), *self.root.glob("*/*/slates"))
        ]
        return tuple(sorted(str(folder.relative_to(self.root)) for folder in found))

    def __call__(
        self, asked: StartBacktest, out: Path, say: Callable[[str], None]
    ) -> dict[str, Any]:
        """What was asked, into a folder. Raises ValueError, OSError and UnplayableNightError."""
        data = nights_folder(self.root, asked.data)
        season = (data / "payouts", data / "box_scores.csv.gz", data / "news_intervals.csv")
        wanted = options(
            ",".join(asked.policies) or ",".join(POLICIES),
            "all" if asked.entries is None else str(asked.entries),
            asked.samples,
            asked.seed,
            tuple(file if file.exists() else None for file in season),
        )
        plan = Plan(asked.workers, self.ray_address, believe=not asked.as_claimed)
        return run_backtest(data, out, wanted, plan, say)


def nights_folder(root: Path, name: str) -> Path:
    """A folder of recorded nights below ``root``; ValueError for any other."""
    folder = (root / name).resolve()
    if not folder.is_relative_to(root.resolve()) or not (folder / "slates").is_dir():
        raise ValueError(f"data {name!r}: there is no folder of nights of this name")
    return folder


def _written(
    out: Path, found: Found, options: Options, runs: Sequence[Run], seconds: float
) -> dict[str, Any]:
    """The summary, in its file and as the report."""
    folders = [out / CLAIMED, out][-len(runs) :]
    for run, folder in zip(runs, folders, strict=True):
        joined(run.parts, folder)
    *claimed, summary = (
        summary_of(folder, run.parts) for run, folder in zip(runs, folders, strict=True)
    )
    computed = sum(run.computed for run in runs)
    spent = sum(run.seconds for run in runs)
    summary = {
        "slates": summary.pop("slates"),
        "entries": summary.pop("entries"),
        "runtime_s": round(seconds, 3),
        "nights_per_minute": round(60 * computed / spent, 2) if computed else None,
        "computed": computed,
        "samples": options.samples,
        "seed": options.seed,
        "models": runs[-1].models,
        **summary,
        "as_claimed": {name: claimed[0][name] for name in AS_CLAIMED} if claimed else None,
        "excluded": found.excluded,
    }
    summary = cast("dict[str, Any]", msgspec.to_builtins(summary))
    (out / "report.html").write_text(report_html(summary), encoding="utf-8")
    (out / "summary.json").write_text(as_json(summary) + "\n", encoding="utf-8")
    return summary


def as_json(summary: dict[str, Any]) -> str:
    """The summary as it stands in its file."""
    return msgspec.json.format(msgspec.json.encode(summary), indent=1).decode()
