"""One payload through its adapter, at one moment, and the events of a kind that came of it."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from models.events import LineMovement, LineupChange, PlayerActive, PlayerInjury
from models.odds import Line

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""When every payload was received."""
STATUSES = (PlayerActive, PlayerInjury, LineupChange)

RECORDED = {
    "draftkings.available_players": ("draftkings/getavailableplayers_*",),
    "draftkings.competitions": ("draftkings/sports_competitions.json",),
    "draftkings.contest": ("draftkings/contest_*",),
    "draftkings.draftables": ("draftkings/draftables_*",),
    "draftkings.draftgroup": ("draftkings/draft_group_*", "draftkings/draftgroup_*"),
    "draftkings.live_players": ("draftkings/dklive_*",),
    "draftkings.lobby": ("draftkings/lobby_*",),
    "draftkings.resultsdb": ("draftkings/resultsdb_*",),
    "draftkings.roster": ("draftkings/entries_*", "draftkings/roster_*"),
    "draftkings.rules": ("draftkings/gametype_*",),
    "draftkings.salaries": ("draftkings/*.csv",),
    "fanduel.salaries": ("fanduel/*.csv",),
    "generic.csv": ("odds/*.csv",),
    "generic.json": ("news/*.lexicon.json",),
    "news.jetstream": ("news/jetstream_v*", "news/bluesky_*"),
    "news.mastodon": ("news/*.sse",),
    "news.rotowire": ("news/*.xml",),
    "odds.betfair": ("odds/betfair_*",),
    "odds.kalshi": ("odds/kalshi_*",),
    "odds.nhl_partner_odds": ("odds/nhl_*",),
    "odds.polymarket": ("odds/polymarket_*",),
    "odds.the_odds_api": ("odds/the_odds_api_*.json",),
    "vendors.balldontlie": ("vendors/*.json",),
    "weather.metar": ("weather/*.TXT",),
    "weather.nws_alerts": ("weather/nws_alerts_*",),
    "weather.nws_forecast": ("weather/nws_forecast*",),
    "weather.nws_observations": ("weather/nws_observation*", "weather/nws_station_*"),
    "weather.nws_points": ("weather/nws_points.json",),
    "weather.open_meteo": ("weather/open_meteo_*",),
}
"""Files of some feeds by pattern."""
PAYLOADS = {
    "espn.scoreboard": "espn/scoreboard_mlb_20220917_live.json",
    "espn.injuries": "espn/injuries_wnba_20260708.json",
    "espn.roster": "espn/roster_kc_20251026.json",
    "espn.news": "espn/news_nfl_20251026.json",
    "espn.transactions": "espn/transactions_wnba_2022.json",
    "espn.summary": "espn/summary_wnba_401736228.json",
    "golf.scoreboard": "golf/espn_pga_scoreboard_zozo_2022.json",
    "mlb.schedule": "mlb/schedule_hydrated_team.json",
    "mlb.feed_live": "mlb/feed_live_744914_final.json",
    "mlb.boxscore": "mlb/boxscore_744914_away.json",
    "mlb.linescore": "mlb/linescore_744914.json",
    "mlb.diffpatch": "mlb/diffpatch_no-move.json",
    "mlb.play_events": "mlb/malformed_play_events.json",
    "mlb.transactions": "mlb/transactions_il_202403.json",
    "mlb.gameday_ws": "mlb/gameday_ws_frames.jsonl",
    "nba.scoreboard": "nba/cdn_scoreboard_todaysScoreboard_20210115.json",
    "nba.schedule": "nba/schedule_leaguev2_2025-26.json",
    "nba.boxscore": "nba/cdn_boxscore_0022000180.json",
    "nba.odds": "nba/cdn_odds_todaysGames.json",
    "nba.playbyplay": "nba/cdn_playbyplay.json",
    "nba.player_movement": "nba/player_movement.json",
    "nba.playerindex": "nba/playerindex_2025-26.json",
    "nflverse.injuries": "nflverse/injuries_2023_w1_2.csv",
    "sleeper.players": "sleeper/players_nfl_sample.json",
    "sleeper.draft_picks": "sleeper/draft_picks_with_injury_status_2021.json",
    "sleeper.trending": "sleeper/trending_add.json",
    "sleeper.state": "sleeper/state_nfl.json",
}
"""One file of each of the others."""
OTHERS = {
    "espn.scoreboard": ("espn/scoreboard_*",),
    "mlb.schedule": ("mlb/schedule_*",),
    "mlb.diffpatch": ("mlb/diffpatch_no-move.json",),
    "nba.boxscore": ("nba/cdn_boxscore_*", "nba/boxscore_*"),
    "nba.injury_report": ("nba/*.pdf",),
}
"""Further files of those."""


def every_payload(feeds):
    """Every recorded payload with its feed."""
    patterns = [(feed, p) for table in (RECORDED, OTHERS) for feed, ps in table.items() for p in ps]
    patterns += PAYLOADS.items()
    return sorted({(feed, file) for feed, p in patterns for file in feeds.glob(p)})


def parse(feed, body, url="", received_at=NOW):
    """What the feed's adapter makes of these bytes."""
    return ADAPTERS[feed](Payload(body, received_at, url))


def utc(text):
    """A time as it is written, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def of(parsed, *kinds):
    """The events of these kinds, in order."""
    return [event for event in parsed.events if isinstance(event, kinds)]


def lines(parsed):
    """The prices told, as lines."""
    return [Line.of(event.data) for event in of(parsed, LineMovement)]


def often(count: int) -> int:
    """So many random cases; ``FUZZ=100`` makes it a hundred times as many (``make fuzz``)."""
    return count * int(os.environ.get("FUZZ", "1"))
