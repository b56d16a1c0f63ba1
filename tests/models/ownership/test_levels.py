"""Levels and stacks against counting by hand, readings within bounds, leverage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from models.field.recalibration import Lesson, Recalibration, ends_of, weights_of
from models.ownership.history import MOST_READINGS, Reading, movement, remembered
from models.ownership.levels import Stackable, levels_of

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)


def reading(minute: int, share: float, basis="projected", player="a") -> Reading:
    return Reading(at=NOON + timedelta(minutes=minute), basis=basis, ownership={player: share})


def kinds(teams, anchors=None) -> Stackable:
    everybody = np.ones(len(teams), bool)
    return Stackable(
        team=np.array(teams, np.int64),
        counts=everybody,
        anchors=everybody if anchors is None else np.array(anchors),
        rival=np.array([1, 0, -1], np.int64),
        game=np.array([0, 0, 1], np.int64),
        games=2,
    )


def test_levels_and_stacks_equal_a_count_by_hand():
    rng = np.random.default_rng(7)
    teams = rng.integers(0, 3, 30)
    anchors = rng.random(30) < 0.3
    lineups = np.array([rng.permutation(30)[:8] for _ in range(200)], np.int32)
    lineups[rng.random(lineups.shape) < 0.1] = -1
    found = levels_of(lineups, kinds(teams, anchors))
    held = [[row for row in lineup if row >= 0] for lineup in lineups]
    for row in range(30):
        assert found.players[row] == sum(row in lineup for lineup in held) / 200
    for team in range(3):
        mates = [[r for r in lineup if teams[r] == team] for lineup in held]
        for n, size in enumerate((2, 3, 4)):
            stacked = [m for m in mates if len(m) >= size and anchors[m].any()]
            assert found.stacks[team, n] == len(stacked) / 200
    both = [lineup for lineup in held if {0, 1} <= set(teams[lineup])]
    assert found.games.tolist() == [len(both) / 200, 0.0]


def test_the_history_is_bounded_and_loses_no_level():
    history: tuple[Reading, ...] = ()
    for minute in range(3 * MOST_READINGS):
        history = remembered(history, reading(minute, 0.1, player=f"p{minute % 7}"))
    history = remembered(history, reading(0, 0.5, basis="observed", player="seen"))
    assert len(history) == MOST_READINGS
    assert {p for r in history for p in r.ownership} == {"seen", *(f"p{n}" for n in range(7))}
    assert [r.at for r in history] == sorted(r.at for r in history)


def test_velocity_is_that_of_the_last_hour_and_of_one_basis():
    history = (reading(-180, 0.9), reading(0, 0.10), reading(30, 0.15), reading(60, 0.20))
    moves = movement(history, "a")
    assert abs(moves.per_hour - 0.10) < 1e-12
    assert moves.direction == "rising"
    assert movement((*history, reading(61, 0.4, "observed")), "a") == (None, "unknown")
    assert movement(history, "nobody") == (None, "unknown")


def test_a_recalibration_is_learned_back():
    rng = np.random.default_rng(3)
    columns = np.column_stack(
        [np.ones(4_000), rng.normal(-2, 1, 4_000), rng.normal(size=(4_000, 3))]
    )
    true = np.array([-0.4, 0.8, 0.5, -0.5, -0.7])
    owned = 1 / (1 + np.exp(-columns @ true))
    learned = weights_of([Lesson(columns, owned)])
    assert np.abs(np.array(learned) - true).max() < 0.05
    law = Recalibration(weights=learned, before=ends_of(owned, owned))
    low, high = law.interval(owned, revealed=False)
    assert ((low <= owned) & (owned <= high)).all()
