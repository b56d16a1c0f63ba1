"""Player status: the many words of the feeds, and what they mean on two axes.

A *listing* is what an injury report says of a player; a *participation* is whether he is known to
take part in tonight's game. Neither follows from the other: nobody who is listed Active is thereby
confirmed to play, and nobody who is listed Out is thereby confirmed to sit.
"""

from __future__ import annotations

import re
from typing import Literal

Designation = Literal["OUT", "DOUBTFUL", "QUESTIONABLE", "PROBABLE", "ACTIVE", "UNKNOWN"]
"""The six that mean something to a projection."""

Listing = Literal[
    "AVAILABLE", "PROBABLE", "QUESTIONABLE", "GAME_TIME", "DOUBTFUL", "OUT", "RESERVE",
    "SUSPENDED", "PERSONAL", "NOT_WITH_TEAM", "WITHDRAWN", "CUT",
]  # fmt: skip
"""What reports list a player as, kept apart as finely as they do."""

Participation = Literal["UNKNOWN", "EXPECTED", "CONFIRMED_IN", "CONFIRMED_OUT"]
"""What is known of tonight's game itself."""

_MEANS: dict[Listing, Designation] = {
    "AVAILABLE": "ACTIVE",
    "PROBABLE": "PROBABLE",
    "QUESTIONABLE": "QUESTIONABLE",
    "GAME_TIME": "QUESTIONABLE",
    "DOUBTFUL": "DOUBTFUL",
    "OUT": "OUT",
    "RESERVE": "OUT",
    "SUSPENDED": "OUT",
    "PERSONAL": "OUT",
    "NOT_WITH_TEAM": "OUT",
    "WITHDRAWN": "OUT",
    "CUT": "OUT",
}
_LISTED: dict[Listing, tuple[str, ...]] = {
    "AVAILABLE": ("ACTIVE", "HEALTHY", "NOTE", "ACTIVATED", "REINSTATED"),
    "PROBABLE": ("P",),
    "QUESTIONABLE": ("Q",),
    "GAME_TIME": ("GTD", "DTD", "DAY TO DAY", "DAYTODAY", "GAME TIME DECISION"),
    "DOUBTFUL": ("D",),
    "OUT": (
        "O", "RULED OUT", "OFS", "OUT FOR SEASON", "OUT FOR THE SEASON", "OUT INDEFINITELY",
        "UNAVAILABLE",
    ),
    "RESERVE": (
        "IR", "IL", "DL", "PUP", "NFI", "COV", "C19", "DNR", "INJURED RESERVE", "INJURED LIST",
        "PHYSICALLY UNABLE TO PERFORM", "NON FOOTBALL INJURY", "NON FOOTBALL ILLNESS",
        "RESERVE COVID 19", "RESERVE/COVID 19", "LTIR", "LONG TERM INJURED RESERVE",
    ),
    "SUSPENDED": (
        "SUS", "SUSP", "SUSPENSION", "LEAGUE SUSPENSION", "RESTRICTED LIST", "EXEMPT LIST",
        "COMMISSIONER EXEMPT LIST",
    ),
    "PERSONAL": (
        "BEREAVEMENT", "BEREAVEMENT LIST", "PATERNITY", "PATERNITY LIST",
        "FAMILY MEDICAL EMERGENCY", "FAMILY MEDICAL EMERGENCY LIST",
    ),
    "NOT_WITH_TEAM": ("NA", "G LEAGUE", "G LEAGUE TWO WAY", "G LEAGUE ON ASSIGNMENT"),
    "WITHDRAWN": (
        "WD", "W/D", "WITHDREW", "WITHDRAWAL", "DQ", "DISQUALIFIED", "DNS", "DID NOT START",
    ),
    "CUT": ("MC", "MDF", "MISSED CUT", "MADE CUT DID NOT FINISH"),
}  # fmt: skip
_LISTINGS: dict[str, Listing] = {
    word: meant
    for meant, words in _LISTED.items()
    for word in (meant, meant.replace("_", " "), *words)
}
_TONIGHT: dict[str, Designation] = {
    **dict.fromkeys(
        ("INACTIVE", "DNP", "DID NOT PLAY", "SCRATCHED", "HEALTHY SCRATCH", "NOT PLAYING"),
        "OUT",
    ),
    **dict.fromkeys(("IN", "STARTING", "CONFIRMED", "PLAYING", "WILL PLAY"), "ACTIVE"),
}
_NOT_WORD = re.compile(r"[\s_\-]+")
_PROVIDERS = re.compile(r"^INJURY STATUS ")
_DAYS = re.compile(r"(?:INJURED )?\d{1,3} ?DAY(?: ?(?:IL|DL|INJURED LIST|DISABLED LIST))?")
_RESERVES = re.compile(r"(?:IR|PUP|NFI|IL|DL) [A-Z]{1,3}")


def listing(word: str) -> Listing | None:
    """What a report's word lists a player as; None for a word that nobody knows.

    >>> listing("INJURY_STATUS_15DAYIL"), listing("Day-To-Day"), listing("on the moon")
    ('RESERVE', 'GAME_TIME', None)
    """
    plain = _plain(word)
    if _DAYS.fullmatch(plain) or _RESERVES.fullmatch(plain):
        return "RESERVE"
    return _LISTINGS.get(plain)


def designation(word: str) -> Designation:
    """Translate a feed's word; a word nobody knows is UNKNOWN and changes nothing.

    >>> designation("gtd"), designation("Ruled out"), designation("on the moon")
    ('QUESTIONABLE', 'OUT', 'UNKNOWN')
    """
    listed = listing(word)
    return _MEANS[listed] if listed else _TONIGHT.get(_plain(word), "UNKNOWN")


def _plain(word: str) -> str:
    return _PROVIDERS.sub("", _NOT_WORD.sub(" ", word).strip().upper())
