"""``lateswap events replay-dead`` on a real server."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

from actors.log.embedded import EmbeddedRedis
from actors.log.port import Aside
from actors.log.redis import RedisLog
from actors.work.queue import QueueOptions, WorkQueue
from models import codec
from serve.commands.dead import replay_dead


async def kill_a_job(url):
    async with aclosing(WorkQueue(url, "mail", QueueOptions(most_deliveries=1))) as queue:
        await queue.put("alert 7", b"\xff body")
        (job,) = await queue.take("w")
        assert await queue.failed(job, "550 no such mailbox") == "dead"


async def left(url):
    async with aclosing(WorkQueue(url, "mail")) as queue:
        return await queue.dead(), [job.key for job in await queue.take("w")]


ASIDE = Aside("slate:7", "1-5", "e5", "KeyError: 'rules'", b"body")


async def set_aside(url):
    log = RedisLog(url)
    await log.set_aside(ASIDE)
    await log.close()


async def asked(url):
    log = RedisLog(url)
    events = [codec.decode(record.body) for record in await log.read()]
    await log.close()
    return events


def test_what_is_dead_is_shown_and_then_done_again(tmp_path, monkeypatch, capsys):
    with EmbeddedRedis(tmp_path) as server:
        monkeypatch.setenv("LATESWAP_REDIS_URL", server.url)
        asyncio.run(kill_a_job(server.url))
        assert replay_dead("", dry_run=True, as_json=True) == 0
        shown = json.loads(capsys.readouterr().out)
        assert (shown["role"], shown["key"], shown["reason"]) == (
            "mail",
            "alert 7",
            "550 no such mailbox",
        )
        assert replay_dead("", dry_run=False, as_json=False) == 0
        assert "1 put back to be done" in capsys.readouterr().out
        assert asyncio.run(left(server.url)) == ([], ["alert 7"])


def test_what_broke_a_fold_is_shown_and_its_reader_asked_to_rebuild(tmp_path, monkeypatch, capsys):
    with EmbeddedRedis(tmp_path) as server:
        monkeypatch.setenv("LATESWAP_REDIS_URL", server.url)
        asyncio.run(set_aside(server.url))
        assert replay_dead("", dry_run=True, as_json=True) == 0
        shown = json.loads(capsys.readouterr().out)
        assert shown == {
            "reader": "slate:7",
            "offset": "1-5",
            "event_id": "e5",
            "reason": "KeyError: 'rules'",
        }
        assert replay_dead("mail", dry_run=False, as_json=False) == 0
        assert asyncio.run(asked(server.url)) == []
        assert replay_dead("slate:7", dry_run=False, as_json=False) == 0
        assert "1 states to be made anew" in capsys.readouterr().out
        (event,) = asyncio.run(asked(server.url))
        assert (event.data.actor, event.data.reason) == ("slate:7", "replay-dead")
