"""The same night on Ray, real Redis and real processes: the same decisions, kills included."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Any

import pytest
import ray

from actors.log.offsets import BEGINNING
from actors.log.redis import RedisLog
from actors.naming import NAMESPACE, contest_name, slate_name, worker_name
from actors.source import NightSpec, SourceActor
from models import codec
from models.events import ContestOpened, LateSwap
from models.messages import AskHealth, AskProposals, decode_answer, encode

pytestmark = pytest.mark.ray


def decisions(history):
    """What was decided, in order, without the offsets that differ from log to log."""
    return [
        (e.data.entry_id, e.data.state, e.data.before, e.data.after, e.data.gain_points)
        for e in history
        if isinstance(e, LateSwap)
    ]


def read_slate(stack, slate_id):
    async def read():
        log = RedisLog(stack.redis_url, stack.log_options)
        events = []
        after = BEGINNING
        while logged := await log.read(after, [slate_id]):
            events += [codec.decode(record.body) for record in logged]
            after = logged[-1].offset
        await log.close()
        return events

    return asyncio.run(read())


async def played_in_process(spec, troupe):
    night = spec.load()
    contests = [e.data.contest_id for e in night.opening if isinstance(e, ContestOpened)]
    actors = troupe(night.opening[0].slate_id, contests, stack_policy())
    source = SourceActor(spec, float("inf"), actors.open_log, actors.settle)
    await source.begin()
    await source.finished()
    return await actors.history()


def stack_policy():
    from config.settings import Settings
    from models.proposals import ProposalPolicy

    return ProposalPolicy(Settings().max_swaps, min_gain=Settings().min_gain_points)


def ask(name: str, question) -> Any:
    handle = ray.get_actor(name, NAMESPACE)
    return decode_answer(ray.get(handle.ask.remote(encode(question)), timeout=60))


def wait_for_the_end(stack):
    deadline = time.monotonic() + 240
    while not stack.night_is_over():
        assert time.monotonic() < deadline
        time.sleep(0.2)


async def test_a_night_on_ray_decides_what_it_decides_in_one_process(stack, troupe):
    spec = NightSpec(seed=21, entries=30)
    progress = await asyncio.to_thread(stack.play, spec, float("inf"))
    await asyncio.to_thread(wait_for_the_end, stack)
    on_ray = await asyncio.to_thread(read_slate, stack, progress.slate_id)
    here = await played_in_process(spec, troupe)
    assert decisions(on_ray) == decisions(here)
    assert len(decisions(on_ray)) > 10


@pytest.mark.parametrize("victim", ["slate", "contest", "worker"])
async def test_a_killed_actor_comes_back_with_the_same_state(stack, victim):
    progress = await asyncio.to_thread(stack.play, NightSpec(seed=22, entries=10), float("inf"))
    await asyncio.to_thread(wait_for_the_end, stack)
    contest = contest_name(progress.contest_ids[0])
    names = {"slate": slate_name(progress.slate_id), "contest": contest, "worker": worker_name(0)}
    before = await asyncio.to_thread(ask, contest, AskProposals())
    await asyncio.to_thread(kill_process, names[victim])
    assert await asyncio.to_thread(ask, contest, AskProposals()) == before
    if victim == "slate":
        assert (await asyncio.to_thread(ask, names["slate"], AskHealth())).ready


def kill_process(name):
    """``kill -9`` the process behind an actor."""
    handle = ray.get_actor(name, NAMESPACE)
    pid = ray.get(handle.__ray_call__.remote(lambda _: os.getpid()), timeout=60)
    os.kill(pid, signal.SIGKILL)
