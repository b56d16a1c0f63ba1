"""A user is taken out of the log while it is in use: offsets stand, nothing speaks of him."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from redis.asyncio import Redis

from actors.appending import append_events
from actors.erasing import erase_user
from actors.log.connection import LogOptions
from actors.log.embedded import EmbeddedRedis
from actors.log.errors import LogError
from actors.log.offsets import BEGINNING
from actors.log.port import SYSTEM, Saved
from actors.log.redis import RedisLog
from actors.outbox import ROLE, delivery_of, job_of
from actors.work.queue import WorkQueue
from config.rules import with_rules
from models import codec
from models.alerts.delivery import Delivery
from models.erasure import erased_in_log
from models.evening import generate
from models.events import Alert, EntriesUploaded, Erased, RebuildAsked, SignedOut, SignOut

USER = "erin-0451"
NOW = datetime(2026, 1, 17, 20, tzinfo=UTC)
PATIENT = LogOptions(deadline_s=30)
"""What is tested is not how soon a busy machine answers."""


def of_user(kind, number, data):
    return kind(
        event_id=f"{kind.__name__}:{USER}:{number}", source="test", timestamp=NOW,
        received_at=NOW, user_id=USER, data=data,
    )  # fmt: skip


def opening():
    """A generated night; one of the uploaded entries is the user's."""
    for event in generate(11, entries=12).opening:
        if isinstance(event, EntriesUploaded):
            first, *others = event.data.entries
            mine = (msgspec.structs.replace(first, user_id=USER), *others)
            upload = msgspec.structs.replace(event.data, entries=mine, file=b"1," + USER.encode())
            yield msgspec.structs.replace(event, data=upload)
        else:
            yield with_rules(event)


async def everything(log):
    found, after = [], BEGINNING
    while more := await log.read(after):
        found += more
        after = found[-1].offset
    return found


async def rewritten(url) -> None:
    """Wait until the server has rewritten its file."""
    async with Redis.from_url(url) as client, asyncio.timeout(60):
        while True:
            info = await client.info("persistence")
            if not info["aof_rewrite_in_progress"] and not info["aof_rewrite_scheduled"]:
                return
            await asyncio.sleep(0.05)


async def test_an_erased_user_is_in_no_byte_of_the_log_and_every_offset_stands(tmp_path):
    with EmbeddedRedis(tmp_path / "log") as server:
        log = RedisLog(server.url, PATIENT)
        events = list(opening())
        slate_id = events[0].slate_id
        await append_events(log, slate_id, events)
        for number in range(300):
            await append_events(log, slate_id, [of_user(Alert, number, {"title": "x"})])
        await append_events(log, "other", [opened := with_rules(generate(12).opening[0])])
        before = await everything(log)
        offset = before[-1].offset
        for reader, read in (
            ("contest:1", slate_id),
            ("contest:2", "other"),
            ("slate:1", slate_id),
        ):
            await log.save(reader, Saved(offset, (read,), b"state"))
        await log.save("subscriber:0", Saved(offset, None, b"state"))
        writing = asyncio.create_task(append_while(log, slate_id))
        outbox = WorkQueue(server.url, ROLE)
        for user in (USER, "sam"):
            await outbox.put(*job_of(alert_to(user)))
        erased = await erase_user(log, outbox, USER, NOW)
        meanwhile = await writing
        await rewritten(server.url)
        after = await everything(log)
        again = await erase_user(log, outbox, USER, NOW + timedelta(seconds=1))
        left = [delivery_of(job.body).user_id for job in await outbox.take("w")]
        await outbox.aclose()
        kept = [
            r for r in ("contest:1", "contest:2", "slate:1", "subscriber:0") if await log.saved(r)
        ]
        file = (tmp_path / "log" / "appendonly.aof").read_bytes()
        await log.close()
    print(f"{erased} spoke of him; {len(meanwhile)} were appended meanwhile")
    assert (erased, again) == ((301, 1), (0, 0))
    assert left == ["sam"]
    assert [record.offset for record in after[: len(before)]] == [r.offset for r in before]
    assert not any(USER.encode() in r.body or USER in r.event_id for r in after)
    assert USER.encode() not in file
    decoded = [codec.decode(record.body) for record in after]
    assert sum(isinstance(event, Erased) for event in decoded) == 300
    assert opened in decoded
    uploads = [event for event in decoded if isinstance(event, EntriesUploaded)]
    assert sum(len(upload.data.entries) for upload in uploads) == 11
    asked = [event.data.actor for event in decoded if isinstance(event, RebuildAsked)]
    assert asked == ["contest:1", "subscriber:0", "hub"]
    assert kept == ["contest:2", "slate:1"]
    found = {event.event_id for event in decoded}
    assert meanwhile <= found


class DiesBeforeItAsks(RedisLog):
    async def append(self, partition, records, **more):
        if partition == SYSTEM:
            raise LogError("killed")
        return await super().append(partition, records, **more)


async def test_an_erasure_that_died_before_it_asked_is_ended_by_the_next(tmp_path):
    with EmbeddedRedis(tmp_path / "log") as server:
        log, dying = RedisLog(server.url, PATIENT), DiesBeforeItAsks(server.url, PATIENT)
        events = list(opening())
        await append_events(log, events[0].slate_id, events)
        offset = (await everything(log))[-1].offset
        await log.save("contest:1", Saved(offset, (events[0].slate_id,), b"state"))
        outbox = WorkQueue(server.url, ROLE)
        with pytest.raises(LogError, match="killed"):
            await erase_user(dying, outbox, USER, NOW)
        again = await erase_user(log, outbox, USER, NOW + timedelta(seconds=1))
        idle = await erase_user(log, outbox, USER, NOW + timedelta(seconds=2))
        decoded = [codec.decode(record.body) for record in await everything(log)]
        readers = await log.lags()
        await outbox.aclose()
        await log.close()
        await dying.close()
    assert (again.events, idle.events) == (0, 0)
    asked = [event.data.actor for event in decoded if isinstance(event, RebuildAsked)]
    assert asked == ["contest:1", "hub"]
    assert readers == {}


def alert_to(user):
    address = f"https://example.test/{user}"
    key = f"alert:{user}:rule:event:webhook"
    return Delivery(
        key=key, alert_id=key, user_id=user, channel="webhook", address=address, title=user
    )


async def append_while(log, slate_id) -> set[str]:
    """Events of somebody else, appended while the partition is rewritten."""
    names = set()
    for number in range(100):
        event = of_user(Alert, number, {"title": "y"})
        event = msgspec.structs.replace(event, event_id=f"meanwhile:{number}", user_id="sam")
        await append_events(log, slate_id, [event])
        names.add(event.event_id)
    return names


def test_that_a_user_signed_out_is_kept_lest_his_tokens_be_good_again():
    event = of_user(SignedOut, 1, SignOut(before=NOW))
    assert erased_in_log(event, USER, "1-1") is event
