"""Events in: what feeds and people hand over, durable before it is answered."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from actors.log.errors import LogFull
from actors.log.port import Record
from models import codec
from models.events import AnyEvent
from models.ingest import Arrival, Refused, admit, parse
from models.quality.shedding import lightened
from serve.access import AGate, Feeder, Gate
from serve.bodies import bounded, json_response
from serve.directory import partition_of
from serve.problems import Problem
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1/realtime", tags=["events"])

_EVENT = {
    "type": "object",
    "required": ["event_type", "source", "data"],
    "properties": {
        "event_type": {"type": "string", "example": "player_injury"},
        "source": {"type": "string"},
        "data": {"type": "object"},
        "event_id": {"type": "string"},
        "player_id": {"type": ["string", "integer"]},
        "game_id": {"type": ["string", "integer"]},
        "contest_id": {"type": ["string", "integer"]},
        "sport": {"type": "string"},
        "timestamp": {"type": "string", "format": "date-time"},
        "impact_rating": {"type": "number", "minimum": -10, "maximum": 10},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "expiration_time": {"type": "string", "format": "date-time"},
    },
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"oneOf": [_EVENT, {"type": "array", "items": _EVENT}]}}
        },
    },
    "parameters": [
        {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string"}}
    ],
}


class KeyMemory:
    """Which body came with which Idempotency-Key lately: the same key names the same request."""

    def __init__(self, size: int = 10_000) -> None:
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._size = size

    def check(self, key: str, body: bytes) -> None:
        """Refuse (422) a key that came with another body."""
        digest = hashlib.blake2b(body, digest_size=16).digest()
        if self._bodies.setdefault(key, digest) != digest:
            raise Problem(
                422,
                "this Idempotency-Key was used with another body",
                remedy="use a new key for a new request",
            )
        self._bodies.move_to_end(key)
        if len(self._bodies) > self._size:
            self._bodies.popitem(last=False)


@router.post("/events", summary="Hand in one event or a list", openapi_extra=_BODY)
async def ingest(request: Request, context: AGate, sender: Feeder) -> Response:
    """Append events to the log; answered when they are stored."""
    body = await bounded(request, context.settings.max_event_bytes)
    payload = parse(body)
    key = request.headers.get("idempotency-key", "")
    if key:
        request.app.state.keys.check(f"{sender.user}\x00{key}", body)
    many = isinstance(payload, list)
    payloads = payload if many else [payload]
    if not payloads or len(payloads) > context.settings.max_events:
        raise Problem(422, f"send 1 to {context.settings.max_events:,} events at a time")
    events = [_admitted(context, sender, key, i, p) for i, p in enumerate(payloads)]
    await append(context, events)
    ids = [event.event_id for event in events]
    named: dict[str, Any] = {"event_ids": ids} if many else {"event_id": ids[0]}
    return json_response({"status": "success", **named})


def _admitted(context: Gate, sender: Identity, key: str, place: int, payload: object) -> AnyEvent:
    def new_id() -> str:
        return _derived(f"{sender.user}\x00{key}\x00{place}") if key else context.ports.new_id()

    try:
        event = admit(payload, Arrival(context.ports.now(), new_id, trusted=True))
    except Refused as error:
        if place:
            raise Refused(f"[{place}].{error.field}".rstrip("."), error.message) from error
        raise
    timed = isinstance(payload, dict) and payload.get("timestamp") is not None
    return context.directory.placed(event, timed=timed)


def _derived(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


async def append(context: Gate, events: list[AnyEvent]) -> str:
    """Append events, those of a slate in one step; the newest offset.

    Raises LogFull where the log is near its limits and some of the events could be spared.
    """
    load = (await context.ports.log.load()).most
    if lightened(events, load).shed:
        raise LogFull(load)
    by_partition: dict[str, list[Record]] = {}
    for event in events:
        record = Record(event.event_id, codec.encode(event))
        by_partition.setdefault(partition_of(event), []).append(record)
    offset = ""
    for partition, records in by_partition.items():
        offset = (await context.ports.log.append(partition, records)).offsets[-1]
    return offset
