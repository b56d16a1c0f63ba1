"""Feed adapters by name, ``folder.kind``: explicit and complete."""

from __future__ import annotations

from actors.feeds.adapters import (
    espn_game_roster,
    espn_golf,
    espn_news,
    espn_scoreboard,
    espn_status,
    espn_summary,
    mlb_boxscore,
    mlb_live,
    mlb_notices,
    mlb_schedule,
    nba_boxscore,
    nba_games,
    nba_injury_report,
    nba_odds,
    nba_people,
    nflverse,
    sleeper,
)
from actors.feeds.adapters.draftkings_contests import (
    competitions,
    contest,
    draftgroup,
    lobby,
    rules,
)
from actors.feeds.adapters.draftkings_draftables import draftables
from actors.feeds.adapters.draftkings_live import available_players, live_players, roster
from actors.feeds.adapters.draftkings_resultsdb import resultsdb
from actors.feeds.adapters.fanduel_salaries import draftkings_salaries, fanduel_salaries
from actors.feeds.adapters.generic_adapters import generic_csv, generic_json, generic_webhook
from actors.feeds.adapters.news_jetstream import jetstream
from actors.feeds.adapters.news_mastodon import mastodon
from actors.feeds.adapters.news_rss import rotowire, rss
from actors.feeds.adapters.odds_betfair import betfair
from actors.feeds.adapters.odds_kalshi import kalshi
from actors.feeds.adapters.odds_nhl import nhl_partner_odds
from actors.feeds.adapters.odds_polymarket import polymarket
from actors.feeds.adapters.odds_the_odds_api import the_odds_api
from actors.feeds.adapters.port import Adapter
from actors.feeds.adapters.vendors_injuries import balldontlie, sportsdataio
from actors.feeds.adapters.weather_metar import metar
from actors.feeds.adapters.weather_nws import (
    nws_alerts,
    nws_forecast,
    nws_observations,
    nws_points,
)
from actors.feeds.adapters.weather_open_meteo import open_meteo

ADAPTERS: dict[str, Adapter] = {
    espn_news.NEWS: espn_news.parse_news,
    espn_news.TRANSACTIONS: espn_news.parse_transactions,
    espn_scoreboard.FEED: espn_scoreboard.parse,
    espn_status.INJURIES: espn_status.parse_injuries,
    espn_status.ROSTER: espn_status.parse_roster,
    espn_summary.FEED: espn_summary.parse,
    espn_game_roster.FEED: espn_game_roster.parse,
    espn_golf.FEED: espn_golf.parse,
    mlb_boxscore.FEED: mlb_boxscore.parse,
    mlb_live.DIFF: mlb_live.parse_changes,
    mlb_live.FEED: mlb_live.parse_live,
    mlb_live.LINE: mlb_live.parse_line,
    mlb_live.PLAY: mlb_live.parse_play,
    mlb_notices.GAMEDAY: mlb_notices.parse_frames,
    mlb_notices.TRANSACTIONS: mlb_notices.parse_transactions,
    mlb_schedule.FEED: mlb_schedule.parse,
    nba_boxscore.FEED: nba_boxscore.parse,
    nba_games.PLAY_BY_PLAY: nba_games.parse_play_by_play,
    nba_games.SCHEDULE: nba_games.parse_schedule,
    nba_games.SCOREBOARD: nba_games.parse_scoreboard,
    nba_injury_report.FEED: nba_injury_report.parse,
    nba_odds.FEED: nba_odds.parse,
    nba_people.INDEX: nba_people.parse_index,
    nba_people.MOVEMENT: nba_people.parse_movement,
    nflverse.FEED: nflverse.parse,
    sleeper.DRAFT_PICKS: sleeper.parse_draft_picks,
    sleeper.PLAYERS: sleeper.parse_players,
    sleeper.STATE: sleeper.parse_state,
    sleeper.TRENDING: sleeper.parse_trending,
    "draftkings.available_players": available_players,
    "draftkings.competitions": competitions,
    "draftkings.contest": contest,
    "draftkings.draftables": draftables,
    "draftkings.draftgroup": draftgroup,
    "draftkings.live_players": live_players,
    "draftkings.lobby": lobby,
    "draftkings.resultsdb": resultsdb,
    "draftkings.roster": roster,
    "draftkings.rules": rules,
    "draftkings.salaries": draftkings_salaries,
    "fanduel.salaries": fanduel_salaries,
    "generic.csv": generic_csv,
    "generic.json": generic_json,
    "generic.webhook": generic_webhook,
    "news.jetstream": jetstream,
    "news.mastodon": mastodon,
    "news.rotowire": rotowire,
    "news.rss": rss,
    "odds.betfair": betfair,
    "odds.kalshi": kalshi,
    "odds.nhl_partner_odds": nhl_partner_odds,
    "odds.polymarket": polymarket,
    "odds.the_odds_api": the_odds_api,
    "vendors.balldontlie": balldontlie,
    "vendors.sportsdataio": sportsdataio,
    "weather.metar": metar,
    "weather.nws_alerts": nws_alerts,
    "weather.nws_forecast": nws_forecast,
    "weather.nws_observations": nws_observations,
    "weather.nws_points": nws_points,
    "weather.open_meteo": open_meteo,
}

ALIASES: dict[str, str] = {
    "draftkings.dklive_players": "draftkings.live_players",
    "draftkings.draft_group": "draftkings.draftgroup",
    "draftkings.entries_roster": "draftkings.roster",
    "draftkings.gametype": "draftkings.rules",
    "draftkings.getavailableplayers": "draftkings.available_players",
    "draftkings.sports_competitions": "draftkings.competitions",
    "espn.golf": "golf.scoreboard",
    "espn.leaderboard": "golf.scoreboard",
    "fanduel.csv": "fanduel.salaries",
    "golf.espn": "golf.scoreboard",
    "golf.leaderboard": "golf.scoreboard",
    "golf.pga": "golf.scoreboard",
    "mlb.feed": "mlb.feed_live",
    "mlb.gameday": "mlb.gameday_ws",
    "mlb.malformed_play_events": "mlb.play_events",
    "nba.cdn_boxscore": "nba.boxscore",
    "nba.cdn_odds": "nba.odds",
    "nba.cdn_playbyplay": "nba.playbyplay",
    "nba.cdn_scoreboard": "nba.scoreboard",
    "nba.injury_pdf": "nba.injury_report",
    "news.bluesky": "news.jetstream",
    "weather.ftp": "weather.metar",
    "weather.noaa": "weather.metar",
    "weather.nws_grid": "weather.nws_forecast",
    "weather.nws_gridpoints": "weather.nws_forecast",
    "weather.nws_observation": "weather.nws_observations",
    "weather.nws_station_observation": "weather.nws_observations",
    "weather.nws_station_observations": "weather.nws_observations",
}
"""Other names that the same payloads go by."""


def find_adapter(feed: str) -> Adapter | None:
    """The adapter of that name, or of one that a longer name begins with; None where there is none.

    >>> find_adapter("espn.scoreboard_nfl_2022w1") is ADAPTERS["espn.scoreboard"]
    True
    """
    while feed not in ADAPTERS and feed not in ALIASES:
        feed, shorter, _ = feed.rpartition("_")
        if not shorter:
            return None
    return ADAPTERS[ALIASES.get(feed, feed)]
