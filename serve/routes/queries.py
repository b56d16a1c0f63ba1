"""Questions about what is known: events, ownership, players, slates, contests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from actors.log.offsets import BEGINNING
from actors.log.port import Logged
from models import codec
from models.events import Event
from models.messages import (
    AskOwnership,
    AskPlayers,
    OwnershipLevels,
    PlayerCard,
    Players,
)
from models.outdated import Topic
from serve.access import AGate, Anyone, Gate
from serve.bodies import json_response
from serve.directory import SlateListing
from serve.history import Search
from serve.ports import NoSuchActor
from serve.problems import Problem
from serve.routes import sources
from serve.routes.ownership import kept_answer
from serve.subscription import STREAMED, may_see, subject_of
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1", tags=["queries"])
router.include_router(sources.router)


class Framed(NamedTuple):
    """One event as it is answered."""

    event_id: str
    frame: bytes


SCANNED = 20_000
"""Events looked at per answer; a search that finds less goes on at the cursor."""


@router.get("/realtime/events", summary="Search archive and log, oldest first")
async def events(
    context: AGate,
    viewer: Anyone,
    player: str = "",
    type_: Annotated[str, Query(alias="type")] = "",
    since: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str = "",
) -> Response:
    """Events of a player, of some types (comma-separated), received since a time.

    Whether an event is in Parquet, in DuckDB or still in the log alone makes no difference.

    ``cursor`` of the answer continues the search; it is empty at the end of the log.
    """
    if since is not None and since.tzinfo is None:
        raise Problem(422, "since: has no time zone; end it with Z or an offset", field="since")
    kinds = frozenset(filter(None, type_.split(",")))
    if kinds - STREAMED:
        raise Problem(422, f"type: there are {', '.join(sorted(STREAMED))}", field="type")

    def fits(event: Event) -> bool:
        subject = subject_of(event, "")
        return (
            subject.kind in (kinds or STREAMED)
            and (not player or player in subject.players)
            and (since is None or event.received_at >= since)
            and may_see(viewer, event)
        )

    search = Search(kinds=tuple(kinds), player_id=player, since=since)
    found: list[Framed] = []
    position, scanned = cursor or BEGINNING, 0
    while scanned < SCANNED and len(found) < limit:
        logged = await search.after(context, position)
        if not logged:
            return _page(context, found, "")
        scanned += len(logged)
        position = _collect(logged, found, limit, fits)
    return _page(context, found, position)


def _collect(logged: Iterable[Logged], found: list[Framed], limit: int, fits: Any) -> str:
    """Add frames of fitting events; the offset of the last record looked at."""
    position = ""
    for record in logged:
        position = record.offset
        try:
            event = codec.decode(record.body)
        except msgspec.ValidationError:
            continue
        if fits(event):
            found.append(Framed(event.event_id, codec.frame(record.offset, event)))
        if len(found) >= limit:
            break
    return position


def _page(context: Gate, found: list[Framed], cursor: str) -> Response:
    """``impacts``: what slates found that these events did, -10 to 10, by event id."""
    impacts = context.directory.impacts
    return json_response(
        {
            "events": [msgspec.Raw(one.frame) for one in found],
            "impacts": {o.event_id: impacts[o.event_id] for o in found if o.event_id in impacts},
            "cursor": cursor,
        }
    )


@router.get("/players", summary="Players of every slate by part of a name, or all of one")
async def players(
    request: Request, context: AGate, _: Anyone, search: str = "", slate: str = ""
) -> Response:
    """Status and projection as now believed."""
    if slate in context.directory.slates and not search:
        return await kept_answer(request, context, Topic("players", slate), AskPlayers())
    found = await _cards(context, AskPlayers(search=search), slate)
    return json_response({"players": found})


@router.get("/players/{player_id}", summary="One player: status, projection, ownership, events")
async def player(player_id: str, context: AGate, viewer: Anyone) -> Response:
    """Everything known of a player on every slate that lists him."""
    cards = await _cards(context, AskPlayers(player_id=player_id), "")
    if not cards:
        raise Problem(404, f"no slate lists player {player_id}", remedy="search=NAME finds ids")
    slates = {card.slate_id for card in cards}
    recent = _recent_events(context, viewer, player_id)
    return json_response(
        {
            "player_id": player_id,
            "players": cards,
            "ownership": await _ownership_of(context, player_id, slates),
            "recent_events": [msgspec.Raw(body) for body in recent],
            "impact_rating": context.directory.rating_of(player_id),
            "data_quality": _quality(context, cards),
        }
    )


async def _cards(context: Gate, question: AskPlayers, slate: str) -> list[PlayerCard]:
    """Answers of all slates that know such players; a slate whose actor is down is left out."""
    named = [
        slate_id
        for slate_id, listing in context.directory.slates.items()
        if slate in {"", slate_id}
        and (not question.player_id or question.player_id in listing.players)
    ]
    answers = await asyncio.gather(
        *(context.of_slate(slate_id, question) for slate_id in named), return_exceptions=True
    )
    if answers and all(isinstance(answer, BaseException) for answer in answers):
        raise answers[0]  # type: ignore[misc]
    return [card for answer in answers if isinstance(answer, Players) for card in answer.players]


async def _ownership_of(context: Gate, player_id: str, slates: set[str]) -> dict[str, Any]:
    """The player's share and its basis, by contest."""
    found: dict[str, Any] = {}
    for contest in [c for c in context.directory.contests.values() if c.slate_id in slates]:
        try:
            levels = await context.of_contest(contest.contest_id, AskOwnership())
        except (NoSuchActor, Problem):
            continue
        if isinstance(levels, OwnershipLevels) and player_id in levels.ownership:
            basis = "observed" if player_id in levels.observed else "projected"
            found[contest.contest_id] = {"share": levels.ownership[player_id], "basis": basis}
    return found


