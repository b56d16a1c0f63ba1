"""Feed adapters by name, ``folder.kind``: explicit and complete."""

from __future__ import annotations

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
