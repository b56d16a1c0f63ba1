"""Recorded payloads through their adapters, and the module that the tests share."""

import gzip
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import payloads

from models import codec


@pytest.fixture
def raw(request, shared):
    """``raw(file)``: a recorded payload's bytes, its name taken from the test module's FOLDER."""
    folder = shared / "feeds" / getattr(request.module, "FOLDER", "")
    return lambda file: (folder / file).read_bytes()


@pytest.fixture
def read(raw):
    """``read(feed, file)``: what the adapter makes of a file that ``raw`` finds."""
    return lambda feed, file: payloads.parse(feed, raw(file))


@pytest.fixture(scope="session")
def recorded(shared):
    """``recorded(feed, file)``: what the adapter makes of a file of the recorded payloads."""

    def parse(feed, file, url=""):
        path = shared / "feeds" / file
        body = path.read_bytes()
        if path.suffix == ".gz":
            body = gzip.decompress(body)
        return payloads.parse(feed, body, url or path.name)

    return parse


@pytest.fixture(scope="session")
def spoken():
    """``spoken(feed, value)``: what the adapter makes of a value sent as JSON."""

    def parse(feed, value, url=""):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return payloads.parse(feed, body, url)

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
