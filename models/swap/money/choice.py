"""What one contest's entries should hold: candidates, a choice, and an account of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.files import Problem
from models.market import Market
from models.optimiser import Lineups, SwapStatus
from models.outcomes import Forecast
from models.portfolio import Candidates, Choice, PortfolioRules, Report, choose
from models.portfolio.tested import held_and_tested
from models.simulation import Simulation
from models.swap.case import SwapCase
from models.swap.contests import PricedContest
from models.swap.lineups import HeldLineup
from models.swap.money.credit import Plan, shares_of_swaps
from models.swap.money.facts import Board
from models.swap.money.market import choose_by, report_on, together
from models.swap.money.offers import offers
from models.swap.money.teller import WIDTH, Teller
from models.swap.prizes import paid_places
from models.swap.report import FieldFacts, SimulationFacts
from models.swap.situation import Situation
from models.swap.solving import Solved, Solver
from models.swap.valued import Valuation, Valuations, Worth

Floats = NDArray[np.float64]


class Question(NamedTuple):
    """One contest with all that is known; E own entries."""

    case: SwapCase
    situation: Situation
    solver: Solver
    contest: PricedContest
    held: Sequence[HeldLineup]
    lineups: NDArray[np.int32]
    """(E, R) pool rows."""
    locked: NDArray[np.bool_]
    """(E, R)."""
    market: Market
    facts: FieldFacts
    entries: int
    """The whole contest."""
    forecast: Forecast
    notes: tuple[str, ...]
    """What was assumed."""
    board: Board
    """Points on the board of everybody in it."""
    problems: tuple[Problem, ...] = ()

    @property
    def paid_places(self) -> int:
        """Places that are paid anything."""
        return paid_places(self.contest, self.entries)


class Answer(NamedTuple):
    """What was offered, what it is worth in both worlds, and what was chosen."""

    offered: Candidates
    choice: Choice
    priced: Simulation
    """In the world that chooses."""
    reported: Simulation
    """In the world that reports."""


def answered(question: Question, answers: Sequence[Solved]) -> Valuations:
    """Value and choose for every own entry of a contest; ``answers`` are those by points."""
    answer = _answer(question, answers)
    teller = Teller(question, *answer)
    shares = shares_of_swaps(question.market, _plans(answer))
    values = {
        item.entry.entry_id: _valuation(question, answer, n, teller, shares[n])
        for n, item in enumerate(question.held)
    }
    facts = _simulation_facts(question, answer, teller)
    return Valuations(values, (facts,), question.problems)


def _answer(question: Question, answers: Sequence[Solved]) -> Answer:
    market, case = question.market, question.case
    offered = offers(
        question.solver,
        Lineups(question.lineups, question.locked),
        case.options,
        (market.players * case.rules.points_step).astype(np.float64),
        answers,
        case.slate.sport,
    )
    priced = choose_by(market, offered.lineups, offered.owner)
    held = offered.hold[offered.owner]
    reported = report_on(market, offered.lineups, offered.owner, held)
    choice = choose(
        offered,
        priced.payouts,
        _beside(market, offered),
        _rules(case),
        pool=question.solver.pool,
        fees=question.contest.entry_fee,
    )
    best = max((prize.amount for prize in question.contest.payouts.prizes), default=0.0)
    return Answer(offered, _bounded(choice, reported.mean[offered.hold], best), priced, reported)


def _bounded(choice: Choice, before: Floats, best: float) -> Choice:
    """The choice with no expectation above the best prize, which a believed gain may pass."""
    room = best - before
    gain = np.minimum(choice.gain, room)
    ends = choice.interval
    within = np.stack([np.minimum(ends[:, 0], gain), np.clip(ends[:, 1], gain, room)], axis=1)
    return choice._replace(expected=before + gain, gain=gain, interval=within)


def _beside(market: Market, offered: Candidates) -> Callable[[NDArray[np.int32]], Report]:
    """Tells what tested lineups (E, R) earn in the reporting world, each beside the others.

    Priced beside what the others hold now, gains would be told twice where entries meet.
    """

    def report(tested: NDArray[np.int32]) -> Report:
        rows, held = held_and_tested(offered, tested)
        found = report_on(market, offered.lineups[rows], offered.owner[rows], held, beside=tested)
        columns = np.full((3, len(offered.owner)), np.nan)
        columns[:, rows] = (
            found.mean,
            found.mean - found.mean[held],
            np.hypot(*found.gain_error) / 2,
        )
        return Report(*columns)

    return report


def _rules(case: SwapCase) -> PortfolioRules:
    options = case.options
    return PortfolioRules(
        max_exposure=1.0 if options.max_exposure is None else options.max_exposure,
        max_swaps=options.max_swaps,
        risk=options.risk,
        min_gain=options.min_gain,
        confidence=WIDTH,
    )


def _plans(answer: Answer) -> list[Plan]:
    lineups, choice = answer.offered.lineups, answer.choice
    pairs = zip(answer.offered.hold.tolist(), choice.chosen.tolist(), strict=True)
    return [
        Plan(
            entry=n,
            before=lineups[held],
            after=lineups[chosen],
            worth_before=float(choice.expected[n] - choice.gain[n]),
            worth_after=float(choice.expected[n]),
        )
        for n, (held, chosen) in enumerate(pairs)
    ]


def _valuation(
    question: Question, answer: Answer, n: int, teller: Teller, shares: tuple[float, ...]
) -> Valuation:
    offered, choice = answer.offered, answer.choice
    chosen, held = int(choice.chosen[n]), int(offered.hold[n])
    fee, told = question.contest.entry_fee, teller.told(n, shares)
    closed = offered.status[n] in {SwapStatus.FULLY_LOCKED, SwapStatus.BLANK}
    low, high = choice.interval[n].tolist()
    return Valuation(
        rows=tuple(offered.lineups[chosen].tolist()),
        points=float(offered.points[chosen]),
        before=_worth(answer.reported, held, fee),
        after=_worth(answer.reported, chosen, fee)._replace(money=float(choice.expected[n])),
        reason=told.reason,
        also=told.also,
        gain=None if closed else float(choice.gain[n]),
        interval=(low, high) if chosen != held else None,
        swap_gains=shares,
        swap_facts=told.swaps,
        alternatives=_alternatives(question.case.options.top, n, answer),
    )


def _worth(simulation: Simulation, candidate: int, fee: float) -> Worth:
    return Worth(
        money=float(simulation.mean[candidate]),
        fee=fee,
        cash=float(simulation.cash[candidate]),
        win=float(simulation.win[candidate]),
        top1=float(simulation.top1[candidate]),
    )


def _alternatives(
    top: int, n: int, answer: Answer
) -> tuple[tuple[tuple[int, ...], float, float], ...]:
    """The best lineups by the half that chooses, with their money by the half that reports."""
    offered, worth = answer.offered, answer.reported.mean
    rows = np.arange(offered.first[n], offered.first[n + 1])
    ranked = rows[np.argsort(-answer.priced.mean[rows], kind="stable")][:top]
    return tuple(
        (tuple(offered.lineups[c].tolist()), float(offered.points[c]), float(worth[c]))
        for c in ranked.tolist()
    )


def _simulation_facts(question: Question, answer: Answer, teller: Teller) -> SimulationFacts:
    contest, offered = question.contest, answer.offered
    after = together(question.market, offered.lineups[answer.choice.chosen])
    return SimulationFacts(
        contest_id=contest.contest_id,
        estimator=question.market.reporting.pay.name,
        samples=question.case.options.samples,
        entry_fee=contest.entry_fee,
        entries=question.entries,
        own_entries=len(question.held),
        paid_places=question.paid_places,
        field=question.facts,
        money_before=round(float(answer.reported.mean[offered.hold].sum()), 6),
        money_after=round(after, 6),
        notes=(*question.notes, *teller.notes()),
    )
