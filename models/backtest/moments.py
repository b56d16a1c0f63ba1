"""When a night is decided: at each news, and one minute before each wave of starts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from models.events import LineupChange, PlayerActive, PlayerInjury, SlateOpened
from models.night import Night

BEFORE_WAVE = timedelta(minutes=1)


class Moment(NamedTuple):
    """One moment of a night at which swaps are decided."""

    at: datetime
    trigger: Literal["news", "wave"]
    to_lock: timedelta
    """Until the next wave of starts."""


def moments_of(night: Night) -> tuple[Moment, ...]:
    """In order; after the last known start nothing can be changed, so nothing is decided.

    Where news falls on the minute before a wave the moment counts as news.
    """
    slate = next(e.data.slate for e in night.opening if isinstance(e, SlateOpened))
    waves = sorted({game.start for game in slate.games if game.start is not None})
    news = {
        event.received_at
        for event in night.timeline
        if isinstance(event, PlayerInjury | PlayerActive | LineupChange)
    }
    times = sorted(news | {wave - BEFORE_WAVE for wave in waves})
    return tuple(
        Moment(
            at,
            "news" if at in news else "wave",
            min(wave for wave in waves if wave > at) - at,
        )
        for at in times
        if at < waves[-1]
    )
