"""Alerts of the whole running system reach mail and webhook, once, whoever is killed meanwhile."""

from __future__ import annotations

import asyncio
import secrets

import httpx
import pytest

from actors.naming import DELIVERIES, subscriber_name
from config.secret import token_secret
from serve.tokens import mint
from tests.actors.channels.receivers import mail_server, webhook_peer
from tests.serve.test_live_sources import Api, kill_process

pytestmark = pytest.mark.ray

PATIENCE_S = 120


class Somebody:
    """A user of the running system who wants to be told of news by one source."""

    def __init__(self, stack):
        self.user = f"ann-{secrets.token_hex(4)}"
        token = mint(self.user, "user", token_secret(stack.settings).get_secret_value(), 600)
        self.http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{stack.port}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
        self.api = Api(stack)

    async def ask(self, method, path, status=200, **more):
        answer = await self.http.request(method, path, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def tell(self, text):
        news = {"event_type": "breaking_news", "source": "wire", "data": {"headline": text}}
        path = "/api/v1/realtime/events"
        await asyncio.to_thread(self.api.post, path, 200, json=news)

    async def delivered(self, count):
        """The alerts, once so many have reached every channel they were meant for."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                alerts = (await self.ask("GET", "/api/v1/alerts/history"))["alerts"]
                reached = [
                    one
                    for one in alerts
                    if {c: r["state"] for c, r in one["deliveries"].items()}
                    == dict.fromkeys(("email", "webhook"), "delivered")
                ]
                if len(reached) == count:
                    return reached
                await asyncio.sleep(0.1)


async def test_alerts_arrive_once_although_their_actors_are_killed(stack):
    ann = Somebody(stack)
    hook = stack.settings.alert_hosts[0]
    port = int(hook.rpartition(":")[2])
    async with mail_server(stack.settings.smtp_port) as (post, _), webhook_peer(port) as (peer, _):
        where = {"email": f"{ann.user}@b.example", "webhook": f"http://{hook}/hook"}
        await ann.ask("PUT", "/api/v1/alerts/preferences", json=where)
        rule = {"event_types": ["breaking_news"], "channels": ["email", "webhook"], "group_s": 0}
        await ann.ask("POST", "/api/v1/alerts/rules", status=201, json=rule)
        await ann.tell(f"before {ann.user}")
        await ann.delivered(1)
        for name in (DELIVERIES, subscriber_name(0)):
            await asyncio.to_thread(kill_process, name)
        await ann.tell(f"after {ann.user}")
        newest, first = await ann.delivered(2)
        assert (newest["title"], first["title"]) == (f"after {ann.user}", f"before {ann.user}")
    await ann.http.aclose()
    ann.api.http.close()
    mine = [mail["Subject"] for mail in post.mails if mail["To"] == where["email"]]
    assert mine == [f"before {ann.user}", f"after {ann.user}"]
    keys = [headers["Idempotency-Key"] for _, headers, _ in peer.got]
    assert keys == [f"{one['alert_id']}:webhook" for one in (first, newest)]
