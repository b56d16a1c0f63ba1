"""Backtests: events through both folds of a night, and how the time grows with what is asked.

The replay is a generated evening with a score of every player on its own, as play-by-play feeds
tell them, folded from decision to decision; its peer is the same fold one event at a time. The
rest is a recorded night: twice the entries, samples, nights or workers against once.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from actors.backtest.evening import Options, baseline_models
from actors.backtest.nights import Files, find_nights
from actors.backtest.running import Where, run_nights
from actors.feeds.folders import NightFolder
from config.rules import with_rules
from models.backtest.moments import moments_of
from models.backtest.stage import Stage
from models.evening import generate
from models.events import AnyEvent, LiveScore
from models.folds.telling import slate_changed
from models.night import Night

DATA = Path(os.environ.get("LATESWAP_DATA", "../shared")) / "data/nba-2024-25"
EVENTS_AIM = 200_000.0
REPEATS = 7
NIGHTS = ("2025-01-12", "2024-12-21", "2024-12-22", "2024-12-15")
"""Contests of 4,500 to 9,000 entries."""
ENTRIES = 1_000
SAMPLES = 2_000

Row = dict[str, Any]


def rows() -> Iterable[Row]:
    """Replay speed, then growth."""
    yield replay()
    yield from growth()


def replay() -> Row:
    """Events a second of CPU through slate and contest, the contest told at every decision."""
    night = generate(3, entries=150)
    opening = [with_rules(event) for event in night.opening]
    contest = next(event.contest_id for event in opening if event.contest_id)
    batches = _batches(night)
    events = sum(map(len, batches))
    together = min(_together(Stage(opening, contest), batches) for _ in range(REPEATS))
    alone = min(_one_by_one(Stage(opening, contest), batches) for _ in range(REPEATS))
    return _row(
        f"replay of {events:,} events with {len(batches)} decisions",
        events / together,
        "events/s",
        ("one by one", events / alone),
        aim=EVENTS_AIM,
    )


def _batches(night: Night) -> list[list[AnyEvent]]:
    events = [one for event in night.timeline for one in _by_player(event)]
    ends = [*(moment.at for moment in moments_of(night)), events[-1].received_at]
    batches: list[list[AnyEvent]] = []
    for end in ends:
        batch = [event for event in events if event.received_at <= end]
        events = events[len(batch) :]
        batches += [batch] if batch else []
    return batches


def _by_player(event: AnyEvent) -> list[AnyEvent]:
    if not isinstance(event, LiveScore) or not isinstance(event.data.points, dict):
        return [event]
    return [
        msgspec.structs.replace(
            event,
            event_id=f"{event.event_id}-{player}",
            player_id=player,
            data=msgspec.structs.replace(event.data, points=points),
        )
        for player, points in event.data.points.items()
    ]


def _together(stage: Stage, batches: Sequence[Sequence[AnyEvent]]) -> float:
    began = time.process_time()
    for batch in batches:
        stage.take(batch)
    return time.process_time() - began


def _one_by_one(stage: Stage, batches: Sequence[Sequence[AnyEvent]]) -> float:
    began = time.process_time()
    slate, contest = stage.slate, stage.contest
    for n, batch in enumerate(batches):
        before = slate
        for event in batch:
            slate = slate.updated(event)
        changed = slate_changed(slate, before, f"{n:06d}")
        contest = contest.updated([*batch, *([changed] if changed else [])])
    return time.process_time() - began


def growth() -> Iterable[Row]:
    """What twice as much of one thing makes of a run: CPU time, by the clock with workers."""
    if not DATA.is_dir():
        raise FileNotFoundError(f"no recorded nights in {DATA}: set LATESWAP_DATA")
    usable = {str(night.day): night for night in find_nights(DATA.resolve(), Files()).usable}
    nights = [usable[day] for day in NIGHTS]
    base = Options(entries=ENTRIES, samples=SAMPLES)
    _seconds(nights[:1], base)  # kernels are compiled and files are in memory
    once = _seconds(nights[:1], base)
    yield _row(f"{ENTRIES:,} entries of one night, all policies", once, "s of CPU", None)
    more_entries = msgspec.structs.replace(base, entries=2 * ENTRIES)
    more_samples = msgspec.structs.replace(base, samples=2 * SAMPLES)
    yield _twice("entries", _seconds(nights[:1], more_entries), once)
    yield _twice("samples", _seconds(nights[:1], more_samples), once)
    four = _seconds(nights, base)
    yield _row("four nights", four, "s of CPU", ("one night", once))
    whole = Options(samples=SAMPLES)
    alone, spread = _by_clock(nights, whole, 1), _by_clock(nights, whole, 2)
    yield _row("four whole nights, two workers and Ray's start", spread, "s", ("one", alone))


def _twice(what: str, seconds: float, once: float) -> Row:
    return _row(f"twice the {what}", seconds, "s of CPU", ("once", once))


def _seconds(nights: Sequence[NightFolder], options: Options) -> float:
    began = time.process_time()
    _by_clock(nights, options, 1)
    return time.process_time() - began


def _by_clock(nights: Sequence[NightFolder], options: Options, workers: int) -> float:
    out = Path(tempfile.mkdtemp())
    try:
        return run_nights(nights, out, options, baseline_models(), Where(workers), _quiet).seconds
    finally:
        shutil.rmtree(out)


def _quiet(line: str) -> None:
    """Progress is not of interest here."""


def _row(
    name: str, value: float, unit: str, peer: tuple[str, float] | None, aim: float | None = None
) -> Row:
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "peer": peer[0] if peer else "",
        "peer_value": round(peer[1], 2) if peer else None,
        "ratio": round(value / peer[1], 2) if peer else None,
        "aim": f">= {aim:,.0f} {unit}" if aim else "",
        "ok": value >= aim if aim else None,
    }


if __name__ == "__main__":
    for found in rows():
        print(found)
