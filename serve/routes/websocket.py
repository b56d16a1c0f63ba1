"""The WebSocket: authenticate, subscribe, then every matching event once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing, suppress
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from actors.log.errors import LogError
from models import codec
from models.ingest import Refused, parse
from serve.access import PEOPLE, Gate
from serve.confirming import confirmation, deadline, snapshot
from serve.feed import EXPIRED, NOT_LET_IN, TRY_LATER, Feed, FeedEnded
from serve.limits import Window
from serve.subscription import Subscription
from serve.tokens import Identity, TokenError

router = APIRouter(tags=["streams"])

BAD_MESSAGE = 4400
FORBIDDEN = 4403
TOO_MANY = 4429
NOTED = frozenset({NOT_LET_IN, FORBIDDEN, TOO_MANY})
"""Closes that go into the trail."""
TOO_LARGE = 1009
MAX_MESSAGE = 64 * 1024
CLOSE_S = 2.0


@router.websocket("/ws/realtime/{user}")
async def stream(websocket: WebSocket, user: str) -> None:
    """Authenticate, subscribe, then frames until one side ends it."""
    await _talk(websocket, user)


@router.websocket("/api/v1/odds/realtime")
async def odds(websocket: WebSocket) -> None:
    """The same for whoever the token names; without types of its own it sends line movements."""
    websocket.state.preselected = ["line_movement"]
    await _talk(websocket, "")


async def _talk(websocket: WebSocket, user: str) -> None:
    await websocket.accept()
    context: Gate = websocket.app.state.gate
    websocket.state.messages = Window(context.settings.messages_a_minute)
    try:
        _check_origin(websocket, context)
        viewer = await _login(websocket, context, user)
        asked = await _next_message(websocket)
        async with asyncio.timeout_at(deadline(context, viewer)):
            while asked is not None:
                asked = await _serve(websocket, context, viewer, asked)
    except WebSocketDisconnect:
        return
    except TimeoutError:
        await _close(websocket, FeedEnded(NOT_LET_IN, EXPIRED))
    except FeedEnded as ended:
        if ended.code in NOTED:
            await context.trail.refused(websocket, ended.reason, user)
        await _close(websocket, ended)
    except Refused as error:
        await _close(websocket, FeedEnded(BAD_MESSAGE, str(error)))
    except LogError:
        await _close(websocket, FeedEnded(TRY_LATER, "the log does not answer: reconnect"))


async def _close(websocket: WebSocket, ended: FeedEnded) -> None:
    """Say why; a client that does not even read that is let go."""
    reason = ended.reason.encode()[:120].decode(errors="ignore")
    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await websocket.close(ended.code, reason)


def _check_origin(websocket: WebSocket, context: Gate) -> None:
    """A browser names the page it runs: only our own, or one that the operator allows."""
    origin = websocket.headers.get("origin", "")
    same = urlsplit(origin).netloc == websocket.headers.get("host", "")
    if origin and not same and origin not in context.settings.allowed_origins:
        raise FeedEnded(FORBIDDEN, f"streams are not open to pages of {origin}")


async def _login(websocket: WebSocket, context: Gate, user: str) -> Identity:
    """The bearer, by a ticket in the address or by the first message."""
    ticket = websocket.query_params.get("ticket", "")
    try:
        if ticket:
            viewer = await context.redeemed(websocket, ticket)
        else:
            viewer = await context.identified(await _first_token(websocket, context))
    except TokenError as error:
        raise FeedEnded(NOT_LET_IN, error.reason) from error
    if user and viewer.user != user and viewer.role != "operator":
        raise FeedEnded(FORBIDDEN, f"this is the stream of {user}, not of {viewer.user}")
    if viewer.role in PEOPLE and context.hub.clients_of(viewer) >= context.settings.streams_a_user:
        raise FeedEnded(TOO_MANY, f"{viewer.user} has as many streams open as one may have")
    return viewer


async def _first_token(websocket: WebSocket, context: Gate) -> str:
    try:
        async with asyncio.timeout(context.settings.login_s):
            message = await _next_message(websocket)
    except TimeoutError:
        raise FeedEnded(NOT_LET_IN, "no token came: authenticate first") from None
    token = message.get("token")
    if message.get("type") != "authenticate" or not isinstance(token, str):
        raise FeedEnded(NOT_LET_IN, 'first send {"type": "authenticate", "token": "..."}')
    return token


async def _next_message(websocket: WebSocket) -> dict[str, Any]:
    """The client's next message; FeedEnded for anything that is no small JSON object."""
    received = await websocket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code") or 1000)
    if wait := websocket.state.messages.take():
        raise FeedEnded(TOO_MANY, f"too many messages in a minute: reconnect in {wait:.0f} s")
    body = received.get("bytes") or (received.get("text") or "").encode()
    if len(body) > MAX_MESSAGE:
        raise FeedEnded(TOO_LARGE, f"messages hold at most {MAX_MESSAGE:,} bytes")
    message = parse(body)
    if not isinstance(message, dict):
        raise Refused("", "a message is a JSON object with a type")
    return message


async def _serve(
    websocket: WebSocket, context: Gate, viewer: Identity, asked: dict[str, Any]
) -> dict[str, Any]:
    """Serve one subscription until the client sends another; answers that one."""
    if asked.get("type") != "subscribe":
        raise Refused("type", "after authenticate comes subscribe")
    preselected = getattr(websocket.state, "preselected", [])
    wanted = Subscription.of({"data_types": preselected} | asked)
    feed = await context.hub.subscribe(viewer, wanted, _after(asked.get("after")))
    await _send(websocket, confirmation(feed))
    if feed.gap:
        await websocket.send_text((await snapshot(context, feed)).decode())
    return await _first(_send_frames(websocket, context, feed), _listen(websocket), _give_up(feed))


def _after(offset: object) -> str | None:
    if offset is None or offset == "":
        return None
    if not isinstance(offset, str):
        raise Refused("after", "must be an offset as it came, a text")
    return offset


async def _send(websocket: WebSocket, message: dict[str, Any]) -> None:
    await websocket.send_text(codec.to_json(message).decode())


async def _send_frames(websocket: WebSocket, context: Gate, feed: Feed) -> dict[str, Any]:
    async with aclosing(context.hub.stream(feed, context.settings.ping_s)) as stream:
        async for frames in stream:
            if not frames:
                await _send(websocket, {"type": "ping", "offset": context.hub.offset})
            for frame in frames:
                await websocket.send_text(frame.text)
    raise AssertionError("a stream ends by FeedEnded")


async def _listen(websocket: WebSocket) -> dict[str, Any]:
    """Answer pings; the next subscription ends the wait."""
    while True:
        message = await _next_message(websocket)
        match message.get("type"):
            case "ping":
                await _send(websocket, {"type": "pong"})
            case "pong":
                continue
            case _:
                return message


async def _give_up(feed: Feed) -> dict[str, Any]:
    """Raise once the feed is ended, even while a frame waits for a client that never reads."""
    raise await feed.ended()


async def _first(*work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """What the first of them answers or raises; the others are ended."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
