"""The live cycle, warm: an OUT event, 150 entries, a contest of 100,000 whose field reacts, too.

200 times a player whom the entries hold is ruled out in the middle of the evening. Every entry is
solved exactly by points, then chosen by money: 40 candidates each, 10,000 samples. Stage by stage,
with one worker in this process and through the actors of a Ray pool. The peer of each time is the
limit it has to keep; the slowest one in a hundred is shown beside the middle one.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from actors.pool import LocalPool, SwapPool
from actors.pricing import held_contest
from config.rules import with_rules
from models.evening import generate
from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.priced import price_request, priced_proposals
from models.proposals import ProposalPolicy, Solved, proposals_from, swap_request
from models.work import HeldSlate

EVENTS = 200
WARM_UP = 5
ENTRIES = 150
FIELD = 100_000
POINTS_AIM_MS = 10.0
MONEY_AIM_MS = 200.0
POLICY = ProposalPolicy(only_out=False, max_swaps=3)

Times = dict[str, list[float]]
"""Milliseconds by stage, one per event."""


class Night(NamedTuple):
    """A contest in the middle of its evening, and players who will be ruled out."""

    state: ContestState
    missed: list[int]


def a_night() -> Night:
    """Half the games have begun; the most held of the others' players are ruled out in turn."""
    opening = [with_rules(event) for event in generate(7, entries=ENTRIES, field=FIELD).opening]
    contest = next(event.contest_id for event in opening if event.contest_id)
    state = fold(None, opening, contest)
    assert isinstance(state, ContestState)
    games = len(state.slate.games)
    locked = state.pool.game < games // 2
    state = replace(state, columns=replace(state.columns, locked=locked))
    held = np.bincount(state.entries.lineups.ravel(), minlength=len(state.pool.ids))
    held[locked | state.columns.out] = 0
    most = np.argsort(-held)[: int((held > 0).sum())]
    return Night(state, [int(most[i % len(most)]) for i in range(WARM_UP + EVENTS)])


def without(state: ContestState, player: int) -> ContestState:
    """The state once this player is known to be out; whoever was out before is back."""
    columns = state.columns
    out, projection, plays = columns.out.copy(), columns.projection.copy(), columns.plays.copy()
    out[player], projection[player], plays[player] = True, 0.0, 0.0
    return replace(state, columns=replace(columns, out=out, projection=projection, plays=plays))


async def measure(pool: SwapPool, night: Night) -> Times:
    """Every event through one pool: by points first, then by money, as a contest's actor asks."""
    base = night.state
    held = HeldSlate(slate=base.slate, rules=base.rules)
    rows = np.arange(ENTRIES)
    times: Times = defaultdict(list)
    for number, player in enumerate(night.missed):
        state = without(base, player)
        begun = time.perf_counter()
        answer = await pool.solve(swap_request(state, rows, POLICY), held)
        solved = Solved.of(answer, len(state.roster.slot_names))
        answered = time.perf_counter()
        proposals_from(state, rows.tolist(), solved, POLICY)
        by_points = time.perf_counter()
        priced = await pool.price(price_request(state, rows, POLICY), held_contest(state))
        by_money = time.perf_counter()
        priced_proposals(state, rows.tolist(), priced)
        if number < WARM_UP:
            continue
        times["by points"].append((answered - begun) * 1e3)
        times["of it, table and search"].append(answer.seconds * 1e3)
        times["told as proposals"].append((by_points - answered) * 1e3)
        times["by money"].append((by_money - by_points) * 1e3)
        times["told as priced proposals"].append((time.perf_counter() - by_money) * 1e3)
        for stage, seconds in priced.seconds.items():
            times[f"of it, {stage}"].append(seconds * 1e3)
    return times


def rows() -> Iterable[dict[str, Any]]:
    """p50 and p99 of every stage, in one process and through Ray."""
    night = a_night()
    local = asyncio.run(measure(LocalPool(threads=os.cpu_count() or 1), night))
    yield from _rows("one process", local)
    yield from _rows("actor pool", through_ray(lambda pool: measure(pool, night)))


def through_ray(run: Callable[[SwapPool], Awaitable[Times]]) -> Times:
    """Run with the pool's actors on a Ray of our own."""
    from serve.environment import RAY_ENVIRONMENT

    os.environ.update(RAY_ENVIRONMENT)
    import ray

    from actors.ray_pool import RayPool, start_workers

    ray.init(include_dashboard=False, log_to_driver=False, logging_level="error")
    try:
        workers = start_workers(os.cpu_count() or 1)
        return asyncio.run(run(RayPool(len(workers))))  # type: ignore[arg-type]
    finally:
        ray.shutdown()


def _rows(where: str, times: Times) -> Iterable[dict[str, Any]]:
    aims = {"by points": POINTS_AIM_MS, "by money": MONEY_AIM_MS}
    for stage, taken in times.items():
        p50, p99 = np.percentile(taken, [50, 99]).tolist()
        aim = aims.get(stage)
        yield {
            "name": f"{where}: {stage}, p50",
            "value": round(p50, 2),
            "unit": "ms",
            "peer": "p99",
            "peer_value": round(p99, 2),
            "ratio": round(p50 / aim, 3) if aim else None,
            "aim": f"<= {aim:g} ms" if aim else "",
            "ok": p50 <= aim if aim else None,
        }


def _print(found: Sequence[dict[str, Any]]) -> None:
    for row in found:
        print(f"{row['name']:48} {row['value']:9.2f} ms   p99 {row['peer_value']:9.2f} ms")


if __name__ == "__main__":
    _print(list(rows()))
