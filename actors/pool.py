"""The late-swap pool: workers that keep nothing but warm code and the slates handed to them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import msgspec
import numpy as np

from actors.tuning import favour_latency
from actors.warm_contest import WarmContest
from actors.warm_slate import WarmSlate
from config.outcomes import load_outcome_model
from models.messages import (
    encode,
)
from models.warm import warm
from models.work import (
    HeldContest,
    HeldSlate,
    PriceAnswer,
    PriceRequest,
    SwapAnswer,
    SwapRequest,
)

MOST_SLATES = 8
"""Tables that a worker keeps, about 150 MB each: more slates are seldom played at once."""
MOST_CONTESTS = 32
"""Contests that a worker keeps, with their samples and opponents, tens of MB each."""
Warm = TypeVar("Warm")


class UnknownSlateError(LookupError):
    """The worker has not been given this slate (it may have been restarted): hold it first."""

    def __init__(self, slate_id: str) -> None:
        super().__init__(slate_id)
        self.slate_id = slate_id


class UnknownContestError(LookupError):
    """The worker has not been given this contest: hold it first."""

    def __init__(self, contest_id: str) -> None:
        super().__init__(contest_id)
        self.contest_id = contest_id


class SwapPool(Protocol):
    """Where entries are solved."""

    async def solve(self, request: SwapRequest, held: HeldSlate) -> SwapAnswer:
        """Solve the entries of a request; ``held`` goes along where a worker lacks the slate."""
        ...

    async def price(self, request: PriceRequest, held: HeldContest) -> PriceAnswer:
        """Find the swaps worth the most money; ``held`` goes along where a worker lacks it."""
        ...


_held = msgspec.msgpack.Decoder(HeldSlate)
_requests = msgspec.msgpack.Decoder(SwapRequest)
_held_contests = msgspec.msgpack.Decoder(HeldContest)
_price_requests = msgspec.msgpack.Decoder(PriceRequest)
decode_swaps = msgspec.msgpack.Decoder(SwapAnswer).decode
decode_prices = msgspec.msgpack.Decoder(PriceAnswer).decode


class LateSwapActor:
    """Solves requests; keeps one table a slate, rebuilt only as far as an event changed it.

    What was asked about longest ago makes room: whoever asks again is told that it is missing.
    """

    def __init__(self, threads: int = 1) -> None:
        self._held: OrderedDict[str, WarmSlate] = OrderedDict()
        self._contests: OrderedDict[str, WarmContest] = OrderedDict()
        self._threads = threads
        warm()
        favour_latency()

    def hold(self, body: bytes) -> None:
        """Take a slate with its rules."""
        self._slate(_held.decode(body))

    def solve(self, body: bytes) -> bytes:
        """Solve an encoded SwapRequest; raises UnknownSlateError before ``hold``."""
        request = _requests.decode(body)
        slate = _used(self._held, request.slate_id)
        if slate is None:
            raise UnknownSlateError(request.slate_id)
        return encode(slate.solve(request))

    def hold_contest(self, body: bytes) -> None:
        """Take a contest with its slate, and draw what all its prices rest on."""
        held = _held_contests.decode(body)
        model = load_outcome_model(held.slate.slate.sport)
        slate = self._slate(held.slate)
        self._contests[held.contest.contest_id] = WarmContest(held, slate, model, self._threads)
        while len(self._contests) > MOST_CONTESTS:
            self._contests.popitem(last=False)

    def price(self, body: bytes) -> bytes:
        """Price an encoded PriceRequest; raises UnknownContestError before ``hold_contest``."""
        request = _price_requests.decode(body)
        contest = _used(self._contests, request.contest_id)
        if contest is None:
            raise UnknownContestError(request.contest_id)
        _used(self._held, request.asked.slate_id)
        return encode(contest.price(request))

    def _slate(self, held: HeldSlate) -> WarmSlate:
        """The slate's table, one for all its contests."""
        known = _used(self._held, held.slate.slate_id)
        if known is not None:
            return known
        while len(self._held) >= MOST_SLATES:
            _, gone = self._held.popitem(last=False)
            for contest_id in [c for c, one in self._contests.items() if one.slate is gone]:
                del self._contests[contest_id]
        fresh = self._held[held.slate.slate_id] = WarmSlate(held)
        return fresh


def _used(shelf: OrderedDict[str, Warm], name: str) -> Warm | None:
    """What is kept under a name, as what was used last; None where nothing is."""
    if name in shelf:
        shelf.move_to_end(name)
    return shelf.get(name)


def share_of(request: SwapRequest, part: int, parts: int) -> SwapRequest:
    """The ``part``-th of ``parts`` nearly equal shares of a request's entries."""
    if parts == 1:
        return request
    first = request.entries * part // parts
    last = request.entries * (part + 1) // parts
    width = len(request.locked) // request.entries
    excluded = np.frombuffer(request.excluded, np.int32).reshape(-1, 2)
    excluded = excluded[(first <= excluded[:, 0]) & (excluded[:, 0] < last)] - (first, 0)
    return msgspec.structs.replace(
        request,
        entries=last - first,
        lineups=request.lineups[first * width * 4 : last * width * 4],
        locked=request.locked[first * width : last * width],
        excluded=excluded.astype(np.int32).tobytes(),
    )


def joined(answers: Sequence[SwapAnswer]) -> SwapAnswer:
    """The answers to all shares of one request as one answer."""
    if len(answers) == 1:
        return answers[0]
    return SwapAnswer(
        as_of=answers[0].as_of,
        status=tuple(status for answer in answers for status in answer.status),
        before=b"".join(answer.before for answer in answers),
        points=b"".join(answer.points for answer in answers),
        lineups=b"".join(answer.lineups for answer in answers),
        seconds=max(answer.seconds for answer in answers),
    )


class LocalPool:
    """A pool of one worker in this process, for a laptop without Ray and for tests."""

    def __init__(self, threads: int = 1) -> None:
        self._worker = LateSwapActor(threads)

    async def solve(self, request: SwapRequest, held: HeldSlate) -> SwapAnswer:
        """Solve a request in this process."""
        body = encode(request)
        return decode_swaps(_asked(self._worker.solve, body, self._worker.hold, held))

    async def price(self, request: PriceRequest, held: HeldContest) -> PriceAnswer:
        """Price a request in this process."""
        body = encode(request)
        return decode_prices(_asked(self._worker.price, body, self._worker.hold_contest, held))


def _asked(
    ask: Callable[[bytes], bytes], body: bytes, hold: Callable[[bytes], None], held: msgspec.Struct
) -> bytes:
    """The answer of a worker that is handed what it lacks."""
    try:
        return ask(body)
    except (UnknownSlateError, UnknownContestError):
        hold(encode(held))
        return ask(body)
