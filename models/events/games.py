"""Games and what is scored in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from models.events.envelope import Event


class GameReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of one game."""

    start: datetime | None = None
    """The new scheduled start (a delay), or the real one."""
    note: str = ""
    extra: dict[str, Any] = {}


class GameScheduled(Event, frozen=True, kw_only=True, tag="game_scheduled"):
    """A schedule lists a game with this start; nothing is said of a change."""

    data: GameReport


class GameStart(Event, frozen=True, kw_only=True, tag="game_start"):
    """A game began: its players are locked, slot included."""

    data: GameReport


class GameDelay(Event, frozen=True, kw_only=True, tag="game_delay"):
    """A game's scheduled start moved."""

    data: GameReport


class GamePostponed(Event, frozen=True, kw_only=True, tag="game_postponed"):
    """A game will not be played tonight: its players score 0 and stay swappable."""

    data: GameReport


class GameFinal(Event, frozen=True, kw_only=True, tag="game_final"):
    """A game ended."""

    data: GameReport


class LivePoints(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fantasy points so far: of the envelope's player, or of many by player id."""

    points: float | dict[str, float]
    minutes_remaining: float | None = None
    stats: dict[str, float] = {}
    """What the envelope's player did, under the source's own names."""
    score: dict[str, float] = {}
    """The game's own score, by team."""
    extra: dict[str, Any] = {}


class LiveScore(Event, frozen=True, kw_only=True, tag="live_score"):
    """Fantasy points scored so far."""

    data: LivePoints
