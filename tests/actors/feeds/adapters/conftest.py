"""Recorded payloads through their adapters."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from models import codec

RECEIVED = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def recorded(shared):
    """``recorded(feed, file)``: what the adapter makes of a file of the recorded payloads."""

    def parse(feed, file, url=""):
        path = shared / "feeds" / file
        body = path.read_bytes()
        if path.suffix == ".gz":
            body = gzip.decompress(body)
        return ADAPTERS[feed](Payload(body, RECEIVED, url or path.name))

    return parse


@pytest.fixture(scope="session")
def spoken():
    """``spoken(feed, value)``: what the adapter makes of a value sent as JSON."""

    def parse(feed, value, url=""):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return ADAPTERS[feed](Payload(body, RECEIVED, url))

    return parse


@pytest.fixture(scope="session")
def brief():
    """``brief(parsed)``: type, player or game, and status of each event."""

    def tell(parsed):
        return [
            (
                codec.event_type(event),
                event.player_id or event.game_id,
                getattr(event.data, "status", ""),
                getattr(event.data, "designation", ""),
                getattr(event.data, "participation", ""),
            )
            for event in parsed.events
        ]

    return tell
