"""Sources whose address depends on what is played: which of them are to be open now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from actors.feeds.connecting import name_of
from actors.live_connection import LiveSource, status_of
from config.sources import SourceSpec
from models.addresses import FollowedGame, Opening, openings
from models.events import SourceReport, SourceStatus
from models.venues import Venues

Wanted = dict[str, tuple[SourceSpec, Opening]]
"""By the name that the opened source bears in status and records."""


def wanted_openings(
    patterns: Iterable[SourceSpec],
    games: Iterable[FollowedGame],
    venues: Venues,
    now: datetime,
) -> Wanted:
    """Every address that the games have at this moment."""
    followed = list(games)
    return {
        name_of(spec, opening.blanks): (spec, opening)
        for spec in patterns
        for opening in openings(spec.blanks, spec.sport, followed, venues, now)
    }


def is_still_wanted(source: LiveSource, wanted: tuple[SourceSpec, Opening] | None) -> bool:
    """Whether an open source goes on as it is.

    One that tells of a place is opened anew when another slate plays there: what did not change
    since would not be told again.
    """
    return wanted is not None and _rows(wanted[1]) == _rows(source.opening)


def _rows(opening: Opening) -> set[tuple[str, str]]:
    return {(one.slate_id, one.game.game_id) for one in opening.games}


def ended(name: str, now: datetime, sport: str = "") -> SourceStatus:
    """Told of a source whose games are over: it is no longer listed."""
    return status_of(
        name, SourceReport(state="off", note="its games are over", gone=True), now, sport
    )
