"""A contest of 100,000 entries in 10,000 samples: time and memory, against numpy and the limit.

``python benchmarks/contest_simulation.py`` prints the table; ``rows()`` is what ``lateswap bench``
collects. The limit is what no method that adds up every lineup can beat: the same sums by the same
vector code, thrown away. numpy does what one writes first (sum, sort, look up the places, sample by
sample) on some samples, scaled to all; its payouts must equal ours. One thread is measured in CPU
seconds, two in seconds of the clock.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.optimiser_night import generated_night
from models.contest import Prize
from models.evening.prizes import prize_table
from models.field import draw_field, project_ownership
from models.simulation import Workspace, exact_pay, simulate, smoothed_pay
from models.simulation.lanes import LANES, sum_lanes
from models.simulation.state import OPTIONS
from models.simulation.warm import warm

SAMPLES, FIELD, CANDIDATES = 10_000, 100_000, 5_000
SAMPLED, SWAPS = 10_000, 6_000
NUMPY_SAMPLES = 16
FEE = 20.0
STEP = {"nba": 0.25, "nfl": 0.02}
SCALE = {"nba": 1.0, "nfl": 0.45}
"""Generated projections are those of an NBA slate; NFL lineups score less than half."""


class World(NamedTuple):
    """A generated slate with its field, and candidates like those of the field."""

    points: NDArray[np.int16]
    field: NDArray[np.int16]
    candidates: NDArray[np.int16]
    prizes: tuple[Prize, ...]


def world(sport: str, size: int = FIELD + SWAPS, samples: int = SAMPLES) -> World:
    """The slate of a seed: projections, lineups by projected ownership, independent outcomes."""
    night = generated_night(sport, 1)
    everybody = np.ones(len(night.points), np.bool_)
    owned = project_ownership(night.rules, night.pool, night.points, everybody)
    lineups = draw_field(night.rules, night.pool, owned, size=size, seed=1, value=night.points)
    points = outcomes(night.points * SCALE[sport], STEP[sport], samples, seed=2)
    return World(points, lineups[:-SWAPS], lineups[-SWAPS:], prize_table(FIELD, FEE))


def outcomes(mean: NDArray[np.float64], step: float, samples: int, seed: int) -> NDArray[np.int16]:
    """(P, S) independent points around projections, as wide as those of NBA players."""
    rng = np.random.default_rng(seed)
    spread = 4.6 + 1.12 * np.sqrt(np.maximum(mean, 0))
    drawn = rng.normal(mean[:, None], spread[:, None], (len(mean), samples))
    return np.rint(np.maximum(drawn, -1.0) / step).astype(np.int16)


def least(
    run: Callable[[], Any], times: int = 3, clock: Callable[[], float] = time.process_time
) -> float:
    """Least seconds of several runs."""
    taken = []
    for _ in range(times):
        begun = clock()
        run()
        taken.append(clock() - begun)
    return min(taken)


def by_numpy(slate: World) -> tuple[float, NDArray[np.float64]]:
    """Seconds for all samples, scaled from some, and the payouts (C, samples done)."""
    cents = np.zeros(FIELD + 2)
    for prize in slate.prizes:
        cents[prize.first : prize.last + 1] = round(prize.amount * 100)
    total = np.cumsum(cents)
    paid = np.empty((CANDIDATES, NUMPY_SAMPLES))
    begun = time.process_time()
    for s in range(NUMPY_SAMPLES):
        points = slate.points[:, s].astype(np.int32)
        others = np.sort(points[slate.field].sum(axis=1))
        mine = points[slate.candidates[:CANDIDATES]].sum(axis=1)
        above = len(others) - np.searchsorted(others, mine, side="right")
        within = len(others) - np.searchsorted(others, mine, side="left") + 1
        paid[:, s] = (total[within] - total[above]) / (within - above) / 100
    return (time.process_time() - begun) * SAMPLES / NUMPY_SAMPLES, paid


@njit(**OPTIONS)
def _sum_all(tile, rows, slots, zero, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for i in range(len(rows) // slots):
        sum_lanes(tile, rows, i, slots, zero, out, 0)


def limit(slate: World) -> float:
    """Seconds for the sums of all lineups in all samples, and nothing else."""
    rows = np.concatenate([slate.field, slate.candidates[:CANDIDATES]])
    tile = np.ascontiguousarray(slate.points[:, :LANES]).ravel()
    zero, out = np.zeros(LANES, np.int16), np.zeros(LANES, np.int16)
    slots = rows.shape[1]
    _sum_all(tile, rows.ravel(), slots, zero, out)
    once = least(lambda: _sum_all(tile, rows.ravel(), slots, zero, out), 9)
    return once * SAMPLES / LANES


def memory() -> float:
    """Peak megabytes of a process that simulates once, everything included."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.contest_simulation", "memory"],
        check=True, capture_output=True, text=True, timeout=300,
        cwd=Path(__file__).resolve().parent.parent,
    )  # fmt: skip
    return float(done.stdout)


