"""What late swap is worth by what its user knows: generated nights with known truth, played again.

Every cell of the grid plays the same nights under the policies of a backtest, through the same
projections-as-events, folds and swappers as a recorded night. Judged is each entry alone in place
of itself, everybody else as he was, by the mean over evenings that could have come.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actors.backtest.evening import RULES, Evening, Options, swappers
from actors.backtest.playing import Script, play
from config.outcomes import load_outcome_model
from config.rules import load_rules, with_rules
from models.backtest.generated import (
    Generated,
    WrongBy,
    generated_night,
    heard,
    judged_evenings,
)
from models.backtest.judging import Judge
from models.backtest.policies import POLICIES
from models.backtest.projecting import projected_night
from models.backtest.record import Played
from models.backtest.worth import Knowledge, Result
from models.recording import night_of
from models.rules import SiteRules

Floats = NDArray[np.float64]


USUAL = Knowledge(error=0.06, crowd=0.06, delay=0.0)
ERRORS = (0.0, 0.03, 0.06, 0.12, 0.25)
CROWDS = (0.0, 0.06, 0.12)
DELAYS = (0.0, 5.0, 15.0, 45.0, inf)
SMALL = tuple(
    dict.fromkeys(
        (
            *(USUAL._replace(error=error, crowd=crowd) for crowd in CROWDS for error in ERRORS),
            *(USUAL._replace(delay=delay) for delay in DELAYS),
        )
    )
)
"""Errors against what the crowd knows, with news at once; and delays in the usual case."""


class Size(NamedTuple):
    """How much is played and judged."""

    nights: int = 8
    entries: int = 20
    """Followed in each night's contest."""
    field: int = 1_000
    """Entries of the contest."""
    samples: int = 1_000
    """Simulated evenings for each decision by money."""
    judged: int = 1_000
    """Evenings by whose mean a lineup is judged."""


def play_grid(
    cells: Sequence[Knowledge], size: Size, *, workers: int = 1, seed: int = 1
) -> Iterator[list[Result]]:
    """Results as nights are finished, in no order: each job is one night with one crowd.

    More than one worker are processes of their own, which import the caller's main module.
    """
    jobs = [
        ([cell for cell in cells if cell.crowd == crowd], size, seed + night)
        for night in range(size.nights)
        for crowd in dict.fromkeys(cell.crowd for cell in cells)
    ]
    if workers == 1:
        yield from (play_night(*job) for job in jobs)
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read where a worker imports numpy
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawned) as pool:
        waiting = [pool.submit(play_night, *job) for job in jobs]
        yield from (done.result() for done in as_completed(waiting))


def play_night(cells: Sequence[Knowledge], size: Size, seed: int) -> list[Result]:
    """One night with one crowd, in every cell; ``cells`` share their ``crowd``."""
    rules = load_rules(RULES)
    model = load_outcome_model(rules.sport)
    night = generated_night(
        seed, cells[0].crowd, rules, model, entries=size.entries, field=size.field
    )
    points = judged_evenings(night, rules, model, size.judged)
    judges = Judges(night, points)
    return [
        judges.result(cell, played)
        for cell in cells
        for played in _played(night, cell, rules, size)
    ]


def _played(night: Generated, cell: Knowledge, rules: SiteRules, size: Size) -> Iterator[Played]:
    """Every policy's night, exactly as a recorded one is played."""
    evening = _evening(night, cell, rules)
    contest_id = evening.recording.contest.contest_id
    script = Script(evening.told, contest_id, f"generated {night.evening.seed}")
    options = Options(samples=size.samples, seed=night.evening.seed)
    swapper_of = swappers(evening, options)
    for policy in POLICIES:
        yield play(script, policy, swapper_of(policy))


def _evening(night: Generated, cell: Knowledge, rules: SiteRules) -> Evening:
    recording = heard(night.recording, cell.delay)
    told = night_of(recording)
    told = told._replace(opening=[with_rules(event) for event in told.opening])
    scored = np.array([recording.points[player.player_id] for player in recording.slate.players])
    field = scored[night.field].sum(axis=1)
    day = night.evening.first_lock.date()
    return Evening(
        recording=recording,
        rules=rules,
        told=projected_night(told, WrongBy(night, cell.error), (), day, recording.absent),
        field=field,
        really=field[: len(recording.upload.entries)],
        scored=scored,
        played=set(np.flatnonzero(night.truth > 0).tolist()),
        names=tuple(player.name for player in recording.slate.players),
        notes=(),
    )


class Judges:
    """The contest of one night in every evening that could have come."""

    def __init__(self, night: Generated, points: Floats) -> None:
        """``points`` (P, S) of every player in each evening."""
        contest = night.recording.contest
        self._night, self._points, self._fee = night.evening.seed, points, contest.entry_fee
        field = points[night.field].sum(axis=1)
        self._held = field[: len(night.recording.upload.entries)]
        self._judges = [Judge(evening, contest.prizes) for evening in field.T]
        self._stands: tuple[float, float] | None = None
        """Sums of places and payouts where nobody changed anything."""

    def result(self, knowledge: Knowledge, played: Played) -> Result:
        """What a policy's last lineups come to."""
        points = self._points[played.last].sum(axis=1)
        places, payout = self._judged(points)
        followed = [(each.claims, each.followed) for each in played.decisions]
        return Result(
            night=self._night,
            knowledge=knowledge,
            policy=played.policy,
            entries=len(points),
            fees=self._fee * len(points),
            points=float(points.mean(axis=1).sum()),
            places=places,
            payout=payout,
            changed=int((played.swaps() > 0).sum()),
            claimed=sum(float(claims.points[some].sum()) for claims, some in followed),
            claimed_money=sum(float(claims.money[some].sum()) for claims, some in followed),
            illegal=played.illegal,
        )

    def _judged(self, points: Floats) -> tuple[float, float]:
        """Mean sums of places and payouts of lineups with these points (E, S)."""
        same = np.array_equal(points, self._held)
        if same and self._stands is not None:
            return self._stands
        evenings = zip(self._judges, points.T, self._held.T, strict=True)
        judged = [judge.judged(ours, held) for judge, ours, held in evenings]
        places = float(np.mean([each.rank.sum() for each in judged]))
        found = places, float(np.mean([each.payout.sum() for each in judged]))
        if same:
            self._stands = found
        return found
