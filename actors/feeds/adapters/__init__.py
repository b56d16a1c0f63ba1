"""Feed adapters by name, ``folder.kind``: explicit and complete."""

from __future__ import annotations

from actors.feeds.adapters import (
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
from actors.feeds.adapters.odds_betfair import betfair
from actors.feeds.adapters.odds_kalshi import kalshi
from actors.feeds.adapters.odds_nhl import nhl_partner_odds
from actors.feeds.adapters.odds_polymarket import polymarket
from actors.feeds.adapters.odds_the_odds_api import the_odds_api
from actors.feeds.adapters.port import Adapter
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
    "odds.betfair": betfair,
    "odds.kalshi": kalshi,
    "odds.nhl_partner_odds": nhl_partner_odds,
    "odds.polymarket": polymarket,
    "odds.the_odds_api": the_odds_api,
    "weather.metar": metar,
    "weather.nws_alerts": nws_alerts,
    "weather.nws_forecast": nws_forecast,
    "weather.nws_observations": nws_observations,
    "weather.nws_points": nws_points,
    "weather.open_meteo": open_meteo,
}

ALIASES: dict[str, str] = {
    "golf.espn_pga_scoreboard": "golf.scoreboard",
    "mlb.feed": "mlb.feed_live",
    "mlb.gameday": "mlb.gameday_ws",
    "mlb.gameday_ws_frames": "mlb.gameday_ws",
    "mlb.malformed_play_events": "mlb.play_events",
    "mlb.schedule_hydrated": "mlb.schedule",
    "nba.cdn_boxscore": "nba.boxscore",
    "nba.cdn_odds": "nba.odds",
    "nba.cdn_playbyplay": "nba.playbyplay",
    "nba.cdn_scoreboard": "nba.scoreboard",
    "nba.schedule_leaguev2": "nba.schedule",
    "sleeper.players_nfl": "sleeper.players",
    "sleeper.state_nfl": "sleeper.state",
    "sleeper.trending_add": "sleeper.trending",
    "sleeper.trending_drop": "sleeper.trending",
}
"""Other names that the same payloads go by."""
