"""Player designations: the many words of the feeds, and the six that mean something."""

from __future__ import annotations

from typing import Literal

Designation = Literal["OUT", "DOUBTFUL", "QUESTIONABLE", "PROBABLE", "ACTIVE", "UNKNOWN"]

_WORDS: dict[str, Designation] = {
    **dict.fromkeys(
        (
            "OUT", "O", "IR", "IL", "NA", "INACTIVE", "SUSPENDED", "SUSP", "PUP", "NFI", "DNP",
            "OFS", "OUT FOR SEASON", "DID NOT PLAY", "RULED OUT", "SCRATCHED", "NOT PLAYING",
            "INJURED RESERVE",
        ),
        "OUT",
    ),
    **dict.fromkeys(("DOUBTFUL", "D"), "DOUBTFUL"),
    **dict.fromkeys(
        ("QUESTIONABLE", "Q", "GTD", "DTD", "DAY-TO-DAY", "GAME-TIME DECISION"), "QUESTIONABLE"
    ),
    **dict.fromkeys(("PROBABLE", "P"), "PROBABLE"),
    **dict.fromkeys(
        ("ACTIVE", "AVAILABLE", "IN", "STARTING", "CONFIRMED", "PLAYING", "WILL PLAY", "HEALTHY"),
        "ACTIVE",
    ),
}  # fmt: skip


def designation(word: str) -> Designation:
    """Translate a feed's word; a word nobody knows is UNKNOWN and changes nothing.

    >>> designation("gtd"), designation("Ruled out"), designation("on the moon")
    ('QUESTIONABLE', 'OUT', 'UNKNOWN')
    """
    return _WORDS.get(" ".join(word.replace("_", " ").split()).upper(), "UNKNOWN")
