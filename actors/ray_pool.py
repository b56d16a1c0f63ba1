"""The late-swap pool on Ray: which worker gets what, and what happens when one is lost."""

from __future__ import annotations

import asyncio
import os
import zlib
from typing import Any

import msgspec
import ray
from ray.exceptions import ActorUnavailableError, RayActorError

from actors.naming import NAMESPACE, worker_name
from actors.pool import (
    LateSwapActor,
    UnknownContestError,
    UnknownSlateError,
    decode_prices,
    decode_swaps,
    joined,
    share_of,
)
from actors.remote import started
from models.messages import encode
from models.work import (
    HeldContest,
    HeldSlate,
    PriceAnswer,
    PriceRequest,
    SwapAnswer,
    SwapRequest,
)

SPLIT_FROM = 4_000
"""Entries from which a request is worth the table that a second worker has to build."""

ATTEMPTS = 20
PAUSE_S = 0.25


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

    async def price(self, request: PriceRequest, held: HeldContest) -> PriceAnswer:
        """Price a request, away from the worker that solves its slate by points.

        A worker lost on the way is asked again; raises RayActorError as ``solve`` does.
        """
        first = zlib.crc32(request.asked.slate_id.encode())
        worker = first + 1 + zlib.crc32(request.contest_id.encode()) % max(1, self._workers - 1)
        return decode_prices(
            await self._asked("price", encode(request), ("hold_contest", held), worker)
        )

    async def _solve(self, request: SwapRequest, held: HeldSlate, worker: int) -> SwapAnswer:
        return decode_swaps(await self._asked("solve", encode(request), ("hold", held), worker))

    async def _asked(
        self, method: str, body: bytes, lacking: tuple[str, msgspec.Struct], worker: int
    ) -> bytes:
        """A worker's answer; it is handed what it lacks, and asked again when it was lost."""
        number = worker % self._workers
        for attempt in range(ATTEMPTS):
            try:
                answer: bytes = await getattr(self._handle(number), method).remote(body)
            except (UnknownSlateError, UnknownContestError):
                hold, held = lacking
                await getattr(self._handle(number), hold).remote(encode(held))
            except (RayActorError, ActorUnavailableError, ValueError):
                # ValueError: Ray knows no actor of that name while it is being restarted.
                self._handles.pop(number, None)
                if attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(PAUSE_S)
            else:
                return answer
        raise UnknownSlateError(method)

    def _handle(self, worker: int) -> Any:
        if worker not in self._handles:
            self._handles[worker] = ray.get_actor(worker_name(worker), NAMESPACE)
        return self._handles[worker]


def start_workers(count: int) -> list[Any]:
    """Start the pool's workers under their names; they warm up by themselves.

    A contest is simulated by as many threads as there are cores: it is short, and waited for.
    """
    threads = os.cpu_count() or 1
    return [started(LateSwapActor, worker_name(number), threads) for number in range(count)]
