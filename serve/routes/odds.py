"""Odds: the line board of a game with its movement, and where books disagree enough to bet both."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from models.lines import Quote
from serve.access import AGate, Anyone
from serve.bodies import json_response
from serve.problems import Problem

router = APIRouter(prefix="/api/v1/odds", tags=["odds"])


@router.get("", summary="Games whose lines are known, the newest move first")
async def games(context: AGate, _: Anyone) -> Response:
    """With how many prices there are of each, and when one moved last."""
    known = context.directory.lines.games.items()
    moved = {game: max(q.moved_at for q in quotes.values()) for game, quotes in known if quotes}
    found = [
        {
            "game_id": game,
            "prices": len(context.directory.lines.games[game]),
            "books": sorted({q.book for q in context.directory.lines.games[game].values()}),
            "moved_at": moved[game],
        }
        for game in sorted(moved, key=moved.__getitem__, reverse=True)
    ]
    return json_response({"games": found, "mode": context.directory.mode()})


@router.get("/arbitrage", summary="Bets whose outcomes cost together less than they pay")
async def arbitrage(
    context: AGate, _: Anyone, max_age_s: Annotated[float, Query(gt=0, le=86_400)] = 120.0
) -> Response:
    """Each outcome at its best price over all books, prices no older than ``max_age_s``.

    Ages are measured from the newest price on the board. Limits, delays and rules of the books
    are not considered.
    """
    found = context.directory.lines.arbitrage(timedelta(seconds=max_age_s))
    return json_response({"arbitrage": found, "mode": context.directory.mode()})


@router.get("/{game}", summary="What every book offers on a game")
async def board(game: str, context: AGate, _: Anyone, market: str = "") -> Response:
    """Quotes by market, with the price first seen and the one before the last move."""
    quotes = context.directory.lines.games.get(game)
    if quotes is None:
        quotes = (await context.hub.refreshed()).lines.games.get(game)
    if quotes is None:
        raise Problem(
            404,
            f"no line of game {game} is known",
            remedy="connect a source of odds; GET /api/v1/slates names the games",
        )
    shown = [_line(quote) for quote in quotes.values() if market in {"", quote.market}]
    return json_response({"game_id": game, "lines": shown, "mode": context.directory.mode()})


def _line(quote: Quote) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(quote)
    return shown | {
        "implied": round(quote.implied, 6),
        "moved": round(quote.implied - 1.0 / quote.opened, 6),
    }