def _peak() -> float:
    rng = np.random.default_rng(0)
    points = rng.integers(0, 240, (300, SAMPLES)).astype(np.int16)
    lineups = rng.integers(0, 300, (FIELD + CANDIDATES, 8)).astype(np.int16)
    pay = exact_pay(prize_table(FIELD, FEE), FIELD)
    simulate(points, lineups[:FIELD], lineups[FIELD:], pay)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(name: str, value: float, unit: str, peer: str, peer_value: float, **said: Any) -> Any:
    shown = {"name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value}
    return shown | said


def of_sport(sport: str) -> list[dict[str, Any]]:
    """The rows of one sport."""
    slate, space = world(sport), Workspace()
    pay, mine = exact_pay(slate.prizes, FIELD), slate.candidates[:CANDIDATES]

    def run(threads: int, keep: int = 0) -> Any:
        return simulate(
            slate.points, slate.field, mine, pay, threads=threads, keep=keep, workspace=space
        )

    paid = run(2, NUMPY_SAMPLES).payouts
    one, two = least(lambda: run(1)), least(lambda: run(2), clock=time.perf_counter)
    theirs, wanted = by_numpy(slate)
    same = np.allclose(paid, wanted, rtol=2e-7, atol=0)
    sums = limit(slate)
    done = SAMPLES * (FIELD + CANDIDATES) / one / 1e6
    title = f"{sport.upper()} {SAMPLES:,} x ({FIELD:,} + {CANDIDATES:,})"
    agree = "equal payouts" if same else "OTHER PAYOUTS"
    sorting = f"numpy sort and search ({NUMPY_SAMPLES} samples timed, scaled; {agree})"
    return [
        _row(f"{title}, one thread, CPU", one, "s", sorting, theirs, ratio=theirs / one,
             aim=">= 100x, equal payouts", ok=bool(theirs >= 100 * one and same)),
        _row(f"{title}, two threads, clock", two, "s", "one thread, CPU", one, ratio=one / two,
             aim="", ok=None),
        _row(f"{title}, all of it against its sums alone", one, "s", "sums alone", sums,
             ratio=one / sums, aim="<= 6x the limit", ok=one <= 6 * sums),
        _row(f"{title}, lineups x samples", done, "M/s", "limit", 700.0, ratio=done / 700,
             aim=">= 700 M/s", ok=done >= 700),
        *_swaps(sport, slate, space),
    ]  # fmt: skip


def _swaps(sport: str, slate: World, space: Workspace) -> list[dict[str, Any]]:
    """The product's own size: a sampled field, and the candidates of 150 entries."""
    pay = smoothed_pay(slate.prizes, FIELD, SAMPLED)

    def run(threads: int) -> None:
        simulate(
            slate.points, slate.field[:SAMPLED], slate.candidates, pay,
            threads=threads, rates=False, workspace=space,
        )  # fmt: skip

    run(2)
    one, two = least(lambda: run(1), 5), least(lambda: run(2), 5, time.perf_counter)
    title = f"{sport.upper()} {SAMPLES:,} x ({SAMPLED:,} sampled + {SWAPS:,} candidates)"
    return [
        _row(f"{title}, one thread, CPU", one * 1e3, "ms", "limit", 120.0, ratio=0.12 / one,
             aim="<= 120 ms", ok=one <= 0.12),
        _row(f"{title}, two threads, clock", two * 1e3, "ms", "limit", 70.0, ratio=0.07 / two,
             aim="<= 70 ms", ok=two <= 0.07),
    ]  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """All rows: name, value, unit, peer, peer_value, ratio, aim, ok."""
    warm()
    peak = memory()
    return [
        *of_sport("nba"),
        *of_sport("nfl"),
        _row("peak memory of a process that simulates the contest", peak, "MB", "limit", 500.0,
             ratio=500 / peak, aim="<= 500 MB", ok=peak <= 500),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:] == ["memory"]:
        print(_peak())
        raise SystemExit
    for row in rows():
        verdict = {True: "ok  ", False: "MISS", None: "    "}[row["ok"]]
        print(
            f"{verdict} {row['name']}: {row['value']:,.2f} {row['unit']}; {row['peer']}: "
            f"{row['peer_value']:,.2f}; {row['ratio']:,.2f}x ({row['aim']})"
        )
