"""The late-swap pool on Ray: which worker gets what, and what happens when one is lost."""

from __future__ import annotations

import asyncio
import zlib
from typing import Any

import msgspec
import ray
from ray.exceptions import ActorUnavailableError, RayActorError

from actors.naming import NAMESPACE, worker_name
from actors.pool import LateSwapActor, UnknownSlateError, joined, share_of
from actors.remote import started
from models.messages import (
    encode,
)
from models.work import (
    HeldSlate,
    SwapAnswer,
    SwapRequest,
)

SPLIT_FROM = 4_000
"""Entries from which a request is worth the table that a second worker has to build."""

ATTEMPTS = 20
PAUSE_S = 0.25

_answers = msgspec.msgpack.Decoder(SwapAnswer)


class RayPool:
    """Sends a slate's work to one worker, so that its table is reused; large work to all."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._handles: dict[int, Any] = {}

    async def solve(self, request: SwapRequest, held: HeldSlate) -> SwapAnswer:
        """Solve a request; a worker lost on the way is asked again once it is back.

        Raises RayActorError when no worker answers within about five seconds.
        """
        first = zlib.crc32(request.slate_id.encode()) % self._workers
        parts = self._workers if request.entries >= SPLIT_FROM else 1
        answers = await asyncio.gather(
            *(
                self._solve(share_of(request, part, parts), held, (first + part) % self._workers)
                for part in range(parts)
            )
        )
        return joined(answers)

    async def _solve(self, request: SwapRequest, held: HeldSlate, worker: int) -> SwapAnswer:
        body = encode(request)
        for attempt in range(ATTEMPTS):
            try:
                return _answers.decode(await self._handle(worker).solve.remote(body))
            except UnknownSlateError:
                await self._handle(worker).hold.remote(encode(held))
            except (RayActorError, ActorUnavailableError, ValueError):
                # ValueError: Ray knows no actor of that name while it is being restarted.
                self._handles.pop(worker, None)
                if attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(PAUSE_S)
        raise UnknownSlateError(request.slate_id)

    def _handle(self, worker: int) -> Any:
        if worker not in self._handles:
            self._handles[worker] = ray.get_actor(worker_name(worker), NAMESPACE)
        return self._handles[worker]


def start_workers(count: int) -> list[Any]:
    """Start the pool's workers under their names; they compile and warm up by themselves."""
    return [started(LateSwapActor, worker_name(number)) for number in range(count)]
