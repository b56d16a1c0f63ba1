"""A user's policy: what is done with proposals for his entries, and within which limits."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Amount = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class SwapPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done with proposals for a user's entries."""

    mode: Literal["never", "ask", "automatic"] = "ask"
    """Propose nothing; propose and wait; accept by itself what keeps to the limits below."""
    dry_run: bool = False
    """Say what would have been accepted, and accept nothing."""
    min_gain_dollars: Amount = 1.0
    """Expected gain of a swap, where the contest's prizes are known; its interval is above 0."""
    min_gain_points: Amount = 5.0
    """... and where they are not."""
    min_confidence: Share = 0.9
    """Of the reports that the swap answers, the least certain."""
    max_swaps: Count = 2
    """Players exchanged in one lineup."""
    most_a_night: Count = 20
    """Swaps accepted by the policy in one contest and night, those taken back included."""
    min_seconds_to_lock: Count = 120
    """Time left to take the swap back."""
