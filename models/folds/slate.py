"""The fold of one slate: designations, projections, locks and points, from its events.

Nothing is adjusted step by step: a player's projection is recomputed from the immutable baseline
and the newest report about him, so that repeated, late or contradicting events leave the state
that their set implies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Self

import msgspec

from models.events import (
    AnyEvent,
    BreakingNews,
    GameDelay,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LineMovement,
    LineupChange,
    LiveScore,
    OwnershipUpdate,
    PlayerActive,
    PlayerInjury,
    PlayerState,
    SlateChanged,
    SlateOpened,
    WeatherChange,
    tags,
)
from models.folds.reports import BEGINNING, PLAYS, Report, listed_reports, newer_report
from models.folds.surroundings import Surroundings
from models.rules import SiteRules
from models.slate import Game, Player, Slate
from models.status import Designation

__all__ = ["BEGINNING", "PLAYS", "READS", "REGULATION_MINUTES", "SlateState"]

MATTERS = 0.1
"""Share of a player's projection below which what others' absences do to it is left out."""

READS = tags(
    PlayerInjury,
    PlayerActive,
    LineupChange,
    GameScheduled,
    GameStart,
    GameDelay,
    GamePostponed,
    GameFinal,
    LiveScore,
    SlateOpened,
    SlateChanged,
    WeatherChange,
    LineMovement,
    BreakingNews,
    OwnershipUpdate,
)
"""What the fold reads: reports, games, scores, sky and lines, and whatever moves its clock."""

MOST_TURNED = 64
"""Slates whose impact is kept turned round."""
Impact = Mapping[str, Mapping[str, float]]
Missed = Mapping[str, Sequence[tuple[str, float]]]
NOBODY: Mapping[str, float] = MappingProxyType({})
REGULATION_MINUTES = {
    "nba": 48.0,
    "wnba": 40.0,
    "cbb": 40.0,
    "nfl": 60.0,
    "cfb": 60.0,
    "nhl": 60.0,
    "soccer": 90.0,
}
"""Length of a game without overtime; other sports give their remaining share otherwise."""


class SlateState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known about a slate after some prefix of its events."""

    slate: Slate
    rules: SiteRules
    baseline: dict[str, float]
    """Projected points by player id before any news of this slate."""
    impact: dict[str, dict[str, float]] = {}
    """What each player's absence adds to his team mates' nights."""
    players: dict[str, Player]
    games: dict[str, Game]
    reports: dict[str, Report]
    points: dict[str, float]
    remaining: dict[str, float]
    """Share of a game still to be played, by game id; absent: all of it."""
    around: Surroundings = Surroundings()
    """Weather and lines of its games, and what they do to players."""
    started: frozenset[str]
    postponed: frozenset[str]
    clock: datetime

    @classmethod
    def opened(cls, event: SlateOpened) -> Self:
        """The state right after the slate was opened.

        Raises ValueError when the event carries no rules.
        """
        opening = event.data
        if opening.rules is None:
            raise ValueError(f"slate {opening.slate.slate_id} was opened without rules")
        games = {game.game_id: game for game in opening.slate.games}
        return cls(
            slate=opening.slate,
            rules=opening.rules,
            baseline=opening.projections,
            impact=opening.impact,
            players={player.player_id: player for player in opening.slate.players},
            games=games,
            reports=listed_reports(opening.slate, event),
            around=Surroundings.opened(event),
            points={},
            remaining={},
            started=frozenset(g.game_id for g in games.values() if _is_under_way(g)),
            postponed=frozenset(g.game_id for g in games.values() if g.state == "postponed"),
            clock=event.received_at,
        )

    def updated(self, event: AnyEvent) -> Self:
        """The state after one more event; an event that is none of the slate's changes nothing."""
        state = self.at(event.received_at)
        match event:
            case PlayerInjury() | PlayerActive() | LineupChange():
                return state._reported(event)
            case GameStart() | GameFinal():
                begun = state._started(event.game_id)
                return begun._left(event.game_id, 0.0) if isinstance(event, GameFinal) else begun
            case GameDelay() | GameScheduled():
                return state._rescheduled(event)
            case GamePostponed():
                return state._postponed(event.game_id)
            case LiveScore():
                return state._scored(event)
            case WeatherChange() | LineMovement():
                return state._surrounded(event)
            case SlateOpened():
                return state._projected(event)
            case _:
                return state

    def at(self, moment: datetime) -> Self:
        """Time only moves forward; games whose scheduled start it passes are locked."""
        if moment <= self.clock:
            return self
        begun = self.due_locks(moment)
        changed = {"started": self.started | begun} if begun else {}
        return msgspec.structs.replace(self, clock=moment, **changed)

    def due_locks(self, moment: datetime) -> frozenset[str]:
        """Games whose scheduled start has come without anybody having said so."""
        return frozenset(
            game.game_id
            for game in self.games.values()
            if game.start is not None
            and game.start <= moment
            and game.game_id not in self.started
            and game.game_id not in self.postponed
        )

    def _reported(self, event: PlayerInjury | PlayerActive | LineupChange) -> Self:
        player_id, known = event.player_id, self.reports.get(event.player_id)
        if player_id not in self.players:
            return self
        report = newer_report(event, known)
        if report is known:
            return self
        others = {p: r for p, r in self.reports.items() if p != player_id}
        reports = others if report is None else {**others, player_id: report}
        return msgspec.structs.replace(self, reports=reports)

    def _started(self, game_id: str) -> Self:
        if game_id not in self.games or game_id in self.started:
            return self
        return msgspec.structs.replace(
            self, started=self.started | {game_id}, postponed=self.postponed - {game_id}
        )

    def _rescheduled(self, event: GameDelay | GameScheduled) -> Self:
        """A new start of a game; one player's own start (a tee time) moves no game."""
        game, start = self.games.get(event.game_id), event.data.start
        if game is None or start in {None, game.start} or event.player_id:
            return self
        if event.game_id in self.started:
            return self
        moved = msgspec.structs.replace(game, start=start)
        return msgspec.structs.replace(self, games={**self.games, event.game_id: moved})

    def _postponed(self, game_id: str) -> Self:
        if game_id not in self.games:
            return self
        return msgspec.structs.replace(
            self, postponed=self.postponed | {game_id}, started=self.started - {game_id}
        )

    def _scored(self, event: LiveScore) -> Self:
        points = event.data.points
        scored = points if isinstance(points, dict) else {event.player_id: points}
        ours = {p: value for p, value in scored.items() if p in self.players}
        if not ours:
            return self
        scored_now = msgspec.structs.replace(self, points={**self.points, **ours})
        minutes, length = event.data.minutes_remaining, REGULATION_MINUTES.get(self.slate.sport)
        if minutes is None or length is None:
            return scored_now
        game_id = event.game_id or self.players[next(iter(ours))].game_id
        return scored_now._left(game_id, min(1.0, minutes / length))

    def _left(self, game_id: str, share: float) -> Self:
        if game_id not in self.games:
            return self
        return msgspec.structs.replace(self, remaining={**self.remaining, game_id: share})

    def _projected(self, event: SlateOpened) -> Self:
        """New projections for a slate that is already followed; everything else stands."""
        if event.data.slate.slate_id != self.slate.slate_id:
            return self
        known = {p: v for p, v in event.data.projections.items() if p in self.players}
        impact = event.data.impact
        if known == self.baseline and impact == self.impact:
            return self
        around = self.around.anew(event, self.slate)
        return msgspec.structs.replace(
            self, baseline={**self.baseline, **known}, impact=impact, around=around
        )

    def _surrounded(self, event: WeatherChange | LineMovement) -> Self:
        """Weather or a line of one game; only its players can feel it."""
        game = self.games.get(event.game_id)
        around = self.around if game is None else self.around.after(event, game, self.slate)
        return self if around is self.around else msgspec.structs.replace(self, around=around)

    def designation(self, player_id: str) -> Designation:
        """What is believed about the player; UNKNOWN when nobody reported."""
        report = self.reports.get(player_id)
        return report.designation if report else "UNKNOWN"

    def projection(self, player_id: str) -> float:
        """Points still expected of the player: his night, times the probability that he plays.

        Once his game is under way his night counts by the share of it that is left.
        """
        left = self.remaining.get(self.players[player_id].game_id, 1.0)
        return self.night(player_id) * self.plays(player_id) * left

    def night(self, player_id: str) -> float:
        """Points of a whole night: the baseline, and what absences, weather and lines make of it.

        Effects of the absences in force are added up, so that no order of reports matters; what
        changes his baseline by less than ``MATTERS`` in all changes nothing.
        """
        baseline = self.baseline.get(player_id, 0.0)
        more = sum(
            (1.0 - self.plays(absent)) * effect
            for absent, effect in whom_they_miss(self.impact).get(player_id, ())
            if absent in self.reports
        )
        if factor := self.around.factors.get(player_id):
            more = (baseline + more) * factor - baseline
        return max(0.0, baseline + more) if abs(more) >= MATTERS * baseline else baseline

    def plays(self, player_id: str) -> float:
        """Probability that the player plays tonight, by what is believed of him."""
        if self.players[player_id].game_id in self.postponed:
            return 0.0
        report = self.reports.get(player_id)
        return report.plays if report else 1.0

    def is_locked(self, player_id: str) -> bool:
        """Whether the player's game has begun, or the site's file marked him as locked."""
        player = self.players[player_id]
        return player.game_id in self.started or (
            player.marked_locked and player.game_id not in self.postponed
        )

    def player_state(self, player_id: str) -> PlayerState:
        """The player's state as it travels to contests and clients."""
        return PlayerState(
            projection=self.projection(player_id),
            designation=self.designation(player_id),
            points=self.points.get(player_id),
            plays=self.plays(player_id),
            left=self.remaining.get(self.players[player_id].game_id, 1.0),
            confidence=self.reports[player_id].confidence if player_id in self.reports else 1.0,
        )

    def behind(self, player_id: str) -> tuple[str, ...]:
        """Ids of the events behind the player's present state.

        The report about him, and where his night is another than his baseline, those of the
        absences that he feels, and of the weather and the lines that move him.
        """
        own = self.reports.get(player_id)
        told = (own.event_id,) if own else ()
        if self.plays(player_id) == 0.0 or self.night(player_id) == self.baseline.get(player_id):
            return told
        felt = (
            self.reports[absent].event_id
            for absent, _ in whom_they_miss(self.impact).get(player_id, ())
            if absent in self.reports and self.plays(absent) < 1.0
        )
        moved = player_id in self.around.factors
        around = self.around.behind(self.players[player_id].game_id) if moved else ()
        return tuple(dict.fromkeys((*told, *felt, *around)))

    def why(self, player_id: str) -> str:
        """What weather and lines do to him, in words, where it counts; empty where nothing."""
        factor = self.around.factors.get(player_id)
        if factor is None or self.night(player_id) == self.baseline.get(player_id, 0.0):
            return ""
        return self.around.words(self.players[player_id], factor)


def whom_they_miss(impact: Impact) -> Missed:
    """By player whose absence reaches him and by how many points, in one order of players.

    The impact of a slate turned round: it is one object for a whole night, and made anew by none of
    the thousands of events that change something else.
    """
    known = _turned.get(id(impact))
    if known is None or known[0] is not impact:
        missed: dict[str, list[tuple[str, float]]] = {}
        for absent in sorted(impact):
            for mate, effect in impact[absent].items():
                missed.setdefault(mate, []).append((absent, effect))
        if len(_turned) >= MOST_TURNED:
            _turned.clear()
        known = _turned[id(impact)] = (impact, missed)
    return known[1]


_turned: dict[int, tuple[Impact, Missed]] = {}


def _is_under_way(game: Game) -> bool:
    return game.state in {"in_progress", "final"}
