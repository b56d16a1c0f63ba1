"""Why an entry ended as it did, in words that name facts."""

from __future__ import annotations

from collections.abc import Mapping

from models.optimiser import Blocker
from models.slate import Player
from models.swap.case import SwapOptions
from models.swap.situation import Absence

_BLOCKED: dict[Blocker, str] = {
    Blocker.NONE: "no legal lineup was found",
    Blocker.MALFORMED: (
        "a person stands in it twice, or a locked player in a slot that he may not fill"
    ),
    Blocker.SALARY_CAP: "what the locked players leave of the salary cap is too little",
    Blocker.ELIGIBLE_PLAYERS: "too few players who still play may fill the open slots",
    Blocker.PINNED: "the players to keep fit no legal lineup",
    Blocker.MAX_SWAPS: "no legal lineup is within the allowed number of swaps",
    Blocker.EXCLUDED: "without the excluded players no legal lineup is left",
    Blocker.TEAM_LIMIT: "every lineup would hold too many players of one team",
    Blocker.MIN_GAMES: "every lineup would hold players of too few games",
    Blocker.MIN_TEAMS: "every lineup would hold players of too few teams",
}


def why_infeasible(blocker: Blocker) -> str:
    """What stands in the way of every completion."""
    return f"no legal completion: {_BLOCKED[blocker]}; the row is left as it is"


def why_locked(*, closed: bool) -> str:
    """Why nothing of an entry may change any more."""
    if closed:
        return "the contest allows no late swap and its first game has started"
    return "every player of the lineup is locked: his game has started or a file marks him"


def why_timed_out(*, found: bool) -> str:
    """What an unfinished search leaves."""
    if found:
        return "the search reached its limit: the best found until then, not proven best"
    return "the search reached its limit without a legal lineup; the row is left as it is"


def why_best(open_slots: int, options: SwapOptions) -> str:
    """Why a solved entry stays as it is."""
    limits = []
    if options.only_out:
        limits.append("only players who are out may leave")
    if options.max_swaps is not None:
        limits.append(f"at most {options.max_swaps} swaps")
    within = f" ({', '.join(limits)})" if limits else ""
    slots = "the open slot" if open_slots == 1 else f"the {open_slots} open slots"
    return f"no legal change of {slots} projects higher{within}"


def why_improved(swaps: int, gain: float, absent: int) -> str:
    """What was gained, and how many of those taken out would have scored nothing."""
    said = f"{swaps} swap{'s' if swaps != 1 else ''} for {gain:+.2f} projected points"
    return f"{said}, {absent} for players who score nothing" if absent else said


def why_swapped(
    out: Player | None, into: Player, values: Mapping[str, float], absent: Mapping[str, Absence]
) -> str:
    """Why one player comes for another."""
    comes = f"{into.name} projects {values[into.player_id]:.2f}"
    if out is None:
        return f"the slot was open; {comes}"
    if out.player_id in absent:
        return f"{out.name} {absent[out.player_id].reason}; {comes}"
    return f"{comes}, {out.name} {values[out.player_id]:.2f}"


def dollars(amount: float) -> str:
    """Dollars and cents; more digits where cents would hide all.

    >>> dollars(3.5), dollars(-0.004), dollars(1234.5)
    ('$3.50', '-$0.004', '$1,234.50')
    """
    digits = 2 if abs(amount) >= 0.01 or amount == 0 else 3
    text = f"${abs(amount):,.{digits}f}"
    return f"-{text}" if amount < 0 and text.strip("$0.") else text


def gained(amount: float) -> str:
    """The same with its sign.

    >>> gained(0.82), gained(-0.82), gained(0.0)
    ('+$0.82', '-$0.82', '+$0.00')
    """
    text = dollars(amount)
    return text if text.startswith("-") else f"+{text}"
