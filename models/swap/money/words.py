"""Why money says swap or hold, in words that name facts."""

from __future__ import annotations

from collections.abc import Sequence

from models.swap.money.facts import Place
from models.swap.words import dollars, gained


def share(value: float) -> str:
    """A share in percent, with a digit where it is small.

    >>> share(0.093), share(0.004), share(0.0002), share(0.0)
    ('9 %', '0.4 %', 'under 0.1 %', '0 %')
    """
    if 0 < value < 0.0005:
        return "under 0.1 %"
    return f"{100 * value:.1f} %" if 0 < value < 0.01 else f"{100 * value:.0f} %"


def where(place: Place) -> str:
    """Where the entry stands and who is to come; empty when there is nothing to tell."""
    to_come = _to_come(place)
    if place.behind is None:
        return f"you have {to_come}" if to_come else ""
    if place.behind > 0:
        stands = f"{place.behind:.2f} points behind the last paying place"
    elif place.behind < 0:
        stands = f"{-place.behind:.2f} points in front of the last paying place"
    else:
        stands = "level with the last paying place"
    return f"you are {stands} with {to_come or 'nobody left to play'}"


def _to_come(place: Place) -> str:
    left = place.waiting + place.playing
    if not left:
        return ""
    players = f"{left} player{'s' if left > 1 else ''} left"
    if not place.playing:
        return players
    return f"{players} ({'all' if not place.waiting else place.playing} playing now)"


def leverage(names: Sequence[tuple[str, float]], of_whom: str) -> str:
    """On how many teams these players are.

    >>> leverage([("Devin Booker", 0.09), ("Bam Adebayo", 0.41)], "teams ahead of you")
    'Devin Booker is on 9 % of the teams ahead of you, Bam Adebayo on 41 %'
    """
    if not names:
        return ""
    first, *rest = names
    said = f"{first[0]} is on {share(first[1])} of the {of_whom}"
    return ", ".join([said, *(f"{name} on {share(value)}" for name, value in rest)])


def for_others(saved: int, part: float) -> str:
    """What a swap is good for whose own share of the gain is a loss.

    >>> for_others(1_200, -0.225)
    'it frees $1,200 of salary for the other swaps, its own share is -$0.23'
    >>> for_others(0, -0.2)
    'it makes room for the other swaps, its own share is -$0.20'
    """
    gives = f"frees ${saved:,} of salary" if saved > 0 else "makes room"
    return f"it {gives} for the other swaps, its own share is {gained(part)}"


def chances(before: float, after: float) -> str:
    """How the chance to be paid changes."""
    if share(before) == share(after):
        return f"the chance to be paid stays at {share(after)}"
    return f"the chance to be paid goes from {share(before)} to {share(after)}"


def with_error(gain: float, error: float) -> str:
    """A gain and its standard error.

    >>> with_error(0.03, 0.052)
    '+$0.03 +- $0.05'
    """
    return f"{gained(gain)} +- {dollars(error)}"


def sentence(parts: Sequence[str]) -> str:
    """Parts joined, empty ones aside."""
    return "; ".join(part for part in parts if part)
