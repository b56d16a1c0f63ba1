"""What money expects of every player: doubt about playing apart from doubt about how he plays."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from config.outcomes import load_outcome_model
from config.projections import load_weights
from config.rules import load_rules
from models.files import (
    BoxScore,
    BoxScores,
    EntriesFile,
    NameMatches,
    News,
    NewsInterval,
    read_entries,
)
from models.newcomers import newcomers_less
from models.outcomes import Forecast, draw, outcomes, still_expected
from models.pool import PlayerPool
from models.slate import Game, Player, Slate
from models.swap import SwapCase, situation_of
from models.swap.money.forecast import discount_of, forecast_of, silence
from models.swap.standing import Standing

RULES = load_rules("draftkings/nba/classic")
MODEL = load_outcome_model("nba")
START = datetime(2025, 1, 12, 23, tzinfo=UTC)
REGULAR, DOUBTFUL, SILENT = range(3)
NAMES = ("Al Regular", "Bo Doubtful", "Cy Silent")

REGULARLY, DOUBTFULLY = 0.93, 0.31
"""Chances of somebody who missed none of his team's games, and of one who missed the last two."""


def no_entries() -> EntriesFile:
    head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{','.join(RULES.slot_names)},,Instructions"
    return read_entries(head.encode() + b"\r\n", "DKEntries.csv")


def case(at: datetime = START - timedelta(hours=1)) -> SwapCase:
    """Three players of one salary and one form; the second missed his team's last games."""
    players = tuple(
        Player(
            player_id=str(i), name=name, team="PHX", game_id="g", positions=("C",),
            roster_slots=("C", "UTIL"), salary=8_000,
        )
        for i, name in enumerate(NAMES)
    )  # fmt: skip
    past = tuple(
        BoxScore(name, "PHO", "BRK", (START - timedelta(days=days)).date(), 30.0, 40.0, 40.0)
        for name in NAMES
        for days in ((9, 7) if name == NAMES[DOUBTFUL] else (9, 7, 5, 3))
    )
    slate = Slate(
        slate_id="s", site="draftkings", sport="nba", game_type="classic", players=players,
        games=(Game(game_id="g", away="PHX", home="BKN", start=START),),
    )  # fmt: skip
    return SwapCase(
        at=at, slate=slate, rules=RULES, entries=no_entries(), outcome_model=MODEL,
        box_scores=BoxScores(file="b", games=past), weights=load_weights("nba"),
    )  # fmt: skip


def forecast(of: SwapCase, standing: Standing | None = None) -> Forecast:
    return forecast_of(of, situation_of(of), standing, MODEL)


def on_the_board(points: list[float], left: float) -> Standing:
    return Standing(
        entry_ids=(),
        lineups=np.empty((0, 8), np.int32),
        points=np.empty(0),
        scored=np.array(points),
        left=np.array([left]),
        final=False,
        names=NameMatches(ids={}, points={}, unmatched=(), ambiguous=()),
    )


def test_a_doubtful_star_is_a_star_who_may_not_play():
    found = forecast(case())
    value = situation_of(case()).values
    assert found.mean[DOUBTFUL] == pytest.approx(found.mean[REGULAR], rel=0.15)
    assert (found.plays[REGULAR], found.plays[DOUBTFUL]) == (REGULARLY, DOUBTFULLY)
    assert found.expected == pytest.approx([value[str(i)] for i in range(3)])


def test_he_is_drawn_at_nothing_as_often_as_he_sits_and_as_wide_as_a_star_otherwise():
    given = case()
    pool = PlayerPool.of(given.slate, RULES)
    drawn = draw(given.slate, pool, MODEL, samples=8_000, seed=1)
    points = outcomes(drawn, forecast(given), MODEL, 0.25) * 0.25
    sits = float((points[DOUBTFUL] == 0).mean())
    assert sits == pytest.approx(1 - DOUBTFULLY, abs=0.03)
    played = points[DOUBTFUL][points[DOUBTFUL] > 0]
    star = points[REGULAR][points[REGULAR] > 0]
    assert played.mean() == pytest.approx(star.mean(), rel=0.15)
    assert played.std() == pytest.approx(star.std(), rel=0.1)


