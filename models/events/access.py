"""Who asked for what, and who is let in no longer: the service's own trail."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from models.events.envelope import Event


class AccessNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request to be let in or to reach something of somebody."""

    action: str
    """What was asked: a method and path, a stream, a ticket's id."""
    outcome: Literal["granted", "refused"]
    reason: str = ""
    address: str = ""


class AccessNoted(Event, frozen=True, kw_only=True, tag="access_noted"):
    """A request was refused, or used up a ticket; ``user_id`` is who said he asked."""

    data: AccessNote


class SignOut(msgspec.Struct, frozen=True, kw_only=True):
    """From when on older tokens are worth nothing."""

    before: datetime


class SignedOut(Event, frozen=True, kw_only=True, tag="signed_out"):
    """Every token of ``user_id`` that was issued by then is worth nothing any more."""

    data: SignOut
