"""The map from events to what they make untrue, held against what the folds really do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import msgspec

from actors.ownership import ownership_levels, ownership_readings, scene_of
from actors.slate import _card
from actors.source import NightSpec, SourceActor
from models.events import ContestOpened, OwnershipUpdate, SlateOpened
from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.folds.slate import READS, SlateState
from models.messages import AskOwnershipHistory, Players, encode
from models.outdated import Kind, Topic, outdated

EVER = datetime(2026, 1, 1, tzinfo=UTC)


def told(state, slate):
    """By kind, what an answer holds, without the clock that says when it was asked for."""
    cards = [_card(slate, player_id) for player_id in slate.players] if slate else []
    answers = {"players": encode(Players(players=tuple(cards)))}
    if isinstance(state, ContestState):
        levels, readings = ownership_levels(state), ownership_readings(state, AskOwnershipHistory())
        for kind, answer in (("ownership", levels), ("readings", readings)):
            answers[kind] = encode(msgspec.structs.replace(answer, timestamp=EVER))
        scene, columns = scene_of(state), state.columns
        answers["trends"] = b"".join(
            (
                answers["readings"],
                *(part.tobytes() for part in scene[2:]),
                *(part.tobytes() for part in (columns.plays, columns.left, columns.scored)),
                *(part.tobytes() for part in (columns.projection, columns.out)),
            )
        )
    return answers


async def test_an_answer_changes_only_with_events_that_outdate_it(troupe):
    spec = NightSpec(seed=3, entries=40)
    night = spec.load()
    (contest,) = [e.data.contest_id for e in night.opening if isinstance(e, ContestOpened)]
    slate_id = night.opening[0].slate_id
    actors = troupe(slate_id, [contest])
    source = SourceActor(spec, float("inf"), actors.open_log, actors.settle)
    await source.begin()
    await source.finished()

    state, slate, changed = None, None, {kind: set() for kind in get_args(Kind)}
    before = told(state, slate)
    for event in await actors.history():
        if event.slate_id != slate_id:
            continue
        state = fold(state, [event], contest)
        if slate is not None and str(event.__struct_config__.tag) in READS:  # as its actor does
            slate = slate.updated(event)
        elif isinstance(event, SlateOpened):
            slate = SlateState.opened(event)
        now = told(state, slate)
        topics = set(outdated(event, slate_id))
        for kind in now:
            if now[kind] != before.get(kind):
                whose = {"", contest} if kind != "players" else {""}
                assert any(Topic(kind, slate_id, one) in topics for one in whose), (kind, event)
                changed[kind].add(str(event.__struct_config__.tag))
        before = now
    assert all(changed.values()), f"the night changed nothing of some: {changed}"


def test_a_contests_ownership_is_not_anothers():
    opening = NightSpec(seed=3, entries=40).load()
    reading = next(
        e for e in (*opening.opening, *opening.timeline) if isinstance(e, OwnershipUpdate)
    )
    topics = list(outdated(reading, reading.slate_id))
    assert {t.contest_id for t in topics if t.kind != "players"} == {reading.contest_id}
