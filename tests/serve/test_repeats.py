"""Ownership that was read a moment ago is answered again; whatever has changed is asked for."""

from __future__ import annotations

import asyncio

from models.events import Ownership, OwnershipUpdate
from serve import repeats
from tests.serve.conftest import MESSAGES
from tests.serve.test_websocket import NOW


def path(night):
    return f"/api/v1/realtime/ownership/{night.contest_id}"


async def counted(night, client, times):
    """Answers, and how often the contest's actor was asked for them."""
    asked, original = [], night.actors.ask_contest

    async def ask(contest, question):
        asked.append(contest)
        return await original(contest, question)

    night.actors.ask_contest = ask
    answers = [await client.http.get(path(night)) for _ in range(times)]
    night.actors.ask_contest = original
    return answers, len(asked)


async def test_an_answer_is_repeated_whole(night, monkeypatch):
    monkeypatch.setattr(repeats, "REPEAT_S", 60.0)
    client = night.client()
    (first, *others), asked = await counted(night, client, 20)
    assert asked == 1
    for answer in others:
        assert answer.status_code == 200
        assert answer.content == first.content
        assert dict(answer.headers) | {"date": ""} == dict(first.headers) | {"date": ""}
    metrics = (await client.http.get("/metrics")).text
    assert 'route="/api/v1/realtime/ownership/{contest}",status="200"} 20.0' in metrics


async def test_an_event_ends_the_repetition(night, monkeypatch):
    monkeypatch.setattr(repeats, "REPEAT_S", 60.0)
    client = night.client()
    player = await night.somebody(client)
    await client.get(path(night))
    level = OwnershipUpdate(
        event_id="o1", source="s", timestamp=NOW, received_at=NOW, contest_id=night.contest_id,
        slate_id=night.slate.slate_id, data=Ownership(ownership={player: 0.123}, basis="observed"),
    )  # fmt: skip
    offset = await night.tell(level)
    await night.actors.settle(night.slate.slate_id, night.contest_id, offset)
    assert (await client.get(path(night)))["ownership"][player] == 0.123


async def test_after_a_moment_one_asks_for_all(night, monkeypatch):
    client = night.client()
    monkeypatch.setattr(repeats, "REPEAT_S", 60.0)
    await client.get(path(night))
    kept = night.app.state.gate.repeats._answers
    kept[path(night)] = kept[path(night)]._replace(until=0.0)
    _, asked = await counted(night, client, 5)
    assert asked == 1


async def test_nobody_is_answered_who_would_be_refused(night, monkeypatch):
    monkeypatch.setattr(repeats, "REPEAT_S", 60.0)
    client, ann = night.client(), night.client("ann", "user")
    await ann.get(path(night))
    for header in ("", "Bearer guess", f"Basic {ann.token}"):
        answer = await client.http.get(path(night), headers={"Authorization": header})
        assert answer.status_code == 401
    await ann.post("/api/v1/sessions/sign-out", {})
    await ann.get(path(night), status=401)
    await client.get(path(night))
    monkeypatch.setattr(repeats, "TOKEN_S", -1.0)
    boss = night.client("boss")
    await boss.get(path(night))
    _, asked = await counted(night, boss, 3)
    assert asked == 3


async def test_who_asks_too_often_is_refused_as_ever(houses):
    night = await houses(requests_a_minute=5)
    await night.open_night()
    ann = night.client("ann", "user")
    answers = [(await ann.http.get(path(night))).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2


async def test_requests_that_come_in_one_piece_are_answered_in_order(night, monkeypatch):
    monkeypatch.setattr(repeats, "REPEAT_S", 60.0)
    client = night.client()
    first = await client.http.get(path(night))
    ask = "GET {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n"
    one, other = ask.format(path(night), client.token), ask.format("/health/live", client.token)
    reader, writer = await asyncio.open_connection("127.0.0.1", night.port)
    writer.write(
        (
            other + one + other + one + one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
        ).encode()
    )
    async with asyncio.timeout(30):
        said = await reader.read()
    writer.close()
    assert said.count(b"HTTP/1.1 200 OK\r\n") == 5
    bodies = [part.partition(b"\r\n\r\n")[2] for part in said.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert [body == first.content for body in bodies] == [False, True, False, True, True]


async def test_behind_a_server_that_is_not_ours_everything_is_asked_for(houses):
    night = await houses(protocols=MESSAGES)
    await night.open_night()
    _, asked = await counted(night, night.client(), 3)
    assert asked == 3
