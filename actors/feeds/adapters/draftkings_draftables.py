"""DraftKings' draftables: one row per player and roster slot, with games and warnings beside them.

``isSwappable`` says that a slot may be edited, not that the player plays; ``isDisabled`` that his
game was called off. Rows of one person that say the same are one event.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters.draftkings_parts import (
    SITE,
    draftable,
    game,
    game_id,
    sport_of,
    team_names,
)
from actors.feeds.adapters.draftkings_parts import answer as answered
from actors.feeds.adapters.marks import mark, status, status_event
from actors.feeds.adapters.messages import once, present, unless_listed
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    flag,
    ident,
    items,
    moment,
    need_ident,
    need_items,
    need_moment,
    need_object,
    need_text,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.events import AnyEvent, BreakingNews, News, PoolListed
from models.listings import PoolListing
from models.slate import Player

FEED = "draftkings.draftables"
_STARTS = "In Starting Lineup"


def _readings(payload: Payload) -> Iterator[Reading]:
    root = answered(payload, "draftables")
    answer = _Answer(payload, root)
    for where, row in listed("draftables", need_items(root, "draftables")):
        yield Reading(where, row, partial(answer.check, row))
    yield Reading("draftables", None, answer.statuses)
    yield from unless_listed("", root, "competitions")
    for where, competition in listed("competitions", items(root, "competitions")):
        yield Reading(where, competition, partial(answer.game, competition))
    for where, warning in listed("draftAlerts", items(root, "draftAlerts")):
        yield Reading(where, warning, partial(answer.warning, warning))
    for where, row in listed("draftables", items(root, "draftables")):
        for place, warning in listed(f"{where}.draftAlerts", items(row, "draftAlerts")):
            if not answer.knows(warning):
                yield Reading(place, warning, partial(answer.warning, warning))
    yield Reading("draftables", None, answer.pool)


class _Answer:
    """Rows are checked one by one and told together: a person has a row for each of his slots."""

    def __init__(self, payload: Payload, root: Any) -> None:
        self._root = root
        sports = [text(found, "sport") for found in items(root, "competitions")]
        self._teller = Teller(FEED, payload.received_at, sport_of(next(iter(sports), "")))
        self._attributes = {
            ident(found, "id"): text(found, "name") for found in items(root, "playerGameAttributes")
        }
        self._people: dict[tuple[str, ...], list[Any]] = {}
        self._warnings: set[tuple[str, ...]] = set()
        self._unmarked: set[tuple[str, ...]] = set()

    def check(self, row: Any) -> Iterator[AnyEvent]:
        """Take a row that says whom it is about; what else it lacks is absent."""
        need_object(row)
        need_ident(row, "draftableId")
        need_text(row, "displayName")
        if need_ident(row, "playerId") == "0":
            raise Unusable("playerId", "0 is nobody")
        said = (ident(row, "playerId"), _played(row), text(row, "status"), str(_is_off(row)))
        self._people.setdefault(said, []).append(row)
        try:
            mark(row, "status")
        except Unusable:
            self._unmarked.add(said)  # in the pool he stays
            raise
        yield from ()

    def statuses(self) -> Iterator[AnyEvent]:
        for said, rows in self._people.items():
            if said not in self._unmarked:
                yield self._status(rows)

    def _status(self, rows: list[Any]) -> AnyEvent:
        row = rows[0]
        attributes = {
            self._attributes.get(ident(found, "id"), ident(found, "id")): text(found, "value")
            for found in items(row, "playerGameAttributes")
        }
        report = status(
            mark(row, "status"),
            participation="EXPECTED" if attributes.get(_STARTS) == "true" else "UNKNOWN",
            extra=present(
                name=text(row, "displayName"),
                team=text(row, "teamAbbreviation"),
                position=text(row, "position"),
                dk_id=_named(ident(row, "playerDkId"), "0"),
                disabled=_is_off(row) or None,
                swappable=flag(row, "isSwappable"),
                news=_named(text(row, "newsStatus"), "None"),
                attributes=attributes,
                draftables=[_slot(found) for found in rows],
            ),
        )
        return self._teller.tell(
            status_event(report),
            report,
            player_id=f"{SITE}:{ident(row, 'playerId')}",
            game_id=game_id(_played(row)),
        )

    def game(self, competition: Any) -> Iterator[AnyEvent]:
        yield game(
            self._teller._replace(sport=sport_of(text(competition, "sport"))),
            need_ident(competition, "competitionId"),
            text(competition, "competitionState"),
            need_moment(competition, "startTime"),
            name=text(competition, "name"),
            venue=text(competition, "venue"),
            dome=flag(competition, "weather", "isDome"),
            weather=text(competition, "weather", "icon"),
            lineups_out=flag(competition, "startingLineupsAvailable"),
            started_early=flag(competition, "competitionStartedEarly") or None,
            detail=text(competition, "competitionStateDetail"),
            **team_names(competition),
        )

    def knows(self, found: Any) -> bool:
        """Whether a warning was told: a game's stands with each of its players."""
        said = tuple(text(found, name) for name in ("alertType", "message", "updatedDate"))
        known = said in self._warnings
        self._warnings.add(said)
        return known

    def warning(self, found: Any) -> Iterator[AnyEvent]:
        """``Postponed Game Alert``: in words, and with the site's own time."""
        news = News(headline=text(found, "alertType"), text=need_text(found, "message"))
        when = moment(found, "updatedDate")
        yield self._teller.tell(BreakingNews, news, about=news.headline, when=when)

    def pool(self) -> Iterator[AnyEvent]:
        """The pool of the group: rows of one person and salary are one player of many slots."""
        people: dict[tuple[str, str, int], list[Any]] = {}
        for row in (row for rows in self._people.values() for row in rows):
            said = (ident(row, "playerId"), _played(row), whole(row, "salary") or 0)
            people.setdefault(said, []).append(row)
        if people:
            listing = PoolListing(
                site=SITE, players=tuple(_player(rows) for rows in people.values())
            )
            about = ident(next(iter(people.values()))[0], "draftableId")
            yield self._teller.tell(PoolListed, listing, about=f"pool/{about}")


def _player(rows: list[Any]) -> Player:
    """Slots by number: their names stand in the rules of the game type."""
    row = rows[0]
    return Player(
        player_id=ident(row, "draftableId"),
        name=text(row, "displayName"),
        team=text(row, "teamAbbreviation"),
        game_id=_played(row),
        positions=tuple(part for part in text(row, "position").split("/") if part),
        roster_slots=tuple(dict.fromkeys(ident(found, "rosterSlotId") for found in rows)),
        salary=whole(row, "salary") or 0,
        designation=_named(text(row, "status"), "None"),
    )


def _named(value: str, nothing: str) -> str:
    """The value, unless it is DraftKings' word for nothing."""
    return "" if value == nothing else value


def _slot(row: Any) -> dict[str, Any]:
    return present(
        id=draftable(ident(row, "draftableId")),
        slot=ident(row, "rosterSlotId"),
        salary=whole(row, "salary"),
    )


def _played(row: Any) -> str:
    return ident(row, "competition", "competitionId") or ident(
        at(row, "competitions", 0), "competitionId"
    )


def _is_off(row: Any) -> bool:
    return flag(row, "isDisabled") is True


draftables: Adapter = once(adapter(FEED, _readings))
