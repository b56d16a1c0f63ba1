"""Factors of many games at once are those of each by itself; what is shipped acts as it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.effects import effects_of, grounds_of, parse_effects
from config.faults import DataFileError
from models.effects.conditions import Difference
from models.effects.factors import LEAST, MOST, Seats, factors, of_game, pushes
from models.effects.learned import Ground
from models.slate import Game, Player

KNOWN = st.one_of(st.none(), st.floats(0, 60))
TOLD = st.builds(
    Difference,
    wind=st.tuples(KNOWN, KNOWN),
    rain=st.tuples(KNOWN, KNOWN),
    warmth=st.tuples(KNOWN, KNOWN),
    total=st.one_of(st.just((None, None)), st.tuples(st.floats(20, 60), st.floats(20, 60))),
    spread=st.tuples(st.floats(-14, 14), st.floats(-14, 14)),
    lined=st.booleans(),
)


@pytest.mark.parametrize("sport", ["nfl", "mlb"])
@given(told=st.lists(TOLD, min_size=2, max_size=2), roofed=st.tuples(st.booleans(), st.booleans()))
@settings(max_examples=100, deadline=None)
def test_arrays_say_what_single_games_say_and_stay_within_bounds(sport, told, roofed):
    effects = effects_of(sport)
    positions = [kind.positions[0] for kind in effects.kinds]
    games = (
        Game(game_id="A@B", away="A", home="B", start=None),
        Game(game_id="C@D", away="C", home="D", start=None),
    )
    players = [
        Player(
            player_id=f"{team}{position}", name=team, team=team, game_id=game.game_id,
            positions=(position,), roster_slots=(position,), salary=5000,
        )
        for game in games
        for team in (game.away, game.home)
        for position in positions
    ]  # fmt: skip
    together = factors(Seats.of(players, games, effects), pushes(told, np.array(roofed), effects))
    assert np.isfinite(together).all()
    assert ((together >= LEAST) & (together <= MOST)).all()
    for game, one, roof in zip(games, told, roofed, strict=True):
        mine = [p for p in players if p.game_id == game.game_id]
        alone = of_game(mine, game, one, Ground(name="there", roofed=roof), effects)
        for row, player in enumerate(players):
            if player.game_id == game.game_id:
                assert alone.get(player.player_id, 1.0) == together[row]


def test_what_came_along_is_what_the_docs_say():
    nfl, mlb = effects_of("nfl"), effects_of("mlb")
    assert effects_of("nba") is None  # nothing showed
    assert effects_of("curling") is None
    assert nfl.wind.alone < nfl.wind.beside_line < 0.0 == nfl.rain.alone == nfl.warmth.alone
    assert mlb.warmth.alone > 0.0 == mlb.warmth.beside_line == mlb.wind.alone
    for effects in (nfl, mlb):
        assert effects.source
        assert effects.data_from < effects.data_to


def test_a_hotter_day_helps_batters_and_a_roof_ends_it():
    effects = effects_of("mlb")
    game = Game(game_id="NYM@CHC", away="NYM", home="CHC", start=None)
    batter, pitcher = (
        Player(
            player_id=position, name=position, team="CHC", game_id=game.game_id,
            positions=(position,), roster_slots=(position,), salary=5000,
        )
        for position in ("OF", "SP")
    )  # fmt: skip
    told = Difference(warmth=(10.0, 30.0))
    open_air = of_game([batter, pitcher], game, told, Ground(name="there"), effects)
    assert open_air == {"OF": pytest.approx(1.084), "SP": pytest.approx(0.93)}
    assert of_game([batter, pitcher], game, told, Ground(name="there", roofed=True), effects) == {}


def test_grounds_of_a_slate(slate):
    grounds = grounds_of(slate)
    assert (grounds["MIA@BUF"].name, grounds["MIA@BUF"].roofed) == ("Highmark Stadium", False)
    assert grounds["GB@DET"].roofed


def test_a_file_that_is_none_is_named():
    with pytest.raises(DataFileError, match=r"x\.toml"):
        parse_effects(b"sport = 'nfl'", "x.toml")
