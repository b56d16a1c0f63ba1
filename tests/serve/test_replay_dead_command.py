"""``lateswap events replay-dead`` on a real server."""

from __future__ import annotations

import json
from contextlib import aclosing

from actors.log.embedded import EmbeddedRedis
from actors.work.queue import QueueOptions, WorkQueue
from serve.commands.dead import replay_dead


async def kill_a_job(url):
    async with aclosing(WorkQueue(url, "mail", QueueOptions(most_deliveries=1))) as queue:
        await queue.put("alert 7", b"\xff body")
        (job,) = await queue.take("w")
        assert await queue.failed(job, "550 no such mailbox") == "dead"


async def left(url):
    async with aclosing(WorkQueue(url, "mail")) as queue:
        return await queue.dead(), [job.key for job in await queue.take("w")]


def test_what_is_dead_is_shown_and_then_done_again(tmp_path, monkeypatch, capsys):
    import asyncio

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
