"""The application on the memory log with the real actors in process, reached over real sockets."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from functools import partial

import httpx
import pytest
import uvicorn
import websockets

from actors.contest import ContestActor
from actors.log.memory import MemoryLog
from actors.log.offsets import BEGINNING
from actors.log.port import Record
from actors.naming import SHARDS, subscriber_name
from actors.pool import LocalPool
from actors.slate import SlateActor
from actors.subscriber import SubscriberActor
from config.rules import with_rules
from models import codec
from models.evening import generate
from models.events import ContestOpened, SlateOpened
from models.messages import AskSettled, decode_answer, encode
from models.proposals import ProposalPolicy
from serve.app import create_app
from serve.lines import takeover
from serve.ports import AppSettings, NoSuchActor, Ports
from serve.tokens import mint

SECRET = "0123456789abcdef0123456789abcdef"
LINES = takeover.protocols
"""As the service runs: streams on lines of their own."""


def MESSAGES(_):  # noqa: N802
    """As behind a server that is not ours: streams as ASGI messages."""
    return {"http": "httptools", "ws": "websockets-sansio"}


class SharedLog(MemoryLog):
    """Stays open when one of those who share it closes it, as a Redis does."""

    async def close(self) -> None:
        pass


class LocalActors:
    """Starts the slates' and contests' actors in this process as the log opens them."""

    def __init__(self, log):
        self._log = log
        self._policy = ProposalPolicy()
        self._pool = LocalPool()
        self._actors = {subscriber_name(0): SubscriberActor(0, SHARDS, lambda: log)}
        self._position = BEGINNING

    async def _known(self, name):
        while logged := await self._log.read(self._position):
            for record in logged:
                self._start(codec.decode(record.body))
            self._position = logged[-1].offset
        if name not in self._actors:
            raise NoSuchActor(name)
        return self._actors[name]

    def _start(self, event):
        if isinstance(event, SlateOpened):
            slate = event.data.slate.slate_id
            actor = SlateActor(slate, lambda: self._log)
            self._actors.setdefault(f"slate:{slate}", actor).follow()
        elif isinstance(event, ContestOpened):
            contest = event.data
            actor = ContestActor(
                contest.contest_id, contest.slate_id, lambda: self._log, self._pool, self._policy
            )
            self._actors.setdefault(f"contest:{contest.contest_id}", actor).follow()

    def contest(self, contest_id):
        return self._actors[f"contest:{contest_id}"]

    async def ask_slate(self, slate_id, question):
        return await (await self._known(f"slate:{slate_id}")).ask(question)

    async def ask_contest(self, contest_id, question):
        return await (await self._known(f"contest:{contest_id}")).ask(question)

    async def ask_actor(self, name, question):
        return await (await self._known(name)).ask(question)

    async def settle(self, slate_id, contest_id, offset):
        """Wait until an event's consequences are in the log."""
        health = decode_answer(await self.ask_slate(slate_id, encode(AskSettled(offset=offset))))
        told = max(offset, health.detail["appended"])
        await self.ask_contest(contest_id, encode(AskSettled(offset=told)))

    async def stop(self):
        for actor in self._actors.values():
            await actor.stop()


class Client:
    """One bearer's view of a running application."""

    def __init__(self, house, user, role):
        self.house = house
        self.user = user
        self.token = mint(user, role, SECRET, 600)
        self.http = httpx.AsyncClient(
            base_url=house.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=20
        )

    async def get(self, path, status=200, **params):
        answer = await self.http.get(path, params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, path, body=None, status=200, **kwargs):
        answer = await self.http.post(path, json=body, **kwargs)
        assert answer.status_code == status, answer.text
        return answer.json()

    @asynccontextmanager
    async def stream(self, user=None, **subscription):
        """An authenticated WebSocket with a confirmed subscription: ``(socket, confirmation)``."""
        async with self.socket(user) as socket_:
            await socket_.send(json.dumps({"type": "authenticate", "token": self.token}))
            await socket_.send(json.dumps({"type": "subscribe", **subscription}))
            yield socket_, json.loads(await socket_.recv())

    def socket(self, user=None):
        address = self.house.url.replace("http", "ws")
        return websockets.connect(
            f"{address}/ws/realtime/{user or self.user}", max_size=None, close_timeout=0.2
        )