def _recent_events(context: Gate, viewer: Identity, player_id: str) -> list[bytes]:
    """The newest frames about a player among those the replica remembers, newest first."""
    mine = [
        frame.body
        for frame in reversed(context.hub.recent())
        if player_id in frame.subject.players and may_see(viewer, frame.event)
    ]
    return mine[:20]


def _quality(context: Gate, cards: list[PlayerCard]) -> dict[str, Any]:
    """What stands behind the newest report; no confidence where there is no report."""
    card = cards[-1]
    listing = context.directory.slates[card.slate_id]
    confidence = [context.directory.reports.get(event_id) for event_id in card.events]
    return {
        "projection_basis": listing.projection_basis,
        "reported_at": card.reported_at,
        "confidence": min((c for c in confidence if c is not None), default=None),
        "mode": listing.slate.mode,
    }


@router.get("/slates", summary="Slates that are followed")
async def slates(context: AGate, _: Anyone) -> Response:
    """Each with its clock and its games."""
    return json_response({"slates": [_outline(s) for s in context.directory.slates.values()]})


@router.get("/slates/{slate_id}", summary="One slate with its players")
async def slate(slate_id: str, context: AGate, _: Anyone) -> Response:
    """Names, teams, positions and salaries by player id."""
    directory = context.directory
    if slate_id not in directory.slates:
        directory = await context.hub.refreshed()
    listing = directory.slates.get(slate_id)
    if listing is None:
        raise Problem(404, f"slate {slate_id} has not been opened", remedy="POST /api/v1/slates")
    return json_response({**_outline(listing), "players": listing.players})


def _outline(listing: SlateListing) -> dict[str, Any]:
    slate = listing.slate
    return {
        "slate_id": slate.slate_id,
        "site": slate.site,
        "sport": slate.sport,
        "game_type": slate.game_type,
        "mode": slate.mode,
        "clock": listing.clock,
        "projection_basis": listing.projection_basis,
        "games": [
            {
                "game_id": game.game_id,
                "away": game.away,
                "home": game.home,
                "start": listing.starts.get(game.game_id, game.start),
                "locked": game.game_id in listing.locked_games,
                "postponed": game.game_id in listing.postponed_games,
            }
            for game in slate.games
        ],
    }


@router.get("/contests", summary="Contests that are followed")
async def contests(context: AGate, _: Anyone) -> Response:
    """Each with its slate, fee, size and prizes."""
    return json_response({"contests": list(context.directory.contests.values())})
