"""Outcome models as files: one for every sport with rules, and errors that name the place."""

import pytest

from config.outcomes import OutcomeModelError, load_outcome_model, parse_outcome_model
from config.rules import all_rules
from config.toml_text import as_toml

SPORTS = sorted({rules.sport for rules in all_rules().values()})
SMALL = """sport = "nba"
[[marginals]]
name = "players"
noise = 2.0
spread = { base = 4.0 }
"""


@pytest.mark.parametrize("sport", SPORTS)
def test_every_sport_with_rules_has_a_model_that_says_where_it_is_from(sport):
    model = load_outcome_model(sport)
    assert model.sport == sport
    assert model.source
    measured = model.games > 0
    doubts = {doubt.field for doubt in model.uncertain}
    assert measured == (sport == "nba")
    assert measured or {"marginals", "factors", "surprise", "widening"} <= doubts


@pytest.mark.parametrize("sport", SPORTS)
def test_a_model_written_and_read_again_is_the_same(sport):
    model = load_outcome_model(sport)
    assert parse_outcome_model(as_toml(model).encode(), f"{sport}.toml") == model


@pytest.mark.parametrize("sport", SPORTS)
def test_no_player_is_explained_more_than_whole(sport):
    model = load_outcome_model(sport)
    positions = {p for f in model.factors for at in f.loadings for p in at.positions}
    for position in positions:
        weights = [
            next(
                (at.weight for at in factor.loadings
                 if at.on == on and ({position, "*"} & set(at.positions))),
                0.0,
            )
            for factor in model.factors for on in ("own", "opposing")
        ]  # fmt: skip
        assert sum(weight**2 for weight in weights) < 1.0


def test_an_unknown_sport_is_told_which_there_are():
    with pytest.raises(KeyError, match=r"curling.*mlb, mma, nascar, nba, nfl"):
        load_outcome_model("curling")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("noise = 2.0", "noise = -1.0"), "players: noise"),
        (("noise = 2.0", ""), "noise"),
        (('"nba"', '"nhl"'), "sport: 'nhl' does not fit"),
        (("base", "bass"), "bass"),
        (("noise = 2.0", "noise = 2.0\npositions = ['C']"), "all positions"),
        (("=", "= ="), "Invalid value"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(change, message):
    with pytest.raises(OutcomeModelError, match=f"nba.toml: .*{message}"):
        parse_outcome_model(SMALL.replace(*change, 1).encode(), "nba.toml")


def test_a_doubt_about_nothing_is_refused():
    doubt = '[[uncertain]]\nfield = "spred"\nnote = "x"\n'
    with pytest.raises(OutcomeModelError, match="models have no spred"):
        parse_outcome_model((SMALL + doubt).encode(), "nba.toml")
