"""A proposal for the entry ``e1`` of the small slate."""

from __future__ import annotations

from models.decisions import SwapMove, SwapProposal


def swap(before=("0", "1", "4"), after=("0", "1", "6"), **fields):
    """Somebody for 4, unless told otherwise; any field may be said."""
    pairs = zip(set(before) - set(after), set(after) - set(before), strict=True)
    moves = (
        SwapMove(slot="UTIL", player_out=out, player_in=comes, reason="", gain_points=16.0)
        for out, comes in pairs
    )
    return SwapProposal(
        **{
            "proposal_id": "p1", "contest_id": "c", "entry_id": "e1", "user_id": "u",
            "state": "proposed", "as_of": "1-9", "before": before, "after": after,
            "points_before": 21.0, "points_after": 37.0, "gain_points": 16.0, "deadline": None,
            "moves": tuple(moves),
        }
        | fields
    )  # fmt: skip
