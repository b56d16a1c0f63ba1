"""What every generated event carries, so that those who tell the story name only what differs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from models.evening.evening import Evening

BEAT_WRITER = "generated: beat writer"
NEWS_WIRE = "generated: news wire"
TEAM_REPORT = "generated: team report"
RUMOURS = "generated: rumour account"
SCOREBOARD = "generated: scoreboard"
SITE = "generated: contest site"


class Wire:
    """Envelopes for one evening's events; what is sent takes a few seconds to arrive."""

    def __init__(self, evening: Evening) -> None:
        self.evening = evening
        self._rng = np.random.default_rng([evening.seed, 99])

    def at(self, minute: float) -> datetime:
        """The moment so many minutes after the first lock."""
        return self.evening.first_lock + timedelta(seconds=round(60 * minute))

    def chance(self, low: float, high: float) -> float:
        """A number between the two, the same at every telling."""
        return float(self._rng.uniform(low, high))

    def envelope(self, minute: float, source: str, **more: Any) -> dict[str, Any]:
        """Fields of an event received at that minute; ``event_id`` is given when all are sorted."""
        received = self.at(minute)
        slowest = 3.0 if source in {SCOREBOARD, SITE} else 25.0
        lag = timedelta(milliseconds=int(1000 * self.chance(0.4, slowest)))
        return {
            "event_id": "",
            "source": source,
            "timestamp": received - lag,
            "received_at": received,
            "slate_id": self.evening.slate_id,
            "sport": "nba",
            "mode": "generated",
            **more,
        }

    def about(self, player: int) -> dict[str, Any]:
        """Envelope fields that name a player and his game."""
        rosters = self.evening.rosters
        game = rosters.games[rosters.game[player]]
        return {"player_id": rosters.ids[player], "game_id": game.game_id}