def test_projections_of_a_file_hold_no_chance_of_ours():
    given = case()
    assert situation_of(given).chances[str(DOUBTFUL)] == DOUBTFULLY
    silent = msgspec.structs.replace(given, box_scores=None)
    assert situation_of(silent).chances == {}


def test_who_scores_plays_and_his_points_move_what_is_still_expected():
    at = START + timedelta(hours=1)
    found = forecast(case(at), on_the_board([30.0, 12.0, 0.0], 0.5))
    before = forecast(case())
    assert found.plays[[REGULAR, DOUBTFUL]].tolist() == [1.0, 1.0]
    still = still_expected(MODEL, before.mean[REGULAR], scored=30.0, left=0.5)
    assert found.mean[REGULAR] == pytest.approx(float(still))
    assert found.mean[REGULAR] > before.mean[REGULAR] / 2 > found.mean[DOUBTFUL]


def test_who_has_nothing_is_the_likelier_not_to_play_the_longer_his_game_runs():
    at = START + timedelta(hours=1)
    plays = [
        forecast(case(at), on_the_board([0.0, 0.0, 0.0], left)).plays for left in (0.98, 0.9, 0.5)
    ]
    assert REGULARLY > plays[0][SILENT] > plays[1][SILENT] > plays[2][SILENT]
    assert plays[2][SILENT] < 0.1
    assert plays[1][DOUBTFUL] < plays[1][SILENT]


def test_who_was_ruled_out_after_he_scored_scores_no_more():
    at = START + timedelta(hours=1)
    news = NewsInterval(
        row=1, on=START.date(), player=NAMES[REGULAR], team="PHX", event="OUT",
        not_before=None, not_after=at, source="wire",
    )  # fmt: skip
    given = msgspec.structs.replace(case(at), news=News(file="n", intervals=(news,)))
    found = forecast(given, on_the_board([30.0, 12.0, 0.0], 0.5))
    assert found.plays[REGULAR] == 0
    assert found.expected[REGULAR] == 30.0


@pytest.mark.parametrize("mean", [8.0, 25.0, 50.0])
def test_silence_is_the_chance_of_no_event_in_the_stream_that_moves_expectations(mean: float):
    rng = np.random.default_rng(3)
    [marginal] = MODEL.marginals
    variance = float(marginal.spread.at(mean)) ** 2 - marginal.noise * mean
    rate = rng.gamma(mean**2 / variance, variance / mean, 400_000)
    none = rng.poisson(rate * 0.2 / marginal.noise) == 0
    told = silence(np.array([mean]), np.array([0.2]), np.zeros(1, np.intp), MODEL)
    assert float(told[0]) == pytest.approx(none.mean(), abs=4 * none.std() / 400_000**0.5)


def test_newcomers_count_less_by_what_was_learned_and_in_full_by_a_users_own_word():
    shipped = load_weights("nba").newcomers
    milder = msgspec.structs.replace(shipped, less=0.3, lost=(26.0, 4.0, 11.0, 5.0))
    weights = msgspec.structs.replace(load_weights("nba"), newcomers=milder)
    plain, mild = case(), msgspec.structs.replace(case(), weights=weights)
    said = forecast(plain)
    less, least = (discount_of(said, "box_scores", of, MODEL) for of in (plain, mild))
    assert (least > 0).all()
    assert least.tolist() == pytest.approx((0.3 * less).tolist(), abs=1.0)
    assert not discount_of(said, "file", mild, MODEL).any()
    assert [newcomers_less(by, milder) for by in ("file", "box_scores", "salary")] == [
        0.0,
        0.3,
        0.3,
    ]
