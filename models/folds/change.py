"""What differs between two states of a slate: whom it touches, why, and how much it weighs."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from models.events import SlateChange
from models.folds.slate import NOBODY, SlateState
from models.impact import Rated, Stakes, rated

_TOLD = ("reports", "baseline", "impact", "around", "postponed")
"""Parts of a state that news changes; points on the board and clocks are none."""


def change_between(before: SlateState, after: SlateState, as_of: str) -> SlateChange | None:
    """What contests and clients are told of the step; None when nothing differs."""
    touched = _touched(before, after)
    behind = {p: after.behind(p) for p in touched}
    was_behind = {p: before.behind(p) for p in touched}
    states = {p: after.player_state(p) for p in touched}
    players = {
        p: state
        for p, state in states.items()
        if state != before.player_state(p) or behind[p] != was_behind[p]
    }
    locked = tuple(sorted(after.started - before.started))
    postponed = tuple(sorted(after.postponed - before.postponed))
    starts = {
        g: game.start
        for g, game in after.games.items()
        if game.start is not None and game.start != before.games[g].start
    }
    if not (players or locked or postponed or starts):
        return None
    found = _rated(before, after, players)
    reasons = {p: after.why(p) for p in players}
    return SlateChange(
        as_of=as_of,
        clock=after.clock,
        players=players,
        locked_games=locked,
        postponed_games=postponed,
        starts=starts,
        causes={p: behind[p] for p in players if behind[p] or was_behind[p]},
        reasons={p: words for p, words in reasons.items() if words != before.why(p)},
        ratings=found.players,
        impact=found.events,
        rating=found.overall,
    )


def _touched(before: SlateState, after: SlateState) -> list[str]:
    """Players whose state may differ, or what stands behind it: whom an event can have touched.

    Also those of whom a batch holds a report and its end, so that what contests know of a player
    does not depend on how events were batched.
    """
    games = {g for g, v in after.remaining.items() if before.remaining.get(g) != v}
    games |= after.postponed ^ before.postponed
    reported = after.reports.keys() | before.reports.keys()
    touched = {p for p in reported if before.reports.get(p) is not after.reports.get(p)}
    touched |= {mate for p in touched for mate in after.impact.get(p, ())}
    touched |= {p for p, v in after.points.items() if before.points.get(p) != v}
    games |= after.around.told_anew(before.around)
    if games:
        touched |= {p for p, player in after.players.items() if player.game_id in games}
    if after.baseline is not before.baseline or after.impact is not before.impact:
        touched |= after.players.keys()
    return sorted(touched)


def _moved_by(before: SlateState, after: SlateState, player_id: str) -> tuple[str, ...]:
    """Events behind his change: reports about him or those he feels missing, weather, lines."""
    reported = (
        report.event_id
        for about, report in after.reports.items()
        if report is not before.reports.get(about)
        and (about == player_id or player_id in after.impact.get(about, NOBODY))
    )
    moved = after.around.factor(player_id) != before.around.factor(player_id)
    game_id = after.players[player_id].game_id
    return (*reported, *(after.around.behind(game_id) if moved else ()))


def _rated(
    before: SlateState,
    after: SlateState,
    touched: Collection[str],
) -> Rated:
    """How much of their nights the players concerned lost or won by what was told."""
    if all(getattr(after, name) is getattr(before, name) for name in _TOLD):
        return Rated({}, {})
    ids = list(touched)
    nights = [np.array([state.night(p) * state.plays(p) for p in ids]) for state in (before, after)]
    stakes = Stakes(
        np.array([player.salary for player in after.slate.players], np.float64),
        np.array([before.baseline.get(p.player_id, 0.0) for p in after.slate.players]),
    )
    salary = np.array([after.players[p].salary for p in ids], np.float64)
    moved_by = {p: _moved_by(before, after, p) for p in ids}
    return rated(ids, nights[0], nights[1], salary, moved_by, stakes)
