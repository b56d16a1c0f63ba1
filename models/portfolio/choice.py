"""All entries of one user chosen together, on one half of the samples; reported on the other."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser.board import frozen
from models.pool import PlayerPool
from models.portfolio import ascent
from models.portfolio.candidates import Candidates, Floats
from models.portfolio.evidence import Belief, believe
from models.portfolio.matrices import products
from models.portfolio.notes import Note, notes_of
from models.portfolio.rules import Limits, PortfolioRules, limits_of, plenty

PASSES = 6
NEAR = 8
"""Candidates of an entry that it goes on weighing: those best by themselves."""
WIDTH = 1.96
"""Standard errors on either side of a gain that hold 95 of 100 true ones."""
TOGETHER = 300
"""Entries whose gains are weighed in one go; the covariance grows with their square."""


class Verdict(IntEnum):
    """Why an entry ends with the lineup it ends with."""

    BEST = 0
    """Nothing does better than what is held."""
    SWAPPED = 1
    NOT_CLEAR = 2
    """What the one half preferred does not gain clearly on the other."""
    TOO_SMALL = 3
    """It gains clearly, but fewer dollars than asked for."""
    LIMITED = 4
    """Better lineups break a limit across the entries."""
    ALONE = 5
    """There is no other lineup."""


class Report(NamedTuple):
    """What each candidate earns on samples that the choice does not see; dollars per entry."""

    mean: Floats
    """(C,)."""
    gain: Floats
    """(C,) over the held lineup of the same entry, sample by sample."""
    error: Floats
    """(C,) standard error of that gain."""

    @classmethod
    def of(cls, payouts: NDArray[np.float32], candidates: Candidates) -> Report:
        """The report of payouts (C, S)."""
        held = candidates.hold[candidates.owner]
        mean = payouts.mean(axis=1, dtype=np.float64)
        spread = (payouts - payouts[held]).std(axis=1, ddof=1, dtype=np.float64)
        return cls(mean, mean - mean[held], spread / np.sqrt(payouts.shape[1]))


class Choice(NamedTuple):
    """The lineup each entry ends with, and what was found on the way; E entries, dollars."""

    chosen: NDArray[np.intp]
    """(E,) candidate."""
    verdict: NDArray[np.int8]
    """(E,) ``Verdict``."""
    expected: Floats
    """(E,) expected payout of the chosen lineup: the held one's on the reporting half, and the
    gain."""
    gain: Floats
    """(E,) believed over the held lineup, from the reporting half (``evidence``); 0 where held."""
    interval: Floats
    """(E, 2) 95 % interval of ``gain``."""
    tested: NDArray[np.intp]
    """(E,) the one candidate that the choosing half proposed."""
    claimed: Floats
    """(E,) its gain on the half that chose it: too high, never to be shown alone."""
    reported: Floats
    """(E,) its gain on the reporting half, each entry by itself."""
    error: Floats
    """(E,) standard error of ``reported``."""
    share: float
    """Of all claims that the reporting half bears out; 1 without any winner's curse."""
    utility: tuple[float, float, float]
    """On the choosing half: all held, all tested, all chosen."""
    notes: tuple[Note, ...]


def choose(
    candidates: Candidates,
    payouts: NDArray[np.float32],
    report: Report | Callable[[NDArray[np.int32]], Report],
    rules: PortfolioRules,
    *,
    pool: PlayerPool,
    fees: Floats | float,
) -> Choice:
    """One lineup for each entry: the best together for the user's utility, within his rules.

    ``payouts`` (C, S) are dollars in each sample of the choosing half, ``fees`` (E,) or one for
    all. The utility of the total winnings is that of ``rules.plenty``; in it the choice before
    the test is never worse than holding, save where an exposure limit forces a swap. Each entry
    then has one candidate tested on the reporting half: unless its gain is clear of its error and
    reaches ``min_gain``, the entry holds. An entry with somebody who cannot play changes unless
    that lowers its payout.

    ``report`` may be a function of the lineups (E, R) to be tested: it then tells what each entry
    earns beside what the others become and not beside what they held, which overstates gains
    where own entries meet each other at the top.
    """
    limits = limits_of(rules, pool, candidates)
    task = _task(candidates, payouts, limits, rules, fees)
    state = _state(task, candidates)
    held_utility = _utility(task, state)
    forced = _relieved(task, state, candidates)
    order = _turns(task, state, candidates)
    ascent.narrow(task, state, NEAR)
    ascent.climb(task, state, order, PASSES)
    tested, best_utility = state.chosen.copy(), _utility(task, state)
    claimed = _means(payouts, tested) - _means(payouts, candidates.hold)
    report = report(candidates.lineups[tested]) if callable(report) else report
    belief = _belief(candidates, payouts, report, tested, claimed)
    verdict = _verdicts(candidates, tested, belief, rules, forced)
    state.chosen[:] = np.where(verdict == Verdict.SWAPPED, tested, candidates.hold)
    _settle(task, state, np.where(forced, np.inf, belief.gain))
    notes, limited = notes_of(task, state, candidates, limits, pool)
    verdict[limited & (verdict == Verdict.BEST)] = Verdict.LIMITED
    moved = state.chosen != candidates.hold
    verdict[(verdict == Verdict.SWAPPED) & ~moved] = Verdict.LIMITED
    gain, width = np.where(moved, belief.gain, 0.0), np.where(moved, WIDTH * belief.error, 0.0)
    return Choice(
        chosen=state.chosen.astype(np.intp),
        verdict=verdict,
        expected=report.mean[candidates.hold] + gain,
        gain=gain,
        interval=np.stack((gain - width, gain + width), axis=1),
        tested=tested.astype(np.intp),
        claimed=claimed,
        reported=report.gain[tested],
        error=report.error[tested],
        share=belief.share,
        utility=(held_utility, best_utility, _utility(task, state)),
        notes=notes,
    )


