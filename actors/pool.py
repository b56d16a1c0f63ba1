"""The late-swap pool: workers that keep nothing but warm code and the slates handed to them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np

from actors.tuning import favour_latency
from models.messages import (
    encode,
)
from models.optimiser.codes import SwapStatus
from models.optimiser.reading import Lineups
from models.optimiser.solve import SwapLimits, solve
from models.optimiser.table import SwapTable
from models.optimiser.warm import warm
from models.pool import VALUE_SCALE, PlayerPool
from models.work import (
    HeldSlate,
    SwapAnswer,
    SwapRequest,
)

STATUS_NAMES = {int(status): status.name.lower() for status in SwapStatus}


class UnknownSlateError(LookupError):
    """The worker has not been given this slate (it may have been restarted): hold it first."""

    def __init__(self, slate_id: str) -> None:
        super().__init__(slate_id)
        self.slate_id = slate_id


class SwapPool(Protocol):
    """Where entries are solved."""

    async def solve(self, request: SwapRequest, held: HeldSlate) -> SwapAnswer:
        """Solve the entries of a request; ``held`` goes along where a worker lacks the slate."""
        ...


_held = msgspec.msgpack.Decoder(HeldSlate)
_requests = msgspec.msgpack.Decoder(SwapRequest)


class LateSwapActor:
    """Solves requests; keeps one table a slate, rebuilt only as far as an event changed it."""

    def __init__(self) -> None:
        self._held: dict[str, WarmSlate] = {}
        warm()
        favour_latency()

    def hold(self, body: bytes) -> None:
        """Take a slate with its rules."""
        held = _held.decode(body)
        self._held[held.slate.slate_id] = WarmSlate(held)

    def solve(self, body: bytes) -> bytes:
        """Solve an encoded SwapRequest; raises UnknownSlateError before ``hold``."""
        request = _requests.decode(body)
        slate = self._held.get(request.slate_id)
        if slate is None:
            raise UnknownSlateError(request.slate_id)
        return encode(slate.solve(request))


class WarmSlate:
    """One slate's table, rebuilt only as far as the newest projections differ."""

    def __init__(self, held: HeldSlate) -> None:
        self._table = SwapTable(held.rules, PlayerPool.of(held.slate, held.rules))
        self._players = len(held.slate.players)
        self._loaded = False

    def solve(self, request: SwapRequest) -> SwapAnswer:
        """Bring the table up to date and answer every entry of the request."""
        began = time.perf_counter()
        self._take(request)
        lineups = np.frombuffer(request.lineups, np.int32).reshape(request.entries, -1)
        locked = np.frombuffer(request.locked, np.bool_).reshape(lineups.shape)
        limits = SwapLimits(
            max_swaps=request.max_swaps,
            only_out=request.only_out,
            out=np.frombuffer(request.out, np.bool_),
        )
        found = solve(self._table, Lineups(lineups, locked), limits, top=request.top)
        return SwapAnswer(
            as_of=request.as_of,
            status=tuple(STATUS_NAMES[status] for status in found.status.tolist()),
            before=(found.before / VALUE_SCALE).tobytes(),
            points=np.where(found.players[:, :, 0] >= 0, found.points(), -1.0).tobytes(),
            lineups=found.players.tobytes(),
            seconds=time.perf_counter() - began,
        )

    def _take(self, request: SwapRequest) -> None:
        values = np.frombuffer(request.values, np.float64)
        available = np.frombuffer(request.available, np.bool_)
        scored = np.frombuffer(request.scored, np.float64)
        take = self._table.update if self._loaded else self._table.load
        take(values, available, locked_points=scored)
        self._loaded = True


def share_of(request: SwapRequest, part: int, parts: int) -> SwapRequest:
    """The ``part``-th of ``parts`` nearly equal shares of a request's entries."""
    if parts == 1:
        return request
    first = request.entries * part // parts
    last = request.entries * (part + 1) // parts
    width = len(request.locked) // request.entries
    return msgspec.structs.replace(
        request,
        entries=last - first,
        lineups=request.lineups[first * width * 4 : last * width * 4],
        locked=request.locked[first * width : last * width],
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

    def __init__(self) -> None:
        self._worker = LateSwapActor()

    async def solve(self, request: SwapRequest, held: HeldSlate) -> SwapAnswer:
        """Solve a request in this process."""
        body = encode(request)
        try:
            answer = self._worker.solve(body)
        except UnknownSlateError:
            self._worker.hold(encode(held))
            answer = self._worker.solve(body)
        decoded: SwapAnswer = msgspec.msgpack.decode(answer, type=SwapAnswer)
        return decoded
