"""Invented slates, and the real box scores read once."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from models.files import read_box_scores
from models.outcomes.past import PastGames, past_games
from models.pool import PlayerPool
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate

Build = Callable[..., tuple[Slate, PlayerPool]]

RULES = SiteRules(
    site="any",
    sport="any",
    game_type="showdown",
    title="",
    salary_cap=50_000,
    slots=(
        RosterSlot(name="CPT", positions=("*",), points_multiplier=1.5),
        RosterSlot(name="FLEX", positions=("*",)),
    ),
)


def make_player(
    name: str, position: str = "WR", *, salary: int = 5000, captain: bool = False
) -> Player:
    """``A1`` plays for A in the game A@B; a captain's row has an id of its own."""
    return Player(
        player_id=name + ("-captain" if captain else ""),
        name=name,
        team=name[0],
        game_id="A@B" if name[0] in "AB" else "C@D",
        positions=(position,),
        roster_slots=("CPT",) if captain else ("FLEX",),
        salary=salary,
    )


@pytest.fixture(scope="session")
def player() -> Callable[..., Player]:
    return make_player


@pytest.fixture(scope="session")
def build() -> Build:
    def build_slate(players: Sequence[Player]) -> tuple[Slate, PlayerPool]:
        games = tuple(Game(game_id=g, away=g[0], home=g[2], start=None) for g in ("A@B", "C@D"))
        slate = Slate(
            slate_id="",
            site="any",
            sport="any",
            game_type="showdown",
            players=tuple(players),
            games=games,
        )
        return slate, PlayerPool.of(slate, RULES)

    return build_slate


@pytest.fixture(scope="session")
def past(shared: Path) -> PastGames:
    file = shared / "data/nba-2024-25/box_scores.csv.gz"
    return past_games(read_box_scores(file.read_bytes(), file.name).games)
