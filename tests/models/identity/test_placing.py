"""Readings of feeds find their rows on the slates that are followed, or a person is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from models.events import (
    BreakingNews,
    GameDelay,
    GameFinal,
    GameReport,
    GameScheduled,
    LivePoints,
    LiveScore,
    News,
    PlayerInjury,
    SlateOpened,
    SlateOpening,
    StatusReport,
)
from models.identity.placing import Places
from models.identity.teams import same_team, team_code
from models.slate import Game, Player, Slate

NOW = datetime(2026, 1, 16, 22, tzinfo=UTC)
TIP = NOW + timedelta(hours=2)


def player(id_, name, team, positions=("SF",), game="LAL@DEN", **more):
    return Player(
        player_id=id_, name=name, team=team, game_id=game, positions=positions,
        roster_slots=more.pop("roster_slots", positions), salary=5000, **more,
    )  # fmt: skip


def slate(name="s1", site="draftkings", sport="nba", players=None, games=None, mode="live"):
    return Slate(
        slate_id=name, site=site, sport=sport, game_type="classic", mode=mode,
        players=tuple(players or (player("100", "LeBron James", "LAL"),)),
        games=tuple(games or (Game(game_id="LAL@DEN", away="LAL", home="DEN", start=TIP),)),
    )  # fmt: skip


def opened(a_slate):
    return SlateOpened(
        event_id=f"open:{a_slate.slate_id}", source="test", timestamp=NOW, received_at=NOW,
        slate_id=a_slate.slate_id,
        data=SlateOpening(slate=a_slate, projections={}, projection_basis="test"),
    )  # fmt: skip


def places(*slates):
    found = Places()
    for one in slates or (slate(),):
        found.take(opened(one))
    return found


def status(player_id="espn:1966", sport="nba", **extra):
    return PlayerInjury(
        event_id=f"x:{player_id}", source="x", timestamp=NOW, received_at=NOW, sport=sport,
        player_id=player_id, data=StatusReport(status="Out", extra=extra),
    )  # fmt: skip


def game(kind, game_id="espn:1", start=TIP, **extra):
    return kind(
        event_id=f"x:{game_id}", source="x", timestamp=NOW, received_at=NOW, sport="nba",
        game_id=game_id, data=GameReport(start=start, extra=extra),
    )  # fmt: skip


def rows(placing):
    return [(e.slate_id, e.player_id, e.game_id) for e in placing.events]


def test_a_whole_team_name_is_the_sites_code():
    found = places().place(
        status(name="LeBron James", team="Los Angeles Lakers", position="F"), NOW
    )
    assert rows(found) == [("s1", "100", "LAL@DEN")]
    assert found.events[0].event_id == "x:espn:1966@s1/100"
    assert found.events[0].data.extra["known_as"] == "espn:1966"


def test_captain_and_flex_rows_are_both_told():
    showdown = slate(
        players=[
            player("1", "LeBron James", "LAL", roster_slots=("CPT",)),
            player("2", "LeBron James", "LAL", roster_slots=("UTIL",)),
        ]
    )
    found = places(showdown).place(status(name="LeBron James", team="LAL"), NOW)
    assert [e.player_id for e in found.events] == ["1", "2"]
    assert len({e.event_id for e in found.events}) == 2


def test_every_slate_of_the_sport_is_told_and_no_other():
    found = places(slate(), slate("s2"), slate("s3", sport="nfl")).place(
        status(name="LeBron James", team="LAL"), NOW
    )
    assert [e.slate_id for e in found.events] == ["s1", "s2"]
    assert len({e.event_id for e in found.events}) == 2


def test_an_evening_that_is_over_or_is_replayed_is_not_told():
    told = status(name="LeBron James", team="LAL")
    assert places().place(told, NOW + timedelta(days=1)).events == ()
    assert places(slate(mode="replay")).place(told, NOW).events == ()


@pytest.mark.parametrize(
    ("name", "team", "reason"),
    [
        ("LeBron James", "", "team and position do not say it"),
        ("LeBron James", "MIA", "team and position do not say it"),
        ("Bronny James", "LAL", "nobody bears the whole name"),
    ],
)
def test_whoever_is_not_certain_is_asked_about(name, team, reason):
    found = places().place(status(name=name, team=team), NOW)
    assert found.events == ()
    ((slate_id, question),) = found.questions
    assert (slate_id, question.candidates[0].key) == ("s1", "100")
    assert reason in question.reason


def test_a_stranger_is_no_question():
    found = places().place(status(name="Somebody Else", team="MIA"), NOW)
    assert found == ((), ())


def test_draftables_name_their_row_whatever_they_call_the_player(shared):
    file = shared / "feeds/draftkings/draftables_74625_nfl_classic.json"
    events = ADAPTERS["draftkings.draftables"](Payload(file.read_bytes(), NOW)).events
    kupp = next(e for e in events if e.player_id == "draftkings:698227")
    own = player("24169648", "C. Kupp", "SEA", game="A@B")
    games = [Game(game_id="A@B", away="A", home="B", start=TIP)]
    found = places(slate(sport="nfl", players=[own], games=games)).place(kupp, NOW)
    assert rows(found) == [("s1", "24169648", "A@B")]


def test_fanduels_person_is_found_on_another_list_of_the_site(shared):
    file = shared / "feeds/fanduel/fd-nba-salaries.csv"
    events = ADAPTERS["fanduel.salaries"](Payload(file.read_bytes(), NOW)).events
    wall = next(e for e in events if e.player_id == "fanduel:12332")
    own = player("99999-12332", "Johnny Wall", "HOU")
    found = places(slate(site="fanduel", players=[own])).place(wall, NOW)
    assert rows(found) == [("s1", "99999-12332", "LAL@DEN")]


def test_points_count_only_on_the_site_that_gave_them():
    scored = LiveScore(
        event_id="x:1", source="draftkings.live_players", timestamp=NOW, received_at=NOW,
        sport="nba", player_id="draftkings:1",
        data=LivePoints(points=31.5, extra={"name": "LeBron James", "team": "LAL"}),
    )  # fmt: skip
    found = places(slate(), slate("fd", site="fanduel")).place(scored, NOW)
    assert {e.slate_id: e.data.points for e in found.events} == {"s1": 31.5, "fd": {}}


def test_a_game_is_known_by_its_teams_and_start_then_by_the_feeds_id():
    known = places()
    teams = {"teams": {"home": {"team": "DEN"}, "away": {"team": "LAL"}}}
    first = known.place(game(GameScheduled, **teams), NOW)
    assert rows(first) == [("s1", "", "LAL@DEN")]
    delayed = known.place(game(GameDelay, start=TIP + timedelta(hours=20)), NOW)
    assert rows(delayed) == [("s1", "", "LAL@DEN")]


def test_yesterdays_game_of_the_same_teams_does_not_end_tonights():
    ended = game(GameFinal, start=TIP - timedelta(days=1), home="Denver Nuggets", away="LAL")
    assert places().place(ended, NOW).events == ()


def test_a_doubleheaders_games_are_told_apart_by_their_starts():
    first = Game(game_id="1", away="LAL", home="DEN", start=TIP)
    second = Game(game_id="2", away="LAL", home="DEN", start=TIP + timedelta(hours=6))
    known = places(slate(games=[first, second], players=[player("1", "X Y", "LAL", game="1")]))
    later = game(GameFinal, "espn:b", start=TIP + timedelta(hours=6), home="DEN", away="LAL")
    assert rows(known.place(later, NOW)) == [("s1", "", "2")]


def test_a_start_that_is_only_rounded_otherwise_moves_nothing():
    listed = game(GameScheduled, start=TIP + timedelta(minutes=10), home="DEN", away="LAL")
    assert places().place(listed, NOW).events[0].data.start == TIP
    moved = game(GameScheduled, "b", start=TIP + timedelta(hours=1), home="DEN", away="LAL")
    assert places().place(moved, NOW).events[0].data.start == TIP + timedelta(hours=1)


def test_a_reading_in_the_slates_own_ids_is_placed_by_them():
    known = places(slate(), slate("s2"))
    assert rows(known.place(status("100"), NOW)) == [
        ("s1", "100", "LAL@DEN"),
        ("s2", "100", "LAL@DEN"),
    ]
    own = msgspec.structs.replace(status("100"), slate_id="s2")
    assert known.place(own, NOW).events == (own,)
    begun = game(GameDelay, "LAL@DEN")
    assert [e.game_id for e in known.place(begun, NOW).events] == ["LAL@DEN", "LAL@DEN"]


def test_news_about_nobody_stays_as_it_is():
    news = BreakingNews(
        event_id="n", source="x", timestamp=NOW, received_at=NOW, data=News(headline="h")
    )
    assert places().place(news, NOW) == ((), ())


@pytest.mark.parametrize(
    ("one", "other", "sport", "same"),
    [
        ("GS", "Golden State Warriors", "nba", True),
        ("PHO", "Phoenix Suns", "nba", True),
        ("LA", "Los Angeles Rams", "nfl", True),
        ("LA", "Los Angeles Kings", "nhl", True),
        ("WSH", "Washington Capitals", "nhl", True),
        ("CWS", "Chicago White Sox", "mlb", True),
        ("LAC", "Los Angeles Chargers", "nfl", True),
        ("LAL", "Los Angeles Clippers", "nba", False),
        ("", "", "nba", False),
    ],
)
def test_teams_by_name_and_code(one, other, sport, same):
    assert same_team(one, other, sport) is same
    assert team_code(other, sport) != "" or not other


def test_a_reading_that_is_filed_for_another_game_of_the_player_says_nothing_of_tonights():
    tonight = {"name": "LeBron James", "team": "LAL", "matchup": "LAL@DEN"}
    filed = status("nba_report:LAL:LeBron James", **tonight, starts=f"{TIP:%Y-%m-%dT%H:%MZ}")
    filed = msgspec.structs.replace(filed, game_id="nba_code:20260116/LALDEN")
    assert rows(places().place(filed, NOW)) == [("s1", "100", "LAL@DEN")]
    later = {
        **tonight,
        "matchup": "LAL@PHX",
        "starts": f"{TIP + timedelta(days=1):%Y-%m-%dT%H:%MZ}",
    }
    tomorrow = status("nba_report:LAL:LeBron James", **later)
    tomorrow = msgspec.structs.replace(tomorrow, game_id="nba_code:20260117/LALPHX")
    assert places().place(tomorrow, NOW) == ((), ())


def baseball(start=TIP):
    return places(
        slate(
            sport="mlb",
            games=[Game(game_id="NYY@BOS", away="NYY", home="BOS", start=start)],
            players=[player("7", "Rafael Devers", "BOS", ("3B",), game="NYY@BOS")],
        )
    )


def of_baseball(kind, game_id, start, **more):
    told = game(kind, game_id, start, home="Boston Red Sox", away="New York Yankees", **more)
    return msgspec.structs.replace(told, sport="mlb")


def test_the_other_game_of_a_doubleheader_is_not_taken_for_the_slates():
    known = baseball()
    early, late = TIP - timedelta(hours=6), TIP + timedelta(minutes=5)
    assert known.place(of_baseball(GameFinal, "mlb:1", early), NOW).events == ()
    assert rows(known.place(of_baseball(GameScheduled, "mlb:2", late), NOW)) == [
        ("s1", "", "NYY@BOS")
    ]
    lineup = status("mlb:646240", "mlb", name="Rafael Devers", team="BOS", position="3B")
    first = msgspec.structs.replace(lineup, game_id="mlb:1")
    second = msgspec.structs.replace(lineup, game_id="mlb:2")
    assert known.place(first, NOW) == ((), ())
    assert rows(known.place(second, NOW)) == [("s1", "7", "NYY@BOS")]


def test_of_two_games_close_together_the_nearer_is_the_slates_whichever_is_told_first():
    known = baseball()
    near, nearer = TIP + timedelta(minutes=90), TIP + timedelta(minutes=1)
    assert known.place(of_baseball(GameScheduled, "mlb:2", near), NOW).events
    assert known.place(of_baseball(GameScheduled, "mlb:1", nearer), NOW).events
    assert known.place(of_baseball(GameFinal, "mlb:2", near), NOW).events == ()
