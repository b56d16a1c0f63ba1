"""Jobs are done: once if all goes well, at most thrice otherwise, and never forgotten."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

from actors.work.queue import QueueOptions


def keys(jobs):
    return [job.key for job in jobs]


async def test_urgent_jobs_are_handed_out_first_and_each_key_once(queues):
    queue = queues()
    assert await queue.put("b", b"2", "bulk")
    assert await queue.put("n", b"1")
    assert await queue.put("c", bytes(range(256)), "critical")
    assert not await queue.put("n", b"another body")
    first, *rest = await queue.take("w1")
    assert (first.key, first.body, first.deliveries, first.repeated) == (
        "c",
        bytes(range(256)),
        1,
        False,
    )
    assert keys(rest) == ["n", "b"]
    assert await queue.take("w2") == []
    for job in (first, *rest):
        await queue.done(job)
    assert await queue.take("w1") == []


async def test_a_waiting_worker_wakes_at_the_next_job(queues):
    queue = queues()
    waiting = asyncio.create_task(queue.take("w", block_s=20))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await queue.put("a", b"")
    assert keys(await asyncio.wait_for(waiting, 10)) == ["a"]


async def test_what_fails_is_tried_again_later_and_is_dead_after_three(queues):
    """F6: the others are not kept waiting by it."""
    queue = queues(retry_s=0.05)
    await queue.put("poison", b"?", "critical")
    deliveries, fates, others = 0, [], 0
    while "dead" not in fates:
        await queue.put(f"good {len(fates)}", b"")
        for job in await queue.take("w", block_s=5):
            if job.key == "poison":
                deliveries += 1
                assert job.deliveries == deliveries
                fates.append(await queue.failed(job, "cannot be read"))
            else:
                others += 1
                await queue.done(job)
    print(f"F6: poison delivered {deliveries} times, {others} others done meanwhile")
    assert fates == ["later", "later", "dead"]
    (dead,) = await queue.dead()
    assert (dead.key, dead.body, dead.deliveries, dead.reason) == (
        "poison",
        b"?",
        3,
        "cannot be read",
    )
    assert others >= 3


async def test_what_is_dropped_is_nowhere_and_is_not_done_again(queues):
    queue = queues(retry_s=0.05, most_deliveries=2)

    async def failed(key):
        await queue.put(key, b"hers \xff")
        (job,) = await queue.take("w")
        return await queue.failed(job, "no")

    assert await failed("dies") == "later"
    (dying,) = await queue.take("w", block_s=5)
    assert await queue.failed(dying, "no") == "dead"
    assert await failed("waits") == "later"
    await queue.put("held", b"hers \xff")
    (held,) = await queue.take("w")
    await queue.put("new", b"hers \xff", "critical")
    await queue.put("other", b"his")
    assert await queue.drop(lambda body: body == b"hers \xff") == 4
    assert await queue.dead() == []
    assert not await queue.holds(held)
    assert await queue.failed(held, "no") == "gone"
    assert keys(await queue.take("w", block_s=1)) == ["other"]
    assert await queue.drop(lambda body: body == b"hers \xff") == 0


async def test_a_replayed_job_begins_anew(queues):
    queue = queues(most_deliveries=1)
    for key in ("a", "b"):
        await queue.put(key, key.encode(), "bulk")
    for job in await queue.take("w"):
        assert await queue.failed(job, "no") == "dead"
    first, second = await queue.dead()
    assert await queue.replay(first.id, "1-1") == 1
    (again,) = await queue.take("w")
    assert (again.key, again.priority, again.deliveries) == ("a", "bulk", 1)
    assert [dead.id for dead in await queue.dead()] == [second.id]


async def test_a_job_that_came_too_late_is_dead_and_says_so(queues):
    queue = queues()
    await queue.put("late", b"", ttl_s=0.02)
    await queue.put("in time", b"", ttl_s=60)
    await asyncio.sleep(0.05)
    assert keys(await queue.take("w")) == ["in time"]
    (dead,) = await queue.dead()
    assert (dead.key, dead.reason) == ("late", "expired before it was done")


async def test_a_job_that_ends_its_workers_is_given_up(queues):
    """Nobody says that it failed: each worker is gone after taking it."""
    queue = queues(idle_s=0.02)
    await queue.put("killer", b"")
    seen = []
    for worker in range(5):
        seen += [job.deliveries for job in await queue.take(f"w{worker}")]
        await asyncio.sleep(0.04)
    assert seen == [1, 2, 3]
    (dead,) = await queue.dead()
    assert (dead.deliveries, "without a word" in dead.reason) == (3, True)


async def test_a_job_that_was_taken_over_is_not_failed_twice(queues):
    queue = queues(idle_s=0.02)
    await queue.put("slow", b"")
    (first,) = await queue.take("w1")
    await asyncio.sleep(0.04)
    (second,) = await queue.take("w2")
    await queue.done(second)
    assert await queue.failed(first, "too late") == "gone"
    assert await queue.dead() == []


CLAIMED_S = 5.0
"""FAULTS.md: a job of a worker that was killed is claimed within so long."""
IDLE_S = 1.0
WORKER = """
import asyncio, sys, time
from actors.work.queue import QueueOptions, WorkQueue
async def work(url, prefix, path):
    queue = WorkQueue(url, "mail", QueueOptions(prefix=prefix, idle_s=1.0))
    while True:
        for job in await queue.take("worker", count=1, block_s=5):
            with open(path, "a") as file:
                file.write(f"{job.key} {job.deliveries} {time.time()}\\n")
            time.sleep(0.01)  # the effect is there, the acknowledgement is not
            await queue.done(job)
