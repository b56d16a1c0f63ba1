"""Sources whose word nobody connected could confirm stand for themselves; others wait."""

from __future__ import annotations

from actors.feeds.adapters import ADAPTERS
from actors.live_trust import TELL_STATUS, unconfirmable
from config.sources import ConnectionSpec, SourceSpec, TimesSpec, load_sources


def source(name, adapter, sport="nba", **times):
    connection = ConnectionSpec(kind="polling", options={"url": "http://127.0.0.1:1/"})
    return SourceSpec(
        name=name, adapter=adapter, sport=sport, connections=(connection,), times=TimesSpec(**times)
    )


ESPN = source("espn", "espn.injuries")
LEAGUE = source("league", "nba.injury_report")


def test_a_vendor_alone_stands_for_itself():
    assert unconfirmable([ESPN]) == {"espn"}


def test_beside_the_leagues_own_list_a_vendor_waits():
    assert unconfirmable([ESPN, LEAGUE]) == frozenset()


def test_another_sports_source_confirms_nothing():
    assert unconfirmable([ESPN, source("mlb", "mlb.feed_live", "mlb")]) == {"espn"}


def test_who_is_asked_once_a_day_confirms_nothing_in_time():
    slow = source("slow", "nba.injury_report", last=86_400)
    assert unconfirmable([ESPN, slow]) == {"espn"}


def test_only_feeds_that_tell_statuses_count_and_all_of_them_exist():
    assert set(ADAPTERS) >= TELL_STATUS
    assert unconfirmable([source("odds", "odds.the_odds_api")]) == frozenset()


def test_of_the_shipped_sources_basketballs_confirm_each_other_and_footballs_do_not():
    shipped = load_sources()
    alone = unconfirmable([*shipped.ready({}), *shipped.patterns({})])
    assert "espn.nfl.injuries" in alone
    assert not {"espn.nba.injuries", "nba.injury_report", "nba.boxscore", "mlb.live"} & alone
