"""The same streams for clients without a WebSocket: server-sent events and long poll."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Query
from starlette.responses import Response, StreamingResponse

from models import codec
from serve.access import AGate, Anyone, Gate, Streamer
from serve.bodies import json_response
from serve.confirming import confirmation, deadline, snapshot
from serve.feed import EXPIRED, NOT_LET_IN, Feed, FeedEnded
from serve.frames import Frame
from serve.problems import Problem
from serve.subscription import Subscription

router = APIRouter(tags=["streams"])


def _from_query(
    types: str, sports: str, players: str, contests: str, impact: float
) -> Subscription:
    def texts(value: str) -> list[str]:
        return [part for part in value.split(",") if part]

    return Subscription.of(
        {
            "data_types": texts(types),
            "sports": texts(sports),
            "player_ids": texts(players),
            "contest_ids": texts(contests),
            "impact_threshold": impact,
        }
    )


Text = Annotated[str, Query()]


@router.get(
    "/api/v1/realtime/stream",
    summary="Server-sent events; `id` is the offset",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events_stream(
    context: AGate,
    viewer: Streamer,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Text = "",
    types: Text = "",
    sports: Text = "",
    players: Text = "",
    contests: Text = "",
    impact: float = 0.0,
) -> Response:
    """The same frames as over the WebSocket; goes on after ``Last-Event-ID`` or ``after``."""
    wanted = _from_query(types, sports, players, contests, impact)
    feed = await context.hub.subscribe(viewer, wanted, last_event_id or after or None)
    return StreamingResponse(
        _server_sent(context, feed),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _server_sent(context: Gate, feed: Feed) -> AsyncIterator[bytes]:
    first = codec.to_json(confirmation(feed)).decode()
    yield _sse("subscription_confirmed", first, feed.start)
    if feed.gap:
        yield _sse("snapshot", (await snapshot(context, feed)).decode(), feed.start)
    until = deadline(context, feed.viewer)
    try:
        async with aclosing(context.hub.stream(feed, context.settings.ping_s)) as stream:
            async for frames in stream:
                if asyncio.get_running_loop().time() > until:
                    yield _closing(FeedEnded(NOT_LET_IN, EXPIRED))
                    return
                yield _sse_all(frames) or b":\n\n"
    except FeedEnded as ended:
        yield _closing(ended)


def _closing(ended: FeedEnded) -> bytes:
    """The last event: the code and reason that a WebSocket would be closed with."""
    return _sse("close", codec.to_json({"code": ended.code, "reason": ended.reason}).decode(), "")


def _sse_all(frames: list[Frame]) -> bytes:
    return b"".join(_sse("message", frame.text, frame.offset) for frame in frames)


def _sse(event: str, data: str, offset: str) -> bytes:
    head = f"id: {offset}\n" if offset else ""
    named = "" if event == "message" else f"event: {event}\n"
    return f"{head}{named}data: {data}\n\n".encode()


@router.get("/api/v1/realtime/poll", summary="Long poll: what happened after an offset")
async def poll(
    context: AGate,
    viewer: Anyone,
    after: Text = "",
    wait: Annotated[float, Query(ge=0, le=60)] = 25.0,
    types: Text = "",
    sports: Text = "",
    players: Text = "",
    contests: Text = "",
    impact: float = 0.0,
) -> Response:
    """Frames at once if there are any, else as soon as there are, or none after ``wait`` seconds.

    ``offset`` of the answer is the next request's ``after``.
    """
    wanted = _from_query(types, sports, players, contests, impact)
    feed = await context.hub.subscribe(viewer, wanted, after or None)
    if feed.gap:
        return Response(await snapshot(context, feed), media_type="application/json")
    try:
        async with aclosing(context.hub.stream(feed, wait)) as stream:
            frames = await anext(stream)
            seen = frames[-1].offset if frames else context.hub.offset
    except FeedEnded as ended:
        raise Problem(503, ended.reason, remedy="ask again") from ended
    return json_response(
        {"offset": seen, "events": [msgspec.Raw(frame.text.encode()) for frame in frames]}
    )
