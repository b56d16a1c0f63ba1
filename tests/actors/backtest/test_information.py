"""What is known decides what late swap is worth, on generated nights with known truth."""

from __future__ import annotations

from math import inf

import pytest

from actors.backtest.information import USUAL, Size, play_grid
from models.backtest.worth import worth

SIZE = Size(nights=2, entries=10, field=300, samples=200, judged=300)
PERFECT = USUAL._replace(error=0.0)
CELLS = (
    PERFECT,
    USUAL._replace(error=0.25),
    PERFECT._replace(delay=15.0),
    PERFECT._replace(delay=inf),
)


@pytest.fixture(scope="module")
def results():
    """Every policy of every cell and night, by those three."""
    played = [row for night in play_grid(CELLS, SIZE) for row in night]
    return {(row.knowledge, row.policy, row.night): row for row in played}


def total(results, knowledge, policy, what="points"):
    return sum(getattr(row, what) for key, row in results.items() if key[:2] == (knowledge, policy))


def test_whoever_never_hears_who_is_out_holds(results):
    never = CELLS[-1]
    for night in (1, 2):
        only_out, hold = (results[never, policy, night] for policy in ("only_out", "hold"))
        assert only_out.changed == 0
        assert only_out == hold._replace(policy="only_out")


def test_news_at_once_is_worth_points_and_dollars_and_late_news_less(results):
    for what in ("points", "payout"):
        once, late, never = (
            total(results, cell, "only_out", what) for cell in (PERFECT, CELLS[2], CELLS[3])
        )
        assert once > never
        assert once >= late >= never


def test_holding_does_not_depend_on_what_the_user_knows(results):
    assert len({total(results, cell, "hold", "payout") for cell in CELLS}) == 1


def test_perfect_projections_gain_over_replacing_who_is_out_and_bad_ones_gain_less(results):
    best, worse = (total(results, cell, "points") for cell in CELLS[:2])
    assert best > total(results, PERFECT, "only_out")
    assert best > worse


def test_nothing_is_illegal_and_the_summary_is_of_the_sums(results):
    assert not any(row.illegal for row in results.values())
    found = {(row.knowledge, row.policy): row for row in worth(results.values())}
    entries = SIZE.nights * SIZE.entries
    gain = total(results, PERFECT, "points") - total(results, PERFECT, "hold")
    assert found[PERFECT, "points"].points.value == pytest.approx(gain / entries)
    assert found[PERFECT, "hold"].points == (0.0, 0.0, 0.0)
