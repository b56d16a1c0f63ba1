"""What a contest knows depends on what was told, not on how it was batched, nor on when it opened."""

from __future__ import annotations

from itertools import pairwise

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.events import SlateChanged
from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.folds.kept_contest import KeptContest
from models.folds.slate import SlateState
from models.folds.telling import slate_changed
from models.snapshots import state_hash

TOLD = st.lists(
    st.tuples(
        st.sampled_from(
            ["player_injury", "player_active", "game_start", "game_postponed", "live_score"]
        ),
        st.integers(0, 150),
        st.sampled_from(["0", "1", "4", "7"]),
        st.sampled_from(["OUT", "Q", "ACTIVE", "D"]),
        st.sampled_from([0.6, 1.0]),
    ),
    max_size=14,
)


def _event(event, number, told):
    kind, minutes, player, status, confidence = told
    data = {"status": status}
    if kind == "live_score":
        data = {"points": float(minutes), "minutes_remaining": 24}
    return event(
        kind,
        minutes,
        event_id=f"n{number}",
        player_id=player,
        game_id="A@B" if player in "01" else "C@D",
        confidence=confidence,
        data=data,
    )


def _changes(opening, events, cuts) -> list[SlateChanged]:
    """What a slate's owner tells who folds the events in batches that end at these places."""
    state = SlateState.opened(opening)
    told = []
    for start, end in pairwise(sorted({0, *cuts, len(events)})):
        before = state
        for item in events[start:end]:
            state = state.updated(item)
        told.append(slate_changed(state, before, f"1-{end}"))
    return [one for one in told if one is not None]


def _facts(state) -> str:
    """Everything but how far the log was read, and the time that was reached by then."""
    assert isinstance(state, ContestState)
    kept = KeptContest.of(state)
    return state_hash(msgspec.structs.replace(kept, as_of="", clock=state.ownership_at))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TOLD, st.lists(st.integers(0, 14), max_size=6), st.integers(0, 14))
def test_batches_and_openings_at_any_time_lead_to_the_same_contest(
    opening, contest, upload, event, told, cuts, opened_after
):
    impact = {"0": {"1": 3.0}, "4": {"7": 2.0, "5": 0.1}, "1": {"0": -4.0}}
    opening = msgspec.structs.replace(
        opening, data=msgspec.structs.replace(opening.data, impact=impact)
    )
    events = [_event(event, number, one) for number, one in enumerate(told)]
    whole = fold(None, [opening, contest, upload, *_changes(opening, events, ())], "c")
    single = _changes(opening, events, range(len(events)))
    parts = _changes(opening, events, [c for c in cuts if c <= len(events)])
    assert _facts(fold(None, [opening, contest, upload, *single], "c")) == _facts(whole)
    assert _facts(fold(None, [opening, contest, upload, *parts], "c")) == _facts(whole)
    late = [opening, *single[:opened_after], contest, upload, *single[opened_after:]]
    state = None
    for item in late:
        state = fold(state, [item], "c")
    assert _facts(state) == _facts(whole)
