"""What users want done with proposals for their entries."""

from __future__ import annotations

from models.events.envelope import Event
from models.policy import SwapPolicy


class PolicySet(Event, frozen=True, kw_only=True, tag="policy_set"):
    """A user's policy from now on: on the event's slate, or as what further slates begin with.

    A slate's events hold the policies in force on it: a replay decides as the night did.
    """

    data: SwapPolicy
