"""Tasks end although a cancellation was swallowed on its way."""

from __future__ import annotations

import asyncio

from actors.ending import end_tasks


async def test_a_task_that_swallows_a_cancellation_is_ended_all_the_same():
    swallowed = 0

    async def reads_on():
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    async def fails():
        raise ValueError("its own")

    tasks = [asyncio.create_task(reads_on()), asyncio.create_task(fails())]
    await asyncio.sleep(0)
    await asyncio.wait_for(end_tasks(tasks), 5)
    assert swallowed == 3
    assert tasks[0].cancelled()
    assert isinstance(tasks[1].exception(), ValueError)


async def test_nothing_to_end_is_no_wait():
    await end_tasks([])