def _task(
    candidates: Candidates,
    payouts: NDArray[np.float32],
    limits: Limits,
    rules: PortfolioRules,
    fees: Floats | float,
) -> ascent.Task:
    entries, slots = len(candidates.hold), candidates.lineups.shape[1]
    staked = float(np.broadcast_to(np.asarray(fees, np.float64), entries).sum())
    if staked <= 0:  # free entries: what they are expected to win stands for what they cost
        staked = float(_means(payouts, candidates.hold).sum()) or 1.0
    task = ascent.Task(
        payouts=np.asarray(payouts, np.float32),
        first=candidates.first.astype(np.int64),
        words=candidates.words,
        people=limits.people,
        room=limits.room,
        allowed=limits.allowed,
        most_alike=np.array([slots - rules.min_unique], np.int64),
        rate=np.array([1.0 / plenty(rules.risk, staked)], np.float32),
    )
    return ascent.Task(*(frozen(column) for column in task))


def _state(task: ascent.Task, candidates: Candidates) -> ascent.State:
    samples = task.payouts.shape[1]
    state = ascent.State(
        chosen=candidates.hold.astype(np.int64),
        won=np.zeros(samples),
        worth=np.zeros(samples, np.float32),
        holders=np.zeros(task.room.size, np.int32),
        gains=np.zeros(len(candidates.owner)),
        near=np.ones(len(candidates.owner), np.bool_),
    )
    ascent.start(task, state)
    return state


def _relieved(task: ascent.Task, state: ascent.State, candidates: Candidates) -> NDArray[np.bool_]:
    """(E,) entries that had to let a player go who is held too often."""
    if (state.holders > task.room).any():
        ascent.relieve(task, state)
    return np.asarray(state.chosen != candidates.hold, np.bool_)


def _turns(task: ascent.Task, state: ascent.State, candidates: Candidates) -> NDArray[np.int64]:
    """Who has most to gain chooses first; equals in the order of their lineups, not of the file."""
    ascent.look(task, state)
    most = np.maximum.reduceat(state.gains, candidates.hold)
    return np.lexsort((candidates.words[candidates.hold].sum(axis=1), -most)).astype(np.int64)


def _utility(task: ascent.Task, state: ascent.State) -> float:
    return float((state.won / (1 + float(task.rate[0]) * state.won)).mean())


def _means(payouts: NDArray[np.float32], chosen: NDArray[np.intp] | NDArray[np.int64]) -> Floats:
    means: Floats = payouts[chosen].mean(axis=1, dtype=np.float64)
    return means


def _settle(task: ascent.Task, state: ascent.State, dear: Floats) -> None:
    """Undo, the least ``dear`` (E,) first, what breaks a limit since others hold after all."""
    ascent.start(task, state)
    ascent.settle(task, state, dear.argsort(kind="stable").astype(np.int64))


def _belief(
    candidates: Candidates,
    payouts: NDArray[np.float32],
    report: Report,
    tested: NDArray[np.int64],
    claimed: Floats,
) -> Belief:
    """What every tested swap is believed to gain; nothing where none is tested."""
    found, error = report.gain[tested].copy(), report.error[tested].copy()
    moved, shares = np.flatnonzero(tested != candidates.hold), []
    for begin in range(0, len(moved), TOGETHER):
        some = moved[begin : begin + TOGETHER]
        change = payouts[tested[some]] - payouts[candidates.hold[some]]
        noise = _correlation(change) * np.outer(error[some], error[some])
        belief = believe(claimed[some], found[some], noise)
        found[some], error[some] = belief.gain, belief.error
        shares.append(belief.share * len(some))
    return Belief(found, error, sum(shares) / len(moved) if len(moved) else 1.0)


def _correlation(change: NDArray[np.float32]) -> Floats:
    """(E, E) of the rows (E, S); rows that never vary have none."""
    centred = change - change.mean(axis=1, keepdims=True)
    together = np.zeros((len(change), len(change)))
    products(np.ascontiguousarray(centred, np.float32), together)
    length = np.sqrt(np.maximum(np.diag(together), np.finfo(np.float32).tiny))
    together /= np.outer(length, length)
    np.fill_diagonal(together, 1.0)
    return together


def _verdicts(
    candidates: Candidates,
    tested: NDArray[np.int64],
    belief: Belief,
    rules: PortfolioRules,
    forced: NDArray[np.bool_],
) -> NDArray[np.int8]:
    clear = belief.gain > rules.confidence * belief.error
    must_leave = candidates.stale & (belief.gain >= 0)
    return np.select(
        [
            np.diff(candidates.first) == 1,
            tested == candidates.hold,
            forced | must_leave | (clear & (belief.gain >= rules.min_gain)),
            clear,
        ],
        [Verdict.ALONE, Verdict.BEST, Verdict.SWAPPED, Verdict.TOO_SMALL],
        Verdict.NOT_CLEAR,
    ).astype(np.int8)
