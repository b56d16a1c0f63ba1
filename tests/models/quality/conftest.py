"""Readings made by hand, minutes after noon."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from models.codec import decode
from models.events import AnyEvent
from models.quality.gate import Gate
from models.quality.sources import Profile

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
PROFILES = {
    "league": Profile("league", lists=True, interval_s=300.0),
    "site": Profile("site", lists=True, interval_s=300.0),
    "vendor": Profile("vendor"),
    "vendor2": Profile("vendor"),
    "news": Profile("news"),
    "list": Profile("vendor", lists=True, interval_s=60.0),
}


def at(minutes: float) -> datetime:
    """The moment so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def minute() -> Callable[[float], datetime]:
    """The moment so many minutes after noon."""
    return at


@pytest.fixture
def fresh_gate() -> Callable[[], Gate]:
    """Makes gates that know a few sources."""
    return lambda: Gate(PROFILES)


@pytest.fixture
def gate() -> Gate:
    """A gate that knows a few sources; any other is one that nobody knows."""
    return Gate(PROFILES)


@pytest.fixture
def reading() -> Callable[..., AnyEvent]:
    """An event from its type and minute of receipt; by default without a clock of its own."""

    def make(event_type: str, minutes: float = 0.0, **fields: Any) -> AnyEvent:
        own = fields.pop("own", None)
        plain = {
            "event_type": event_type,
            "source": "vendor",
            "timestamp": at(minutes if own is None else own),
            "received_at": at(minutes),
            "data": {},
            **fields,
        }
        content = {k: v for k, v in plain.items() if k not in {"timestamp", "received_at"}}
        plain_content = msgspec.json.encode(content, order="sorted")
        name = hashlib.blake2b(plain_content, digest_size=8).hexdigest()
        plain.setdefault("event_id", name if own is None else f"{name}@{own}")
        return decode(msgspec.msgpack.encode(plain))

    return make


@pytest.fixture
def says(gate, reading):
    """Hands the gate one source's word on player 7; answers the verdict."""

    def say(word: str, minutes: float, source: str = "vendor", **fields: Any):
        kind = "player_active" if word == "ACTIVE" else "player_injury"
        event = reading(
            kind, minutes, source=source, player_id="7", data={"status": word}, **fields
        )
        return gate.admit(event, event.received_at)

    return say
