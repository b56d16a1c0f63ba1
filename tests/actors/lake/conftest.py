"""Logs with events of a real evening, and lakes of them."""

from __future__ import annotations

import pytest

from actors.lake.lake import Lake
from actors.log.port import Logged
from config.rules import with_rules
from models import codec
from models.evening import generate

EPOCH = 1_767_225_600_000


@pytest.fixture(scope="session")
def logged():
    """An evening's events as a log holds them."""
    night = generate(4, entries=6)
    events = [with_rules(e) for e in (*night.opening, *night.timeline)]
    return [
        Logged(f"{EPOCH}-{n}", e.event_id, codec.encode(e), e.slate_id)
        for n, e in enumerate(events, 1)
    ]


@pytest.fixture
def lake(tmp_path):
    """An empty lake."""
    made = Lake(tmp_path / "lake", patience_s=0.5)
    made.open()
    return made
