"""What the streams carry, as an AsyncAPI 3 document: made of the structs that are encoded."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from models.decisions import SwapProposal
from models.events import AnyEvent
from serve.subscription import STREAMED

_SCHEMAS = "#/components/schemas/"
_STRING: dict[str, Any] = {"type": "string"}
_NAMES: dict[str, Any] = {"type": "array", "items": {"type": ["string", "integer"]}}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _said(name: str, summary: str, *required: str, **properties: Any) -> dict[str, Any]:
    """A message with a ``type`` of its own."""
    return {
        "name": name,
        "summary": summary,
        "payload": _object(("type", *required), type={"const": name}, **properties),
    }


_OFFSET = {**_STRING, "description": "Where it stands in the log; a client resumes after it."}
_FRAMES = {"type": "array", "items": {"$ref": f"{_SCHEMAS}Frame"}}
CLIENT = {
    "authenticate": _said(
        "authenticate",
        "The first message, unless a ticket is in the address",
        "token",
        token=_STRING,
    ),
    "subscribe": _said(
        "subscribe",
        "What is to be sent from now on; a later one replaces it",
        data_types={"type": "array", "items": {"enum": [*sorted(STREAMED), "*"]}},
        sports=_NAMES,
        player_ids=_NAMES,
        contest_ids=_NAMES,
        impact_threshold={"type": "number", "minimum": 0, "maximum": 10},
        after=_OFFSET,
    ),
    "pong": _said("pong", "Answers a ping; nothing has to"),
}
SERVER = {
    "subscription_confirmed": _said(
        "subscription_confirmed",
        "What is sent, and the offset after which the stream goes on",
        *("data_types", "offset"),
        data_types={"type": "array", "items": {"enum": sorted(STREAMED)}},
        offset=_OFFSET,
    ),
    "snapshot": _said(
        "snapshot",
        "What is known now, where the stream cannot go on after the client's offset",
        *("offset", "reason", "data"),
        offset=_OFFSET,
        reason=_STRING,
        data=_object(
            ("events", "proposals"),
            events=_FRAMES,
            proposals={"type": "array", "items": {"$ref": f"{_SCHEMAS}SwapProposal"}},
        ),
    ),
    "frame": {
        "name": "frame",
        "summary": "One event of the log",
        "payload": {"$ref": f"{_SCHEMAS}Frame"},
    },
    "ping": _said("ping", "A sign of life where nothing else is said", "offset", offset=_OFFSET),
}
CLOSE = {
    "name": "close",
    "summary": "The last event of an event stream: what a WebSocket would be closed with",
    "payload": _object(("code", "reason"), code={"type": "integer"}, reason=_STRING),
}


def document() -> dict[str, Any]:
    """AsyncAPI 3.0 of every stream."""
    over_sse = ["subscription_confirmed", "snapshot", "frame", "close"]
    sockets = {
        "realtime": _socket(
            "/ws/realtime/{user}",
            "Events as they are appended",
            {"user": {"description": "The token's own user; for operators anybody."}},
        ),
        "odds": _socket("/api/v1/odds/realtime", "The same, with line movements preselected", {}),
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "lateswap streams",
            "version": "1",
            "description": "Every transport carries the same frames and resumes after the same "
            "offsets; docs/streams.md says how, and what each close code asks for.",
        },
        "defaultContentType": "application/json",
        "channels": {
            **sockets,
            "events": {
                "address": "/api/v1/realtime/stream",
                "description": "Server-sent events: `id` is the offset, `Last-Event-ID` resumes.",
                "messages": {name: _message(name) for name in over_sse},
            },
        },
        "operations": {
            **{
                f"{verb}_{name}": _operation(name, action, messages)
                for name in sockets
                for verb, action, messages in (
                    ("tell", "send", list(SERVER)),
                    ("hear", "receive", list(CLIENT)),
                )
            },
            "tell_events": {
                **_operation("events", "send", over_sse),
                "bindings": {"http": {"method": "GET"}},
            },
        },
        "components": {
            "messages": {**CLIENT, **SERVER, "close": CLOSE},
            "schemas": schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "ticket": {"type": "httpApiKey", "name": "ticket", "in": "query"},
            },
        },
    }


def schemas() -> dict[str, Any]:
    """JSON Schema (2020-12) of frames and all that is in them, by name."""
    kinds = [k for k in get_args(AnyEvent) if str(k.__struct_config__.tag) in STREAMED]
    _, found = msgspec.json.schema_components(
        [*kinds, SwapProposal], ref_template=_SCHEMAS + "{name}"
    )
    frames = [
        _object(
            ("offset", "type", "data"),
            offset=_OFFSET,
            type={"const": str(kind.__struct_config__.tag)},
            data={"$ref": f"{_SCHEMAS}{kind.__name__}"},
        )
        for kind in kinds
    ]
    return {"Frame": {"oneOf": frames}, **found}


def _message(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/messages/{name}"}


def _socket(address: str, description: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """A WebSocket: both sides speak."""
    return {
        "address": address,
        "description": description,
        **({"parameters": parameters} if parameters else {}),
        "messages": {name: _message(name) for name in (*CLIENT, *SERVER)},
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {
                    "type": "object",
                    "properties": {
                        "ticket": {**_STRING, "description": "One-time, instead of authenticate."}
                    },
                },
            }
        },
    }


def _operation(channel: str, action: str, messages: list[str]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in messages],
        "security": [
            {"$ref": "#/components/securitySchemes/bearer"},
            {"$ref": "#/components/securitySchemes/ticket"},
        ],
    }
