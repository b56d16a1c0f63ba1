"""Absences add up on team mates, in whatever order they are reported and taken back."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from config.projections import load_weights
from config.rules import load_rules
from models.events import PlayerInjury, SlateOpened, SlateOpening, StatusReport
from models.folds.change import change_between
from models.folds.slate import MATTERS, SlateState
from models.projections.expected import expectations
from models.projections.impact import impacts
from models.projections.season import Season

from .conftest import TEAM_MATES, two_teams
from .test_expected import DAY, everybody

RULES = load_rules("draftkings/nba/classic")
AT = datetime(2025, 1, 10, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def season() -> Season:
    return Season.of(two_teams(40, [(d, f"{TEAM_MATES[0]} PHX") for d in range(0, 40, 4)]))


@pytest.fixture(scope="module")
def found(season):
    return impacts(everybody(), season, DAY, load_weights("nba"), settled=True)


@pytest.fixture(scope="module")
def opened(season, found) -> SlateState:
    said = expectations(everybody(), season, DAY, load_weights("nba"), settled=True)
    event = SlateOpened(
        event_id="o", source="t", timestamp=AT, received_at=AT, slate_id="s", sport="nba",
        data=SlateOpening(
            slate=everybody(), projections={i: e.points for i, e in said.items()},
            projection_basis="", impact=found, rules=RULES,
        ),
    )  # fmt: skip
    return SlateState.opened(event)


def report(player: str, status: str, minute: int) -> PlayerInjury:
    at = AT + timedelta(minutes=minute)
    return PlayerInjury(
        event_id=f"{player}{status}{minute}", source="team", timestamp=at, received_at=at,
        slate_id="s", sport="nba", player_id=player, data=StatusReport(status=status),
    )  # fmt: skip


def folded(state: SlateState, events) -> dict[str, float]:
    for event in events:
        state = state.updated(event)
    return {p: round(state.projection(p), 6) for p in state.players}


def test_an_effect_is_what_projecting_without_him_says(season, found):
    weights = load_weights("nba")
    whole = expectations(everybody(), season, DAY, weights, settled=True)
    without = expectations(everybody(), season, DAY, weights, absent={"0"}, settled=True)
    assert set(found["0"]) <= {str(i) for i in range(1, 8)}  # team mates alone
    for mate, gain in found["0"].items():
        assert gain == pytest.approx(without[mate].if_plays - whole[mate].if_plays, abs=0.06)


def test_any_order_of_reports_and_retractions_gives_the_projections_of_those_in_force(opened):
    events = [report("0", "OUT", 1), report("1", "DOUBTFUL", 2), report("9", "OUT", 3)]
    ways = {tuple(folded(opened, way).items()) for way in itertools.permutations(events)}
    assert len(ways) == 1
    back = [*events, report("0", "ACTIVE", 4), report("1", "ACTIVE", 5), report("9", "ACTIVE", 6)]
    assert folded(opened, back) == folded(opened, [])


def test_team_mates_of_who_is_out_are_told_with_the_report_that_raised_them(opened):
    state = opened.updated(report("0", "OUT", 1))
    change = change_between(opened, state, "1-1")
    assert change is not None
    assert {"0", "1", "2"} <= set(change.players)
    assert change.causes["1"] == ("0OUT1",)
    assert state.projection("1") > opened.projection("1") * (1 + MATTERS)


def test_what_changes_little_changes_nothing(opened):
    slight = {"0": {"1": 0.5 * MATTERS * opened.baseline["1"]}}
    state = msgspec.structs.replace(opened, impact=slight).updated(report("0", "OUT", 1))
    assert state.projection("1") == opened.projection("1")
    both = {"0": slight["0"], "2": slight["0"]}
    two = msgspec.structs.replace(opened, impact=both)
    for who in ("0", "2"):
        two = two.updated(report(who, "OUT", 1))
    assert two.projection("1") > opened.projection("1")  # together they matter


def test_who_is_out_already_gives_and_takes_nothing_more(season):
    found = impacts(everybody(), season, DAY, load_weights("nba"), absent={"0"}, settled=True)
    assert "0" not in found
    assert all("0" not in effects for effects in found.values())
