"""A batch of events gives the state that its events give one by one."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from config.rules import with_rules
from models.evening import generate
from models.events import LiveScore
from models.folds.batches import folded
from models.folds.slate import SlateState


def one_by_one(state, events):
    for event in events:
        state = state.updated(event)
    return state


@pytest.fixture(scope="module")
def night():
    night = generate(3, entries=5, field=60)
    state = SlateState.opened(with_rules(night.opening[0]))
    return state, list(night.timeline)


def by_player(event):
    """A score of one player, who alone tells which game it is of; of a stranger now and then."""
    told = list(event.data.points.items())
    return [
        msgspec.structs.replace(
            event,
            event_id=f"{event.event_id}-{player}",
            player_id=player if n % 5 else f"stranger-{player}",
            game_id="" if n % 2 else event.game_id,
            data=msgspec.structs.replace(event.data, points=points),
        )
        for n, (player, points) in enumerate(told)
    ]


def test_a_whole_night_at_once(night):
    state, events = night
    assert folded(state, events) == one_by_one(state, events)


@pytest.mark.parametrize("seed", range(5))
def test_out_of_order_and_in_pieces(night, seed):
    state, events = night
    rng = np.random.default_rng(seed)
    some = [
        one
        for event in events
        for one in (by_player(event) if isinstance(event, LiveScore) else [event])
        if rng.random() < 0.3
    ]
    mixed = [some[i] for i in rng.permutation(len(some))]
    pieces = np.sort(rng.integers(0, len(mixed), 6)).tolist()
    batch = state
    for first, last in zip([0, *pieces], [*pieces, len(mixed)], strict=True):
        batch = folded(batch, mixed[first:last])
    assert batch == one_by_one(state, mixed)


def test_scores_of_strangers_change_nothing(night):
    state, events = night
    score = next(event for event in events if isinstance(event, LiveScore))
    strange = msgspec.structs.replace(
        score, data=msgspec.structs.replace(score.data, points={"nobody": 3.0})
    )
    assert folded(state, [strange]) == state.updated(strange)
