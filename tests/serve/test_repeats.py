"""An answer that is kept is given below the application, to those who may have it."""

from __future__ import annotations

import asyncio

from serve import repeats
from tests.serve.conftest import MESSAGES


def path(night):
    return f"/api/v1/realtime/ownership/{night.contest_id}"


async def counted(night, client, times):
    """Answers, and how often the application verified a token for them."""
    keys, verified = night.app.state.gate.keys, []
    original = keys.verify

    async def verify(token):
        verified.append(token)
        return await original(token)

    keys.verify = verify
    answers = [await client.http.get(path(night)) for _ in range(times)]
    keys.verify = original
    return answers, len(verified)


async def test_an_answer_is_repeated_whole(night):
    client = night.client()
    (first, *others), verified = await counted(night, client, 20)
    assert verified == 1
    for answer in others:
        assert answer.status_code == 200
        assert answer.content == first.content
        assert dict(answer.headers) | {"date": ""} == dict(first.headers) | {"date": ""}
    metrics = (await client.http.get("/metrics")).text
    assert 'route="/api/v1/realtime/ownership/{contest}",status="200"} 20.0' in metrics


async def test_nobody_is_answered_who_would_be_refused(night, monkeypatch):
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
    _, verified = await counted(night, boss, 3)
    assert verified == 3


async def test_who_asks_too_often_is_refused_as_ever(houses):
    night = await houses(requests_a_minute=5)
    await night.open_night()
    ann = night.client("ann", "user")
    answers = [(await ann.http.get(path(night))).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2


async def test_requests_that_come_in_one_piece_are_answered_in_order(night):
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
    _, verified = await counted(night, night.client(), 3)
    assert verified == 3
