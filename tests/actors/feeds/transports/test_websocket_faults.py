"""How sockets end, hang and mislead, and what is made of it."""
# ruff: noqa: PT012  # a connection is read until it ends

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager

import pytest
from clocks import FastClock
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from actors.feeds.transports.port import Beat, Frame, LinkFault
from actors.feeds.transports.websocket import WebSocketOptions, WebSocketTransport


@asynccontextmanager
async def serving(handler, **options):
    async with serve(handler, "127.0.0.1", 0, **options) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


def transport(url: str, session, **options) -> WebSocketTransport:
    return WebSocketTransport(WebSocketOptions(url=url, **options), session, FastClock())


async def frames_and_fault(socket) -> tuple[list[bytes], LinkFault]:
    bodies = []
    with pytest.raises(LinkFault) as fault:
        async with asyncio.timeout(60), aclosing(socket.signals()) as signals:
            async for signal in signals:
                bodies += [signal.body] if isinstance(signal, Frame) else []
    return bodies, fault.value


@pytest.mark.parametrize("code", [4400, 4404])
async def test_a_game_that_is_over_or_unknown_is_not_asked_for_again_soon(session, code):
    async def over(connection):
        await connection.close(code, "no game")

    async with serving(over) as url:
        _, fault = await frames_and_fault(transport(url, session))
    assert (fault.kind, fault.wait_s) == ("refused", 300.0)
    assert str(code) in fault.reason


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012, 4000])
async def test_any_other_close_may_be_tried_again(session, code):
    async def bye(connection):
        await connection.send("last words")
        await connection.close(code)

    async with serving(bye) as url:
        bodies, fault = await frames_and_fault(transport(url, session))
    assert bodies == [b"last words"]
    assert (fault.kind, fault.wait_s) == ("lost", 0.0)


async def test_a_half_open_socket_is_noticed_by_a_missing_pong(session):
    """The far end accepts, and from then on reads and writes nothing."""
    held = []

    async def half_open(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        held.append(writer)
        writer.write(handshake(request))
        await writer.drain()

    server = await asyncio.start_server(half_open, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        _, fault = await frames_and_fault(transport(url, session, ping_s=0.2))
        for writer in held:
            writer.close()
    assert fault.kind == "silent"


def handshake(request: bytes) -> bytes:
    import base64
    import hashlib

    key = next(
        line.split(b":", 1)[1].strip()
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"sec-websocket-key")
    )
    magic = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key + magic).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


@pytest.mark.parametrize(
    "garbage",
    [b"\x83\x01x", b"\xff\xff\xff\xff", b"\x81\x02\xff\xfe", b"\x09\x00"],
    ids=["opcode", "reserved bits", "no UTF-8", "fragmented ping"],
)
async def test_malformed_frames_end_the_connection(session, garbage):
    async def babble(reader, writer):
        writer.write(handshake(await reader.readuntil(b"\r\n\r\n")) + garbage)
        await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        _, fault = await frames_and_fault(transport(url, session))
    assert fault.kind == "malformed"


async def test_a_message_beyond_the_limit_ends_the_connection(session):
    async def flood(connection):
        await connection.send("x" * 100_000)
        await connection.wait_closed()

    async with serving(flood) as url:
        _, fault = await frames_and_fault(transport(url, session, max_message=10_000))
    assert fault.kind == "malformed"


async def test_compressed_and_fragmented_messages_come_whole(session):
    async def speak(connection):
        await connection.send("héllo " * 5000)
        await connection.send(["one ", "two ", "three"])
        await connection.send(b"\x00\x01")

    async with serving(speak, compression="deflate") as url:
        bodies, _ = await frames_and_fault(transport(url, session))
    assert bodies == ["héllo ".encode() * 5000, b"one two three", b"\x00\x01"]


async def test_subscription_and_keepalive_are_sent_and_text_pings_answered(session):
    heard = []

    async def listen(connection):
        await connection.send("ping")
        async for text in connection:
            heard.append(text)
            if heard.count("Gameday5") == 2:
                await connection.send("enough")
                return

    async with serving(listen) as url:
        socket = transport(
            url, session, subscribe=("subscribe",), keepalive="Gameday5", keepalive_s=0.05,
            answers={"ping": "pong"},
        )  # fmt: skip
        bodies, _ = await frames_and_fault(socket)
    assert bodies == [b"enough"]
    assert heard[0] == "subscribe"
    assert sorted(heard) == ["Gameday5", "Gameday5", "pong", "subscribe"]


async def test_pings_of_the_server_are_answered_and_count_as_life(session):
    async def ping(connection):
        await (await connection.ping())
        await connection.send("got the pong")
        await connection.wait_closed()

    async with serving(ping) as url:
        kinds = []
        async with asyncio.timeout(60), aclosing(transport(url, session).signals()) as signals:
            async for signal in signals:
                kinds.append(type(signal))
                if kinds[-1] is Frame:
                    break
    assert kinds == [Beat, Beat, Frame]


async def test_a_refused_handshake_says_how_long_to_wait(session):
    def limit(connection, _):
        answer = connection.respond(429, "too many\n")
        answer.headers["Retry-After"] = "11"
        return answer

    async def never(connection):
        raise ConnectionClosed(None, None)

    async with serving(never, process_request=limit) as url:
        _, fault = await frames_and_fault(transport(url, session))
    assert (fault.kind, fault.wait_s) == ("limited", 11.0)


async def test_many_sockets_to_one_host_stand_at_the_same_time(session):
    here = asyncio.Barrier(30)

    async def all_at_once(connection):
        await here.wait()
        await connection.send("all here")

    async with serving(all_at_once) as url:
        sockets = [transport(url, session) for _ in range(30)]
        told = await asyncio.gather(*(frames_and_fault(socket) for socket in sockets))
    assert [bodies for bodies, _ in told] == [[b"all here"]] * 30
