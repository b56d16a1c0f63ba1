"""The trail: what was refused, and what a ticket opened, as events of the log."""

from __future__ import annotations

from typing import Literal

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


class Trail:
    """Notes access in the log."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._notes = Windows(NOTES_A_MINUTE)
        self.not_noted = 0
        """Refusals beyond the bound, or while the log did not answer."""

    async def refused(self, connection: HTTPConnection, reason: str, user: str = "") -> None:
        """Note a refusal; one that cannot be noted is counted, and refused all the same."""
        address = address_of(connection)
        if self._notes.take(address):
            self.not_noted += 1
            return
        try:
            await self._note(_asked(connection), "refused", user, reason, address)
        except LogUnavailable:
            self.not_noted += 1

    async def redeemed(self, connection: HTTPConnection, ticket_id: str, user: str) -> bool:
        """Note the use of a ticket; false where it was used before, on whatever replica.

        The log stores an event id once: whose append is a duplicate came second.
        """
        return await self._note(
            _asked(connection), "granted", user, f"ticket {ticket_id}", address_of(connection),
            event_id=f"ticket:{ticket_id}",
        )  # fmt: skip

    async def _note(
        self,
        action: str,
        outcome: Literal["granted", "refused"],
        user: str,
        reason: str,
        address: str,
        *,
        event_id: str = "",
    ) -> bool:
        now = self._ports.now()
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


def _asked(connection: HTTPConnection) -> str:
    method = connection.scope.get("method", "WebSocket")
    return f"{method} {connection.url.path}"[:300]
