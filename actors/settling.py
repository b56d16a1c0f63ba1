"""Waiting until the actors of a slate have taken in what the log holds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import ray
from ray.exceptions import RayError

from actors.log.offsets import offset_key
from actors.naming import NAMESPACE, contest_name, slate_name
from models.messages import AskSettled, Health, decode_answer, encode

APPEARS_S = 300.0
"""How long an actor may be unknown to Ray: until the supervisor has started it, or while it is held
until somebody releases it. One that Ray is starting anew is waited for without a limit."""
PAUSE_S = 0.1


async def settle_on_ray(slate_id: str, contest_ids: Sequence[str], offset: str) -> None:
    """Return once the slate's changes and the proposals that follow from them are in the log."""
    slate = await _confirm(slate_name(slate_id), offset)
    told = max(offset, str(slate.detail["appended"]), key=offset_key)
    await asyncio.gather(*(_confirm(contest_name(c), told) for c in contest_ids))


async def _confirm(name: str, offset: str) -> Health:
    """The actor's health once it has reached the offset; waits for one that is not up yet."""
    question = encode(AskSettled(offset=offset))
    deadline = asyncio.get_running_loop().time() + APPEARS_S
    while True:
        try:
            handle: Any = ray.get_actor(name, NAMESPACE)
            answer = decode_answer(await handle.ask.remote(question))
        except (ValueError, RayError) as error:
            if asyncio.get_running_loop().time() > deadline:
                gone = f"{name} is not there after {APPEARS_S:.0f} s"
                raise TimeoutError(f"{gone}: GET /health tells whether it is held") from error
            await asyncio.sleep(PAUSE_S)
            continue
        if isinstance(answer, Health):
            return answer
        raise TypeError(f"{name} answered {type(answer).__name__} when asked for its offset")
