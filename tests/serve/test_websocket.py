"""The WebSocket over real sockets: who is let in, what is sent, and that nothing is lost."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from datetime import UTC, datetime

import jwt
import pytest
from websockets.exceptions import ConnectionClosed

from models.decisions import SwapProposal
from models.events import Alert, GameReport, GameStart, LateSwap, PlayerInjury, StatusReport
from serve.feed import RESTARTED, RESTARTING
from serve.tokens import mint
from tests.serve.conftest import SECRET

NOW = datetime(2026, 1, 17, tzinfo=UTC)


def report(number, **more):
    fields = {
        "event_id": f"e{number}",
        "source": "wire",
        "timestamp": NOW,
        "received_at": NOW,
        "player_id": f"p{number}",
        "data": StatusReport(status="OUT"),
    }
    return PlayerInjury(**(fields | more))


async def received(socket_, count):
    async with asyncio.timeout(10):
        return [json.loads(await socket_.recv()) for _ in range(count)]


async def closing(socket_):
    """Code and reason with which the server ends the connection."""
    try:
        async with asyncio.timeout(10):
            while True:
                await socket_.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code, closed.rcvd.reason


async def test_a_subscription_is_confirmed_and_then_events_flow(house):
    async with house.client().stream(data_types=["player_injury"]) as (stream, confirmed):
        assert confirmed["type"] == "subscription_confirmed"
        assert confirmed["data_types"] == ["player_injury"]
        offset = await house.tell(report(1))
        (frame,) = await received(stream, 1)
    assert frame["offset"] == offset
    assert frame["type"] == "player_injury"
    assert frame["data"]["player_id"] == "p1"
    assert frame["data"]["data"] == {"status": "OUT"}


@pytest.mark.parametrize("types", [[], ["*"]])
async def test_no_types_or_a_star_are_all_types(house, types):
    async with house.client().stream(data_types=types) as (stream, confirmed):
        assert {"game_start", "late_swap", "alert"} <= set(confirmed["data_types"])
        assert "entries_uploaded" not in confirmed["data_types"]
        await house.tell(
            GameStart(event_id="g", source="s", timestamp=NOW, received_at=NOW, data=GameReport())
        )
        assert (await received(stream, 1))[0]["type"] == "game_start"


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({"player_ids": ["p2", 7]}, ["e2"]),
        ({"sports": ["NFL"]}, ["e1"]),
        ({"impact_threshold": 5}, ["e3"]),
        ({"contest_ids": ["c9"]}, ["e1", "e2", "e3"]),
        ({"data_types": ["game_start"]}, []),
    ],
)
async def test_filters_let_through_what_they_say(house, filters, sent):
    async with house.client().stream(**filters) as (stream, _):
        await house.tell(
            report(1, sport="nfl"),
            report(2, sport="nba"),
            report(3, sport="nba", impact_rating=-8),
            report(4, sport="nba", contest_id="c1", player_id="p4"),
        )
        await house.tell(
            GameStart(event_id="end", source="s", timestamp=NOW, received_at=NOW, data=GameReport())
        )
        found = []
        while not found or found[-1] != "end":
            found += [f["data"]["event_id"] for f in await received(stream, 1)]
    assert [e for e in found if e != "end"] == sent


@pytest.mark.parametrize("recent", [4096, 3])
async def test_after_a_reconnect_every_event_comes_once_and_in_order(either, recent):
    house = await either(recent_frames=recent)
    client = house.client()
    offsets = [await house.tell(report(n)) for n in range(20)]
    async with client.stream(after=offsets[4]) as (stream, confirmed):
        assert confirmed["offset"] == offsets[4]
        writing = asyncio.create_task(_write(house, 20, 60))
        frames = await received(stream, 55)
        await writing
    assert [f["data"]["event_id"] for f in frames] == [f"e{n}" for n in range(5, 60)]


async def _write(house, first, last):
    for number in range(first, last):
        await house.tell(report(number))


async def test_many_clients_that_come_and_go_miss_nothing(house):
    events = 300

    async def follow(number):
        client, seen, after = house.client(), [], None
        while len(seen) < events:
            async with client.stream(after=after or "0-0") as (stream, _):
                for frame in await received(stream, min(17 + number, events - len(seen))):
                    seen.append(frame["data"]["event_id"])
                    after = frame["offset"]
        return seen

    followers = [asyncio.create_task(follow(n)) for n in range(10)]
    await _write(house, 0, events)
    for seen in await asyncio.gather(*followers):
        assert seen == [f"e{n}" for n in range(events)]


@pytest.mark.parametrize("after", ["1-1", "99999999999999-5"])
async def test_an_offset_of_another_history_is_answered_with_a_snapshot(house, after):
    await house.tell(report(1, data=StatusReport(status="Q")))
    last = await house.tell(report(1, event_id="e1b"))
    async with house.client().stream(after=after) as (stream, confirmed):
        (snapshot,) = await received(stream, 1)
        await house.tell(report(2))
        (live,) = await received(stream, 1)
    assert confirmed["offset"] == snapshot["offset"] == last
    assert snapshot["type"] == "snapshot"
    assert [f["data"]["event_id"] for f in snapshot["data"]["events"]] == ["e1b"]
    assert live["data"]["event_id"] == "e2"


async def test_an_offset_older_than_what_is_retained_is_answered_with_a_snapshot(houses):
    house = await houses(recent_frames=1)
    offsets = [await house.tell(report(n)) for n in range(5)]
    await house.log.trim("system", offsets[3])
    async with house.client().stream(after=offsets[1]) as (stream, _):
        (snapshot,) = await received(stream, 1)
    assert snapshot["type"] == "snapshot"
    assert [f["data"]["event_id"] for f in snapshot["data"]["events"]] == [
        f"e{n}" for n in range(5)
    ]


async def test_a_snapshot_brings_the_standing_proposals(night):
    client = night.client()
    await night.scratch(client)
    async with client.stream(after="1-1") as (stream, _):
        (snapshot,) = await received(stream, 1)
    assert snapshot["data"]["proposals"]
    assert {e["type"] for e in snapshot["data"]["events"]} >= {"slate_opened", "player_injury"}


async def test_a_client_that_never_reads_is_closed_and_nobody_waits_for_it(either):
    house = await either(feed_frames=64)
    client = house.client()
    lazy = socket.create_connection(("127.0.0.1", int(house.url.rpartition(":")[2])))
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    lazy.setblocking(False)
    await _subscribe_by_hand(lazy, client)
    async with client.stream() as (stream, _):
        text = StatusReport(status="OUT", headline="x" * 15_000)
        for n in range(1500):
            await house.tell(report(n, data=text))
            (frame,) = await received(stream, 1)
            assert frame["data"]["event_id"] == f"e{n}"
            if house.hub.clients == 1:
                break
        assert house.hub.clients == 1
    lazy.close()


async def _subscribe_by_hand(lazy, client):
    """Open a WebSocket with nothing but a socket, subscribe, and never read again."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(
        lazy,
        b"GET /ws/realtime/demo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    )
    assert b"101" in await loop.sock_recv(lazy, 4096)
    for message in ({"type": "authenticate", "token": client.token}, {"type": "subscribe"}):
        body = json.dumps(message).encode()
        head = bytes((0x81, 0xFE)) + len(body).to_bytes(2, "big") + bytes(4)
        await loop.sock_sendall(lazy, head + body)
    await loop.sock_recv(lazy, 10)


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"type": "authenticate", "token": "no"}, 4401),
        ({"type": "authenticate"}, 4401),
        ({"type": "subscribe"}, 4401),
        ({"type": "authenticate", "token": mint("demo", "user", "x" * 40, 3600)}, 4401),
        ({"type": "authenticate", "token": mint("demo", "user", SECRET, -60)}, 4401),
        ({"type": "authenticate", "token": mint("eve", "user", SECRET, 3600)}, 4403),
        (["no", "object"], 4400),
        ({"type": "x" * 70_000}, 1009),
    ],
)
async def test_who_is_not_let_in_is_told_why(house, first, code):
    async with house.client().socket("demo") as stream:
        await stream.send(json.dumps(first))
        found, reason = await closing(stream)
    assert found == code
    assert reason


