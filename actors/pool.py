"""The late-swap pool: workers that keep nothing but warm code and the slates handed to them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np

from models.messages import HeldSlate, SwapAnswer, SwapRequest, encode
from models.pool import PlayerPool, Roster


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
        self._tables: dict[str, SwapTable] = {}
        warm()

    def hold(self, body: bytes) -> None:
        """Take a slate with its rules."""
        held = _held.decode(body)
        pool = PlayerPool.of(held.slate, held.rules)
        self._tables[held.slate.slate_id] = SwapTable(held.rules, pool)

    def solve(self, body: bytes) -> bytes:
        """Solve an encoded SwapRequest; raises UnknownSlateError before ``hold``."""
        request = _requests.decode(body)
        table = self._tables.get(request.slate_id)
        if table is None:
            raise UnknownSlateError(request.slate_id)
        return encode(solved(table, request))


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
