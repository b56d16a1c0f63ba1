"""The optimiser against HiGHS and pydfs-lineup-optimizer on the same entries of generated slates.

``python benchmarks/optimiser.py`` prints the table; ``rows()`` is what ``lateswap bench`` collects.
Peers solve a sample of the entries and their time is scaled to all of them, as the rows say.
Every value a peer finds is compared with ours: a row is good only where they are equal.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.optimiser_night import Night, generated_night
from benchmarks.optimiser_peers import highs, pydfs
from models.optimiser import Lineups, Solutions, SwapLimits, SwapTable, check_legal, solve
from models.optimiser.compiled import COMPILED
from models.optimiser.warm import warm
from models.pool import VALUE_SCALE

ENTRIES = 150
HIGHS_SAMPLE = 40
PYDFS_SAMPLE = 15
MILLION = 1_000_000


def best_of(run: Callable[[], Any], times: int = 5) -> float:
    """Least seconds of several runs: what the work costs when nobody else is at the machine."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def ours(night: Night, threads: int = 1) -> tuple[float, NDArray[np.int64]]:
    """Seconds for all entries, the table built from nothing each time, and their values."""
    table = SwapTable(night.rules, night.pool)
    table.load(night.points, night.available)
    values = solve(table, night.lineups, kernels=COMPILED).value[:, 0]

    def once() -> None:
        table.load(night.points, night.available)
        solve(table, night.lineups, kernels=COMPILED, threads=threads)

    return best_of(once), values


def _row(
    name: str, seconds: float, peer: str, peer_seconds: float, aim: float, same: bool
) -> dict[str, Any]:
    ratio = peer_seconds / seconds
    return {
        "name": name,
        "value": seconds * 1e3,
        "unit": "ms",
        "peer": peer,
        "peer_value": peer_seconds * 1e3,
        "ratio": ratio,
        "aim": f">= {aim:,.0f}x, equal values",
        "ok": bool(ratio >= aim and same),
    }


def against_peers(sport: str) -> list[dict[str, Any]]:
    """150 entries with half the games locked, and 10,000 of them for NBA, table included."""
    night = generated_night(sport, ENTRIES)
    seconds, values = ours(night)
    per_entry, theirs = highs(night, HIGHS_SAMPLE)
    same = _equal(values, theirs)
    title = f"{ENTRIES} {sport.upper()} entries, half the games locked, table included"
    sampled = f"HiGHS ({HIGHS_SAMPLE} entries timed, scaled)"
    rows = [_row(title, seconds, sampled, per_entry * ENTRIES, 100, same)]
    many = generated_night(sport, 10_000)
    rows.append(
        _row(
            f"10,000 {sport.upper()} entries",
            ours(many)[0],
            sampled,
            per_entry * 10_000,
            1_000,
            same,
        )
    )
    try:
        per_entry, theirs = pydfs(night, PYDFS_SAMPLE)
    except ImportError:
        return rows
    sampled = f"pydfs-lineup-optimizer ({PYDFS_SAMPLE} entries timed, scaled)"
    rows.append(_row(title, seconds, sampled, per_entry * ENTRIES, 300, _no_worse(values, theirs)))
    return rows


def _equal(values: NDArray[np.int64], theirs: NDArray[np.float64]) -> bool:
    return bool(np.allclose(values[: theirs.size] / VALUE_SCALE, theirs, rtol=0, atol=1e-6))


def _no_worse(values: NDArray[np.int64], theirs: NDArray[np.float64]) -> bool:
    """Pydfs gives no lineup twice, so that it falls behind where two entries end alike."""
    gap = values[: theirs.size] / VALUE_SCALE - theirs
    return bool((gap > -1e-6).all() and (np.abs(gap) < 1e-6).any())


def million_entries() -> list[dict[str, Any]]:
    """One news event on a slate with a million entries held as arrays, both cores."""
    night = generated_night("nba", MILLION)
    held = np.bincount(night.lineups.players[~night.lineups.locked], minlength=len(night.pool.ids))
    out = int(held.argmax())
    night.points[out], night.available[out] = 0.0, False
    table = SwapTable(night.rules, night.pool)
    return [_best_of_all(night, table), _swaps_of_holders(night, table, out)]


def _best_of_all(night: Night, table: SwapTable) -> dict[str, Any]:
    table.load(night.points, night.available)
    reading = table.read(night.lineups, COMPILED)  # stored: it changes at locks only

    def value_all() -> NDArray[np.int32]:
        table.load(night.points, night.available)
        table.cover(reading.state, COMPILED)
        return table.best(reading.state, reading.budget)

    seconds, few = best_of(value_all), slice(0, 20_000)
    searched = solve(table, Lineups(night.lineups.players[few], night.lineups.locked[few]))
    same = np.array_equal(value_all()[few] + reading.fixed[few], searched.value[:, 0])
    return _limit("1,000,000 NBA entries, unrestricted best after one event", seconds, 0.05, same)


def _swaps_of_holders(night: Night, table: SwapTable, out: int) -> dict[str, Any]:
    holding = ((night.lineups.players == out) & ~night.lineups.locked).any(axis=1)
    holders = Lineups(night.lineups.players[holding], night.lineups.locked[holding])

    def swap_holders() -> Solutions:
        table.load(night.points, night.available)
        return solve(table, holders, SwapLimits(max_swaps=2), kernels=COMPILED, threads=2)

    seconds, found = best_of(swap_holders, 3), swap_holders()
    broken = check_legal(night.rules, night.pool, found.players[found.found > 0, 0])
    legal = not any(mask.any() for mask in broken.values()) and int(found.swaps.max()) <= 2
    title = f"{holding.sum():,} holders of the OUT player among them, at most 2 swaps, all legal"
    return _limit(title, seconds, 1.0, legal)


def _limit(name: str, seconds: float, most: float, same: bool) -> dict[str, Any]:
    made = _row(name, seconds, "limit", most, 1, same)
    return made | {"aim": f"<= {most * 1e3:,.0f} ms"}


def rows() -> list[dict[str, Any]]:
    """All rows: name, value, unit, peer, peer_value, ratio, aim, ok."""
    warm()
    return [*against_peers("nba"), *against_peers("nfl"), *million_entries()]


if __name__ == "__main__":
    for row in rows():
        print(
            f"{'ok  ' if row['ok'] else 'MISS'} {row['name']}: {row['value']:.2f} {row['unit']}; "
            f"{row['peer']}: {row['peer_value']:,.0f} {row['unit']}; "
            f"{row['ratio']:,.1f}x ({row['aim']})"
        )
