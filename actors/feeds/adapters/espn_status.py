"""ESPN's injuries and rosters: what players are listed as, which decides nothing about tonight.

Most rows of the injuries list are Active: they are no injuries. An injury keeps its id while its
status and comment change, and comment and status can disagree. A roster gives IR players a
``status`` of Day-To-Day: the injury's own word goes before it. Of a team the newest 25 rows are
listed: nobody is well because he is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import structs

from actors.feeds.adapters import espn
from actors.feeds.adapters.messages import once, refused
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    ident,
    items,
    moment,
    need_items,
    need_text,
    read_json,
    text,
)
from actors.feeds.adapters.telling import (
    Reading,
    Teller,
    adapter,
    listed,
    person,
    status_kind,
    status_report,
)
from models.events import AnyEvent, LineupChange, PlayerActive, StatusReport
from models.status import designation, listing

INJURIES = "espn.injuries"
ROSTER = "espn.roster"
_SAID = re.compile(
    r"\b(?:is |as |been |remains |considered )(?:a )?"
    r"(questionable|doubtful|probable|ruled out|out|active|available|day-to-day|"
    r"game-time decision)\b",
    re.IGNORECASE,
)


def injuries(payload: Payload) -> Iterator[Reading]:
    """One reading for each injury of each team."""
    root = read_json(payload.body)
    teller = Teller(INJURIES, payload.received_at, espn.sport_of(payload, root))
    for where, team in listed("injuries", need_items(root, "injuries")):
        yield from injured(teller, where, team)


def injured(teller: Teller, where: str, team: Any) -> Iterator[Reading]:
    """One reading for each injury of a team, whose list may be left out."""
    found = at(team, "injuries")
    if found is not None and not isinstance(found, list):
        yield refused(f"{where}.injuries", Unusable("", "is no list of injuries"), team)
    for place, row in listed(f"{where}.injuries", items(team, "injuries")):
        yield Reading(place, row, partial(injury, teller, team, row))


def injury(teller: Teller, team: Any, row: Any) -> Iterable[AnyEvent]:
    """What one row lists a player as; the team names itself, or stands in the row's group."""
    athlete = at(row, "athlete")
    player_id = espn.player_id(athlete)
    word = text(row, "status") or need_text(row, "type", "name")
    known = word if listing(word) else text(row, "type", "name") or word
    comment = text(row, "shortComment")
    facts = espn.athlete_facts(athlete, text(athlete, "team", "abbreviation"))
    extra = {
        **person(
            team=text(team, "displayName") or text(team, "team", "abbreviation"),
            team_id=ident(team, "id") or ident(team, "team", "id"),
        ),
        **facts,
        **_details(row),
    }
    said = said_in(comment)
    if said and designation(said) != designation(known):
        extra["comment_says"] = listing(said)
    report = _suspended(
        row,
        status_report(
            known if listing(known) else word,
            injury=_injured(row),
            headline=comment,
            extra=extra,
        ),
    )
    sport = teller.sport or next(filter(None, map(espn.sport_of_link, espn.links_of(athlete))), "")
    yield teller.tell(
        status_kind(report), report, player_id=player_id, when=moment(row, "date"), sport=sport
    )


def _suspended(row: Any, report: StatusReport) -> StatusReport:
    """The suspended may stand on a list of the hurt (``IR-NR``), suspension being their injury."""
    if report.designation in {"OUT", "RESERVE"} and listing(_injured(row)) == "SUSPENDED":
        return structs.replace(report, designation="SUSPENDED")
    return report


def said_in(comment: str) -> str:
    """The designation that a comment names; empty where it names none.

    >>> said_in("Nye (knee) is questionable for Thursday's game."), said_in("He hopes to play.")
    ('questionable', '')
    """
    found = _SAID.search(comment)
    return found[1].lower() if found else ""


def _injured(row: Any) -> str:
    part = (text(row, "details", "side"), text(row, "details", "type"))
    return " ".join(word for word in part if word and word != "Not Specified")


def _details(row: Any) -> dict[str, Any]:
    """What is told beside the status; the id names the injury, not this state of it."""
    return person(
        injury_id=ident(row, "id"),
        type=text(row, "type", "name"),
        comment=text(row, "longComment"),
        detail=text(row, "details", "detail"),
        fantasy_status=text(row, "details", "fantasyStatus", "abbreviation"),
        return_date=text(row, "details", "returnDate"),
    )


def roster(payload: Payload) -> Iterator[Reading]:
    """One reading for each player of a team's roster, in position groups or as one list."""
    root = read_json(payload.body)
    teller = Teller(ROSTER, payload.received_at, _sport(payload, root))
    for where, group in listed("athletes", need_items(root, "athletes")):
        nested = items(group, "items")
        found = listed(f"{where}.items", nested) if nested else [(where, group)]
        if not nested and at(group, "items") is not None:
            continue  # a group that nobody is in
        for place, athlete in found:
            group_name = text(group, "position")
            yield Reading(
                place, athlete, partial(_listed, teller, at(root, "team"), athlete, group_name)
            )


def _sport(payload: Payload, root: Any) -> str:
    """The league, which a roster names only in the address of its team's page."""
    page = text(root, "team", "clubhouse").partition("espn.com/")[2].partition("/")[0]
    return espn.sport_of(payload, root) or espn.league(page)


def _listed(teller: Teller, team: Any, athlete: Any, group: str) -> Iterable[AnyEvent]:
    player_id = espn.player_id(athlete)
    extra = {
        **espn.team_facts(team),
        **espn.athlete_facts(athlete, text(team, "abbreviation")),
        **person(roster_status=text(athlete, "status", "name"), group=group),
    }
    if at(athlete, "injuries") is not None:
        need_items(athlete, "injuries")
    hurt = _newest(items(athlete, "injuries"))
    if hurt is not None:
        report = status_report(need_text(hurt, "status"), extra=extra)
        when = moment(hurt, "date")
        yield teller.tell(status_kind(report), report, player_id=player_id, when=when)
        return
    report = status_report(text(athlete, "status", "name"), extra=extra)
    if report.designation == "AVAILABLE":
        yield teller.tell(PlayerActive, report, player_id=player_id)
    else:
        yield teller.tell(LineupChange, report, player_id=player_id)


def _newest(found: list[Any]) -> Any:
    """The newest injury of a list that may hold old ones; None where nobody is hurt."""
    dated = [(when, -place) for place, one in enumerate(found) if (when := moment(one, "date"))]
    if dated:
        return found[-max(dated)[1]]
    if found and not isinstance(found[0], Mapping):
        raise Unusable("injuries[0]", "needs an object")
    return found[0] if found else None


parse_injuries = once(adapter(INJURIES, injuries))
parse_roster = once(adapter(ROSTER, roster))
