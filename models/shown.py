"""What a contest's standings file tells, as events: who holds whom, how often, what was scored.

N entries of the file, R roster slots, P players of the slate, G games.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import isnan
from typing import Any, NamedTuple

import msgspec
import numpy as np

from models.events import (
    AnyEvent,
    FieldShown,
    GameFinal,
    GameReport,
    LivePoints,
    LiveScore,
    Ownership,
    OwnershipUpdate,
    ShownField,
)
from models.files import NameMatches, Standings
from models.folds.slate import REGULATION_MINUTES
from models.rules import SiteRules
from models.slate import Slate
from models.swap.standing import NOBODY, Standing, standing_of

_MOST_STRANGERS = 0.5
"""Share of players not on the slate above which a file is of another one: a few names always recur
from night to night, and a few are always spelt so that they are not found."""


class StrangersError(Exception):
    """The standings are not of a contest on this slate; the message says why, for people."""


class Told(NamedTuple):
    """What a file tells of the slate."""

    events: list[AnyEvent]
    players: int
    """Whose ownership is known by it."""
    names: NameMatches


def told_by(
    standings: Standings,
    slate: Slate,
    rules: SiteRules,
    envelope: Mapping[str, Any],
    *,
    postponed: Collection[str] = (),
) -> Told:
    """The lineups as far as shown, the ownership seen in them, and each begun game's points.

    ``envelope`` are the fields that all events share; its ``event_id`` begins theirs. A game has
    begun when somebody of it is shown; of final standings every game that is on has, and is over.
    Raises StrangersError where the file is of another slate or game type.
    """
    once = msgspec.structs.replace(standings, entries=tuple(standings.by_id.values()))
    try:
        standing = standing_of(once, slate, rules)
    except ValueError as error:
        raise StrangersError(str(error)) from error
    seen = np.unique(standing.lineups[standing.lineups >= 0])
    if not len(seen):
        raise StrangersError("nobody of this slate is in any of its lineups")
    entered = standing.lineups[[bool(entry.lineup) for entry in once.entries]]
    if (entered == NOBODY).mean() > _MOST_STRANGERS:
        raise StrangersError("most of the players in its lineups are nobody on this slate")
    begun = {slate.players[row].game_id for row in seen.tolist()}
    if standing.final:
        begun = {game.game_id for game in slate.games} - set(postponed)
    owned = _owned(standing, slate, begun)
    ownership = Ownership(ownership=owned, basis="observed", field_size=len(standing.entry_ids))
    field = ShownField(
        entry_ids=standing.entry_ids, lineups=standing.lineups.astype(np.int16).tobytes()
    )
    events = [
        OwnershipUpdate(**_named(envelope, "owned"), data=ownership),
        *_games(standing, slate, begun, envelope),
        FieldShown(**_named(envelope, "field"), data=field),
    ]
    return Told(events, len(owned), standing.names)


def _owned(standing: Standing, slate: Slate, begun: Collection[str]) -> dict[str, float]:
    """Share of all entries, empty ones included, that hold each player of the begun games."""
    rows = standing.lineups[standing.lineups >= 0]  # nobody stands in a lineup twice
    held = np.bincount(rows, minlength=len(slate.players)) / len(standing.entry_ids)
    return {
        player.player_id: share
        for player, share in zip(slate.players, held.tolist(), strict=True)
        if player.game_id in begun
    }


def _games(
    standing: Standing, slate: Slate, begun: Collection[str], envelope: Mapping[str, Any]
) -> Iterator[AnyEvent]:
    """Points and clock of each begun game as far as the file tells; its end, once all is over."""
    length = REGULATION_MINUTES.get(slate.sport)
    for game, left in zip(slate.games, standing.left.tolist(), strict=True):
        if game.game_id not in begun:
            continue
        points = {
            player.player_id: scored
            for player, scored in zip(slate.players, standing.scored.tolist(), strict=True)
            if player.game_id == game.game_id and not isnan(scored)
        }
        minutes = None if isnan(left) or length is None else left * length
        if points:
            yield LiveScore(
                **_named(envelope, f"score:{game.game_id}", game_id=game.game_id),
                data=LivePoints(points=points, minutes_remaining=minutes),
            )
        if standing.final:
            yield GameFinal(
                **_named(envelope, f"over:{game.game_id}", game_id=game.game_id),
                data=GameReport(),
            )


def _named(envelope: Mapping[str, Any], name: str, **more: str) -> dict[str, Any]:
    return {**envelope, "event_id": f"{envelope['event_id']}:{name}", **more}