async def test_who_says_nothing_is_closed(houses):
    house = await houses(login_s=0.05)
    async with house.client().socket() as stream:
        assert (await closing(stream))[0] == 4401


async def test_a_token_that_expires_ends_the_stream(either):
    house = await either()
    client = house.client()
    client.token = mint("demo", "user", SECRET, 1)
    expires = jwt.decode(client.token, options={"verify_signature": False})["exp"]
    async with client.stream() as (stream, _):
        assert await closing(stream) == (4401, "the token has expired: get a new one")
    late = time.time() - expires
    print(f"F20: closed {1000 * late:.0f} ms after the token expired, allowed 5,000 ms")
    assert late < 5.0


async def test_a_wrong_subscription_is_refused_by_name(either):
    house = await either()
    client = house.client()
    async with client.socket() as stream:
        await stream.send(json.dumps({"type": "authenticate", "token": client.token}))
        await stream.send(json.dumps({"type": "subscribe", "data_types": ["gossip"]}))
        code, reason = await closing(stream)
    assert code == 4400
    assert reason.startswith("data_types: 'gossip'")


async def test_a_page_of_another_origin_is_not_served(house):
    import websockets

    address = house.url.replace("http", "ws") + "/ws/realtime/demo"
    async with websockets.connect(address, origin="https://elsewhere.example") as stream:
        assert (await closing(stream))[0] == 4403


