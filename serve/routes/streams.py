"""The same streams for clients without a WebSocket: server-sent events and long poll."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from models import codec
from serve.access import AGate, Anyone, Gate, Streamer
from serve.bodies import json_response
from serve.confirming import snapshot
from serve.feed import GOING_AWAY, RESTARTING, Feed, FeedEnded
from serve.frames import Frame
from serve.lines import takeover
from serve.lines.outlet import Outlet, Pump
from serve.lines.wire import EVENTS, FRAMES
from serve.problems import Problem
from serve.subscription import Subscription
from serve.talk import Talk
from serve.tokens import Identity
from serve.trail import Caller

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
    request: Request,
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
    return EventStream(request, context, viewer, wanted, last_event_id or after or None)


class EventStream(Response):
    """An answer without end, on a line of its own where one can be had."""

    media_type = "text/event-stream"

    def __init__(
        self, request: Request, context: Gate, viewer: Identity, wanted: Subscription,
        after: str | None,
    ) -> None:  # fmt: skip
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Connection": "close"}
        super().__init__(headers=headers)
        del self.headers["Content-Length"]
        self._caller = Caller.of(request)
        self._context = context
        self._viewer = viewer
        self._wanted = wanted
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, then hand the connection over; or send what a pump brings."""
        head = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **head})
        line = takeover.event_stream_line(scope)
        if line is not None:
            line.talk = self._begun(line)
        else:
            await self._pump(receive, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _begun(self, outlet: Outlet) -> Talk:
        talk = Talk(self._context, self._viewer, outlet, self._caller)
        talk.subscribe(self._wanted, self._after)
        return talk

    async def _pump(self, receive: Receive, send: Send) -> None:
        pump = Pump(EVENTS)
        talk = self._begun(pump)
        gone = asyncio.create_task(_gone(receive, pump))
        try:
            while True:
                body = await pump.take()
                await send({"type": "http.response.body", "body": body, "more_body": True})
        except FeedEnded as ended:
            last = codec.to_json({"code": ended.code, "reason": ended.reason})
            body = EVENTS.said("close", last, "")
            await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            gone.cancel()
            talk.over()


async def _gone(receive: Receive, pump: Pump) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    pump.end(GOING_AWAY, "the client is gone")


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

    ``offset`` of the answer is the next request's ``after``. A replica that is being replaced
    answers at once.
    """
    wanted = _from_query(types, sports, players, contests, impact)
    feed = await context.hub.subscribe(viewer, wanted, after or None)
    if feed.gap:
        return Response(await snapshot(context, feed), media_type="application/json")
    try:
        frames = await _next_frames(context, feed, wait)
    except FeedEnded as ended:
        raise Problem(503, ended.reason, remedy="ask again") from ended
    seen = frames[-1].offset if frames else context.hub.offset
    return json_response({"offset": seen, "events": [msgspec.Raw(frame.body) for frame in frames]})


async def _next_frames(context: Gate, feed: Feed, wait_s: float) -> list[Frame]:
    """What a client missed, or else what comes within a time; raises FeedEnded."""
    async for missed in context.hub.history(feed):
        return missed
    if context.hub.leaving:
        return []  # the next request goes to another replica
    pump = Pump(FRAMES)
    context.hub.join(feed, pump, pump.end)
    try:
        async with asyncio.timeout(wait_s):
            frames: list[Frame] = await pump.take()
            return frames
    except (TimeoutError, FeedEnded) as over:
        if isinstance(over, FeedEnded) and over.code != RESTARTING:
            raise
        context.hub.flush()  # the answer's offset is past what was gathered
        return pump.left() or []
    finally:
        context.hub.leave(feed, pump)
