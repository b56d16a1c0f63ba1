"""Supervision on Ray: what keeps failing is held, reported and released; dependants go with it."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from datetime import UTC, datetime

import msgspec
import pytest
import ray

from actors import supervisor as supervisor_module
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import Record
from actors.log.redis import LogOptions
from actors.naming import NAMESPACE, contest_name, redis_log, slate_name
from actors.slate import SlateActor
from actors.supervisor import Supervisor
from config.rules import with_rules
from models import codec
from models.evening import generate
from models.events import ContestOpened
from models.events.upkeep import rebuild_asked
from models.messages import AskHealth, Refusal, Release, decode_answer, encode
from models.proposals import ProposalPolicy

pytestmark = pytest.mark.ray


@pytest.fixture
async def supervised(stack, monkeypatch):
    """A supervisor in this process over a log of its own; its children are actors on Ray."""
    monkeypatch.setattr(supervisor_module, "PING_S", 0.1)
    open_log = redis_log(stack.redis_url, LogOptions(prefix=f"t-{secrets.token_hex(4)}"))
    supervisor = Supervisor(open_log, 1, 0, ProposalPolicy())
    supervisor.follow()
    yield supervisor
    await supervisor.stop()
    for child in supervisor._children.values():
        ray.kill(child.handle, no_restart=True)


def night_of(slate_id, *, broken):
    """The opening of a night under another name; a broken one names no rules."""
    opened, *rest = (with_rules(e) for e in generate(41, entries=3).opening)
    slate = msgspec.structs.replace(opened.data.slate, slate_id=slate_id)
    rules = None if broken else opened.data.rules
    data = msgspec.structs.replace(opened.data, slate=slate, rules=rules)
    first = msgspec.structs.replace(opened, slate_id=slate_id, data=data)
    contest = next(e for e in rest if isinstance(e, ContestOpened))
    data = msgspec.structs.replace(contest.data, slate_id=slate_id, contest_id=f"c-{slate_id}")
    second = msgspec.structs.replace(
        contest, slate_id=slate_id, contest_id=f"c-{slate_id}", data=data
    )
    return [
        msgspec.structs.replace(event, event_id=f"{slate_id}:{event.event_id}")
        for event in (first, second)
    ]


async def state_of(supervisor, name, wanted):
    """The child's state once it begins as wanted."""
    for _ in range(600):
        health = decode_answer(await supervisor.ask(encode(AskHealth())))
        state = health.detail.get(name, "")
        if str(state).startswith(wanted):
            return health, state
        await asyncio.sleep(0.1)
    raise AssertionError(f"{name} is {state}, not {wanted}")


async def born_anew(supervisor, name, born):
    """The child's health once another process of it answers."""
    for _ in range(600):
        health = supervisor._children[name].health
        if health is not None and health.detail["born"] != born:
            return health
        await asyncio.sleep(0.1)
    raise AssertionError(f"{name} was not started anew")


async def append(supervisor, events):
    records = [Record(e.event_id, codec.encode(e)) for e in events]
    await supervisor.log.append(events[0].slate_id or "system", records)


class NeverStarts(SlateActor):
    """Fails whenever it is started on the slate named broken."""

    async def recover(self, history):
        if self.slate_id == "broken":
            raise RuntimeError("fails whenever it is started")
        await super().recover(history)


class StartsSlowly(SlateActor):
    """Needs longer to begin than one at work may take to answer."""

    async def recover(self, history):
        await asyncio.sleep(4)
        await super().recover(history)


class Hangs(SlateActor):
    """Hears nothing any more once it has something to do."""

    async def handle(self, batch):
        assert batch
        time.sleep(600)  # noqa: ASYNC251 - that is what hanging means


async def test_a_slow_start_is_no_failure(supervised, monkeypatch):
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setattr(supervisor_module, "LOOK_S", 0.1)
    monkeypatch.setattr(supervisor_module, "LOOKS_AT_START", 600)
    monkeypatch.setattr(supervisor_module, "SlateActor", StartsSlowly)
    await append(supervised, night_of("slow", broken=False)[:1])
    health, _ = await state_of(supervised, slate_name("slow"), "ready")
    assert health.detail["restarts"] == 0


async def test_one_that_hangs_at_work_is_started_anew(supervised, monkeypatch):
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setattr(supervisor_module, "LOOK_S", 0.3)
    monkeypatch.setattr(supervisor_module, "LOOKS_AT_START", 600)
    monkeypatch.setattr(supervisor_module, "SlateActor", Hangs)
    name = slate_name("hangs")
    first, *rest = night_of("hangs", broken=False)
    await append(supervised, [first])
    await state_of(supervised, name, "ready")
    born = supervised._children[name].health.detail["born"]
    await append(supervised, rest)
    again = await born_anew(supervised, name, born)
    assert offset_key(again.offset) > offset_key(BEGINNING)
    assert again.ready


async def test_a_crash_loop_is_held_and_reported_and_others_go_on(supervised, monkeypatch):
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setattr(supervisor_module, "SlateActor", NeverStarts)
    await append(supervised, night_of("sound", broken=False)[:1])
    await append(supervised, night_of("broken", broken=False)[:1])
    await state_of(supervised, slate_name("sound"), "ready")
    health, state = await state_of(supervised, slate_name("broken"), "held")
    print(f"held after {health.detail['restarts']} restarts: {state}")
    assert "fails whenever it is started" in state
    assert not health.ready
    assert health.detail["restarts"] <= 7
    with pytest.raises(ValueError, match="Failed to look up"):
        ray.get_actor(slate_name("broken"), NAMESPACE)
    await state_of(supervised, slate_name("sound"), "ready")
    nobody = decode_answer(await supervised.ask(encode(Release(actor=slate_name("sound")))))
    assert isinstance(nobody, Refusal)
    await supervised.ask(encode(Release(actor=slate_name("broken"))))
    again, _ = await state_of(supervised, slate_name("broken"), "held")
    assert again.detail[slate_name("sound")] == "ready"


async def test_an_event_that_breaks_a_fold_is_set_aside_and_the_actor_rebuilds_when_asked(
    supervised,
):
    name = slate_name("poison")
    opening = night_of("poison", broken=True)[:1]
    await append(supervised, opening)
    await state_of(supervised, name, "ready")
    (aside,) = await supervised.log.aside()
    print(f"set aside: {aside.reader} {aside.offset} {aside.reason}")
    assert (aside.reader, aside.event_id) == (name, opening[0].event_id)
    assert "opened without rules" in aside.reason
    born = supervised._children[name].health.detail["born"]
    assert supervised._children[name].health.detail["aside"] == 1
    await supervised.log.forget(name)
    assert await supervised.log.aside() == []
    await append(supervised, [rebuild_asked(name, "mended", datetime.now(UTC))])
    await born_anew(supervised, name, born)
    assert await supervised.log.aside() == [aside]


async def test_what_lives_on_a_failed_actor_is_started_anew_with_it(supervised):
    await append(supervised, night_of("base", broken=False))
    slate, contest = slate_name("base"), contest_name("c-base")
    before, _ = await state_of(supervised, contest, "ready")
    await state_of(supervised, slate, "ready")
    born = supervised._children[contest].health.detail["born"]
    supervised._failed(slate, TimeoutError("no answer"))
    await born_anew(supervised, contest, born)
    after, _ = await state_of(supervised, slate, "ready")
    assert after.detail["restarts"] > before.detail["restarts"]
