"""Finished contests: places and prizes as the site's own files have them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.files import read_payouts, read_standings
from models.rules import RosterSlot, SiteRules
from models.simulation import PrizeTable, Scoring, place_prizes, places

NIGHTS = ("2024-12-07", "2024-12-14", "2024-12-21", "2025-01-12")


@pytest.mark.parametrize("night", NIGHTS)
def test_places_and_the_pool_of_real_contests_are_the_files_own(shared: Path, night: str):
    folder = shared / "data/nba-2024-25/slates" / night
    told = json.loads((folder / "slate.json").read_text())
    final = folder / next(s["file"] for s in told["snapshots"] if s["kind"] == "final")
    standings = read_standings(final.read_bytes(), final.name)
    points = [entry.points for entry in standings.entries]
    assert places(points).tolist() == [entry.rank for entry in standings.entries]
    path = shared / "data/nba-2024-25/payouts" / told["payout_table"]
    table = read_payouts(path.read_bytes(), path.name)
    paid = place_prizes(points, table.prizes)
    full = PrizeTable.of(table.prizes, len(points)).total[-1] / 100
    assert paid.sum() == pytest.approx(full, abs=1e-6)
    if len(points) >= table.prizes[-1].last:
        assert full == table.total


@given(
    st.lists(st.integers(-40, 40), min_size=1, max_size=40),
    st.lists(st.integers(0, 5_000), max_size=12),
)
def test_every_cent_is_paid_and_nobody_is_paid_more_than_somebody_better(points, cents):
    from models.contest import Prize

    ordered = sorted(cents, reverse=True)
    prizes = [Prize(first=i, last=i, amount=c / 100) for i, c in enumerate(ordered, 1)]
    paid = place_prizes(points, prizes)
    assert paid.sum() == pytest.approx(sum(ordered[: len(points)]) / 100)
    order = np.argsort(points)
    assert (np.diff(paid[order]) >= -1e-9).all()


def test_a_place_paid_twice_and_a_prize_that_is_no_amount_are_named(prize_rows):
    with pytest.raises(ValueError, match="place 3 is paid twice"):
        PrizeTable.of(prize_rows((1, 3, 5.0), (3, 4, 1.0)), 10)
    with pytest.raises(ValueError, match="places 1 to 2 are paid -1"):
        PrizeTable.of(prize_rows((1, 2, -1.0)), 10)
    with pytest.raises(ValueError, match="places 4 to 3 are no range"):
        PrizeTable.of(prize_rows((4, 3, 1.0)), 10)


def test_a_captain_scores_one_and_a_half_times_in_whole_numbers():
    slots = [RosterSlot(name="CPT", positions=("*",), points_multiplier=1.5)]
    slots += [RosterSlot(name="FLEX", positions=("*",))] * 2
    rules = SiteRules(
        site="x",
        sport="y",
        game_type="showdown",
        title="",
        salary_cap=1,
        slots=tuple(slots),
        points_step=0.25,
    )
    scoring = Scoring._of(3, rules)
    outcomes = np.array([[101, -3], [80, 7], [5, 5]], np.int16)  # 25.25, -0.75, ...
    rows = scoring.rows(np.array([[0, 1, 2], [1, -1, 0]]))
    summed = scoring.points(outcomes)[rows].sum(axis=1) * scoring.unit
    assert summed.tolist() == [[25.25 * 1.5 + 21.25, -0.75 * 1.5 + 3.0], [55.25, 1.875]]


def test_multiplied_outcomes_too_large_for_16_bits_are_widened():
    scoring = Scoring.plain(2, 1)._replace(factors=np.array([2, 3]), slot_factor=np.array([1]))
    points = scoring.points(np.array([[20_000, 1], [0, 0]], np.int16))
    assert points[:, 0].tolist() == [40_000, 60_000, 0, 0, 0]
