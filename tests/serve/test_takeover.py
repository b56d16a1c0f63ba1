"""Connections are taken over from uvicorn: what is relied on there, and that nothing is lost."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from contextlib import suppress

import pytest
import uvicorn.config
import websockets
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from models.events import Ownership, OwnershipUpdate, PlayerInjury, StatusReport
from serve.lines import takeover
from serve.lines.socket import Line
from tests.serve.conftest import LINES, MESSAGES
from tests.serve.test_streams import sse
from tests.serve.test_websocket import NOW, closing, received, report

UPGRADE = (
    "GET /ws/realtime/demo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def lines(house):
    """Connections that the service writes to by itself."""
    return [c for c in house.server.server_state.connections if isinstance(c, Line)]


def connected(house):
    """Connections of clients."""
    known = house.server.server_state.connections
    return [c for c in known if not isinstance(c, takeover.Bell)]


async def opened(raw, token, user="demo"):
    """Shake hands, log in and subscribe with nothing but a socket; answers all that was said."""
    loop = asyncio.get_running_loop()
    raw.setblocking(False)
    await loop.sock_sendall(raw, UPGRADE.replace("demo", user).encode())
    said = await heard(raw, b"", b"101")
    hello = {"type": "authenticate", "token": token}
    await loop.sock_sendall(raw, masked(hello) + masked({"type": "subscribe"}))
    return await heard(raw, said, b"subscription_confirmed")


async def heard(raw, said, wanted, times=1):
    """Read until something was said so often; answers everything, together with ``said``."""
    async with asyncio.timeout(30):
        while said.count(wanted) < times:
            part = await asyncio.get_running_loop().sock_recv(raw, 65_536)
            assert part, f"the connection ended after {said[-200:]}"
            said += part
    return said


async def rest(raw):
    """What comes until a close frame, or until the connection ends without."""
    said = b""
    with suppress(ConnectionError):
        while b"\x88" not in said and (
            part := await asyncio.get_running_loop().sock_recv(raw, 65_536)
        ):
            said += part
    return said


async def until(true):
    """Wait for a state that nobody announces."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def masked(message, *, opcode=1, last=True):
    """A frame as a client sends it, masked with nothing."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    assert len(body) < 65_536
    return (
        bytes(((0x80 if last else 0) | opcode, 0xFE))
        + len(body).to_bytes(2, "big")
        + bytes(4)
        + body
    )


def test_uvicorn_is_made_as_the_takeover_knows_it():
    """Fails after an upgrade that moved something: then ``serve/lines/takeover.py`` must follow."""
    config = uvicorn.config.Config(lambda: None)
    state = uvicorn.server.ServerState()
    assert uvicorn.config.HTTP_PROTOCOLS["auto"]
    assert uvicorn.config.WS_PROTOCOLS["auto"]
    config.load()
    loop = asyncio.new_event_loop()
    try:
        http = HttpToolsProtocol(config, state, {}, _loop=loop)
        assert {"transport", "cycle", "flow", "connections", "loop", "app_state"} <= vars(
            http
        ).keys()
        ws = WebSocketsSansIOProtocol(config, state, {}, _loop=loop)
        wanted = {"transport", "conn", "queue", "writable", "read_paused", "connections", "loop"}
        assert wanted <= vars(ws).keys()
        assert http.app_state == ws.app_state == {}
    finally:
        loop.close()
    for name in ("on_response_complete", "on_message_begin", "on_headers_complete"):
        assert callable(getattr(HttpToolsProtocol, name))
    assert callable(WebSocketsSansIOProtocol.on_task_complete)
    assert callable(RequestResponseCycle.send)


async def test_a_stream_is_carried_by_a_line_and_no_request_is_open_for_it(house):
    client = house.client()
    async with client.stream(data_types=["player_injury"]) as (stream, _):
        await until(lambda: not house.server.server_state.tasks)
        assert [line.wire.name for line in lines(house)] == ["websocket"]
        await house.tell(report(1))
        assert (await received(stream, 1))[0]["data"]["event_id"] == "e1"
    found = asyncio.create_task(sse(client, 2))
    await until(lambda: "event stream" in [line.wire.name for line in lines(house)])
    await until(lambda: house.hub.clients and not house.server.server_state.tasks)
    await house.tell(report(2))
    assert [event for _, event, _ in await found] == ["subscription_confirmed", "message"]
    await until(lambda: not lines(house))
    assert house.hub.clients == 0


@pytest.mark.parametrize("path", ["/ws/realtime/demo", "/api/v1/realtime/stream"])
async def test_who_is_gone_before_the_takeover_leaves_nothing_behind(house, monkeypatch, path):
    """The connection ends while the application is still at the login or the head of its answer."""
    client, loop, asked = house.client(), asyncio.get_running_loop(), asyncio.Event()
    gone, identified = asyncio.Event(), type(house.app.state.gate).identified

    async def slowly(gate, token):
        asked.set()
        await gone.wait()
        return await identified(gate, token)

    monkeypatch.setattr(type(house.app.state.gate), "identified", slowly)
    with socket.create_connection(("127.0.0.1", house.port)) as raw:
        raw.setblocking(False)
        if path.startswith("/ws"):
            await loop.sock_sendall(raw, UPGRADE.encode())
            await heard(raw, b"", b"101")
            hello = {"type": "authenticate", "token": client.token}
            await loop.sock_sendall(raw, masked(hello) + masked({"type": "subscribe"}))
        else:
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token}\r\n\r\n"
            await loop.sock_sendall(raw, head.encode())
        await asked.wait()
        for connection in connected(house):
            connection.transport.abort()
    await until(lambda: not connected(house))
    gone.set()
    await until(lambda: not house.server.server_state.tasks)
    assert lines(house) == []
    assert house.hub.clients == 0


async def test_behind_a_server_that_is_not_ours_streams_go_as_messages(houses):
    house = await houses(protocols=MESSAGES)
    async with house.client().stream() as (stream, _):
        assert lines(house) == []
        await house.tell(report(1))
        await received(stream, 1)


@pytest.mark.parametrize("protocols", [LINES, MESSAGES])
async def test_what_a_client_sends_in_one_piece_is_all_heard(houses, protocols):
    """Login, subscription, a ping, and half of another: none of it waits for the one before."""
    house = await houses(protocols=protocols)
    loop = asyncio.get_running_loop()
    with socket.create_connection(("127.0.0.1", house.port)) as raw:
        raw.setblocking(False)
        await loop.sock_sendall(raw, UPGRADE.encode())
        said = await heard(raw, b"", b"101")
        hello = {"type": "authenticate", "token": house.client().token}
        wish = {"type": "subscribe", "data_types": ["player_injury"]}
        ping = masked({"type": "ping"})
        await loop.sock_sendall(raw, masked(hello) + masked(wish) + ping + ping[:9])
        said = await heard(raw, said, b'"pong"')
        await loop.sock_sendall(raw, ping[9:])
        said = await heard(raw, said, b'"pong"', 2)
        await heard(raw, said, b"subscription_confirmed")


async def test_readings_take_each_others_place_where_a_client_does_not_read(houses):
    """A client stands still: of ownership it later hears the newest, of news everything."""
    house = await houses(feed_frames=2_000)
    client = house.client("ann", "user")

    def level(number):
        return OwnershipUpdate(
            event_id=f"o{number}", source="s", timestamp=NOW, received_at=NOW, contest_id="c",
            data=Ownership(ownership={f"p{number % 3}": number / 10_000}, basis="projected"),
        )  # fmt: skip

    big = StatusReport(status="OUT", headline="x" * 15_000)
    async with client.socket("ann") as stream:
        await stream.send(json.dumps({"type": "authenticate", "token": client.token}))
        await stream.send(json.dumps({"type": "subscribe"}))
        await received(stream, 1)
        stream.transport.pause_reading()
        told = 0
        while told < 1_000 or not any(g.blocked for g in house.hub._feeds._groups.values()):
            await house.tell(*(report(told + n, data=big) for n in range(50)))
            told += 50
        await house.tell(*(level(n) for n in range(3_000)))
        await house.tell(report("last"))
        stream.transport.resume_reading()
        frames = []
        while not frames or frames[-1]["data"]["event_id"] != "elast":
            frames += await received(stream, 1)
    news = [f["data"]["event_id"] for f in frames if f["type"] == "player_injury"]
    levels = [f for f in frames if f["type"] == "ownership_update"]
    print(
        f"F15: {told} reports before the client was waited for; 3,000 readings became {len(levels)}"
    )
    assert news == [*(f"e{n}" for n in range(told)), "elast"]
    assert len(levels) < 3_000
    assert levels[-1]["data"]["event_id"] == "o2999"
    newest = {}
    for frame in levels:
        newest |= frame["data"]["data"]["ownership"]
    assert newest == {"p0": 0.2997, "p1": 0.2998, "p2": 0.2999}


async def test_a_server_that_is_replaced_sends_its_streams_to_the_next(house):
    client = house.client()
    async with client.stream() as (stream, _), client.stream() as (second, _):
        events = asyncio.create_task(sse(client, 2))
        await until(lambda: house.hub.clients == 3)
        for line in lines(house):
            line.shutdown()
        assert [(await closing(one))[0] for one in (stream, second)] == [1012, 1012]
        last = (await events)[-1]
    assert last[1] == "close"
    assert last[2]["code"] == 1012
    assert "last offset" in last[2]["reason"]


async def test_a_server_that_ends_answers_polls_and_lets_nobody_begin(house):
    client = house.client()
    offset = await house.tell(report(1))
    poll = asyncio.create_task(client.get("/api/v1/realtime/poll", after=offset, wait=60))
    await until(lambda: house.hub.clients == 1)
    (bell,) = [c for c in house.server.server_state.connections if isinstance(c, takeover.Bell)]
    bell.shutdown()
    assert await poll == {"offset": offset, "events": []}
    assert await client.get("/api/v1/realtime/poll", after=offset, wait=60) == await poll
    async with client.stream() as (stream, _):
        assert (await closing(stream))[0] == 1012
    assert bell not in house.server.server_state.connections


async def test_a_client_that_gives_no_sign_of_life_is_given_up(houses):
    house = await houses(ping_s=0.2)
    with socket.create_connection(("127.0.0.1", house.port)) as raw:
        await opened(raw, house.client().token)
        async with asyncio.timeout(30), house.client().stream() as (stream, _):
            heard = []
            while not house.hub.silent:
                heard += await received(stream, 1)
            assert house.hub.clients == 1
    assert {frame["type"] for frame in heard} == {"ping"}


# -- floods: what is relied on is that each is closed, and that others notice nothing


def _fragments():
    yield masked(b"{", last=False)
    while True:
        yield masked(b"", opcode=0, last=False)


FLOODS = {
    "a frame of 64 KiB and more": (
        lambda: iter([b"\x81\xff" + (2**40).to_bytes(8, "big") + bytes(4)]),
        1009,
    ),
    "fragments without end": (_fragments, 4429),
    "a compressed frame": (lambda: iter([bytes((0xC1, 0x84)) + bytes(4) + b"bomb"]), 1002),
    "pings": (lambda: iter(lambda: masked(b"", opcode=9), None), 4429),
    "pongs": (lambda: iter(lambda: masked(b"", opcode=10), None), 4429),
    "texts": (lambda: iter(lambda: masked({"type": "pong"}), None), 4429),
    "no JSON": (lambda: iter([masked(b"\xff")]), 4400),
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_floods_are_closed_and_others_notice_nothing(house, flood):
    make, code = FLOODS[flood]
    client, loop = house.client(), asyncio.get_running_loop()
    sent, begun = 0, time.perf_counter()
    async with client.stream() as (stream, _), asyncio.timeout(30):
        with socket.create_connection(("127.0.0.1", house.port)) as raw:
            said = await opened(raw, client.token)
            for frame in make():
                if sent == 200:
                    break
                try:
                    await loop.sock_sendall(raw, frame)
                except ConnectionError:
                    break
                sent += 1
            said += await rest(raw)
        took = time.perf_counter() - begun
        await house.tell(report(1))
        while (await received(stream, 1))[0]["type"] != "player_injury":
            pass
    print(f"F22: {flood}: {sent} frames sent, closed with {code} after {took:.2f} s")
    assert b"\x88" in said
    assert code.to_bytes(2, "big") in said[said.rindex(b"\x88") :]


async def test_half_handshakes_are_closed(house, monkeypatch):
    monkeypatch.setattr(takeover, "HEADERS_S", 0.5)
    raws = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(200)]
    loop, begun = asyncio.get_running_loop(), time.perf_counter()
    try:
        for raw in raws:
            raw.setblocking(False)
            await loop.sock_sendall(raw, UPGRADE[:60].encode())
        async with house.client().stream() as (stream, _), asyncio.timeout(30):
            await house.tell(report(1))
            await received(stream, 1)
            assert [await rest(raw) for raw in raws] == [b""] * 200
    finally:
        for raw in raws:
            raw.close()
    took = time.perf_counter() - begun
    print(f"F22: {len(raws)} half handshakes closed after {took:.1f} s, given 0.5 s each")


async def test_compression_is_not_agreed_on(house):
    address = house.url.replace("http", "ws") + "/ws/realtime/demo"
    async with websockets.connect(address, compression="deflate") as stream:
        assert "Sec-WebSocket-Extensions" not in stream.response.headers


async def test_offsets_of_another_history_are_told_on_every_transport(house):
    """F17: an old epoch, an offset that is not retained any more, and one of the future."""
    client = house.client()
    offsets = [await house.tell(report(n)) for n in range(3)]
    epoch, _, sequence = offsets[-1].partition("-")
    asked = {"old epoch": f"1-{sequence}", "future": f"{epoch}-{int(sequence) + 99}"}
    told = {}
    for name, after in asked.items():
        async with client.stream(after=after) as (stream, _):
            (state,) = await received(stream, 1)
        found = await sse(client, 2, {"Last-Event-ID": after})
        polled = await client.get("/api/v1/realtime/poll", after=after, wait=0)
        told[name] = [state["type"], found[1][1], polled["type"]]
        assert state["reason"] == found[1][2]["reason"] == polled["reason"]
        assert state["offset"] == polled["offset"] == offsets[-1]
    print("F17:", told)
    assert told == dict.fromkeys(asked, ["snapshot"] * 3)


async def test_reads_of_the_log_do_not_grow_with_clients_that_reconnect(house):
    """F16 in small: fifty clients resume after events they missed, from what the replica holds."""
    client = house.client()
    start = await house.tell(report(0))
    await house.tell(*(report(n) for n in range(1, 21)))
    reads, original = [], house.log.read

    async def counted(after, **kwargs):
        reads.append(after)
        return await original(after, **kwargs)

    house.log.read = counted

    async def resume():
        async with client.stream(after=start, data_types=["player_injury"]) as (stream, _):
            return [f["data"]["event_id"] for f in await received(stream, 20)]

    seen = await asyncio.gather(*(resume() for _ in range(50)))
    behind = [after for after in reads if after == start]
    print(f"F16: 50 clients resumed 20 events each, {len(behind)} reads of the log for them")
    assert seen == [[f"e{n}" for n in range(1, 21)]] * 50
    assert behind == []


def test_events_know_what_takes_their_place():
    from models.events import LineMovement
    from serve.frames import Frame
    from serve.subscription import subject_of

    def frame(offset, event):
        return Frame(offset, event, subject_of(event, ""))

    common = {"source": "s", "timestamp": NOW, "received_at": NOW, "game_id": "g"}
    slots = [
        frame(
            "1-1", LineMovement(event_id="1", data={"book": book, "market": market}, **common)
        ).slot
        for book, market in (("a", "total"), ("a", "spread"), ("b", "total"), ("a", "total"))
    ]
    assert slots[0] == slots[3]
    assert len(set(slots)) == 3
    injury = PlayerInjury(event_id="2", player_id="p", data=StatusReport(status="OUT"), **common)
    assert frame("1-1", injury).slot != frame("1-2", injury).slot
