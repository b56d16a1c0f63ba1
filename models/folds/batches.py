"""Many events at once through a slate's fold: the same state as one by one, tables copied once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from models.events import AnyEvent, LiveScore
from models.folds.slate import REGULATION_MINUTES, SlateState


def folded(state: SlateState, events: Iterable[AnyEvent]) -> SlateState:
    """The state after these events, in their order.

    Scores are most of a night's events; a run of them changes points and clocks and nothing that
    a score reads, so that it is taken as one.
    """
    for scores, some in groupby(events, key=_is_score):
        if scores:
            state = _scored(state, [event for event in some if isinstance(event, LiveScore)])
            continue
        for event in some:
            state = state.updated(event)
    return state


def _is_score(event: AnyEvent) -> bool:
    return isinstance(event, LiveScore)


def _scored(state: SlateState, events: Sequence[LiveScore]) -> SlateState:
    state = state.at(max(event.received_at for event in events))
    points, remaining = dict(state.points), dict(state.remaining)
    length = REGULATION_MINUTES.get(state.slate.sport)
    known = state.players.keys()
    for event in events:
        told = event.data.points
        scored = told if isinstance(told, dict) else {event.player_id: told}
        ours = scored.keys() & known
        if not ours:
            continue
        points.update(scored if len(ours) == len(scored) else {p: scored[p] for p in ours})
        minutes = event.data.minutes_remaining
        if minutes is None or length is None:
            continue
        game_id = event.game_id or state.players[next(filter(ours.__contains__, scored))].game_id
        if game_id in state.games:
            remaining[game_id] = min(1.0, minutes / length)
    return msgspec.structs.replace(state, points=points, remaining=remaining)
