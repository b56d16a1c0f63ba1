"""Who is left out of a line-up that is posted: in baseball he will not start, whatever lists say.

Nobody is left out by mistake for want of a name: whoever may be one of those posted is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from models.events import BreakingNews, LineupChange, StatusReport
from models.identity.crosswalk import Question, Resolved
from models.identity.people import Person, Sighting
from models.identity.teams import same_team

POSTED = "posted"
"""In ``extra`` of news: the starters of one team, each with id, name and position."""
WHOLE = 9
"""Batters of a line-up; fewer are no line-up yet."""
_PITCHERS = frozenset({"P", "SP", "RP"})
NOT_POSTED = "not in the posted line-up"


def is_posted(news: BreakingNews) -> bool:
    """Whether the news is that a team's whole line-up is posted."""
    listed = news.data.extra.get(POSTED)
    return isinstance(listed, list) and len({str(one.get("id")) for one in listed}) >= WHOLE


def names(news: BreakingNews, player_id: str) -> bool:
    """Whether a posted line-up lists somebody, by his id in the feed."""
    return is_posted(news) and any(str(o.get("id")) == player_id for o in news.data.extra[POSTED])


def sightings(news: BreakingNews) -> Iterator[Sighting]:
    """Those who start, as the feed names them."""
    for one in news.data.extra[POSTED]:
        yield Sighting(
            player_id=str(one.get("id")),
            name=str(one.get("name") or ""),
            team=str(news.data.extra.get("team") or ""),
            position=str(one.get("position") or ""),
            sport=news.sport,
        )


def left_out(
    news: BreakingNews,
    team_mates: list[Person],
    resolve: Callable[[Sighting], Resolved | Question | None],
) -> list[Person]:
    """Batters among a team's people on a slate who do not start, beyond doubt."""
    starting: set[str] = set()
    for seen in sightings(news):
        found = resolve(seen)
        if isinstance(found, Resolved):
            starting.add(found.person.key)
        elif found is not None:
            starting |= {person.key for person in found.candidates}
    return [p for p in team_mates if p.key not in starting and _bats(p)]


def of_team(people: list[Person], team: str, sport: str) -> list[Person]:
    """The people of one team."""
    return [person for person in people if same_team(person.team, team, sport)]


def report(news: BreakingNews, slate_id: str, row: str, game_id: str) -> LineupChange:
    """What follows from the news for one row of a slate."""
    listed = sorted(str(one.get("id")) for one in news.data.extra[POSTED])
    mark = blake2b(repr(listed).encode(), digest_size=8).hexdigest()
    facts: dict[str, Any] = {"known_as": news.game_id, "team": news.data.extra.get("team", "")}
    return LineupChange(
        event_id=f"{news.source}:{news.game_id}:left_out:{mark}@{slate_id}/{row}",
        source=news.source,
        timestamp=news.timestamp,
        received_at=news.received_at,
        player_id=row,
        game_id=game_id,
        slate_id=slate_id,
        sport=news.sport,
        mode=news.mode,
        data=StatusReport(
            status="INACTIVE",
            participation="CONFIRMED_OUT",
            provider_status=NOT_POSTED,
            headline=NOT_POSTED,
            extra=facts,
        ),
    )


def _bats(person: Person) -> bool:
    return not _PITCHERS & set(person.position.upper().split("/"))