async def test_a_new_subscription_replaces_the_old_one(either):
    house = await either()
    async with house.client().stream(data_types=["game_start"]) as (stream, _):
        await stream.send(json.dumps({"type": "subscribe", "data_types": ["player_injury"]}))
        (confirmed,) = await received(stream, 1)
        assert confirmed["data_types"] == ["player_injury"]
        await house.tell(report(1))
        assert (await received(stream, 1))[0]["data"]["event_id"] == "e1"
    assert house.hub.clients <= 1


async def test_signs_of_life_come_when_nothing_else_does(either):
    house = await either(ping_s=0.05)
    async with house.client().stream() as (stream, _):
        assert (await received(stream, 1))[0]["type"] == "ping"
        await stream.send('{"type": "ping"}')
        while (await received(stream, 1))[0]["type"] != "pong":
            pass


async def test_what_belongs_to_a_user_is_not_shown_to_another(house):
    def swap(user):
        return LateSwap(
            event_id=f"s-{user}",
            source="contest",
            timestamp=NOW,
            received_at=NOW,
            user_id=user,
            contest_id="c",
            data=SwapProposal(
                proposal_id=f"s-{user}",
                contest_id="c",
                entry_id="1",
                user_id=user,
                state="proposed",
                as_of="1-1",
                before=(),
                after=(),
                points_before=0,
                points_after=0,
                gain_points=0,
                moves=(),
                deadline=None,
            ),
        )

    alert = Alert(
        event_id="a", source="s", timestamp=NOW, received_at=NOW, user_id="bob", data={"x": 1}
    )
    anna, boss = house.client("anna", "user"), house.client("boss", "operator")
    async with anna.stream() as (hers, _), boss.stream() as (all_, _):
        await house.tell(swap("bob"), alert, swap("anna"))
        assert [f["data"]["event_id"] for f in await received(hers, 1)] == ["s-anna"]
        seen = [f["data"]["event_id"] for f in await received(all_, 3)]
    assert seen == ["s-bob", "a", "s-anna"]


async def test_a_log_that_began_anew_sends_its_readers_to_subscribe_again(house):
    client = house.client()
    async with client.stream() as (stream, _):
        await house.tell(report(1))
        await received(stream, 1)
        house.log._epoch += 1_000_000
        house.log._sequence = 0
        house.log._batches.clear()
        house.log._offsets.clear()
        async with house.log._grown:
            house.log._grown.notify_all()
        code, _ = await closing(stream)
    assert code == 4410
    await house.hub.caught_up()
    await house.tell(report(2))
    async with client.stream(after="0-0") as (stream, _):
        assert (await received(stream, 1))[0]["data"]["event_id"] == "e2"


async def test_a_stopping_server_says_goodbye(either):
    house = await either()
    async with house.client().stream() as (stream, _):
        await house.hub.stop()
        assert await closing(stream) == (RESTARTING, RESTARTED)
