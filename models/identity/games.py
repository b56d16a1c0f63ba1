"""Which game of a slate a feed speaks of: by its two teams and its start, then by the feed's id.

Teams meet again the next day, and in baseball the same day: without a start near that of the slate
no game is taken for another, and of two games of one feed the nearer is the slate's.
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
TWICE_A_DAY = {"mlb": timedelta(hours=2)}
"""... where a pair may play twice a day: what was put off further is known by its id."""
ROUNDING = timedelta(minutes=15)
"""Sites and feeds round starts differently; the site's is the one that locks."""


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """A game of the slate as one feed knows it."""

    game_id: str
    """The slate's."""
    known_as: str
    """The feed's own id, without its space: ``745646``."""
    apart: timedelta
    """Between the feed's start and the slate's."""
    team_ids: tuple[str, ...] = ()
    """The feed's ids of away and home team, where it gives both."""


class Games:
    """The games of one slate, and how each feed calls them, as far as they said."""

    def __init__(self, slate: Slate) -> None:
        self._sport = slate.sport
        self._games = slate.games
        self._own = {game.game_id: game for game in slate.games}
        self._meetings: dict[tuple[str, str], Meeting] = {}
        """By the feed's space of ids and the slate's game: one feed calls a game by one id."""
        self._known: dict[str, Game | None] = {}
        """By the feed's id; None: a game that is not on this slate."""

    def find(self, event: AnyEvent, now: datetime) -> Game | None:
        """The game that an event is about; None for another one, or one that is not clear."""
        own = self._own.get(event.game_id)
        if own is not None:
            return own
        if self._known.get(event.game_id) is None:
            self._learn(event, now)
        return self._known.get(event.game_id)

    def is_elsewhere(self, event: AnyEvent, now: datetime) -> bool:
        """Whether the game of an event is known to be none of this slate's.

        Tomorrow's game stands on today's injury report, and two games of one day have line-ups of
        their own.
        """
        return (
            bool(event.game_id) and self.find(event, now) is None and event.game_id in self._known
        )

    def known_as(self, game_id: str) -> dict[str, Meeting]:
        """How feeds call a game of the slate, by the space of their ids: ``mlb``, ``espn``."""
        return {space: one for (space, own), one in self._meetings.items() if own == game_id}

    def _learn(self, event: AnyEvent, now: datetime) -> None:
        """Take the feed's id for the slate's game, unless the feed has a nearer one for it."""
        teams, begins = teams_in(event.data), self._begins(event)
        space, _, known_as = event.game_id.partition(":")
        if teams is None or (begins is None and self._sport in TWICE_A_DAY):
            return
        self._known.setdefault(event.game_id, None)
        nearest = self._nearest(teams, begins or now)
        if nearest is None:
            return
        apart, game = nearest
        before = self._meetings.get((space, game.game_id))
        if before is not None and before.apart <= apart:
            return
        if before is not None:
            self._known[f"{space}:{before.known_as}"] = None
        self._known[event.game_id] = game
        self._meetings[space, game.game_id] = Meeting(
            game_id=game.game_id, known_as=known_as, apart=apart, team_ids=_team_ids(event.data)
        )

    def _begins(self, event: AnyEvent) -> datetime | None:
        """When its game begins; what has a time of its own happened about then.

        Not where there may be two games that day.
        """
        listed = _listed_start(event.data)
        if listed is not None or self._sport in TWICE_A_DAY:
            return listed
        return event.timestamp if event.timestamp != event.received_at else None

    def _nearest(self, teams: tuple[str, str], begins: datetime) -> tuple[timedelta, Game] | None:
        limit = TWICE_A_DAY.get(self._sport, APART)
        near = [
            (abs(game.start - begins), game)
            for game in self._games
            if game.start is not None
            and abs(game.start - begins) < limit
            and self._same_pair(game, teams)
        ]
        return min(near, key=lambda pair: pair[0], default=None)

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
    >>> teams_in({"extra": {"matchup": "MIL@SAS"}})
    ('MIL', 'SAS')
    """
    for facts in _facts(data):
        pair: list[Any] = [facts.get("away"), facts.get("home")]
        teams, matchup = facts.get("teams"), facts.get("matchup")
        if isinstance(teams, Mapping):
            pair = [_code(teams.get("away")), _code(teams.get("home"))]
        elif isinstance(matchup, str) and matchup.count("@") == 1:
            pair = [team.strip() for team in matchup.split("@")]
        if all(isinstance(team, str) and team for team in pair):
            return str(pair[0]), str(pair[1])
    return None


def _facts(data: Any) -> Iterator[Mapping[str, Any]]:
    facts = data if isinstance(data, Mapping) else {"extra": getattr(data, "extra", None)}
    for found in (facts, facts.get("extra")):
        if isinstance(found, Mapping):
            yield found


def _listed_start(data: Any) -> datetime | None:
    """The scheduled start that a reading names: its own, or that of the game it is filed for."""
    if isinstance(data, GameReport):
        return data.start
    for facts in _facts(data):
        written = facts.get("starts")
        if isinstance(written, str) and written:
            try:
                return datetime.fromisoformat(written)
            except ValueError:
                return None
    return None


def _team_ids(data: Any) -> tuple[str, ...]:
    """The feed's ids of away and home team; nothing unless it gives both."""
    for facts in _facts(data):
        teams = facts.get("teams")
        if isinstance(teams, Mapping):
            sides = [teams.get("away"), teams.get("home")]
            ids = [str(side.get("team_id") or "") for side in sides if isinstance(side, Mapping)]
            if len(ids) == 2 and all(ids):
                return tuple(ids)
    return ()


def _code(team: Any) -> Any:
    if not isinstance(team, Mapping):
        return team
    return team.get("team") or team.get("team_name")
