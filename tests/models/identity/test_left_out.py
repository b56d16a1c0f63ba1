"""A posted line-up says of those who are not in it that they do not start, and of nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from actors.live_intake import Intake, Tally
from models.events import (
    BreakingNews,
    GameReport,
    GameScheduled,
    LineupChange,
    News,
    SlateOpened,
    SlateOpening,
)
from models.slate import Game, Player, Slate

NOW = datetime(2026, 7, 1, 20, tzinfo=UTC)
FIRST_PITCH = NOW + timedelta(hours=3)
STARTERS = [{"id": f"mlb:{n}", "name": f"Batter N{n}", "position": "OF"} for n in range(9)]


def row(id_, name, team="BOS", positions=("OF",)):
    return Player(
        player_id=id_, name=name, team=team, game_id="NYY@BOS", positions=positions,
        roster_slots=positions, salary=4000,
    )  # fmt: skip


POOL = (
    *(row(str(n), f"Batter N{n}") for n in range(9)),
    row("20", "Rafael Bench", positions=("3B", "1B")),
    row("21", "Batter Nine"),
    row("22", "Chris Sale", positions=("SP",)),
    row("23", "Other Side", team="NYY"),
)


def opened(name="s1", pool=POOL):
    game = Game(game_id="NYY@BOS", away="NYY", home="BOS", start=FIRST_PITCH)
    slate = Slate(
        slate_id=name, site="draftkings", sport="mlb", game_type="classic", players=pool,
        games=(game,),
    )  # fmt: skip
    return SlateOpened(
        event_id=name, source="t", timestamp=NOW, received_at=NOW, slate_id=name,
        data=SlateOpening(slate=slate, projections={}, projection_basis="t"),
    )  # fmt: skip


def scheduled(game_id="mlb:7", start=FIRST_PITCH):
    teams = {"home": {"team": "BOS"}, "away": {"team": "NYY"}}
    return GameScheduled(
        event_id=f"g{game_id}", source="mlb.schedule", timestamp=NOW, received_at=NOW, sport="mlb",
        game_id=game_id, data=GameReport(start=start, extra={"teams": teams}),
    )  # fmt: skip


def posted(starters=None, game_id="mlb:7", minute=0):
    at = NOW + timedelta(minutes=minute)
    return BreakingNews(
        event_id=f"n{minute}", source="mlb.schedule", timestamp=at, received_at=at, sport="mlb",
        game_id=game_id,
        data=News(headline="posted", extra={"team": "BOS", "posted": starters or STARTERS}),
    )  # fmt: skip


def told(intake, *readings, now=NOW):
    batches = intake.take(readings, now, Tally())
    return {
        (slate_id, e.player_id): (e.data.status, e.data.participation)
        for slate_id, events in batches.items()
        for e in events
        if isinstance(e, LineupChange)
    }


@pytest.fixture
def intake():
    intake = Intake()
    intake.opened(opened(), NOW)
    intake.take([scheduled()], NOW, Tally())
    return intake


OUT = ("INACTIVE", "CONFIRMED_OUT")


def test_batters_of_the_team_who_are_not_in_it_are_out_pitchers_and_others_are_not(intake):
    assert told(intake, posted()) == {("s1", "20"): OUT, ("s1", "21"): OUT}


def test_it_is_published_as_the_leagues_own_word(intake):
    batches = intake.take([posted()], NOW, Tally())
    published = [e for e in batches["s1"] if e.data.standing == "published"]
    assert {e.player_id for e in published} == {"20", "21"}


def test_whoever_may_be_one_of_them_is_not_left_out(intake):
    misspelt = [*STARTERS[:8], {"id": "mlb:99", "name": "Raffy Bench", "position": "3B"}]
    assert told(intake, posted(misspelt)) == {("s1", "8"): OUT, ("s1", "21"): OUT}


def test_a_changed_line_up_replaces_the_first_and_the_same_is_told_once(intake):
    assert told(intake, posted())
    assert told(intake, posted(minute=1)) == {}
    changed = [*STARTERS[:8], {"id": "mlb:99", "name": "Rafael Bench", "position": "3B"}]
    assert told(intake, posted(changed, minute=2)) == {("s1", "8"): OUT}


def test_a_line_up_of_another_game_says_nothing(intake):
    intake.take([scheduled("mlb:6", FIRST_PITCH - timedelta(hours=6))], NOW, Tally())
    assert told(intake, posted(game_id="mlb:6")) == {}
    assert told(intake, posted(game_id="mlb:5")) == {}


def test_a_slate_that_is_opened_later_is_told_too(intake):
    intake.take([posted()], NOW, Tally())
    batches = intake.opened(opened("s2"), NOW)
    out = {e.player_id for e in batches["s2"] if isinstance(e, LineupChange)}
    assert {"20", "21"} <= out


def test_part_of_a_line_up_is_none(intake):
    assert told(intake, posted(STARTERS[:8])) == {}
    twice = posted([*STARTERS[:8], STARTERS[0]])
    assert told(intake, msgspec.structs.replace(twice, event_id="x")) == {}
