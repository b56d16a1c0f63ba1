"""A contest as a worker of the pool keeps it: samples, field and prizes, kept up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from actors.asked import Asked
from actors.warm_slate import STATUS_NAMES, WarmSlate
from models.guesses import Guesses, Seen
from models.market import TOGETHER, Asker, Chosen, Market, World, chosen_swaps
from models.newcomers import newcomers_discount, with_newcomers
from models.opponents import Opponents
from models.outcomes import Forecast, OutcomeModel, draw, outcomes, redraw
from models.portfolio import (
    Candidates,
    PortfolioRules,
)
from models.simulation import Pay, Scoring, Workspace, choose_pay, exact_pay
from models.simulation.pay import MOST_OWN
from models.work import HeldContest, PriceAnswer, PriceRequest

MOST_OPPONENTS = 2_500, 5_000
"""Lineups of a drawn field in the half of the samples that chooses and in the one that tells: few
pick as good swaps as many (smoothed payouts), more make dollars truer. Exact payouts need all."""
CONFIDENCE = 1.96
"""Standard errors by which a gain must be clear, so that its interval lies above nothing."""


Points = NDArray[np.int16]


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


class WarmContest:
    """A contest's samples, field and table, brought up to date as far as an event changed them.

    Where everybody's lineups are shown as far as begun, every entry is one of them, the others
    completed as they may be: nobody's hidden slots are known to anybody else. Elsewhere every
    followed entry competes with the others at its lineup as it stands, and with a field for the
    rest of the contest.
    """

    def __init__(
        self,
        held: HeldContest,
        slate: WarmSlate,
        model: OutcomeModel,
        threads: int = 1,
        together: int = TOGETHER,
    ) -> None:
        """``slate`` is the worker's own table of the contest's slate, shared by its contests.

        A user with ``together`` entries or more is told of each beside what the others become.
        """
        rules = held.slate.rules
        self._contest = held.contest
        self._rules = rules
        self._model = model
        self._seed = held.seed
        self._threads = threads
        self._together = together
        self.slate = slate
        self._pool = slate.pool
        self._scoring = Scoring.of(self._pool, rules)
        self._draws = draw(
            held.slate.slate, self._pool, model, samples=held.samples, seed=held.seed
        )
        self._forecast: Forecast | None = None
        self._value = np.zeros(len(self._pool.ids))
        self._points = np.empty((0, 0), np.int16)
        self._guesses = Guesses(rules, self._pool, held.seed)
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
            if asked.seen is not None:
                self._guesses.update(asked.seen)
            else:
                self._face(request, asked)
        if not len(asked.rows):
            return _nothing(request, watch)
        with watch("candidates"):
            found = self.slate.candidates(request.asked)
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

    def _market(self, asked: Asked, less: float) -> Market:
        """The contest as it stands for the entries asked about.

        Whoever comes in counts ``less`` standard deviations below what is expected of him.
        """
        points, scoring = self._points, self._scoring
        if less:
            mean, step = asked.forecast.mean, self._rules.points_step
            kinds = [self._model.kind(positions) for positions in self._pool.positions]
            discount = newcomers_discount(self._model, mean, kinds, less=less, step=step)
            points = with_newcomers(points, discount)
            scoring = scoring._replace(players=2 * scoring.players)
        halves = np.split(points, 2, axis=1)
        if asked.seen is not None:
            market = self._guessed(halves, asked.seen)
        else:
            market = self._drawn(halves, asked)
        newcomers = len(self._points) if less else 0
        return market._replace(scoring=scoring, newcomers=newcomers)

    def _guessed(self, samples: Sequence[Points], seen: Seen) -> Market:
        """Everybody an own entry as he is guessed, so that a candidate replaces his own guess."""
        pay = exact_pay(self._contest.prizes, len(seen.lineups))
        nobody = np.empty((0, seen.lineups.shape[1]), np.int16)
        choosing, reporting = (
            World(np.ascontiguousarray(points), nobody, pay, space, own=guess)
            for points, space, guess in zip(
                samples, self._spaces, self._guesses.worlds, strict=True
            )
        )
        return Market(choosing, reporting, self._guesses.worlds[1], self._scoring, self._threads)

    def _drawn(self, samples: Sequence[Points], asked: Asked) -> Market:
        """A field drawn; where every opponent is followed, all but those asked about are it."""
        whole = self._pays[0].name == "exact"
        others = np.delete(asked.followed, asked.rows, axis=0).astype(np.int16)
        fields = np.split(self._opponents.lineups, [self._sizes[0]])
        choosing, reporting = (
            World(points, np.concatenate([field, others]) if whole else field, pay, space)
            for points, field, pay, space in zip(
                samples, fields, self._pays, self._spaces, strict=True
            )
        )
        own = asked.followed[asked.rows] if whole else asked.followed
        return Market(choosing, reporting, own, self._scoring, self._threads)

    def _choose(self, found: Candidates, asked: Asked, request: PriceRequest) -> list[Chosen]:
        market = self._market(asked, request.newcomers_less)
        rules = PortfolioRules(
            risk=request.risk,
            min_gain=request.min_gain,
            max_swaps=request.asked.max_swaps,
            confidence=CONFIDENCE,
        )
        alone = market.whole and asked.seen is None
        rows = np.arange(len(asked.rows), dtype=np.int32) if alone else asked.places[asked.rows]
        return chosen_swaps(
            market,
            found,
            Asker(rows, asked.users),
            rules,
            pool=self._pool,
            fee=self._contest.entry_fee,
            together=self._together,
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
