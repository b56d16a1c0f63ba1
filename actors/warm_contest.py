"""A contest as a worker of the pool keeps it: samples, field and prizes, kept up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actors.warm_slate import STATUS_NAMES, WarmSlate
from models.decisions import MoneyAtStake
from models.opponents import Opponents
from models.outcomes import Forecast, OutcomeModel, draw, outcomes, redraw
from models.pool import PlayerPool
from models.portfolio import (
    Candidates,
    Choice,
    PortfolioRules,
    Report,
    Verdict,
    choose,
)
from models.portfolio.parts import part_of
from models.simulation import Pay, Scoring, Simulation, Workspace, choose_pay, simulate
from models.simulation.pay import MOST_OWN
from models.work import HeldContest, PriceAnswer, PriceRequest

MOST_OPPONENTS = 10_000
"""Lineups of a field: more of them tell less per second (the estimators' benchmark)."""


class Watch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Count what is done meanwhile as this stage."""
        began = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - began


class Asked(NamedTuple):
    """A request's arrays: N entries asked about, E followed, P players, R slots."""

    rows: NDArray[np.int32]
    users: NDArray[np.int32]
    followed: NDArray[np.int32]
    forecast: Forecast
    out: NDArray[np.bool_]
    locked: NDArray[np.bool_]
    """(P,) playing, and not to be had any more."""
    owned: NDArray[np.float64]

    @classmethod
    def of(cls, request: PriceRequest, slots: int) -> Asked:
        """Read the arrays out of a request."""
        asked = request.asked
        plays = np.frombuffer(request.plays, np.float64)
        values = np.frombuffer(asked.values, np.float64)
        out = np.frombuffer(asked.out, np.bool_)
        rows = np.frombuffer(request.rows, np.int32)
        players = len(values)
        return cls(
            rows=rows,
            users=np.frombuffer(request.users, np.int32),
            followed=np.frombuffer(request.followed, np.int32).reshape(-1, slots),
            forecast=Forecast(
                mean=np.divide(values, plays, out=np.zeros(players), where=plays > 0),
                spread=np.full(players, np.nan),
                plays=plays,
                scored=np.frombuffer(request.points, np.float64),
                left=np.frombuffer(request.left, np.float64),
            ),
            out=out,
            locked=~np.frombuffer(asked.available, np.bool_) & ~out,
            owned=np.frombuffer(request.owned, np.float64),
        )


class WarmContest:
    """A contest's samples, field and table, brought up to date as far as an event changed them.

    Every followed entry competes with the others at its lineup as it stands, and with a field for
    the rest of the contest.
    """

    def __init__(
        self,
        held: HeldContest,
        model: OutcomeModel,
        *,
        threads: int = 1,
        most_opponents: int = MOST_OPPONENTS,
    ) -> None:
        slate, rules = held.slate.slate, held.slate.rules
        self._contest = held.contest
        self._rules = rules
        self._model = model
        self._seed = held.seed
        self._threads = threads
        self._most_opponents = most_opponents
        self._slate = WarmSlate(held.slate)
        self._pool = PlayerPool.of(slate, rules)
        self._scoring = Scoring.of(self._pool, rules)
        self._draws = draw(slate, self._pool, model, samples=held.samples, seed=held.seed)
        self._forecast: Forecast | None = None
        self._value = np.zeros(len(self._pool.ids))
        self._points = np.empty((0, 0), np.int16)
        self._opponents = Opponents(rules, self._pool, size=0, seed=held.seed)
        self._pay: Pay | None = None
        self._workspace = Workspace()

    def price(self, request: PriceRequest) -> PriceAnswer:
        """Bring everything up to date, and choose for every entry of the request.

        A request for no entries only brings everything up to date.
        """
        watch, asked = Watch(), Asked.of(request, len(self._rules.slots))
        with watch("samples"):
            self._foresee(asked.forecast)
        with watch("field"):
            self._face(request, asked)
        if not len(asked.rows):
            return _nothing(request, watch)
        with watch("candidates"):
            found = self._slate.candidates(request.asked)
        with watch("contest"):
            simulation = self._simulate(found, asked)
        with watch("choice"):
            chosen = self._choose(found, simulation, asked, request)
        return _answer(request, found, chosen, watch.seconds)

    def _foresee(self, forecast: Forecast) -> None:
        """Draw the points of every player whose forecast changed."""
        step = self._rules.points_step
        if self._forecast is None:
            self._points = outcomes(self._draws, forecast, self._model, step)
        else:
            redraw(self._points, self._draws, self._forecast, forecast, self._model, step)
        self._forecast = forecast
        self._value = np.maximum(self._value, forecast.mean)  # as it was before the games

    def _face(self, request: PriceRequest, asked: Asked) -> None:
        """Bring the opponents up to date; more or fewer of them are others."""
        entries = len(asked.followed)
        size = min(max(request.field_size - entries, 0), self._most_opponents)
        if self._pay is None or size != self._opponents.size:
            self._opponents = Opponents(self._rules, self._pool, size=size, seed=self._seed)
            self._pay = choose_pay(
                self._contest.prizes,
                max(request.field_size, entries),
                size,
                drawn=size > 0 and entries <= MOST_OWN,
            )
        self._opponents.update(asked.owned, value=self._value, out=asked.out, locked=asked.locked)

    def _simulate(self, found: Candidates, asked: Asked) -> Simulation:
        assert self._pay is not None  # noqa: S101 - made with the opponents
        return simulate(
            self._points,
            self._opponents.lineups,
            found.lineups,
            self._pay,
            own=asked.followed,
            owner=asked.rows[found.owner],
            baseline=found.hold[found.owner],
            keep=self._points.shape[1] // 2,
            threads=self._threads,
            scoring=self._scoring,
            workspace=self._workspace,
        )

    def _choose(
        self, found: Candidates, simulation: Simulation, asked: Asked, request: PriceRequest
    ) -> list[tuple[int, MoneyAtStake | None]]:
        """For each entry its candidate, and what that is worth if it is another than the held."""
        rules = PortfolioRules(
            risk=request.risk, min_gain=request.min_gain, max_swaps=request.asked.max_swaps
        )
        chosen: list[tuple[int, MoneyAtStake | None]] = [(int(h), None) for h in found.hold]
        for user in np.unique(asked.users):
            entries = np.flatnonzero(asked.users == user)
            part, rows = part_of(found, entries)
            choice = choose(
                part,
                simulation.payouts[rows],
                Report(simulation.halves[1, rows], simulation.gain[1, rows],
                       simulation.gain_error[1, rows]),
                rules,
                pool=self._pool,
                fees=self._contest.entry_fee,
            )  # fmt: skip
            for n, entry in enumerate(entries.tolist()):
                if choice.verdict[n] == Verdict.SWAPPED:
                    candidate = int(rows[choice.chosen[n]])
                    stake = self._at_stake(simulation, int(found.hold[entry]), candidate, choice, n)
                    chosen[entry] = candidate, stake
        return chosen

    def _at_stake(
        self, simulation: Simulation, held: int, new: int, choice: Choice, n: int
    ) -> MoneyAtStake:
        before, after = simulation.halves[1, [held, new]].tolist()
        low, high = choice.interval[n].tolist()
        return MoneyAtStake(
            before=round(before, 4),
            after=round(after, 4),
            gain=round(float(choice.gain[n]), 4),
            low=round(low, 4),
            high=round(high, 4),
            cash_before=round(float(simulation.cash[held]), 4),
            cash_after=round(float(simulation.cash[new]), 4),
            win_before=round(float(simulation.win[held]), 6),
            win_after=round(float(simulation.win[new]), 6),
            estimator="exact" if simulation.estimator == "exact" else "smoothed",
            samples=self._points.shape[1],
        )


def _nothing(request: PriceRequest, watch: Watch) -> PriceAnswer:
    return PriceAnswer(
        as_of=request.asked.as_of,
        status=(),
        lineups=b"",
        points=b"",
        money=(),
        seconds=watch.seconds,
    )


def _answer(
    request: PriceRequest,
    found: Candidates,
    chosen: Sequence[tuple[int, MoneyAtStake | None]],
    seconds: dict[str, float],
) -> PriceAnswer:
    rows = [candidate for candidate, _ in chosen]
    points = np.stack((found.points[found.hold], found.points[rows]), axis=1)
    return PriceAnswer(
        as_of=request.asked.as_of,
        status=tuple(STATUS_NAMES[status] for status in found.status.tolist()),
        lineups=found.lineups[rows].astype(np.int32).tobytes(),
        points=points.astype(np.float64).tobytes(),
        money=tuple(money for _, money in chosen),
        seconds=seconds,
    )
