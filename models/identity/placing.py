"""From a feed's players and games to those of the slates that are followed.

A reading becomes one for every row of every slate that it is about, under the slate's own ids; the
ids of these copies name the row, so that each stands once in the log. What is about nobody on a
slate stays as it is; who may be somebody on a slate, but not beyond doubt, comes with a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from models.addresses import FollowedGame
from models.events import AnyEvent, BreakingNews, LiveScore, SlateOpened
from models.identity.crosswalk import Learned, Question, Resolved
from models.identity.followed import Followed
from models.identity.people import Person, Sighting, sighting_of
from models.identity.teams import team_code
from models.slate import Slate

MARK = "@"
"""Between the id that the adapter gave and the row that a copy is about."""
UNRESOLVED = "unresolved"
"""In ``extra`` of a reading whose player may be on a slate: why that is not sure, and who it is."""
KNOWN_AS = "known_as"
"""In ``extra``: whom or what the feed itself spoke of."""


class Placing(NamedTuple):
    """What became of one reading."""

    events: tuple[AnyEvent, ...]
    """One for each row or game of a slate; none where it is about nobody there."""
    questions: tuple[tuple[str, Question], ...] = ()
    """By slate: whom it may be about, for a person to say."""


class Places:
    """The slates that are followed: a fold of their openings."""

    def __init__(self, learned: Iterable[Learned] = ()) -> None:
        self._slates: dict[str, Followed] = {}
        self._over: dict[tuple[str, str], datetime] = {}
        self._learned = list(learned)

    def take(self, event: SlateOpened) -> bool:
        """Follow a slate; False for one that is followed already, or is no live one."""
        slate = event.data.slate
        if slate.mode != "live" or slate.slate_id in self._slates:
            return False
        scopes = {"", slate.slate_id}
        known = [one for one in self._learned if one.scope in scopes]
        self._slates[slate.slate_id] = Followed(slate, known)
        return True

    def learn(self, decision: Learned) -> None:
        """Know what a person decided, for one slate or for all."""
        self._learned.append(decision)
        for slate_id, followed in self._slates.items():
            if decision.scope in {"", slate_id}:
                followed.learn(decision)

    def recall(self, copy: AnyEvent) -> None:
        """Know the ids of whom a reading was placed on before."""
        followed = self._slates.get(copy.slate_id)
        extra = getattr(copy.data, "extra", {})
        seen = sighting_of(msgspec.structs.replace(copy, player_id=str(extra.get(KNOWN_AS, ""))))
        if followed is not None and seen is not None:
            followed.recall(seen, copy.player_id)

    def starts(self) -> list[datetime]:
        """Scheduled starts of all games of the slates."""
        games = (game for followed in self._slates.values() for game in followed.slate.games)
        return sorted({game.start for game in games if game.start is not None})

    def games(self) -> Iterator[FollowedGame]:
        """Games of the slates that are followed, and what feeds call them."""
        for slate_id, followed in self._slates.items():
            for game in followed.slate.games:
                yield FollowedGame(
                    slate_id=slate_id,
                    sport=followed.slate.sport,
                    game=game,
                    known_as=followed.games.known_as(game.game_id),
                    over_at=self._over.get((slate_id, game.game_id)),
                )

    def rows_in(self, slate_id: str, game_id: str) -> list[str]:
        """Rows of a slate whose game this is."""
        followed = self._slates.get(slate_id)
        games = followed.game_of if followed else {}
        return [row for row, game in games.items() if game == game_id]

    def ended(self, event: AnyEvent) -> None:
        """A game of a slate is final, or was put off."""
        if event.game_id and event.slate_id in self._slates:
            game = (event.slate_id, event.game_id)
            self._over[game] = min(event.received_at, self._over.get(game, event.received_at))

    def left_out(self, posted: BreakingNews, now: datetime, slate_id: str = "") -> list[AnyEvent]:
        """Who of the slates does not start by a line-up that is posted."""
        return [
            told
            for name, followed in self._slates.items()
            if slate_id in {"", name} and followed.follows(posted.sport, now)
            for told in followed.left_out(posted, now)
        ]

    def of_games(self, event: AnyEvent, about: Iterable[FollowedGame]) -> tuple[AnyEvent, ...]:
        """A reading about a place, as one about each of the games that are played there."""
        return tuple(_at_game(event, one) for one in about if one.slate_id in self._slates)

    def place(self, event: AnyEvent, now: datetime, slate_id: str = "") -> Placing:
        """The reading as the slates' own; of one slate only, if it is named.

        One that itself names a slate that is followed is placed already.
        """
        if event.slate_id in self._slates:
            return Placing((event,) if slate_id in {"", event.slate_id} else ())
        events: list[AnyEvent] = []
        questions: list[tuple[str, Question]] = []
        seen = _sighting(event)
        for name, followed in self._slates.items():
            if slate_id not in {"", name} or not followed.follows(event.sport, now):
                continue
            if seen is None:
                events += _of_game(event, followed, now)
                continue
            if followed.games.is_elsewhere(event, now):
                continue  # he may be on the slate, but this is said of another game of his
            found = followed.resolve(seen, _rows_named(event))
            if isinstance(found, Resolved):
                events += _of_player(event, followed, found.person)
            elif found is not None:
                questions.append((name, found))
        return Placing(tuple(events), tuple(questions))


def _sighting(event: AnyEvent) -> Sighting | None:
    """Whom the event is about, his team by its code."""
    seen = sighting_of(event)
    if seen is None:
        return None
    return msgspec.structs.replace(seen, team=team_code(seen.team, event.sport))


def _rows_named(event: AnyEvent) -> Iterator[str]:
    """Rows of a site's file that the reading itself names."""
    space, _, own = event.player_id.partition(":")
    yield own if space == "draftkings.draftable" else event.player_id
    extra = getattr(event.data, "extra", {})
    listed = extra.get("draftables")
    for row in listed if isinstance(listed, list) else ():
        named = row.get("id") if isinstance(row, dict) else None
        yield str(named).rpartition(":")[2]
    yield str(extra.get("slate_player_id", ""))


