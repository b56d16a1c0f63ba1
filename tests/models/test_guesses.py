"""A contest's field as it may end: what is shown stands, what is hidden is guessed, twice."""

from __future__ import annotations

import numpy as np
import pytest

from config.rules import load_rules
from models.evening import draw_evening
from models.evening.evening import slate_of
from models.field import HIDDEN
from models.guesses import Guesses, Seen
from models.optimiser import check_legal
from models.pool import PlayerPool

RULES = load_rules("draftkings/nba/classic")


@pytest.fixture(scope="module")
def contest():
    """Pool, everybody's lineups in its rows, and what is expected of each player."""
    evening = draw_evening(6, entries=20, field=300)
    pool = PlayerPool.of(slate_of(evening), RULES)
    row_of = {player_id: row for row, player_id in enumerate(pool.ids)}
    rows = np.array([row_of[player_id] for player_id in evening.rosters.ids])
    value = np.zeros(len(rows))
    value[rows] = evening.projection
    lineups = rows[np.concatenate([evening.own, evening.opponents])].astype(np.int16)
    return pool, lineups, value


def seen(contest, begun):
    """What is to be seen once the games ``begun`` (their rows) are under way."""
    pool, lineups, value = contest
    locked = np.isin(pool.game, begun)
    return Seen(
        lineups=np.where(locked[lineups], lineups, HIDDEN).astype(np.int16),
        open_rows=~locked & (value > 0),
        owned=np.full(len(value), np.nan),
        value=value,
        plays=value > 0,
    )


def test_the_shown_stands_and_the_hidden_is_filled_legally_from_who_may_still_be_had(contest):
    pool, _, _ = contest
    now = seen(contest, [0, 1])
    guesses = Guesses(RULES, pool, seed=3)
    guesses.update(now)
    hidden = now.lineups == HIDDEN
    for world in guesses.worlds:
        assert (world[~hidden] == now.lineups[~hidden]).all()
        filled = world[hidden]
        assert now.open_rows[filled[filled >= 0]].all()
        whole = world[(world >= 0).all(axis=1)]
        assert len(whole) > 0.9 * len(world)
        assert not any(broken.any() for broken in check_legal(RULES, pool, whole).values())
    one, two = guesses.worlds
    assert (one != two).any()


def test_guesses_depend_on_what_is_seen_and_not_on_what_was_seen_before(contest):
    pool, _, _ = contest
    fresh, old = (Guesses(RULES, pool, seed=3) for _ in range(2))
    old.update(seen(contest, [0]))
    for guesses in (fresh, old):
        guesses.update(seen(contest, [0, 1, 2]))
    for mine, theirs in zip(fresh.worlds, old.worlds, strict=True):
        assert (mine == theirs).all()


def test_once_everything_is_shown_both_worlds_are_the_field(contest):
    pool, lineups, _ = contest
    guesses = Guesses(RULES, pool, seed=3)
    guesses.update(seen(contest, range(100)))
    assert all((world == lineups).all() for world in guesses.worlds)
