"""What the application stands on: the event log, the actors, a clock and a namer of events.

The application itself knows no Ray: ``deployment.py`` brings the actors of a cluster, tests bring
the same classes in process.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from actors.log.port import EventLog
from serve.answer_cache import SharedAnswers


class NoSuchActor(LookupError):  # noqa: N818 - a state, as its reader reads it
    """Nobody answers under this name (yet): it is not started, or just being started again."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Actors(Protocol):
    """Asks the owners of state; questions and answers are those of ``models/messages.py``."""

    async def ask_slate(self, slate_id: str, question: bytes) -> bytes:
        """The slate's answer; raises NoSuchActor."""
        ...

    async def ask_contest(self, contest_id: str, question: bytes) -> bytes:
        """The contest's answer; raises NoSuchActor."""
        ...

    async def ask_actor(self, name: str, question: bytes) -> bytes:
        """The answer of one that there is once: supervisor, archive; raises NoSuchActor."""
        ...


def wall_clock() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


def random_id() -> str:
    """An event id that nobody else will use."""
    return uuid.uuid4().hex


class Ports(NamedTuple):
    """The application's surroundings."""

    log: EventLog
    actors: Actors
    shared: SharedAnswers | None = None
    """Answers that the replicas of a service give each other."""
    now: Callable[[], datetime] = wall_clock
    new_id: Callable[[], str] = random_id


class AppSettings(NamedTuple):
    """What an operator may decide about the application."""

    secret: str
    """Signs bearer tokens and the audit trail, at least 32 bytes."""
    audit: Path | None = None
    """File of the audit trail; None keeps none."""
    max_event_bytes: int = 8 * 2**20
    """Body of one ingest request."""
    max_file_bytes: int = 32 * 2**20
    """Body of one upload."""
    max_events: int = 10_000
    """Events of one ingest request."""
    feed_frames: int = 4_096
    """Frames that wait for one client before it is closed as too slow."""
    recent_frames: int = 4_096
    """Newest frames from which clients resume without reading the log."""
    ping_s: float = 30.0
    """Between two signs of life to a client."""
    login_s: float = 5.0
    """Until a WebSocket must have said who it is."""
    old_secrets: tuple[str, ...] = ()
    """Secrets no longer signed with and still believed, while a new one comes into use."""
    published_keys: str = ""
    """Address or path of a JWKS: a token that names a key is verified by that key alone."""
    issuer: str = "lateswap"
    """Issuer of the tokens that published keys sign."""
    messages_a_minute: int = 100
    """Messages of one WebSocket connection."""
    requests_a_minute: int = 1_200
    """HTTP requests of one user or viewer."""
    service_requests_a_minute: int = 120_000
    """... of one operator or source."""
    refusals_a_minute: int = 60
    """Failed authentications of one address; after them it is told to wait."""
    streams_a_user: int = 50
    """Streams that one user or viewer has open at once."""
    allowed_origins: tuple[str, ...] = ()
    """Origins besides the application's own from which browsers may open streams."""
