"""Reports about players: absences, doubts, false alarms and their corrections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from models.evening.names import CITIES
from models.evening.script import BEGINS, Turn, is_absence
from models.evening.wire import BEAT_WRITER, NEWS_WIRE, RUMOURS, TEAM_REPORT, Wire
from models.events import (
    AnyEvent,
    BreakingNews,
    LineupChange,
    News,
    PlayerActive,
    PlayerInjury,
    StatusReport,
)

_STARTERS = 5
_STRONGEST = 10.0
_POINTS_PER_IMPACT = 5.0


class Said(NamedTuple):
    """One source's word on a player's designation."""

    minute: float
    source: str
    player: int
    status: str
    headline: str
    injury: str = ""
    confidence: float = 0.99


def news(wire: Wire) -> Iterator[AnyEvent]:
    """Everything reported about players during the evening, in no particular order."""
    yield from _first_report(wire)
    starting: set[int] = set()
    for number, turn in enumerate(wire.evening.script.turns):
        if turn.plot == "rumour":
            believed = turn.minute > 0  # the evening's second rumour sounds more certain
            yield from _false_alarm(wire, turn, 0.6 if believed else 0.4)
        elif is_absence(turn):
            yield from _absence(wire, turn, confirmed=number % 2 == 0)
            if wire.evening.rosters.depth[turn.player] < _STARTERS:
                instead = _next_in_line(wire, turn, starting)
                starting.add(instead)
                yield _starts_instead(wire, turn, instead)
        else:
            yield from _all_clear(wire, turn, doubted=number % 2 == 0)
    yield _leaves_early(wire)


def _first_report(wire: Wire) -> Iterator[AnyEvent]:
    """The evening's official injury report: who is out already, who is questionable."""
    script, names = wire.evening.script, wire.evening.rosters.names
    absent = np.flatnonzero(script.known_out).tolist()
    text = f"{len(absent)} players out, {len(script.doubtful)} questionable"
    yield BreakingNews(
        **wire.envelope(BEGINS, TEAM_REPORT),
        data=News(headline=f"Generated evening: injury report, {text}", text=text),
    )
    for number, player in enumerate(absent):
        headline = f"{_who(wire, player)} is out, as expected"
        yield _injury(
            wire, Said(BEGINS + 0.05 * (number + 1), TEAM_REPORT, player, "OUT", headline)
        )
    for number, player in enumerate(script.doubtful.tolist()):
        headline = f"{names[player]} is questionable"
        yield _injury(
            wire, Said(BEGINS + 1 + 0.05 * number, TEAM_REPORT, player, "QUESTIONABLE", headline)
        )


def _absence(wire: Wire, turn: Turn, *, confirmed: bool) -> Iterator[AnyEvent]:
    """First word of an absence, often a second source, and who starts instead."""
    who, why = _who(wire, turn.player), turn.worry
    yield _injury(
        wire,
        Said(
            turn.minute,
            BEAT_WRITER,
            turn.player,
            "OUT",
            f"{who} ({why}) is out tonight",
            why,
            0.92,
        ),
    )
    if confirmed:
        yield _injury(wire, Said(turn.minute + wire.chance(0.8, 2.2), NEWS_WIRE, turn.player, "OUT",
            f"{who} ({why}) ruled out, team confirms", why, 0.99,
        ))  # fmt: skip


def _starts_instead(wire: Wire, turn: Turn, instead: int) -> LineupChange:
    """The team names who starts in place of the absent player."""
    headline = f"{_who(wire, instead)} will start in place of {_who(wire, turn.player)}"
    impact = round(0.4 * _impact(wire, turn.player), 1)
    about = wire.about(instead)
    return LineupChange(
        **wire.envelope(
            turn.minute + wire.chance(1.0, 2.5),
            TEAM_REPORT,
            **about,
            impact_rating=impact,
            confidence=0.97,
        ),
        data=StatusReport(status="STARTING", headline=headline),
    )


def _all_clear(wire: Wire, turn: Turn, *, doubted: bool) -> Iterator[AnyEvent]:
    """A questionable player plays, sometimes after it looked worse."""
    who, why = _who(wire, turn.player), turn.worry
    if doubted:
        earlier = max(turn.minute - wire.chance(14, 20), BEGINS + 3)
        yield _injury(wire, Said(earlier, BEAT_WRITER, turn.player, "DOUBTFUL",
            f"{who} ({why}) is not on the floor for warm-ups", why, 0.7,
        ))  # fmt: skip
    yield _active(wire, turn, f"{who} ({why}) will play tonight")


def _false_alarm(wire: Wire, turn: Turn, confidence: float) -> Iterator[AnyEvent]:
    """Somebody unreliable reports an absence that the team then denies."""
    who, why = _who(wire, turn.player), turn.worry
    yield _injury(
        wire,
        Said(
            turn.minute,
            RUMOURS,
            turn.player,
            "OUT",
            f"Hearing {who} sits tonight ({why})",
            why,
            confidence,
        ),
    )
    later = turn._replace(minute=turn.minute + wire.chance(5.5, 8.0))
    yield _active(wire, later, f"{who} is available and starts, team denies report")


def _leaves_early(wire: Wire) -> AnyEvent:
    """A player is hurt in a game that has begun: too late for anybody who holds him."""
    player = wire.evening.script.leaves_early
    headline = f"{_who(wire, player)} heads to the locker room and will not return"
    return _injury(wire, Said(48.5, BEAT_WRITER, player, "OUT", headline, "ankle", 0.95))


def _injury(wire: Wire, said: Said) -> PlayerInjury:
    weight = 1.0 if said.status == "OUT" else 0.4
    impact = round(-weight * _impact(wire, said.player), 1)
    about = wire.about(said.player)
    return PlayerInjury(
        **wire.envelope(
            said.minute, said.source, **about, impact_rating=impact, confidence=said.confidence
        ),
        data=StatusReport(status=said.status, injury=said.injury, headline=said.headline),
    )


def _active(wire: Wire, turn: Turn, headline: str) -> PlayerActive:
    impact = round(0.4 * _impact(wire, turn.player), 1)
    about = wire.about(turn.player)
    return PlayerActive(
        **wire.envelope(turn.minute, TEAM_REPORT, **about, impact_rating=impact, confidence=0.98),
        data=StatusReport(status="ACTIVE", injury=turn.worry, headline=headline),
    )


def _impact(wire: Wire, player: int) -> float:
    """How much a player's night matters, 0 to 10."""
    usual = wire.evening.rosters.minutes[player] * wire.evening.rosters.rate[player]
    return min(float(usual) / _POINTS_PER_IMPACT, _STRONGEST)


def _next_in_line(wire: Wire, turn: Turn, starting: set[int]) -> int:
    """The team mate from the bench with most minutes who shares a position, if one does."""
    rosters, script = wire.evening.rosters, wire.evening.script
    bench = (rosters.team == rosters.team[turn.player]) & (rosters.depth >= _STARTERS)
    bench &= ~script.out()
    bench[list(starting)] = False
    alike = (rosters.fits[:, :5] & rosters.fits[turn.player, :5]).any(1)
    return int(np.argmax(rosters.minutes * bench * np.where(alike, 2.0, 1.0)))


def _who(wire: Wire, player: int) -> str:
    """``Name (Austin)``."""
    rosters = wire.evening.rosters
    return f"{rosters.names[player]} ({CITIES[rosters.teams[player]]})"
