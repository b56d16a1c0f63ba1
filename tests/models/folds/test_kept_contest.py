"""What a snapshot keeps of a contest: everything that slate and rules do not imply."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np

from config.rules import with_rules
from models.evening import generate
from models.events import ShownField
from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.folds.kept_contest import KeptContest
from models.ownership.history import Reading
from models.policy import SwapPolicy
from models.snapshots import pack, unpack

IMPLIED = {"pool", "roster", "player_row"}
"""Made again from slate and rules."""
IN_OTHER_WORDS = {"entries": {"ids", "users", "lineups"}, "open": {"open", "replaced"}}


def test_every_field_of_the_state_is_kept_or_implied():
    kept = set(KeptContest.__struct_fields__)
    for field in fields(ContestState):
        names = IN_OTHER_WORDS.get(field.name, {field.name})
        assert names <= kept or field.name in IMPLIED, f"{field.name} is lost by a snapshot"


def test_policies_confidences_and_readings_come_back():
    opening = [with_rules(event) for event in generate(3, entries=5, field=50).opening]
    contest = next(event.contest_id for event in opening if event.contest_id)
    state = fold(None, opening, contest)
    assert isinstance(state, ContestState)
    player = state.pool.ids[0]
    at = datetime(2025, 1, 1, tzinfo=UTC)
    told = replace(
        state,
        policies={"u": SwapPolicy(mode="automatic", max_swaps=1)},
        confidence={player: 0.8},
        shown=ShownField(entry_ids=("e",), lineups=np.array([[1, -1, -2]], np.int16).tobytes()),
        projected_by="box_scores",
        reasons={player: "wind"},
        readings=(Reading(at=at, basis="observed", ownership={player: 0.3}),),
    )
    back = unpack(pack("contest", KeptContest.of(told)), "contest", KeptContest).state()
    assert told.newcomers is not None  # learned with the sport's projection
    for name in (
        *("policies", "confidence", "readings", "observed", "files", "as_of", "shown"),
        *("newcomers", "reasons"),
    ):
        assert getattr(back, name) == getattr(told, name)
    assert back.projected_by == "box_scores"
