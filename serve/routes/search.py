"""One search over everything that has a name: players, games, contests, one's entries, sources."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from serve.access import AGate, Anyone
from serve.bodies import json_response
from serve.directory import Directory

router = APIRouter(prefix="/api/v1", tags=["queries"])


@router.get("/search", summary="Find players, games, contests and sources by part of a name")
async def search(
    context: AGate,
    _: Anyone,
    q: Annotated[str, Query(min_length=2, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Each with its kind, its id and the path that tells more; those that begin so come first."""
    wanted = q.casefold()
    found = [one for one in _named(context.directory) if wanted in one["name"].casefold()]
    found.sort(key=lambda one: not one["name"].casefold().startswith(wanted))
    return json_response({"query": q, "found": list(islice(found, limit)), "total": len(found)})


def _named(directory: Directory) -> Iterator[dict[str, Any]]:
    """Everything with a name; a player once per slate that lists him."""
    for slate_id, listing in directory.slates.items():
        for player in listing.players.values():
            yield {
                "kind": "player",
                "id": player.player_id,
                "name": player.name,
                "detail": f"{player.team}, slate {slate_id}",
                "path": f"/api/v1/players/{player.player_id}",
            }
        for game in listing.slate.games:
            yield {
                "kind": "game",
                "id": game.game_id,
                "name": f"{game.away}@{game.home}",
                "detail": f"slate {slate_id}",
                "path": f"/api/v1/odds/{game.game_id}",
            }
    for contest in directory.contests.values():
        yield {
            "kind": "contest",
            "id": contest.contest_id,
            "name": contest.name or contest.contest_id,
            "detail": f"slate {contest.slate_id}",
            "path": f"/api/v1/contests/{contest.contest_id}/board",
        }
    for source in directory.sources:
        yield {
            "kind": "source",
            "id": source,
            "name": source,
            "detail": directory.sources[source].data.state,
            "path": "/api/v1/realtime/status",
        }
