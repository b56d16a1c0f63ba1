"""Expected money of a file's entries: contests one by one, over one set of simulated evenings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.files import Problem
from models.market import Market, World
from models.newcomers import newcomers_less, with_newcomers
from models.outcomes import draw, outcomes
from models.simulation import Scoring, Workspace, choose_pay
from models.swap.case import SwapCase
from models.swap.contests import PricedContest, UnpricedError, priced_contests
from models.swap.lineups import HeldLineup
from models.swap.money.choice import Question, answered
from models.swap.money.facts import Board
from models.swap.money.field import Crowd, crowd_of, drawn_fields, fields_of_standing
from models.swap.money.forecast import discount_of, forecast_of, learned_of
from models.swap.prizes import finished_contest, paid_places
from models.swap.report import FieldFacts
from models.swap.situation import Situation
from models.swap.solving import Solved, Solver
from models.swap.standing import Standing, as_of, standing_of
from models.swap.valued import Valuations

Floats = NDArray[np.float64]
Lineups = NDArray[np.int32]
Lineups16 = NDArray[np.int16]


def expected_money(
    case: SwapCase,
    situation: Situation,
    solver: Solver,
    held: Sequence[HeldLineup],
    locked: NDArray[np.bool_],
    answers: Sequence[Solved],
) -> Valuations:
    """Every entry of a contest with known prizes, valued and chosen; ``locked`` is (E, R).

    Raises UnpricedError where a contest's size or the sport's outcome model is not known.
    """
    evening = Evening(case, situation, solver)
    over = finished_contest(case)
    found = Valuations({})
    for contest in priced_contests(case):
        mine = [n for n, item in enumerate(held) if item.entry.contest_id == contest.contest_id]
        if mine and (over is None or contest.contest_id != over.contest_id):
            question = evening.question(contest, [held[n] for n in mine], locked[mine])
            more = answered(question, [answers[n] for n in mine])
            found = Valuations(
                {**found.by_entry, **more.by_entry},
                (*found.simulations, *more.simulations),
                (*found.problems, *more.problems),
            )
    return found


class Evening:
    """What all contests of a slate share: outcomes of every player, and how people choose."""

    def __init__(self, case: SwapCase, situation: Situation, solver: Solver) -> None:
        if case.outcome_model is None:
            raise UnpricedError(f"no outcome model for {case.slate.sport}; use points")
        self._case, self._situation, self._solver = case, situation, solver
        self._standing = (
            standing_of(case.standings, case.slate, case.rules) if case.standings else None
        )
        model, seed = case.outcome_model, case.options.seed
        self._forecast = forecast_of(case, situation, self._standing, model)
        drawn = draw(case.slate, solver.pool, model, samples=case.options.samples, seed=seed)
        self._points = outcomes(drawn, self._forecast, model, case.rules.points_step)
        scoring = Scoring.of(solver.pool, case.rules)
        self._scoring = scoring._replace(players=2 * scoring.players)
        self._discount = discount_of(self._forecast, situation.basis, case, model)
        self._crowd: Crowd = crowd_of(case, situation, solver.pool)

    def question(
        self, contest: PricedContest, held: Sequence[HeldLineup], locked: NDArray[np.bool_]
    ) -> Question:
        """One contest made ready; ``held`` are the own entries in it, ``locked`` (E, R)."""
        own = np.array([item.rows for item in held], np.int32)
        standing = self._standing if contest.standings is not None else None
        others = self._others(standing, held)
        entries = self._entries(contest, others, len(held))
        shown, early = self._shown(standing)
        fields, facts = self._fields(shown, others, entries - len(held))
        drawn = standing is None or facts.hidden_slots == len(others) * own.shape[1]
        pay = choose_pay(contest.payouts.prizes, entries, facts.simulated, drawn=drawn)
        half = self._points.shape[1] // 2
        halves = self._points[:, :half], self._points[:, half : 2 * half]
        space = Workspace()
        choosing, reporting = (
            World(with_newcomers(points, self._discount), field, pay, space)
            for points, field in zip(halves, fields, strict=True)
        )
        players = len(self._points)
        market = Market(choosing, reporting, own, self._scoring, threads=2, newcomers=players)
        return Question(
            case=self._case,
            situation=self._situation,
            solver=self._solver,
            contest=contest,
            held=held,
            lineups=own,
            locked=locked,
            market=market,
            facts=facts,
            entries=entries,
            forecast=self._forecast,
            notes=self._notes,
            board=Board(
                self._on_board(standing, shown, others, early),
                self._own_on_board(standing, own, held, early),
                paid_places(contest, entries),
                reporting.field,
                len(self._case.slate.players),
            ),
            problems=(*self._later_standings(early), *_too_many(contest, entries)),
        )

    @property
    def _notes(self) -> tuple[str, ...]:
        """What was assumed, for a reader to weigh."""
        notes = []
        if self._standing is None and self._situation.started:
            notes.append(
                "no standings: games under way are simulated from their start, without the points "
                "on the board; give --standings"
            )
        if share := newcomers_less(self._situation.basis, learned_of(self._case)):
            notes.append(
                "projections that are not your own know less than those who chose the players held:"
                f" whoever comes in is counted {share:g} standard deviation below his projection,"
                " in the choice and in the money shown; give --projections to count him in full"
            )
        else:
            notes.append(
                "gains are as true as your projections: judged where these are wrong by 6 % a "
                "player, half of what is shown came true in tournaments, nine tenths in double-ups"
            )
        return tuple(notes)

    def _others(self, standing: Standing | None, held: Sequence[HeldLineup]) -> NDArray[np.intp]:
        """Rows of the standings that are opponents: those whose entries are not own ones."""
        if standing is None:
            return np.empty(0, np.intp)
        own = {item.entry.entry_id for item in held}
        return np.array([n for n, i in enumerate(standing.entry_ids) if i not in own], np.intp)

    def _entries(self, contest: PricedContest, others: NDArray[np.intp], own: int) -> int:
        if contest.standings is not None:
            return len(others) + own
        if contest.payouts.field_size <= 0:
            raise UnpricedError(
                f"{contest.payouts.file} does not say how many entries the contest has; "
                "add the column Field Size, or give --standings"
            )
        return max(contest.payouts.field_size, own + 1)

    def _shown(self, standing: Standing | None) -> tuple[Lineups, int]:
        """The lineups as they could be seen at the moment, and how many slots are hidden again."""
        if standing is None:
            return np.empty((0, len(self._case.rules.slots)), np.int32), 0
        locked = np.array([i in self._situation.locked for i in self._solver.pool.ids], np.bool_)
        allowed = self._case.options.late_swap
        allowed = self._case.rules.late_swap if allowed is None else allowed
        return as_of(standing, locked, revealed=not allowed)

    def _fields(
        self, shown: Lineups, others: NDArray[np.intp], opponents: int
    ) -> tuple[tuple[Lineups16, Lineups16], FieldFacts]:
        seed = self._case.options.seed
        seeds = 2 * seed + 1, 2 * seed + 2
        if not len(shown):
            return drawn_fields(self._crowd, opponents, seeds)
        return fields_of_standing(self._crowd, shown[others], seeds)

    def _on_board(
        self, standing: Standing | None, shown: Lineups, others: NDArray[np.intp], early: int
    ) -> Floats | None:
        """(F,) points of the opponents at the moment; None without standings."""
        if standing is None:
            return None
        return self._scored_by(shown[others]) if early else standing.points[others]

    def _own_on_board(
        self, standing: Standing | None, own: Lineups, held: Sequence[HeldLineup], early: int
    ) -> Floats:
        """(E,) points of the own entries: the standings' own, where they are of the moment."""
        points = self._scored_by(own)
        if standing is not None and not early:
            row_of = standing.row_of
            for n, item in enumerate(held):
                row = row_of.get(item.entry.entry_id)
                points[n] = points[n] if row is None else standing.points[row]
        return points

    def _scored_by(self, lineups: Lineups) -> Floats:
        """(N,) what the players of lineups (N, R) have on the board."""
        table = self._solver.table
        known = np.where(lineups >= 0, lineups, 0)
        worth = self._forecast.scored[known] * table.multiplier[known, table.board.slot_type]
        scored: Floats = np.where(lineups >= 0, worth, 0.0).sum(axis=1)
        return scored

    def _later_standings(self, early: int) -> tuple[Problem, ...]:
        if not early or self._case.standings is None:
            return ()
        message = (
            f"the standings are of a later moment than --at: {early:,} players who had not started "
            "count as hidden, and started ones have the points of the file"
        )
        return (Problem(self._case.standings.file, 0, message),)


def _too_many(contest: PricedContest, entries: int) -> tuple[Problem, ...]:
    """A prize table of a smaller contest; fewer entries than it expects are an overlay."""
    size = contest.payouts.field_size
    if not 0 < size < entries:
        return ()
    message = (
        f"the prizes are of a contest of {size:,} entries, contest {contest.contest_id} has "
        f"{entries:,}; give its own table"
    )
    return (Problem(contest.payouts.file, 0, message),)
