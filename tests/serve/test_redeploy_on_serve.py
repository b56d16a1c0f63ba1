"""A new version is deployed while clients listen: all are told to resume, and miss nothing."""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import suppress

import aiohttp
import msgspec
import pytest
import websockets
from ray import serve as ray_serve

from serve.client import Client
from serve.deployment import APP_NAME, gateway
from serve.feed import RESTARTED
from tests.serve.test_streams_on_serve import Served

NEWS = "breaking_news"
AWAY = (OSError, websockets.InvalidHandshake, aiohttp.ClientError)
"""Nobody is there, for a moment: come again."""
PAUSE_S = 0.05


class Listener:
    """What one client was told, and how its connections ended."""

    def __init__(self, served, port):
        self.served = served
        self.port = port
        self.heard = []
        self.ends = []
        self.after = ""
        self.begun = asyncio.Event()
        self.gaps = []
        """Seconds from an end to the next beginning."""
        self._ended_at = 0.0

    async def listen(self):
        while True:
            with suppress(*AWAY):
                await self.connected()
            await asyncio.sleep(PAUSE_S)

    def begins(self, offset):
        self.after = offset
        self.begun.set()
        if self._ended_at:
            self.gaps.append(time.perf_counter() - self._ended_at)
            self._ended_at = 0.0

    def ended(self, *how):
        self.ends.append(how)
        self._ended_at = time.perf_counter()

    def takes(self, frame):
        if frame["type"] == NEWS:
            self.heard.append(frame["data"]["event_id"])
            self.after = frame["offset"]

    async def connected(self):
        raise NotImplementedError


class Socket(Listener):
    async def connected(self):
        address = f"ws://127.0.0.1:{self.port}/ws/realtime/root"
        async with websockets.connect(address, close_timeout=1) as stream:
            hello = {"type": "authenticate", "token": self.served.token}
            wanted = {"type": "subscribe", "data_types": [NEWS], "after": self.after}
            try:
                await stream.send(json.dumps(hello))
                await stream.send(json.dumps(wanted))
                confirmed = json.loads(await stream.recv())
                assert confirmed["type"] == "subscription_confirmed"
                self.begins(confirmed["offset"])
                while True:
                    self.takes(json.loads(await stream.recv()))
            except websockets.ConnectionClosed as closed:
                said = closed.rcvd
                self.ended(*((said.code, said.reason) if said else (1006, "")))


class EventStream(Listener):
    async def connected(self):
        headers = {"Authorization": f"Bearer {self.served.token}"}
        if self.after:
            headers["Last-Event-ID"] = self.after
        address = f"http://127.0.0.1:{self.port}/api/v1/realtime/stream?types={NEWS}"
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.get(address) as answer,
        ):
            if answer.status != 200:
                return
            event = ""
            async for line in answer.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    said = json.loads(value)
                    if event == "close":
                        self.ended(said["code"], said["reason"])
                    elif event == "subscription_confirmed":
                        self.begins(said["offset"])
                    else:
                        self.takes(said)
                    event = ""


class Poller(Listener):
    """Asks with a long wait; what is not answered with events was ended before its time."""

    kind = NEWS

    async def connected(self):
        headers = {"Authorization": f"Bearer {self.served.token}"}
        address = f"http://127.0.0.1:{self.port}/api/v1/realtime/poll"
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                asked = {"types": self.kind, "after": self.after, "wait": 60 if self.after else 0}
                async with session.get(address, params=asked) as answer:
                    said = await answer.json()
                    if answer.status != 200:
                        self.ended(answer.status, said)
                        return
                    for frame in said["events"]:
                        self.takes(frame)
                    if said["events"] or not self.after:
                        self.begins(said["offset"])
                    else:
                        self.ended(answer.status, "")
                        self.after = said["offset"]
                        await asyncio.sleep(PAUSE_S)


class Waiting(Poller):
    """Waits for what does not come: its request is under way when its replica goes."""

    kind = "game_final"


class Ours(Listener):
    """The client that we hand out."""

    async def connected(self):
        address = f"http://127.0.0.1:{self.port}"
        async with Client(address, self.served.token) as client:
            self.begun.set()
            async for event in client.events(data_types=[NEWS], after=self.after):
                self.heard.append(event.data["event_id"])


@pytest.fixture
async def served(stack):
    found = Served(stack)
    await found.direct()
    yield found
    await found.log.close()


async def deploy(stack, *, replicas, login_s):
    """Another version, as an operator deploys it."""
    settings = stack.gateway_settings()
    changed = msgspec.structs.replace(
        settings, replicas=replicas, app=settings.app._replace(login_s=login_s)
    )
    await asyncio.to_thread(ray_serve.run, gateway(changed), name=APP_NAME, route_prefix="/")


async def told(served, wanted, until):
    """Publish news ten times a second until an event is set; then once more."""
    while not until.is_set():
        wanted += await served.tell()
        await asyncio.sleep(0.1)
    wanted += await served.tell()


async def heard_all(listeners, wanted):
    async with asyncio.timeout(60):
        while any(len(one.heard) < len(wanted) for one in listeners):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_new_version_loses_no_event_and_doubles_none(served, stack):
    """Two changes: to two replicas of another version, and back to one."""
    proxy = int(os.environ["RAY_SERVE_FALLBACK_PROXY_HTTP_PORT"])
    listeners = [
        *(Socket(served, served.port) for _ in range(10)),
        *(Socket(served, proxy) for _ in range(2)),  # as ASGI messages
        *(EventStream(served, served.port) for _ in range(5)),
        EventStream(served, proxy),
        *(Poller(served, served.port) for _ in range(3)),
        Poller(served, proxy),
        Ours(served, served.port),
    ]
    waiting = [Waiting(served, served.port), Waiting(served, proxy)]
    tasks = [asyncio.create_task(one.listen()) for one in (*listeners, *waiting)]
    wanted, over = [], asyncio.Event()
    try:
        async with asyncio.timeout(200):
            for one in (*listeners, *waiting):
                await one.begun.wait()
            await asyncio.sleep(0.5)  # our own client does not say when it is subscribed
            telling = asyncio.create_task(told(served, wanted, over))
            for replicas, login_s in ((2, 4.5), (1, 5.0)):
                await deploy(stack, replicas=replicas, login_s=login_s)
                await served.direct()
            over.set()
            await telling
            await heard_all(listeners, wanted)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    streams = [one for one in listeners if isinstance(one, Socket | EventStream)]
    polls = [end for one in waiting for end in one.ends]
    gaps = [gap for one in listeners for gap in one.gaps]
    print(
        f"redeploy: {len(listeners)} clients, {sum(len(one.ends) for one in streams)} streams"
        f" closed with 1012, {len(polls)} polls ended; {len(wanted)} events each, none lost or"
        f" doubled; longest gap {max(gaps):.2f} s"
    )
    assert all(one.heard == wanted for one in listeners)
    assert {end for one in streams for end in one.ends} == {(1012, RESTARTED)}
    assert all(len(one.ends) >= 2 for one in streams)
    assert {status for status, _ in polls} == {200}
    assert all(len(one.ends) >= 2 for one in waiting)
