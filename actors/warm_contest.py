"""A contest as a worker of the pool keeps it: samples, field and prizes, kept up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actors.warm_slate import STATUS_NAMES, WarmSlate
from models.market import Asker, Chosen, Market, World, chosen_swaps
from models.opponents import Opponents
from models.outcomes import Forecast, OutcomeModel, draw, outcomes, redraw
from models.portfolio import (
    Candidates,
    PortfolioRules,
)
from models.simulation import Pay, Scoring, Workspace, choose_pay
from models.simulation.pay import MOST_OWN
from models.work import HeldContest, PriceAnswer, PriceRequest

MOST_OPPONENTS = 2_500, 5_000
"""Lineups of a drawn field in the half of the samples that chooses and in the one that tells: few
pick as good swaps as many (smoothed payouts), more make dollars truer. Exact payouts need all."""
CONFIDENCE = 1.96
"""Standard errors by which a gain must be clear, so that its interval lies above nothing."""


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
        slate: WarmSlate,
        model: OutcomeModel,
        threads: int = 1,
    ) -> None:
        """``slate`` is the worker's own table of the contest's slate, shared by its contests."""
        rules = held.slate.rules
        self._contest = held.contest
        self._rules = rules
        self._model = model
        self._seed = held.seed
        self._threads = threads
        self._slate = slate
        self._pool = slate.pool
        self._scoring = Scoring.of(self._pool, rules)
        self._draws = draw(
            held.slate.slate, self._pool, model, samples=held.samples, seed=held.seed
        )
        self._forecast: Forecast | None = None
        self._value = np.zeros(len(self._pool.ids))
        self._points = np.empty((0, 0), np.int16)
        self._opponents = Opponents(rules, self._pool, size=0, seed=held.seed)
        self._sizes: tuple[int, ...] = ()
        self._pays: tuple[Pay, ...] = ()
        self._spaces = Workspace(), Workspace()

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
        with watch("contest and choice"):
            chosen = self._choose(found, asked, request)
        return answer_of(request.asked.as_of, found, chosen, watch.seconds)

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
        left = max(request.field_size - entries, 0)
        drawn = left > 0 and entries <= MOST_OWN
        sizes = tuple(min(left, most) if drawn else left for most in MOST_OPPONENTS)
        if sizes != self._sizes:
            self._sizes = sizes
            self._opponents = Opponents(self._rules, self._pool, size=sum(sizes), seed=self._seed)
            self._pays = tuple(
                choose_pay(self._contest.prizes, left + entries, size, drawn=drawn)
                for size in sizes
            )
        self._opponents.update(asked.owned, value=self._value, out=asked.out, locked=asked.locked)

    def _market(self, asked: Asked) -> Market:
        """The contest as it stands for the entries asked about.

        Where every opponent is followed, all but those asked about are the field.
        """
        whole = self._pays[0].name == "exact"
        others = np.delete(asked.followed, asked.rows, axis=0).astype(np.int16)
        fields = np.split(self._opponents.lineups, [self._sizes[0]])
        samples = np.split(self._points, 2, axis=1)
        choosing, reporting = (
            World(points, np.concatenate([field, others]) if whole else field, pay, space)
            for points, field, pay, space in zip(
                samples, fields, self._pays, self._spaces, strict=True
            )
        )
        own = asked.followed[asked.rows] if whole else asked.followed
        return Market(choosing, reporting, own, self._scoring, self._threads)

    def _choose(self, found: Candidates, asked: Asked, request: PriceRequest) -> list[Chosen]:
        market = self._market(asked)
        rules = PortfolioRules(
            risk=request.risk,
            min_gain=request.min_gain,
            max_swaps=request.asked.max_swaps,
            confidence=CONFIDENCE,
        )
        rows = np.arange(len(asked.rows), dtype=np.int32) if market.whole else asked.rows
        fee = self._contest.entry_fee
        return chosen_swaps(
            market, found, Asker(rows, asked.users), rules, pool=self._pool, fee=fee
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


def answer_of(
    as_of: str,
    found: Candidates,
    chosen: Sequence[Chosen],
    seconds: dict[str, float],
) -> PriceAnswer:
    """What was chosen, as it travels."""
    rows = [one.candidate for one in chosen]
    points = np.stack((found.points[found.hold], found.points[rows]), axis=1)
    return PriceAnswer(
        as_of=as_of,
        status=tuple(STATUS_NAMES[status] for status in found.status.tolist()),
        lineups=found.lineups[rows].astype(np.int32).tobytes(),
        points=points.astype(np.float64).tobytes(),
        money=tuple(one.money for one in chosen),
        seconds=seconds,
    )
