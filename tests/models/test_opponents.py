"""A contest's field through an evening: drawn once, reacting to absences, drawn anew with reveals."""

from __future__ import annotations

import numpy as np
import pytest

from config.rules import load_rules
from models.evening import draw_evening
from models.evening.evening import slate_of
from models.field import ownership_of
from models.opponents import Opponents
from models.optimiser import check_legal
from models.pool import PlayerPool

SIZE = 2_000


@pytest.fixture(scope="module")
def rules():
    return load_rules("draftkings/nba/classic")


@pytest.fixture(scope="module")
def evening(rules):
    drawn = draw_evening(3, entries=10, field=500)
    slate = slate_of(drawn)
    pool = PlayerPool.of(slate, rules)
    rows = {player_id: i for i, player_id in enumerate(drawn.rosters.ids)}
    order = np.array([rows[i] for i in pool.ids])
    return pool, drawn.expected_owned[order], drawn.projection[order]


@pytest.fixture
def field(rules, evening):
    pool, owned, value = evening
    made = Opponents(rules, pool, size=SIZE, seed=7)
    nobody = np.zeros(len(pool.ids), np.bool_)
    made.update(owned, value=value, out=nobody, locked=nobody)
    return made


def mask(pool, *rows):
    marked = np.zeros(len(pool.ids), np.bool_)
    marked[list(rows)] = True
    return marked


def test_opponents_are_legal_and_hold_whom_people_hold(field, rules, evening):
    pool, owned, _ = evening
    broken = check_legal(rules, pool, field.lineups.astype(np.int32))
    assert not any(rule.any() for rule in broken.values())
    held = ownership_of(field.lineups, len(pool.ids))
    assert np.corrcoef(held, owned)[0, 1] > 0.97


def test_the_same_evening_gives_the_same_opponents(field, rules, evening):
    pool, owned, value = evening
    again = Opponents(rules, pool, size=SIZE, seed=7)
    nobody = np.zeros(len(pool.ids), np.bool_)
    again.update(owned, value=value, out=nobody, locked=nobody)
    assert np.array_equal(again.lineups, field.lineups)
    other = Opponents(rules, pool, size=SIZE, seed=8)
    other.update(owned, value=value, out=nobody, locked=nobody)
    assert not np.array_equal(other.lineups, field.lineups)


def test_who_is_ruled_out_leaves_nearly_all_lineups_and_only_those_change(field, evening):
    pool, owned, value = evening
    before = field.lineups.copy()
    star = int(owned.argmax())
    nobody = np.zeros(len(pool.ids), np.bool_)
    field.update(owned, value=value, out=mask(pool, star), locked=nobody)
    held = (before == star).any(axis=1)
    assert held.sum() > SIZE // 10
    assert (field.lineups[held] == star).any(axis=1).mean() < 0.08
    assert np.array_equal(field.lineups[~held], before[~held])


def test_a_player_who_had_started_stays(field, evening):
    pool, owned, value = evening
    before = field.lineups.copy()
    star = int(owned.argmax())
    field.update(owned, value=value, out=mask(pool, star), locked=mask(pool, star))
    assert np.array_equal(field.lineups, before)


def test_ownership_that_is_revealed_draws_the_field_anew_without_the_absent(field, evening):
    pool, owned, value = evening
    star, seen = np.argsort(-owned)[:2].tolist()
    known = owned.copy()
    known[seen] = 0.05
    field.update(known, value=value, out=mask(pool, star), locked=mask(pool, seen))
    held = ownership_of(field.lineups, len(pool.ids))
    assert held[seen] == pytest.approx(0.05, abs=0.02)
    assert held[star] < 0.08


def test_where_nothing_is_known_ownership_is_projected(rules, evening):
    pool, _, value = evening
    made = Opponents(rules, pool, size=SIZE, seed=7)
    nobody = np.zeros(len(pool.ids), np.bool_)
    made.update(np.full(len(pool.ids), np.nan), value=value, out=nobody, locked=nobody)
    held = ownership_of(made.lineups, len(pool.ids))
    assert held.sum() == pytest.approx(8)
    assert np.corrcoef(held, value)[0, 1] > 0.2


def test_nobody_is_drawn_where_the_whole_contest_is_known(rules, evening):
    pool, owned, value = evening
    made = Opponents(rules, pool, size=0, seed=7)
    nobody = np.zeros(len(pool.ids), np.bool_)
    made.update(owned, value=value, out=nobody, locked=nobody)
    assert made.lineups.shape == (0, 8)
