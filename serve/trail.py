"""The trail: what was refused, and what a ticket opened, as events of the log."""

from __future__ import annotations

import asyncio
from typing import Literal, NamedTuple, Self

from starlette.requests import HTTPConnection

from actors.log.errors import LogUnavailable
from actors.log.port import SYSTEM, Record
from models import codec
from models.events import AccessNote, AccessNoted, Event
from serve.limits import Windows
from serve.ports import Ports

LOCAL = frozenset({"127.0.0.1", "::1"})
NOTES_A_MINUTE = 60
"""Refusals of one address that are noted; a flood of them is one line of a log, not the log."""


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from; a proxy on this machine says so in its header."""
    peer = connection.client.host if connection.client else ""
    if peer in LOCAL or not peer:
        said = connection.headers.get("x-forwarded-for", "")
        return said.rpartition(",")[2].strip()[:64] or peer
    return peer


class Caller(NamedTuple):
    """What the trail says of a connection, of which nothing else is kept."""

    action: str
    address: str

    @classmethod
    def of(cls, connection: HTTPConnection) -> Self:
        """What is asked, and from where."""
        method = connection.scope.get("method", "WebSocket")
        return cls(f"{method} {connection.url.path}"[:300], address_of(connection))


class Trail:
    """Notes access in the log."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._notes = Windows(NOTES_A_MINUTE)
        self._noting: set[asyncio.Task[None]] = set()
        self.not_noted = 0
        """Refusals beyond the bound, or while the log did not answer."""

    async def refused(self, connection: HTTPConnection, reason: str, user: str = "") -> None:
        """Note a refusal; one that cannot be noted is counted, and refused all the same."""
        await self._refused(Caller.of(connection), reason, user)

    def refuses(self, caller: Caller, reason: str, user: str = "") -> None:
        """The same, without waiting for it."""
        noting = asyncio.get_running_loop().create_task(self._refused(caller, reason, user))
        self._noting.add(noting)
        noting.add_done_callback(self._noting.discard)

    async def _refused(self, caller: Caller, reason: str, user: str) -> None:
        if self._notes.take(caller.address):
            self.not_noted += 1
            return
        try:
            await self._note(caller, "refused", user, reason)
        except LogUnavailable:
            self.not_noted += 1

    async def redeemed(self, connection: HTTPConnection, ticket_id: str, user: str) -> bool:
        """Note the use of a ticket; false where it was used before, on whatever replica.

        The log stores an event id once: whose append is a duplicate came second.
        """
        reason, once = f"ticket {ticket_id}", f"ticket:{ticket_id}"
        return await self._note(Caller.of(connection), "granted", user, reason, event_id=once)

    async def _note(
        self,
        caller: Caller,
        outcome: Literal["granted", "refused"],
        user: str,
        reason: str,
        *,
        event_id: str = "",
    ) -> bool:
        now = self._ports.now()
        action, address = caller
        note = AccessNote(action=action, outcome=outcome, reason=reason, address=address)
        event = AccessNoted(
            event_id=event_id or self._ports.new_id(),
            source="serve",
            timestamp=now,
            received_at=now,
            user_id=user[:200],
            data=note,
        )
        return await self.append(event)

    async def append(self, event: Event) -> bool:
        """Append an event of the trail; false where the log has it already."""
        record = Record(event.event_id, codec.encode(event))
        appended = await self._ports.log.append(SYSTEM, [record])
        return not appended.duplicates
