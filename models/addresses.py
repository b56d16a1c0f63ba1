"""From the games that are followed to the addresses that feeds keep for each of them.

A source whose address has blanks (``{game_pk}``, ``{latitude}``) is opened once for each set of
words that fills them: for each game, or for each place where several slates' games are played.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from models.identity.games import Meeting
from models.slate import Game
from models.venues import Venues, venue_of

AHEAD = timedelta(hours=24)
"""A game's own addresses are opened so long before it begins, ..."""
LASTS = timedelta(hours=8)
"""... and given up so long after, if nobody said that it is over ..."""
AFTERWARDS = timedelta(minutes=10)
"""... and so long after somebody did: box scores are put right in the first minutes."""
BASEBALL, BASKETBALL, TEAMS = "mlb", "nba", "espn"
"""Whose ids ``{game_pk}``, ``{game_id}`` and ``{team}`` are."""
_ZONE = "America/New_York"
"""Days of sport are Eastern where the place is not known."""


_KNOWN = frozenset(
    {
        "game_pk", "game_id", "team", "draft_group", "home", "away", "date", "day", "latitude",
        "longitude", "station",
    }
)  # fmt: skip
_OF_FEEDS = ("_game", "_team")


def is_fillable(blank: str) -> bool:
    """Whether a blank of this name is filled for games at all.

    >>> is_fillable("game_pk"), is_fillable("espn_game"), is_fillable("did")
    (True, True, False)
    """
    return blank in _KNOWN or blank.endswith(_OF_FEEDS)


class FollowedGame(msgspec.Struct, frozen=True, kw_only=True):
    """A game of a slate, and what it is called elsewhere."""

    slate_id: str
    sport: str
    game: Game
    known_as: Mapping[str, Meeting] = {}
    over_at: datetime | None = None
    """When it was said to be final or put off."""

    def is_on(self, now: datetime) -> bool:
        """Whether its addresses are worth asking."""
        start = self.game.start
        if start is None or not start - AHEAD <= now < start + LASTS:
            return False
        return self.over_at is None or now < self.over_at + AFTERWARDS


class Opening(NamedTuple):
    """One address to open: what fills its blanks, and the games that it is about."""

    blanks: Mapping[str, str]
    games: tuple[FollowedGame, ...]

    @property
    def starts(self) -> list[datetime]:
        """When its games begin."""
        return sorted({one.game.start for one in self.games if one.game.start is not None})


def openings(
    blanks: Sequence[str],
    sport: str,
    games: Iterable[FollowedGame],
    venues: Venues,
    now: datetime,
) -> list[Opening]:
    """What is to be open now for a source with these blanks; ``sport`` may be empty: any."""
    found: dict[tuple[str, ...], list[FollowedGame]] = {}
    for one in games:
        if sport not in {"", one.sport} or not one.is_on(now):
            continue
        for facts in _facts(one, venues):
            if not all(facts.get(name) for name in blanks):
                continue
            about = found.setdefault(tuple(facts[name] for name in blanks), [])
            if one not in about:
                about.append(one)
    return [
        Opening(dict(zip(blanks, words, strict=True)), tuple(about))
        for words, about in found.items()
    ]


def _facts(one: FollowedGame, venues: Venues) -> Iterator[dict[str, str]]:
    """What is known of a game, once for each of its teams."""
    facts = _of_game(one) | _of_place(one, venues)
    pairs = [one.known_as[space].team_ids for space in one.known_as]
    sides = max((len(pair) for pair in pairs), default=0) or 1
    for side in range(sides):
        teams = {
            f"{space}_team": meeting.team_ids[side]
            for space, meeting in one.known_as.items()
            if side < len(meeting.team_ids)
        }
        yield facts | teams | {"team": teams.get(f"{TEAMS}_team", "")}


def _of_game(one: FollowedGame) -> dict[str, str]:
    ids = {f"{space}_game": meeting.known_as for space, meeting in one.known_as.items()}
    return {
        **ids,
        "game_pk": ids.get(f"{BASEBALL}_game", ""),
        "game_id": ids.get(f"{BASKETBALL}_game", ""),
        "draft_group": one.slate_id if one.slate_id.isdecimal() else "",
        "home": one.game.home,
        "away": one.game.away,
    }


def _of_place(one: FollowedGame, venues: Venues) -> dict[str, str]:
    """Day and place; no coordinates under a roof that never opens."""
    venue = venue_of(venues, one.game.home, one.sport)
    start = one.game.start
    local = start.astimezone(ZoneInfo(venue.zone if venue else _ZONE)) if start else None
    facts = {"date": f"{local:%Y-%m-%d}", "day": f"{local:%Y%m%d}"} if local else {}
    if venue is None or not venue.has_weather:
        return facts
    return facts | {
        "latitude": f"{venue.latitude:.4f}",
        "longitude": f"{venue.longitude:.4f}",
        "station": venue.station,
    }