class House:
    """A running application and what it stands on."""

    def __init__(self, url, log, actors, app, server=None):
        self.url = url
        self.server = server
        self.log = log
        self.actors = actors
        self.app = app
        self.night = None
        self._clients = []

    @property
    def port(self):
        return int(self.url.rpartition(":")[2])

    @property
    def hub(self):
        return self.app.state.gate.hub

    @property
    def slate(self):
        return self.night.opening[0].data.slate

    @property
    def contest_id(self):
        return next(e.contest_id for e in self.night.opening if isinstance(e, ContestOpened))

    def client(self, user="demo", role="operator"):
        self._clients.append(Client(self, user, role))
        return self._clients[-1]

    async def close(self):
        for client in self._clients:
            await client.http.aclose()

    async def tell(self, *events, partition=""):
        """Append events and wait until the application has seen them."""
        records = [Record(event.event_id, codec.encode(event)) for event in events]
        appended = await self.log.append(partition or events[0].slate_id or "system", records)
        await self.hub.until(appended.offsets[-1])
        return appended.offsets[-1]

    async def open_night(self, seed=1, entries=20):
        """Open a generated evening: its slate, its contest, its entries."""
        self.night = generate(seed, entries=entries)
        opening = [with_rules(event) for event in self.night.opening]
        return await self.tell(*opening)

    async def scratch(self, client, player_id=None, **more):
        """Report somebody as OUT and wait for what follows; answers ``(player, event id)``."""
        player_id = player_id or await self.somebody(client)
        answer = await client.post(
            "/api/v1/realtime/events",
            {
                "event_type": "player_injury",
                "source": "test wire",
                "player_id": player_id,
                "data": {"status": "OUT", "headline": "ruled out"},
                "impact_rating": -8,
                **more,
            },
        )
        await self.settle()
        return player_id, answer["event_id"]

    async def settle(self):
        offset = await self.log.last_offset()
        await self.actors.settle(self.slate.slate_id, self.contest_id, offset)
        await self.hub.until(await self.log.last_offset())

    async def somebody(self, client):
        """The player that most entries hold."""
        board = await client.get(f"/api/v1/contests/{self.contest_id}/board")
        held = [p for entry in board["entries"] for p in entry["lineup"]]
        return max(set(held), key=held.count)


@asynccontextmanager
async def listening(app, protocols=LINES):
    """The application on a socket of this machine, until the block ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        config = uvicorn.Config(app, log_level="warning", lifespan="on", **protocols(app))
        server = uvicorn.Server(config)
        server.capture_signals = nullcontext
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
        finally:
            server.should_exit = True
            server.force_exit = True
            with suppress(asyncio.CancelledError):
                await serving


@pytest.fixture
async def houses():
    """Makes running applications, with settings other than the usual where a test needs them."""
    async with AsyncExitStack() as stack:

        async def make(log=None, actors=None, protocols=LINES, shared=None, **settings):
            log = log or SharedLog()
            actors = actors or LocalActors(log)
            app = create_app(Ports(log, actors, shared), AppSettings(secret=SECRET, **settings))
            url, server = await stack.enter_async_context(listening(app, protocols))
            async with httpx.AsyncClient() as client:
                await client.get(f"{url}/health/live")
            await app.state.gate.hub.caught_up()
            stack.push_async_callback(actors.stop)
            house = House(url, log, actors, app, server)
            stack.push_async_callback(house.close)
            return house

        yield make


@pytest.fixture
async def house(houses):
    """A running application with nothing in its log."""
    return await houses()


@pytest.fixture
async def night(houses):
    """A running application with a generated evening opened."""
    house = await houses()
    await house.open_night()
    return house


@pytest.fixture(params=[LINES, MESSAGES], ids=["lines", "messages"])
def either(houses, request):
    """Makes applications as ``houses`` does, once on lines of their own, once as messages."""
    return partial(houses, protocols=request.param)
