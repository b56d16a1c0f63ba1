"""An NFL slate of two games: Buffalo's in the open, Detroit's under a roof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from config.effects import effects_of, grounds_of
from config.rules import load_rules
from models.codec import decode
from models.events import AnyEvent, SlateOpened, SlateOpening
from models.folds.slate import SlateState
from models.slate import Game, Player, Slate

KICKOFF = datetime(2026, 11, 29, 18, tzinfo=UTC)
MADE = KICKOFF - timedelta(hours=8)
GAMES = (
    Game(game_id="MIA@BUF", away="MIA", home="BUF", start=KICKOFF),
    Game(game_id="GB@DET", away="GB", home="DET", start=KICKOFF),
)
TEAMS = {team: game.game_id for game in GAMES for team in (game.away, game.home)}
PROJECTED = {"QB": 18.0, "RB": 12.0, "WR": 13.0, "TE": 9.0, "DST": 7.0}


def _players() -> tuple[Player, ...]:
    return tuple(
        Player(
            player_id=f"{team}-{position}", name=f"{team} {position}", team=team, game_id=game_id,
            positions=(position,), roster_slots=(position,), salary=6000,
        )
        for team, game_id in TEAMS.items()
        for position in PROJECTED
    )  # fmt: skip


@pytest.fixture(scope="session")
def slate() -> Slate:
    return Slate(
        slate_id="w13", site="draftkings", sport="nfl", game_type="classic",
        players=_players(), games=GAMES, mode="replay",
    )  # fmt: skip


@pytest.fixture(scope="session")
def opened(slate: Slate) -> SlateOpened:
    """With projections of somebody who knew the weather, and each team's runner felt by the end."""
    return SlateOpened(
        event_id="open", source="test", timestamp=MADE, received_at=MADE, slate_id="w13",
        mode="replay",
        data=SlateOpening(
            slate=slate,
            projections={p.player_id: PROJECTED[p.positions[0]] for p in slate.players},
            projection_basis="given",
            impact={f"{team}-RB": {f"{team}-TE": 2.0, f"{team}-QB": 1.0} for team in TEAMS},
            rules=load_rules("draftkings/nfl/classic"),
            effects=effects_of("nfl"),
            grounds=grounds_of(slate),
        ),
    )  # fmt: skip


@pytest.fixture
def state(opened: SlateOpened) -> SlateState:
    return SlateState.opened(opened)


@pytest.fixture(scope="session")
def told() -> Callable[..., AnyEvent]:
    """An event of a type so many minutes after the projections were made, with its id."""

    def make(event_type: str, event_id: str, minutes: float, **fields: Any) -> AnyEvent:
        moment = MADE + timedelta(minutes=minutes)
        plain = {
            "event_type": event_type, "event_id": event_id, "source": "test",
            "timestamp": moment, "received_at": moment, "data": {}, **fields,
        }  # fmt: skip
        return decode(msgspec.msgpack.encode(plain))

    return make


@pytest.fixture(scope="session")
def wind(told: Callable[..., AnyEvent]) -> Callable[..., AnyEvent]:
    """A forecast of the wind, mph, for the hour of the kick-off."""

    def make(event_id: str, minutes: float, mph: float, game: str = "MIA@BUF") -> AnyEvent:
        data = {
            "kind": "forecast", "starts": KICKOFF, "ends": KICKOFF + timedelta(hours=1),
            "wind_kmh": mph * 1.609344,
        }  # fmt: skip
        return told("weather_change", event_id, minutes, game_id=game, data=data)

    return make


@pytest.fixture(scope="session")
def line(told: Callable[..., AnyEvent]) -> Callable[..., AnyEvent]:
    """A total, or the home team's spread, of one book."""

    def make(
        event_id: str, minutes: float, point: float, market: str = "totals", book: str = "a",
        game: str = "MIA@BUF",
    ) -> AnyEvent:  # fmt: skip
        selection = "Over" if market == "totals" else "Buffalo Bills"
        data = {"book": book, "market": market, "selection": selection, "point": point}
        return told("line_movement", event_id, minutes, game_id=game, data=data)

    return make
