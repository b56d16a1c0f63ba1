"""A week of recorded line changes of eleven books through a slate's fold."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
import pytest

from config.effects import effects_of, grounds_of
from models.effects.factors import LEAST, MOST
from models.events import LineMovement
from models.files.names import team_key
from models.folds.slate import SlateState
from models.identity.teams import team_code
from models.odds import Line
from models.slate import Game, Player

WEEK = ("2025-12-12", "2025-12-16")
_ROWS = """
    SELECT home, away, commence_time, commit_utc, book, market, outcome, price, point
    FROM read_csv('{file}')
    WHERE commence_time BETWEEN '{0}' AND '{1}' AND point IS NOT NULL ORDER BY commit_utc
"""


def _code(team: str) -> str:
    return team_key(team_code(team, "nfl"))


@pytest.fixture(scope="module")
def recorded(shared: Path) -> tuple[tuple[Game, ...], list[LineMovement]]:
    file = shared / "data/nfl-odds-2025/line_changes.csv.gz"
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        rows = database.execute(_ROWS.format(*WEEK, file=file)).fetchall()
    games, events = {}, []
    for number, row in enumerate(rows):
        home, away, start, at, book, market, outcome, price, point = row
        game_id = f"{_code(away)}@{_code(home)}"
        games[game_id] = Game(game_id=game_id, away=_code(away), home=_code(home), start=start)
        line = Line(book=book, market=market, selection=outcome, american=price, point=point)
        events.append(
            LineMovement(
                event_id=f"l{number:06d}", source=book, timestamp=at, received_at=at,
                game_id=game_id, data=line.plain(),
            )
        )  # fmt: skip
    return tuple(games.values()), events


def _state(opened, games: tuple[Game, ...], at: datetime) -> SlateState:
    players = tuple(
        Player(
            player_id=f"{team}-{position}", name=team, team=team, game_id=game.game_id,
            positions=(position,), roster_slots=(position,), salary=6000,
        )
        for game in games
        for team in (game.away, game.home)
        for position in ("QB", "RB", "WR", "DST")
    )  # fmt: skip
    slate = msgspec.structs.replace(opened.data.slate, players=players, games=games)
    data = msgspec.structs.replace(
        opened.data,
        slate=slate,
        projections={p.player_id: 15.0 for p in players},
        impact={},
        effects=effects_of("nfl"),
        grounds=grounds_of(slate),
    )
    return SlateState.opened(
        msgspec.structs.replace(opened, data=data, received_at=at, timestamp=at)
    )


def test_a_week_of_lines_ends_the_same_in_any_order_and_moves_few(opened, recorded):
    games, events = recorded
    assert len(games) >= 10
    assert len({event.source for event in events}) >= 8
    start = _state(opened, games, events[0].received_at + timedelta(days=2))
    told = [event for event in events if abs(event.data.get("point", 0)) > 0]
    in_order = start
    for event in told:
        in_order = in_order.updated(event)
    mixed = start
    for event in random.Random(1).sample(told, len(told)):
        mixed = mixed.updated(event)
    assert mixed.around.factors == in_order.around.factors
    moved = {p for p in in_order.players if in_order.night(p) != in_order.baseline[p]}
    # lines moved in most games, and hardly any move is a tenth of somebody's night
    assert len(in_order.around.factors) > len(moved)
    assert {in_order.players[p].positions[0] for p in moved} <= {"QB", "DST"}
    assert all(LEAST <= factor <= MOST for factor in in_order.around.factors.values())
    again = in_order
    for event in told[::7]:
        again = again.updated(event)
    assert again.around == in_order.around
