"""The hidden part of a field: what is shown stays, the rest is legal and meets its ownership."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.field import HIDDEN, Completion, complete_field, draw_field, ownership_of

NBA = "draftkings/nba/classic"


def live_field(night: Any, size: int, seed: int) -> tuple[Any, Any, Any]:
    """A drawn field with half of the games hidden, who is open, and the field as it was."""
    field = draw_field(
        night.rules, night.pool, night.target, size=size, seed=seed, value=night.value
    )
    open_rows = night.pool.game >= (int(night.pool.game.max()) + 1) // 2
    return np.where(open_rows[field], HIDDEN, field).astype(np.int16), open_rows, field


def completed(night: Any, visible: Any, open_rows: Any, seed: int = 1, target: Any = None) -> Any:
    return complete_field(
        night.rules,
        night.pool,
        visible,
        open_rows=open_rows,
        target=night.target if target is None else target,
        value=night.value,
        seed=seed,
    )


@settings(deadline=None, max_examples=10)
@given(
    seed=st.integers(0, 10_000),
    key=st.sampled_from(
        [
            NBA,
            "draftkings/nfl/classic",
            "draftkings/mlb/classic",
            "fanduel/nba/classic",
            "draftkings/nhl/classic",
        ]
    ),
)
def test_completions_are_legal_and_leave_what_is_shown(
    tonight: Any, rules_broken: Any, seed: int, key: str
):
    night = tonight(key, seed)
    visible, open_rows, _ = live_field(night, 200, seed)
    field = completed(night, visible, open_rows, seed)
    assert rules_broken(night, field) == []
    assert np.array_equal(field[visible != HIDDEN], visible[visible != HIDDEN])
    assert open_rows[field[visible == HIDDEN]].all()


def test_final_ownership_is_met(tonight: Any):
    night = tonight(NBA, 5, games=6)
    visible, open_rows, field = live_field(night, 20_000, 2)
    truth = ownership_of(field, len(night.pool.ids))
    got = ownership_of(completed(night, visible, open_rows, target=truth), len(night.pool.ids))
    assert np.abs(got - truth).max() < 0.02
    assert np.abs(got - truth)[open_rows].mean() < 0.003
    assert np.array_equal(got[~open_rows], truth[~open_rows])


def test_empty_entries_and_empty_slots_stay(tonight: Any):
    night = tonight(NBA, 5)
    visible, open_rows, _ = live_field(night, 300, 2)
    visible[3], visible[4, 2] = -1, -1
    field = completed(night, visible, open_rows)
    assert (field[3] == -1).all()
    assert field[4, 2] == -1
    assert (np.delete(field, [3, 4], axis=0) >= 0).all()


def test_one_lineup_that_cannot_be_completed_is_counted_and_harms_no_other(tonight: Any):
    night = tonight(NBA, 5)
    visible, open_rows, _ = live_field(night, 300, 2)
    dear = np.argsort(-night.pool.salary.min(axis=1) * ~open_rows)
    visible[7] = dear[:8]
    visible[7, 5] = HIDDEN  # no money is left for him
    completion = Completion(
        night.rules, night.pool, visible,
        open_rows=open_rows, target=night.target, value=night.value, seed=1,
    )  # fmt: skip
    field = completion.draw(1)
    assert completion.unfilled == 1
    assert field[7, 5] == -1
    assert np.array_equal(np.delete(field[7], 5), np.delete(visible[7], 5))
    assert (np.delete(field, 7, axis=0) >= 0).all()


def test_completions_of_other_seeds_are_other_fields_of_equal_ownership(tonight: Any):
    night = tonight(NBA, 5, games=6)
    visible, open_rows, _ = live_field(night, 10_000, 2)
    completion = Completion(
        night.rules, night.pool, visible,
        open_rows=open_rows, target=night.target, value=night.value, seed=1,
    )  # fmt: skip
    one, other = completion.draw(1), completion.draw(2)
    assert np.array_equal(one, completion.draw(1))
    assert not np.array_equal(one, other)
    assert ownership_of(one, len(night.pool.ids)) == pytest.approx(
        ownership_of(other, len(night.pool.ids)), abs=0.03
    )


def test_a_field_with_nothing_hidden_comes_back_as_it_is(tonight: Any):
    night = tonight(NBA, 5)
    _, open_rows, field = live_field(night, 50, 2)
    assert np.array_equal(completed(night, field, open_rows), field)


def test_a_field_that_nobody_can_complete_is_no_error(tonight: Any):
    night = tonight(NBA, 5)
    visible, open_rows, _ = live_field(night, 50, 2)
    field = completed(night, visible, np.zeros_like(open_rows))
    assert np.array_equal(field, np.where(visible == HIDDEN, -1, visible))


def test_salary_is_spent_as_in_a_field_drawn_at_once(tonight: Any):
    night = tonight(NBA, 5, games=6)
    visible, open_rows, field = live_field(night, 5_000, 2)
    done = completed(night, visible, open_rows, target=ownership_of(field, len(night.pool.ids)))
    left = [night.rules.salary_cap - night.pool.salary[f, 0].sum(axis=1) for f in (field, done)]
    assert np.mean(left[1]) == pytest.approx(np.mean(left[0]), abs=60)
