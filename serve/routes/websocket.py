"""The WebSocket: authenticate, subscribe, then every matching event once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, NoReturn
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from actors.log.errors import LogError
from models.ingest import Refused
from serve.access import PEOPLE, Gate
from serve.feed import NOT_LET_IN, TRY_LATER, FeedEnded
from serve.limits import Window
from serve.lines import takeover
from serve.lines.outlet import Outlet, Pump
from serve.lines.socket import CLOSE_S
from serve.lines.wire import TEXTS
from serve.talk import BAD_MESSAGE, FORBIDDEN, NOTED, TOO_MANY, Talk, message_of
from serve.tokens import Identity, TokenError
from serve.trail import Caller

router = APIRouter(tags=["streams"])


@router.websocket("/ws/realtime/{user}")
async def stream(websocket: WebSocket, user: str) -> None:
    """Authenticate, subscribe, then frames until one side ends it."""
    await _open(websocket, user)


@router.websocket("/api/v1/odds/realtime")
async def odds(websocket: WebSocket) -> None:
    """The same for whoever the token names; without types of its own it sends line movements."""
    websocket.state.preselected = ("line_movement",)
    await _open(websocket, "")


async def _open(websocket: WebSocket, user: str) -> None:
    await websocket.accept()
    context: Gate = websocket.app.state.gate
    websocket.state.messages = Window(context.settings.messages_a_minute)
    try:
        _check_origin(websocket, context)
        viewer = await _login(websocket, context, user)
        await _serve(websocket, context, viewer)
    except WebSocketDisconnect:
        return
    except FeedEnded as ended:
        if ended.code in NOTED:
            await context.trail.refused(websocket, ended.reason, user)
        await _close(websocket, ended)
    except Refused as error:
        await _close(websocket, FeedEnded(BAD_MESSAGE, str(error)))
    except LogError:
        await _close(websocket, FeedEnded(TRY_LATER, "the log does not answer: reconnect"))


async def _serve(websocket: WebSocket, context: Gate, viewer: Identity) -> None:
    """Let a client that was let in subscribe: on a line of its own, where one can be had."""
    asked = await _next_message(websocket)
    line = takeover.websocket_line(websocket.scope)
    if line is not None:
        line.talk = talk = _talk(websocket, context, viewer, line)
        await _heard_until_now(websocket, talk, asked)
        return
    pump = Pump(TEXTS)
    talk = _talk(websocket, context, viewer, pump)
    try:
        talk.obey(asked)
        await _first(_send(websocket, pump), _listen(websocket, talk), _give_up(pump))
    except FeedEnded as ended:  # noted by the talk
        await _close(websocket, ended)
    finally:
        talk.over()


def _talk(websocket: WebSocket, context: Gate, viewer: Identity, outlet: Outlet) -> Talk:
    return Talk(
        context,
        viewer,
        outlet,
        Caller.of(websocket),
        messages=websocket.state.messages,
        preselected=getattr(websocket.state, "preselected", ()),
    )


async def _heard_until_now(websocket: WebSocket, talk: Talk, asked: dict[str, Any]) -> None:
    """Hand on what had been received when the connection was taken over."""
    try:
        talk.obey(asked)
    except Refused as error:
        talk.end(BAD_MESSAGE, str(error))
    while (received := await websocket.receive()) is not takeover.LAST:
        talk.hear(_body(received))


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
    """The client's next message; FeedEnded or Refused for one that is no small JSON object."""
    return message_of(_body(await websocket.receive()), websocket.state.messages)


def _body(received: Any) -> bytes:
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code") or 1000)
    body: bytes = received.get("bytes") or (received.get("text") or "").encode()
    return body


async def _send(websocket: WebSocket, pump: Pump) -> NoReturn:
    while True:
        for text in await pump.take():
            await websocket.send_text(text)


async def _listen(websocket: WebSocket, talk: Talk) -> NoReturn:
    while True:
        talk.hear(_body(await websocket.receive()))


async def _give_up(pump: Pump) -> NoReturn:
    """Raise soon after the stream was ended, even while a client does not read the last of it."""
    ended = await pump.over()
    await asyncio.sleep(CLOSE_S)
    raise ended


async def _first(*work: Coroutine[Any, Any, NoReturn]) -> None:
    """Raise what the first of them raises; the others are ended."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        next(iter(done)).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