def _of_player(event: AnyEvent, followed: Followed, person: Person) -> Iterator[AnyEvent]:
    for row in person.rows:
        copy = msgspec.structs.replace(
            event,
            event_id=f"{event.event_id}{MARK}{followed.slate.slate_id}/{row}",
            player_id=row,
            game_id=followed.game_of[row],
            slate_id=followed.slate.slate_id,
            sport=followed.slate.sport,
        )
        yield _noted(_own_points(copy, event, followed.slate), event.player_id)


def _own_points(copy: AnyEvent, event: AnyEvent, slate: Slate) -> AnyEvent:
    """Points count only on the site that gave them: elsewhere the same deeds score otherwise."""
    if not isinstance(copy, LiveScore) or not isinstance(copy.data.points, int | float):
        return copy
    if event.player_id.partition(":")[0].partition(".")[0] == slate.site:
        return copy
    return msgspec.structs.replace(copy, data=msgspec.structs.replace(copy.data, points={}))


def _of_game(event: AnyEvent, followed: Followed, now: datetime) -> Iterator[AnyEvent]:
    if not event.game_id or isinstance(event, BreakingNews):
        return
    game = followed.games.find(event, now)
    if game is None:
        return
    slate = followed.slate
    copy = msgspec.structs.replace(
        event,
        event_id=f"{event.event_id}{MARK}{slate.slate_id}",
        game_id=game.game_id,
        slate_id=slate.slate_id,
        sport=slate.sport,
    )
    yield _noted(followed.games.on_schedule(copy, game), event.game_id)


def _at_game(event: AnyEvent, one: FollowedGame) -> AnyEvent:
    return msgspec.structs.replace(
        event,
        event_id=f"{event.event_id}{MARK}{one.slate_id}/{one.game.game_id}",
        game_id=one.game.game_id,
        slate_id=one.slate_id,
        sport=one.sport,
    )


def _noted(copy: AnyEvent, known_as: str) -> AnyEvent:
    """The copy, which keeps how the feed itself calls whom it is about."""
    data = copy.data
    if isinstance(data, dict):
        noted: object = {**data, KNOWN_AS: known_as}
    elif "extra" in getattr(data, "__struct_fields__", ()):
        noted = msgspec.structs.replace(data, extra={**data.extra, KNOWN_AS: known_as})  # type: ignore[union-attr]
    else:
        return copy
    return msgspec.structs.replace(copy, data=noted)