asyncio.run(work(*sys.argv[1:]))
"""


async def test_a_worker_that_begins_anew_has_what_it_held_at_once(queues):
    """F5, as alerts are delivered: no attempt is given up while it may still be under way."""
    queue = queues(idle_s=60.0)
    for key in ("held", "another's"):
        await queue.put(key, b"")
    (held,) = await queue.take("w1", count=1)
    (other,) = await queue.take("w2", count=1)
    begun = time.perf_counter()
    (again,) = await queue.take("w1", begins=True)
    print(f"F5: claimed {1e3 * (time.perf_counter() - begun):.0f} ms after its worker was back")
    assert (again.key, again.deliveries, again.repeated) == (held.key, 2, True)
    assert await queue.take("w1") == []
    await queue.done(again)
    await queue.done(other)


async def test_a_worker_killed_between_effect_and_acknowledgement(redis, queues, tmp_path):
    """F5: nothing lost, one repeat at most for a kill, and marked; claimed within five seconds."""
    prefix, path, total = f"f5-{os.getpid()}", tmp_path / "effects", 60
    queue = queues(prefix)
    for number in range(total):
        await queue.put(f"job {number}", b"")
    goals, ended = (12, 24, 36, total), []
    for goal in goals:
        arguments = (sys.executable, "-c", WORKER, redis.url, prefix, str(path))
        worker = await asyncio.create_subprocess_exec(*arguments)
        try:
            await asyncio.to_thread(wait_for_effects, path, goal)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            ended.append(time.time())
            await worker.wait()
    lines = [line.rsplit(" ", 2) for line in path.read_text().splitlines()]
    done = [key for key, _, _ in lines]
    again = [(key, float(at)) for key, deliveries, at in lines if int(deliveries) > 1]
    marked = [key for key, _ in again]
    repeated = len(done) - total
    waited = [at - max(end for end in ended if end < at) for _, at in again]
    print(
        f"F5: {len(goals)} kills, {total} jobs, {repeated} repeated, {len(marked)} marked,"
        f" claimed {max(waited, default=0.0):.1f} s after the kill of 5 s, idle"
        f" {IDLE_S:g} s of {QueueOptions().idle_s:g} s as shipped"
    )
    assert IDLE_S < QueueOptions().idle_s < CLAIMED_S
    assert set(done) == {f"job {number}" for number in range(total)}
    assert 0 <= repeated <= len(goals)
    assert len(marked) >= repeated
    assert await queue.dead() == []


def wait_for_effects(path, goal):
    """Until so many different jobs have had their effect; looked at more often than one takes."""
    deadline = time.monotonic() + 40
    while not path.exists() or len({k.split()[1] for k in path.read_text().splitlines()}) < goal:
        assert time.monotonic() < deadline
        time.sleep(0.002)
