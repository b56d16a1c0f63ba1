"""Opponents after a player is ruled out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.field import draw_field, kernels, ownership_of, react
from models.field.warm import warm

KEYS = [
    "draftkings/nba/classic",
    "draftkings/nfl/classic",
    "fanduel/nba/classic",
    "draftkings/nba/showdown",
    "draftkings/mlb/classic",
]


def before(night: Any, size: int = 500, seed: int = 1) -> Any:
    return draw_field(
        night.rules, night.pool, night.target, size=size, seed=seed, value=night.value
    )


def most_held(night: Any, field: Any, rows: Any) -> int:
    return int(np.where(rows, ownership_of(field, len(night.pool.ids)), -1).argmax())


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10_000), key=st.sampled_from(KEYS))
def test_holders_swap_legally_and_locked_slots_stay(
    tonight: Any, rules_broken: Any, seed: int, key: str
):
    night = tonight(key, seed)
    field = before(night, seed=seed)
    open_rows = (
        night.pool.game > 0 if night.pool.game.max() > 0 else np.ones(len(night.pool.ids), bool)
    )
    out = most_held(night, field, open_rows)
    after, changed = react(
        night.rules, night.pool, field, out=out, open_rows=open_rows, value=night.value, seed=seed
    )
    assert rules_broken(night, after) == []
    assert set(changed) == set(np.nonzero((after != field).any(axis=1))[0])
    assert (field[changed] == out).any(axis=1).all()
    assert not (after[changed] == out).any()
    locked = ~open_rows[field]
    assert np.array_equal(after[locked], field[locked])
    assert (open_rows[after] | (after == field)).all()


def test_a_few_do_not_react(tonight: Any):
    night = tonight(KEYS[0], 5, games=6)
    field, everybody = before(night, 20_000), np.ones(len(night.pool.ids), bool)
    out = most_held(night, field, everybody)
    after, changed = react(
        night.rules, night.pool, field, out=out, open_rows=everybody, value=night.value, seed=1, share=0.9
    )  # fmt: skip
    holders = int((field == out).any(axis=1).sum())
    assert len(changed) / holders == pytest.approx(0.9, abs=0.02)
    assert (after == out).any(axis=1).sum() == holders - len(changed)


def test_nobody_who_holds_him_and_nothing_changes(tonight: Any):
    night = tonight(KEYS[0], 5)
    field = before(night)
    out = int(ownership_of(field, len(night.pool.ids)).argmin())
    field = field[~(field == out).any(axis=1)]
    after, changed = react(
        night.rules, night.pool, field, out=out, open_rows=np.ones(len(night.pool.ids), bool),
        value=night.value, seed=1,
    )  # fmt: skip
    assert changed.size == 0
    assert np.array_equal(after, field)


def test_where_nobody_fits_a_second_player_goes_too(tonight: Any, rules_broken: Any):
    """The cheapest player of a full lineup is out and all others cost more than is left."""
    night = tonight(KEYS[0], 5, games=6)
    field = before(night, 2_000)
    everybody = np.ones(len(night.pool.ids), bool)
    cheap = night.pool.salary[:, 0].argsort()
    out = next(int(p) for p in cheap if (field == p).any())
    open_rows = everybody & (night.pool.salary[:, 0] > night.pool.salary[out, 0] + 500)
    after, changed = react(
        night.rules, night.pool, field, out=out, open_rows=open_rows, value=night.value, seed=1, share=1.0
    )  # fmt: skip
    assert changed.size > 0
    assert ((after != field).sum(axis=1)[changed] == 2).any()
    assert rules_broken(night, after) == []


def test_better_players_are_taken_more_often(tonight: Any):
    night = tonight(KEYS[0], 5, games=6)
    field, everybody = before(night, 5_000), np.ones(len(night.pool.ids), bool)
    out = most_held(night, field, everybody)
    after, changed = react(
        night.rules, night.pool, field, out=out, open_rows=everybody, value=night.value, seed=1
    )
    came = after[changed][(after != field)[changed]]
    rate = night.value / night.pool.salary[:, 0]
    assert np.median(rate[came]) > np.median(rate)


def test_read_only_arrays_need_no_second_compilation(tonight: Any):
    warm()
    compiled = [
        kernels.draw,
        kernels.fill,
        kernels.read,
        kernels.tally,
        kernels.holders,
        kernels.vacate,
        kernels.pair,
    ]
    night = tonight(KEYS[0], 5)
    field, everybody = before(night), np.ones(len(night.pool.ids), bool)
    for array in (field, everybody, night.value, night.target):
        array.flags.writeable = False
    react(night.rules, night.pool, field, out=1, open_rows=everybody, value=night.value, seed=1)
    ownership_of(field, len(night.pool.ids))
    assert [len(kernel.signatures) for kernel in compiled] == [1] * len(compiled)
