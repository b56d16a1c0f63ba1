"""The opponents' field: speed on a generated slate, and fit to recorded nights where data is there.

``python benchmarks/field.py`` prints the rows; ``rows()`` is what ``lateswap bench`` collects.
Speed is held against the limits of the design; in fit the peer is one Boltzmann group for
everybody, raked to the same ownership.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.optimiser_night import Night, generated_night
from models.field import (
    HIDDEN,
    Completion,
    Habits,
    Part,
    draw_field,
    ownership_of,
    project_ownership,
    react,
)
from models.field.check import check_completion, check_draw
from models.field.warm import warm
from models.optimiser import check_legal
from serve.commands.calibrate_field import past_fields

SIZE = 100_000
FIT_AIM = 2.5


def cpu_seconds(run: Callable[[], Any], times: int = 3) -> float:
    """Least CPU seconds of several runs."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


def _row(name: str, seconds: float, most: float, *, good: bool) -> dict[str, Any]:
    return {
        "name": name,
        "value": seconds * 1e3,
        "unit": "ms",
        "peer": "limit",
        "peer_value": most * 1e3,
        "ratio": most / seconds,
        "aim": f"<= {most * 1e3:,.0f} ms, all legal",
        "ok": bool(seconds <= most and good),
    }


def _legal(night: Night, field: Any) -> bool:
    masks = check_legal(night.rules, night.pool, field.astype(np.int32))
    return not any(mask.any() for mask in masks.values())


def speed() -> list[dict[str, Any]]:
    """Drawing, completing and reacting, one NBA contest of 100,000 entries."""
    night = generated_night("nba", 10)
    rules, pool, value = night.rules, night.pool, night.points
    rows, everybody = len(pool.ids), np.ones(len(pool.ids), np.bool_)
    target = project_ownership(rules, pool, value, everybody)
    field = draw_field(rules, pool, target, size=SIZE, seed=1, value=value)
    out = int(ownership_of(field, rows).argmax())
    later = pool.game >= (int(pool.game.max()) + 1) // 2
    visible = np.where(later[field], HIDDEN, field).astype(np.int16)

    def completion() -> Completion:
        return Completion(rules, pool, visible, open_rows=later, target=target, value=value, seed=1)

    ready = completion()
    after, changed = react(rules, pool, field, out=out, open_rows=everybody, value=value, seed=1)
    draw_s = cpu_seconds(lambda: draw_field(rules, pool, target, size=SIZE, seed=1, value=value))
    react_s = cpu_seconds(
        lambda: react(rules, pool, field, out=out, open_rows=everybody, value=value, seed=1)
    )
    again_s = cpu_seconds(lambda: ready.draw(2))
    return [
        _row(f"{SIZE:,} NBA lineups raked to ownership", draw_s, 1.0, good=_legal(night, field)),
        _row(
            f"hidden half of {SIZE:,} lineups completed",
            cpu_seconds(completion) + again_s,
            1.0,
            good=_legal(night, ready.draw(2)),
        ),
        _row("one more completion of it", again_s, 0.25, good=True),
        _row(
            f"{len(changed):,} holders of an OUT player react",
            react_s,
            0.025,
            good=_legal(night, after),
        ),
    ]


def fit() -> list[dict[str, Any]]:
    """Scores of modelled fields against those of recorded ones, where the data is at hand."""
    data = Path(os.environ.get("LATESWAP_DATA", "../shared")) / "data/nba-2024-25"
    if not data.is_dir():
        return []
    nights = {past.name: past for past, _ in past_fields(data)}.values()
    alike = Habits(parts=(Part(1.0, 1.0),))
    ours = _mean_error([check_draw(past).scores for past in nights])
    theirs = _mean_error([check_draw(past, habits=alike).scores for past in nights])
    completed = _mean_error([check_completion(past)["true"].scores for past in nights])
    return [
        _fit_row("drawn from true ownership", len(nights), ours, theirs),
        _fit_row("hidden part completed by true ownership", len(nights), completed, theirs),
    ]


def _mean_error(scores: list[tuple[float, ...]]) -> float:
    return float(np.abs(np.array(scores)[:, 1:]).mean())


def _fit_row(name: str, nights: int, value: float, peer: float) -> dict[str, Any]:
    return {
        "name": f"field {name}, scores at 1 to 50 % off by ({nights} nights)",
        "value": value,
        "unit": "points",
        "peer": "drawn, one group for all",
        "peer_value": peer,
        "ratio": peer / max(value, 1e-9),
        "aim": f"<= {FIT_AIM} points",
        "ok": value <= FIT_AIM,
    }


def rows() -> list[dict[str, Any]]:
    """All rows: name, value, unit, peer, peer_value, ratio, aim, ok."""
    warm()
    return [*speed(), *fit()]


if __name__ == "__main__":
    for row in rows():
        print(
            f"{'ok  ' if row['ok'] else 'MISS'} {row['name']}: {row['value']:.2f} {row['unit']}; "
            f"{row['peer']}: {row['peer_value']:,.2f}; {row['ratio']:,.1f}x ({row['aim']})"
        )
