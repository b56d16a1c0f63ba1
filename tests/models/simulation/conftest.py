"""Contests drawn at random, and the slow and obvious way to pay them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest

from models.contest import Prize
from models.simulation.warm import warm

Table = list[Prize]


class Case(NamedTuple):
    """A small contest with everything that may go wrong in it."""

    points: np.ndarray
    field: np.ndarray
    own: np.ndarray
    candidates: np.ndarray
    owner: np.ndarray
    baseline: np.ndarray
    prizes: Table

    @property
    def entries(self) -> int:
        return len(self.field) + len(self.own) + 1


def table(*bands: tuple[int, int, float]) -> Table:
    """Prizes of bands of places."""
    return [Prize(first=first, last=last, amount=amount) for first, last, amount in bands]


def paid_by_sorting(score: int, others: Sequence[int], prizes: Table) -> Fraction:
    """Dollars of an entry among others: sort, find the places of its tie, share their prizes."""
    ranked = sorted([*others, score], reverse=True)
    places = [place for place, points in enumerate(ranked, 1) if points == score]
    cents = [
        sum(round(p.amount * 100) for p in prizes if p.first <= place <= p.last) for place in places
    ]
    return Fraction(sum(cents), 100 * len(places))


def scores(points: np.ndarray, lineups: np.ndarray) -> list[list[int]]:
    """Points of each lineup by sample."""
    samples = range(points.shape[1])
    return [[sum(int(points[p, s]) for p in row if p >= 0) for s in samples] for row in lineups]


def pay_case(case: Case) -> np.ndarray:
    """(C, S) payout of each candidate in each sample, rounded to float32 at the very end."""
    field, own = scores(case.points, case.field), scores(case.points, case.own)
    paid = []
    for mine, owner in zip(scores(case.points, case.candidates), case.owner, strict=True):
        rivals = field + [other for e, other in enumerate(own) if e != owner]
        paid.append(
            [
                np.float32(paid_by_sorting(score, [rival[s] for rival in rivals], case.prizes))
                for s, score in enumerate(mine)
            ]
        )
    return np.array(paid)


def _steps(rng: np.random.Generator, entries: int) -> Table:
    lasts = np.unique(rng.integers(1, max(entries // 5, 1) + 1, 5)).tolist()
    amounts = sorted((round(x, 2) for x in rng.uniform(1, 500, len(lasts))), reverse=True)
    firsts = [1, *(last + 1 for last in lasts)]
    return table(*zip(firsts[:-1], lasts, amounts, strict=True))


TABLES: dict[str, Callable[[np.random.Generator, int], Table]] = {
    "winner takes all": lambda *_: table((1, 1, 1000.0)),
    "double-up": lambda _, n: table((1, max(n // 2, 1), 10.0)),
    "nearly all are paid": lambda _, n: table((1, max(n - 1, 1), 3.33)),
    "more places than entries": lambda _, n: table(
        (1, 1, 50.0), (2, n + 7, 5.0), (n + 20, n + 20, 1.0)
    ),
    "steps": _steps,
}


def random_case(seed: int) -> Case:
    """Small contest number ``seed``: many ties, blanks, duplicates, negative points."""
    rng = np.random.default_rng(seed)
    players, slots = int(rng.integers(3, 12)), int(rng.integers(1, 5))
    samples, spread = int(rng.choice([2, 5, 64, 131])), int(rng.choice([1, 3, 40, 3000]))
    points = rng.integers(-spread // 3, spread + 1, (players, samples)).astype(np.int16)

    def lineups(count: int) -> np.ndarray:
        drawn = rng.integers(0, players, (count, slots)).astype(np.int16)
        drawn[rng.random((count, slots)) < 0.05] = -1
        drawn[rng.random(count) < 0.03] = -1
        return drawn

    field = lineups(int(rng.choice([0, 1, 7, 60])))
    if len(field) > 5:
        field[rng.integers(0, len(field), len(field) // 3)] = field[0]
    own = lineups(int(rng.choice([0, 1, 4])))
    candidates = lineups(6)
    candidates[: len(own)] = own
    owner = rng.integers(-1, len(own), 6)
    owner[: len(own)] = np.arange(len(own))
    prizes = TABLES[str(rng.choice(list(TABLES)))](rng, len(field) + max(len(own), 1))
    return Case(points, field, own, candidates, owner, rng.integers(-1, 6, 6), prizes)


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    warm()


@pytest.fixture(scope="session")
def make_case() -> Callable[[int], Case]:
    return random_case


@pytest.fixture(scope="session")
def pay_by_sorting() -> Callable[[Case], np.ndarray]:
    return pay_case


@pytest.fixture(scope="session")
def prize_rows() -> Callable[..., Table]:
    return table
