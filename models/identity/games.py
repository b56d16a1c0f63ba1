"""Which game of a slate a feed speaks of: by its two teams and its start, then by the feed's id.

Teams meet again the next day: without a start near that of the slate no game is taken for another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from models.events import AnyEvent, GameReport, GameScheduled
from models.identity.teams import same_team
from models.slate import Game, Slate

APART = timedelta(hours=12)
"""Starts further apart are those of two games: pairs play again the next day."""
ROUNDING = timedelta(minutes=15)
"""Sites and feeds round starts differently; the site's is the one that locks."""


class Games:
    """The games of one slate, and how each feed calls them, as far as they said."""

    def __init__(self, slate: Slate) -> None:
        self._sport = slate.sport
        self._games = slate.games
        self._known = {game.game_id: game for game in slate.games}

    def find(self, event: AnyEvent, now: datetime) -> Game | None:
        """The game that an event is about; None for another one, or one that is not clear."""
        known = self._known.get(event.game_id)
        if known is not None:
            return known
        found = self._by_teams(event, now)
        if found is not None:
            self._known[event.game_id] = found
        return found

    def _by_teams(self, event: AnyEvent, now: datetime) -> Game | None:
        teams = teams_in(event.data)
        if teams is None:
            return None
        begins = _start(event) or now
        near = [
            (abs(game.start - begins), game)
            for game in self._games
            if game.start is not None
            and abs(game.start - begins) < APART
            and self._same_pair(game, teams)
        ]
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def _same_pair(self, game: Game, teams: tuple[str, str]) -> bool:
        away, home = teams
        return same_team(game.away, away, self._sport) and same_team(game.home, home, self._sport)

    def on_schedule(self, event: AnyEvent, game: Game) -> AnyEvent:
        """A listed start that differs by rounding alone is the site's own."""
        if not isinstance(event, GameScheduled) or event.data.start is None or game.start is None:
            return event
        if abs(event.data.start - game.start) >= ROUNDING:
            return event
        return msgspec.structs.replace(
            event, data=msgspec.structs.replace(event.data, start=game.start)
        )


def teams_in(data: Any) -> tuple[str, str] | None:
    """Away and home team of a game as its event names them.

    >>> teams_in({"extra": {"home": "New York Yankees", "away": "Atlanta Braves"}})
    ('Atlanta Braves', 'New York Yankees')
    """
    for facts in _facts(data):
        pair = [facts.get("away"), facts.get("home")]
        teams = facts.get("teams")
        if isinstance(teams, Mapping):
            pair = [_code(teams.get("away")), _code(teams.get("home"))]
        if all(isinstance(team, str) and team for team in pair):
            return str(pair[0]), str(pair[1])
    return None


def _facts(data: Any) -> Iterator[Mapping[str, Any]]:
    facts = data if isinstance(data, Mapping) else {"extra": getattr(data, "extra", None)}
    for found in (facts, facts.get("extra")):
        if isinstance(found, Mapping):
            yield found


def _code(team: Any) -> Any:
    if not isinstance(team, Mapping):
        return team
    return team.get("team") or team.get("team_name")


def _start(event: AnyEvent) -> datetime | None:
    """The start that the event gives; what has its own time happened about then."""
    data = event.data
    if isinstance(data, GameReport) and data.start is not None:
        return data.start
    return event.timestamp if event.timestamp != event.received_at else None
