"""Clock and session for the tests of connections, and the modules that they share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent.parent / "adapters"))

from clocks import FastClock
from peers import PostgresPeer

from actors.feeds.transports.http import open_session


@pytest.fixture(scope="session", autouse=True)
def _postgres_ends():
    """Remove the server that the tests of Postgres share."""
    yield
    if PostgresPeer.server is not None:
        PostgresPeer.server.remove()


@pytest.fixture
def clock() -> FastClock:
    """The machine's own pace."""
    return FastClock()


@pytest.fixture
async def session():
    """As the product opens it."""
    async with open_session("https://lateswap.example") as session:
        yield session
