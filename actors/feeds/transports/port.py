"""The port of every connection kind: signals in the order they came, or the fault that ended them.

A call of ``signals`` is one connection. Whether and when to try again, and what carries meanwhile,
is decided in one place (``actors.feeds.chain``), not by each kind for itself.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Frame(NamedTuple):
    """One message of a feed, whole and decompressed, as an adapter gets it."""

    body: bytes
    received_at: datetime
    headers: Mapping[str, str] = NO_HEADERS
    """Names in lower case; ``sse-event`` is the event name of server-sent events."""
    cursor: str = ""
    """Where to resume after this frame, in the feed's own terms; empty where it cannot."""
    url: str = ""
    """Where it came from, without credentials."""


class Beat(NamedTuple):
    """A sign of life without content: connected, a comment, a pong, nothing new."""

    received_at: datetime
    latency_ms: float | None = None
    """Time of a round trip, where this beat ended one."""
    budget_left: int | None = None
    """Requests still allowed today, where they are counted."""


Signal = Frame | Beat

FaultKind = Literal["lost", "silent", "refused", "limited", "malformed"]


class LinkFault(Exception):  # noqa: N818  # a state, as its reader reads it
    """A connection ended otherwise than by its feed being over.

    ``lost``: could not connect, or broke; ``silent``: connected, but no sign of life;
    ``refused``: asking again soon will not help; ``limited``: asked too often;
    ``malformed``: what came is not the protocol.
    """

    def __init__(
        self, kind: FaultKind, reason: str, *, wait_s: float = 0.0, status: int = 0
    ) -> None:
        super().__init__(kind, reason)
        self.status = status
        """Of the HTTP answer, if there was one."""
        self.kind = kind
        self.reason = reason
        self.wait_s = wait_s
        """Seconds to wait at least before this connection is tried again."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class Transport(Protocol):
    """One way to a feed. Iterating raises LinkFault; an end without one is the feed's own end."""

    @property
    def kind(self) -> str:
        """Name of the connection kind: ``websocket``, ``sse``, ``polling`` ..."""
        ...

    @property
    def silence_s(self) -> float | None:
        """Seconds without any signal after which it is taken for dead; None: it watches itself."""
        ...

    @property
    def cursor_space(self) -> str:
        """Connections of one source that name the same space understand each other's cursors."""
        ...

    def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """Connect, resume after the cursor where there is one, and tell what comes.

        The first signal says that the connection stands.
        """
        ...

    def hasten(self) -> None:
        """Ask now if the next request is only waiting for its time; nothing for what streams."""
        ...

    async def close(self) -> None:
        """Let go of everything; a ``signals`` under way ends."""
        ...
