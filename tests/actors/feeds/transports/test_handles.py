"""Handles are resolved to ids before a stream is asked for them, and only once."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager

import pytest
from aiohttp import web
from clocks import FastClock
from redis.asyncio import Redis

from actors.feeds.caching import Cache
from actors.feeds.fetching import Askers
from actors.feeds.transports.handles import HandleOptions
from actors.feeds.transports.port import Frame, LinkFault
from actors.feeds.transports.websocket import WebSocketOptions, WebSocketTransport
from actors.log.embedded import EmbeddedRedis

PATH = "/xrpc/com.atproto.identity.resolveHandle"


class Bluesky:
    """The directory of handles, and the stream, on one server."""

    def __init__(self) -> None:
        self.dids = {"a.bsky.social": "did:plc:aaa", "b.bsky.social": "did:plc:bbb"}
        self.asked: list[str] = []
        self.wanted: list[list[str]] = []
        self.down = False

    async def resolve(self, request):
        self.asked.append(request.query["handle"])
        if self.down:
            raise web.HTTPServiceUnavailable
        did = self.dids.get(request.query["handle"])
        if did is None:
            refusal = {"error": "InvalidRequest", "message": "Unable to resolve handle"}
            return web.json_response(refusal, status=400)
        return web.json_response({"did": did})

    async def subscribe(self, request):
        self.wanted.append(request.query.getall("wantedDids"))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str('{"kind": "identity"}')
        await socket.close()
        return socket

    @asynccontextmanager
    async def serving(self, session):
        app = web.Application()
        app.add_routes([web.get(PATH, self.resolve), web.get("/subscribe", self.subscribe)])
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        at = f"127.0.0.1:{site._server.sockets[0].getsockname()[1]}"

        def open_for(*names, askers=None):
            handles = HandleOptions(names=names, service=f"http://{at}{PATH}")
            options = WebSocketOptions(url=f"ws://{at}/subscribe", handles=handles)
            return WebSocketTransport(options, session, FastClock(), askers=askers)

        try:
            yield open_for
        finally:
            await runner.cleanup()


async def until_fault(socket):
    frames = 0
    with pytest.raises(LinkFault) as fault:  # noqa: PT012  # read until it ends
        async with asyncio.timeout(60), aclosing(socket.signals()) as signals:
            async for signal in signals:
                frames += isinstance(signal, Frame)
    return frames, fault.value


async def test_the_stream_is_asked_for_the_ids_of_those_who_exist_and_names_are_asked_once(session):
    bluesky = Bluesky()
    names = ("b.bsky.social", "nobody.bsky.social", "a.bsky.social", "did:plc:ccc")
    async with bluesky.serving(session) as open_for:
        socket = open_for(*names)
        assert (await until_fault(socket))[0] == 1
        assert (await until_fault(socket))[0] == 1  # the next connection
    assert bluesky.wanted == [["did:plc:aaa", "did:plc:bbb", "did:plc:ccc"]] * 2
    assert sorted(bluesky.asked) == ["a.bsky.social", "b.bsky.social", "nobody.bsky.social"]


async def test_a_directory_that_is_down_is_a_fault_and_what_it_told_before_is_kept(session):
    bluesky = Bluesky()
    async with bluesky.serving(session) as open_for:
        socket = open_for("a.bsky.social")
        bluesky.down = True
        _, fault = await until_fault(socket)
        assert (fault.kind, bluesky.wanted) == ("lost", [])
        bluesky.down = False
        await until_fault(socket)
        bluesky.down = True
        await until_fault(socket)
    assert bluesky.wanted == [["did:plc:aaa"]] * 2


async def test_without_anybody_the_stream_is_not_opened_for_it_would_be_everybodys(session):
    bluesky = Bluesky()
    async with bluesky.serving(session) as open_for:
        for names in ((), ("nobody.bsky.social",)):
            _, fault = await until_fault(open_for(*names))
            assert (fault.kind, fault.wait_s) == ("refused", 300.0)
            assert "knows none of" in fault.reason
    assert bluesky.wanted == []


async def test_connections_and_processes_share_what_is_known_also_while_the_directory_is_down(
    session, clock, tmp_path
):
    bluesky = Bluesky()
    with EmbeddedRedis(tmp_path) as server:
        async with bluesky.serving(session) as open_for, Redis.from_url(server.url) as redis:
            here = Askers(session, Cache(clock, redis), clock)
            both = [until_fault(open_for("a.bsky.social", askers=here)) for _ in range(2)]
            await asyncio.gather(*both)
            assert bluesky.asked == ["a.bsky.social"]  # two connections of one source
            bluesky.down = True
            there = Askers(session, Cache(clock, redis), clock)  # another process, or a restart
            await until_fault(open_for("a.bsky.social", askers=there))
    assert bluesky.wanted == [["did:plc:aaa"]] * 3
    assert bluesky.asked == ["a.bsky.social"]


@pytest.mark.parametrize("did", ["", "did:plc:x&wantedDids=did:plc:y", "did:plc:" + "x" * 300, 3])
async def test_what_is_no_id_is_not_asked_for(session, did):
    bluesky = Bluesky()
    bluesky.dids["a.bsky.social"] = did
    async with bluesky.serving(session) as open_for:
        _, fault = await until_fault(open_for("a.bsky.social"))
    assert fault.kind == "malformed"
    assert bluesky.wanted == []
