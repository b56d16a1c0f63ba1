"""ESPN's roster of one game, written by hand after what was seen of the league's and of others'."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import parse

from models import codec
from models.events import LineupChange, PlayerInjury

FEED = "espn.game_roster"
URL = (
    "https://sports.core.api.espn.com/v2/sports/football/leagues/nfl/events/401772001"
    "/competitions/401772001/competitors/12/roster"
)


def squad(count=53, **marks):
    rows = [
        {
            "playerId": 4_000_000 + n, "period": 0, "active": False, "starter": n < 22,
            "forPlayerId": 0, "jersey": str(n), "valid": True, "didNotPlay": False,
            "athlete": {"$ref": f"http://sports.core.api.espn.com/v2/athletes/{4_000_000 + n}?lang=en"},
            "displayName": f"P. Number{n}",
        }
        for n in range(count)
    ]  # fmt: skip
    for n in marks.get("inactive", ()):
        rows[n]["didNotPlay"] = True
    return rows


def test_inactives_are_out_tonight_and_the_others_are_expected(spoken):
    parsed = spoken(FEED, {"entries": squad(inactive=(3, 50))}, URL)
    out = [e for e in parsed.events if isinstance(e, PlayerInjury)]
    assert [(e.player_id, e.data.status, e.data.participation) for e in out] == [
        ("espn:4000003", "Inactive", "CONFIRMED_OUT"),
        ("espn:4000050", "Inactive", "CONFIRMED_OUT"),
    ]
    assert {(e.game_id, e.sport, e.data.extra["team_id"]) for e in parsed.events} == {
        ("espn:401772001", "nfl", "12")
    }
    rest = [e for e in parsed.events if isinstance(e, LineupChange)]
    assert len(rest) == 51
    assert {(e.data.status, e.data.participation) for e in rest} == {("", "EXPECTED")}


@pytest.mark.parametrize("rows", [squad(), squad(inactive=range(20)), squad(12, inactive=(1,)), []])
def test_what_does_not_look_like_a_list_of_inactives_says_nothing(spoken, rows):
    parsed = spoken(FEED, {"entries": rows}, URL)
    assert (parsed.events, parsed.rejected) == ([], [])


def test_an_invalid_row_is_inactive_and_an_id_may_stand_in_the_link_alone(spoken):
    rows = squad(45)
    rows[0] |= {"valid": False, "didNotPlay": None, "playerId": None}
    out, *_ = spoken(FEED, {"entries": rows}, URL).events
    assert (out.player_id, out.data.participation) == ("espn:4000000", "CONFIRMED_OUT")


def test_rows_without_an_id_are_refused_and_the_address_must_name_the_game(spoken):
    rows = squad(45, inactive=(0,))
    rows[1] |= {"playerId": "", "athlete": None}
    parsed = spoken(FEED, {"entries": rows}, URL)
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("entries[1].playerId", "needs an id")
    ]
    assert len(parsed.events) == 44
    nowhere = parse(FEED, b'{"entries": []}')
    assert "names no league" in nowhere.rejected[0].reason


def test_it_names_its_game_itself_where_its_address_was_not_kept():
    body = {"$ref": f"{URL}?lang=en&region=us", "entries": squad(inactive=(3,))}
    parsed = parse(FEED, json.dumps(body).encode(), "roster.json")
    assert {(e.game_id, e.sport) for e in parsed.events} == {("espn:401772001", "nfl")}


def test_a_college_files_no_inactives_and_marks_everybody_whoever_played(spoken):
    rows = [row | {"valid": False, "starter": False} for row in squad(100)]
    url = URL.replace("/nfl/", "/college-football/")
    assert spoken(FEED, {"entries": rows}, url) == ([], [])
    few = [row | {"didNotPlay": n < 5} for n, row in enumerate(rows)]
    assert spoken(FEED, {"entries": few}, url) == ([], [])


def test_an_invalid_row_that_says_he_plays_is_no_mark(spoken):
    rows = squad(inactive=(3,))
    rows[4] |= {"valid": False}
    out = [e for e in spoken(FEED, {"entries": rows}, URL).events if isinstance(e, PlayerInjury)]
    assert [e.player_id for e in out] == ["espn:4000003"]


def test_a_row_that_links_to_somebody_else_is_refused(spoken):
    rows = squad(inactive=(3,))
    rows[3]["playerId"] = 4_000_004
    parsed = spoken(FEED, {"entries": rows}, URL)
    assert [r.where for r in parsed.rejected] == ["entries[3].playerId"]
    assert not [e for e in parsed.events if isinstance(e, PlayerInjury)]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(squad(1)[0])), ANY), max_size=4))
def test_whatever_stands_in_a_row_costs_that_row_alone(rows):
    body = json.dumps({"entries": [*squad(45, inactive=(0,)), *rows]}).encode()
    parsed = parse(FEED, body, URL)
    assert len(parsed.events) in {0, *range(45, 50)}
    assert all(codec.decode(codec.encode(event)) == event for event in parsed.events)
