"""Tables, prices, pools, weather and news of other days and hands than those recorded."""

from __future__ import annotations

import json

import pytest
from payloads import NOW, lines, of, parse, utc

from models.events import (
    GameScheduled,
    GameStart,
    LineMovement,
    LineupChange,
    PlayerActive,
    PlayerInjury,
    WeatherChange,
)

# -- tables --------------------------------------------------------------------------------------

NFLVERSE = (
    "date_modified,full_name,report_status,week,gsis_id,team,practice_status\n"
    '2024-09-06T20:00:00Z,"Ra, José Jr.",Out,1,00-0035057,ATL,"Did Not\nParticipate"\n'
    "2024-09-06 21:00:00,B,doubtful,1, 00-0035058,ATL,\n"
    ",C,,1,00-0035059,ATL,NA\n"
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_nflverse_in_another_order_with_mark_and_line_ends_of_windows(spoken, begin, end):
    parsed = spoken("nflverse.injuries", (begin + NFLVERSE.replace("\n", end)).encode())
    assert [(e.player_id, e.data.status, e.timestamp) for e in parsed.events] == [
        ("gsis:00-0035057", "Out", utc("2024-09-06T20:00")),
        ("gsis:00-0035058", "doubtful", utc("2024-09-06T21:00")),  # UTC without saying so
        ("gsis:00-0035059", "", NOW),
    ]
    assert parsed.events[0].data.extra["name"] == "Ra, José Jr."
    assert spoken("nflverse.injuries", b"report_status,gsis_id\n") == ([], [])


FANDUEL = (
    "Team,Nickname,Id,Position,Salary,Game,Injury Indicator,Injury Details,Roster Position,FPPG\n"
    'LAD,Shohei Ohtani,12345-2222,P/OF,"10,500",NYY@LAD,,,P/UTIL,20.5\n'
    "WSN,Luis García Jr.,12345-2223,2B,3000,WSN@PHI,IL,Elbow,2B/UTIL,\n"
)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_two_way_player_of_fanduels_file_whatever_ends_its_lines(spoken, end):
    parsed = spoken("fanduel.salaries", ("\ufeff" + FANDUEL.replace("\n", end)).encode())
    healthy, hurt = of(parsed, PlayerActive, PlayerInjury)
    assert (healthy.data.extra["position"], healthy.data.extra["salary"]) == ("P/OF", 10500)
    assert (hurt.data.designation, hurt.data.injury) == ("RESERVE", "Elbow")
    assert hurt.data.extra["name"] == "Luis García Jr."


def test_a_draftkings_game_in_the_hour_that_clocks_repeat(spoken):
    table = (
        "Position,Name + ID,Name,ID,Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame\r\n"
        "SP/OF,Shohei Ohtani (1),Shohei Ohtani,1,P/OF,10500,NYY@LAD 11/01/2026 01:30AM ET,LAD,\r\n"
        "WR,X Y Jr. (2),X Y Jr.,2,WR/FLEX,3000,Postponed,ATL,0\r\n"
    )
    (game,) = of(spoken("draftkings.salaries", table.encode()), GameScheduled)
    assert game.data.start == utc("2026-11-01T05:30")  # the first of the two


# -- prices --------------------------------------------------------------------------------------


def quoted(*markets, **game):
    book = {"key": "dk", "last_update": "2026-11-20T11:59:00Z", "markets": list(markets)}
    return [{
        "id": "a" * 32, "sport_key": "americanfootball_nfl", "commence_time": "2026-11-22T18:00:00Z",
        "home_team": "Atlanta Falcons", "away_team": "Miami Dolphins", "bookmakers": [book], **game,
    }]  # fmt: skip


def market(key, *outcomes):
    made = [dict(zip(("name", "price", "point"), o, strict=False)) for o in outcomes]
    return {"key": key, "last_update": "2026-11-20T11:59:00Z", "outcomes": made}


def test_lines_of_halves_quarters_alternates_and_three_ways(spoken):
    parsed = spoken("odds.the_odds_api", quoted(
        market("h2h_h1", ("Atlanta Falcons", -120), ("Miami Dolphins", 100)),
        market("spreads_h1", ("Atlanta Falcons", -110, -0.5)),
        market("totals_q1", ("Over", -115, 10.5)),
        market("alternate_spreads", ("Atlanta Falcons", 250, -10.5), ("Atlanta Falcons", 130, -6.5)),
        market("h2h_3_way", ("Draw", "+1200")),
    ))  # fmt: skip
    assert [
        (one.market, one.selection, one.american, one.point) for one in lines(parsed)
    ] == [
        ("h2h_h1", "Atlanta Falcons", -120, None), ("h2h_h1", "Miami Dolphins", 100, None),
        ("spreads_h1", "Atlanta Falcons", -110, -0.5), ("totals_q1", "Over", -115, 10.5),
        ("alternate_spreads", "Atlanta Falcons", 250, -10.5),
        ("alternate_spreads", "Atlanta Falcons", 130, -6.5), ("h2h_3_way", "Draw", 1200, None),
    ]  # fmt: skip
    assert parsed.rejected == []


def test_a_market_that_is_suspended_or_broken_costs_itself_alone(spoken):
    parsed = spoken("odds.the_odds_api", quoted(
        market("h2h", ("Atlanta Falcons", -120), ("Miami Dolphins", 0), ("x", "11/10"), ("y", 1.91)),
        market("spreads", ("Atlanta Falcons", -110, None)),
        {"key": "totals", "outcomes": None}, market("outrights"),
    ))  # fmt: skip
    assert [(one.market, one.american) for one in lines(parsed)] == [("h2h", -120)]
    assert [r.where.partition("markets")[2] for r in parsed.rejected] == [
        "[0].outcomes[1].price", "[0].outcomes[2].price", "[0].outcomes[3].price",
        "[1].outcomes[0].point", "[2].outcomes",
    ]  # fmt: skip


@pytest.mark.parametrize("answer", [[], quoted(), quoted(bookmakers=[])])
def test_games_without_prices_are_no_fault(spoken, answer):
    parsed = spoken("odds.the_odds_api", answer)
    assert (of(parsed, LineMovement), parsed.rejected) == ([], [])


def test_nhl_prices_in_words_and_those_that_are_missing(spoken):
    odds = [
        {"description": "MONEY_LINE_2_WAY", "value": "EVEN", "qualifier": ""},
        {"description": "PUCK_LINE", "value": "-110", "qualifier": "+1.5"},
        {"description": "OVER_UNDER", "value": None, "qualifier": "O6.5"},
    ]
    game = {"gameId": 2026020001, "startTimeUTC": "2026-11-21T00:00:00Z",
            "homeTeam": {"abbrev": "MTL", "odds": odds}, "awayTeam": {"abbrev": "BOS", "odds": None}}  # fmt: skip
    value = {"lastUpdatedUTC": "2026-11-20T11:50:00Z", "bettingPartner": {"name": "DraftKings"}}
    parsed = spoken("odds.nhl_partner_odds", value | {"games": [game]})
    assert [(one.selection, one.american, one.point) for one in lines(parsed)] == [
        ("MTL", 100, None), ("MTL", -110, 1.5),
    ]  # fmt: skip
    assert [r.reason for r in parsed.rejected] == ["nothing is no American price"]


@pytest.mark.parametrize(
    ("feed", "message", "refused"),
    [
        ("odds.betfair", {"op": "mcm", "ct": "HEARTBEAT", "pt": 1, "clk": "x"}, 0),
        ("odds.betfair", {"op": "mcm", "pt": 1, "mc": []}, 0),
        ("odds.betfair", {"op": "status", "statusCode": "FAILURE", "errorCode": "NO_SESSION"}, 1),
        ("odds.kalshi", {"type": "subscribed", "id": 1, "msg": {"channel": "ticker", "sid": 1}}, 0),
        ("odds.kalshi", {"type": "error", "id": 1, "msg": {"code": 6, "msg": "Already"}}, 1),
        ("odds.polymarket", {"event_type": "book", "asset_id": "1", "market": "0x",
                             "timestamp": "1795176000000", "bids": [], "asks": []}, 0),
        ("odds.polymarket", {"event_type": "tomorrow"}, 1),
    ],
)  # fmt: skip
def test_messages_of_exchanges_without_a_price(spoken, feed, message, refused):
    parsed = spoken(feed, message)
    assert (parsed.events, len(parsed.rejected)) == ([], refused)


@pytest.mark.parametrize("period", ["OT", "SO"])
def test_a_score_of_overtime_on_the_sports_channel(spoken, period):
    told = {"gameId": 1, "leagueAbbreviation": "nhl", "homeTeam": "MTL", "awayTeam": "BOS",
            "score": None, "period": period, "live": True, "ended": False}  # fmt: skip
    (event,) = spoken("odds.polymarket", told).events
    assert isinstance(event, GameStart)
    assert event.data.extra["period"] == period


# -- the sites, weather, news --------------------------------------------------------------------


def test_draftables_postponed_concealed_and_without_a_game(spoken):
    rows = [
        {"draftableId": 1, "displayName": "Shohei Ohtani", "playerId": 9, "position": "SP/OF",
         "salary": 10000, "status": "None", "teamAbbreviation": "LAD",
         "competition": {"competitionId": 5, "startTime": "2026-11-21T02:10:00.0000000Z"}},
        {"draftableId": 0, "displayName": "", "playerId": 0, "isSwappable": True},
        {"draftableId": 3, "displayName": "X", "playerId": 10, "position": "OF", "salary": 3000,
         "status": "PPD", "isDisabled": True, "competition": None},
        {"draftableId": 4, "displayName": "Y", "playerId": 11, "position": "C", "salary": None,
         "status": "O", "competition": {"competitionId": 5, "startTime": None}},
    ]  # fmt: skip
    parsed = spoken("draftkings.draftables", {"draftables": rows})
    told = of(parsed, PlayerActive, PlayerInjury, LineupChange)
    assert [(type(e), e.player_id, e.data.designation) for e in told] == [
        (PlayerActive, "draftkings:9", "AVAILABLE"), (LineupChange, "draftkings:10", ""),
        (PlayerInjury, "draftkings:11", "OUT"),
    ]  # fmt: skip
    assert told[0].data.extra["position"] == "SP/OF"
    assert spoken("draftkings.draftables", {"draftables": []}) == ([], [])


@pytest.mark.parametrize(
    ("report", "facts"),
    [
        ("VRB03KT 10SM FEW250 M05/M12 A3012", (-5.0, 5.56, None)),
        ("31015G25KT 280V340 1/2SM +TSRA BKN008CB 12/11 A2992=", (12.0, 27.78, 310.0)),
        ("COR 00000KT P6SM SKC 20/10 Q1013", (20.0, 0.0, None)),
    ],
)
def test_winds_below_zero_variable_and_calm(report, facts):
    body = f"2026/11/20 11:54\r\nSPECI KATL 201154Z {report}\r\n".encode()
    (event,) = of(parse("weather.metar", body), WeatherChange)
    told = event.data.get
    assert (told("temperature_c"), told("wind_kmh"), told("wind_from_deg")) == facts


@pytest.mark.parametrize("report", ["AUTO /////KT ////SM // A////", "NIL"])
def test_a_station_that_measures_nothing_is_refused(report):
    parsed = parse("weather.metar", f"KATL 201154Z {report}\n".encode())
    assert (parsed.events, len(parsed.rejected)) == ([], 1)


def test_a_forecast_of_the_night_when_clocks_go_back_in_units_of_another_place(spoken):
    hours = {"time": ["2026-11-01T00:00", "2026-11-01T01:00", "2026-11-01T02:00"],
             "temperature_2m": [50, None, 41], "wind_speed_10m": [10, 20, None]}  # fmt: skip
    parsed = spoken("weather.open_meteo", {
        "latitude": 33.7, "longitude": -84.4, "timezone": "America/New_York",
        "utc_offset_seconds": -14400, "hourly": hours,
        "hourly_units": {"temperature_2m": "°F", "wind_speed_10m": "mp/h"},
    })  # fmt: skip
    assert [(e.data["starts"][11:16], e.data.get("temperature_c"), e.data.get("wind_kmh"))
            for e in parsed.events] == [
        ("04:00", 10.0, 16.09), ("05:00", None, 32.19), ("06:00", 5.0, None),
    ]  # fmt: skip


def test_alerts_of_a_place_without_any_and_one_without_properties(spoken):
    assert spoken("weather.nws_alerts", {"features": []}) == ([], [])
    parsed = spoken("weather.nws_alerts", {"features": [{"id": "urn:3", "properties": None}]})
    assert (parsed.events, [r.where for r in parsed.rejected]) == ([], ["features[0].properties"])


def test_a_note_marked_as_characters_with_a_mark_and_line_ends_of_windows():
    body = (
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<rss><channel><item><guid>nba1</guid>\r\n'
        "<title><![CDATA[Nikola Jokić & Co: Back <soon>]]></title>\r\n"
        "<link>https://www.rotowire.com//basketball/player/nikola-jokic-3810</link>"
        "<pubDate>Fri, 20 Nov 2026 12:00:00 AM PST</pubDate></item></channel></rss>"
    ).encode()
    (news,) = parse("news.rotowire", body).events
    assert (news.data.headline, news.player_id) == (
        "Nikola Jokić & Co: Back <soon>",
        "rotowire:3810",
    )
    assert news.timestamp == utc("2026-11-20T08:00")  # midnight, not noon


def test_a_feed_in_another_form_is_refused_whole():
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title></entry></feed>'
    assert "no RSS" in parse("news.rss", atom).rejected[0].reason


def test_sleepers_rows_without_names_teams_or_times(spoken):
    rows = {
        "1": {"player_id": "1", "first_name": "D'Andre", "last_name": "Swift", "sport": "nfl",
              "injury_status": "Sus", "news_updated": None, "team": None, "espn_id": 4259545},
        "KC": {"player_id": "KC", "position": "DEF", "team": "KC", "status": "Active", "sport": "nfl"},
        "2": None,
    }  # fmt: skip
    parsed = spoken("sleeper.players", rows)
    assert [(type(e), e.player_id, e.data.designation) for e in parsed.events] == [
        (PlayerInjury, "sleeper:1", "SUSPENDED"), (PlayerActive, "sleeper:KC", "AVAILABLE"),
    ]  # fmt: skip
    assert parsed.events[0].data.extra["ids"] == {"espn": "4259545"}
    assert len(parsed.rejected) == 1


def test_posts_of_mastodon_with_line_ends_of_windows_and_undefined():
    post = json.dumps({"id": "1", "content": "<p>A &amp; B<br>café</p>",
                       "created_at": "2026-11-20T11:00:00.000Z", "account": {"acct": "x"}})  # fmt: skip
    body = f"event: update\r\ndata: {post}\r\n\r\n:thump\n\nevent: delete\ndata: 1\n\nevent: filters_changed\ndata: undefined\n\n"
    told, gone = parse("news.mastodon", body.encode()).events
    assert told.data.text == "A & B\ncafé"
    assert gone.data.retracts == told.event_id
