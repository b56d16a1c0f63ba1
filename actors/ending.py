"""Ending tasks for certain: a cancellation can get lost on its way.

``asyncio.wait_for`` before Python 3.12 answers with the result of what it waited for, and drops the
cancellation, where both come in the same turn of the loop; redis-py sends every command through it.
A task that reads for ever would then read on, and whoever waits for its end would wait for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN_S = 0.05


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel the tasks until they have ended; what they raise is theirs."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN_S)
