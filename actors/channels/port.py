"""What every channel does: send one piece, or say why not, and whether trying again has a point."""

from __future__ import annotations

from typing import Protocol

import msgspec

from models.alerts.delivery import Delivery

SEND_S = 10.0
"""Given to one attempt; a receiver that hangs is one that failed."""


class ChannelFailed(Exception):  # noqa: N818  # a state, as its reader reads it
    """Not confirmed; ``final`` where another attempt would end the same way."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason, final)
        self.reason = reason
        self.final = final

    def __str__(self) -> str:
        return self.reason


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decides about channels."""

    smtp_host: str = ""
    """Server that takes e-mail; empty: alerts are not mailed."""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_from: str = ""
    smtp_security: str = "starttls"
    """``starttls``, ``tls`` or ``none``."""
    allowed_hosts: frozenset[str] = frozenset()
    """``host:port`` of internal receivers that users may name although they are internal."""


class AlertChannel(Protocol):
    """One way out."""

    async def send(self, delivery: Delivery) -> None:
        """Hand over; returns when the receiver has confirmed. Raises ChannelFailed."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
