"""What the games themselves report: delays, starts, ownership at lock, live scores, finals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.evening.evening import DELAY_MINUTES, Evening, slate_of
from models.evening.files import entry_id
from models.evening.rosters import WAVES, Bools, Floats
from models.evening.scoring import EVERY, REAL_MINUTES
from models.evening.wire import NEWS_WIRE, SCOREBOARD, SITE, Wire
from models.events import (
    AnyEvent,
    FieldShown,
    GameDelay,
    GameFinal,
    GameReport,
    GameStart,
    LivePoints,
    LiveScore,
    Ownership,
    OwnershipUpdate,
    ShownField,
)

_DELAY_KNOWN = 22  # minutes before the game should have begun
_REVEALED_AFTER = 1.5
_SMALLEST_SHARE = 0.0005


def game_reports(wire: Wire) -> Iterator[AnyEvent]:
    """Every event of every game, and the ownership shown after each lock."""
    delayed = wire.evening.script.delayed_game
    starts = real_starts(wire.evening)
    yield _delay(wire, delayed, starts[delayed])
    for game, minute in enumerate(starts.tolist()):
        yield from _one_game(wire, game, minute)
    for minute in np.unique(starts).tolist():
        begun = (starts <= minute)[wire.evening.rosters.game]
        yield ownership_reveal(wire, minute + _REVEALED_AFTER, begun)
    yield field_reveal(wire, float(starts.max()) + _REVEALED_AFTER)


def real_starts(evening: Evening) -> Floats:
    """(games,) minutes from the first lock at which each game really begins."""
    starts = np.array([after for after, _ in WAVES], float)[evening.rosters.wave]
    starts[evening.script.delayed_game] += DELAY_MINUTES
    return starts


def ownership_reveal(wire: Wire, minute: float, begun: Bools) -> OwnershipUpdate:
    """Share of the contest's entries that hold each player (P,) whose game has begun."""
    evening = wire.evening
    shares = {
        evening.rosters.ids[p]: round(float(evening.owned[p]), 6)
        for p in np.flatnonzero(begun).tolist()
    }
    return OwnershipUpdate(
        **wire.envelope(minute, SITE, contest_id=evening.contest.contest_id),
        data=Ownership(ownership=shares, basis="observed", field_size=evening.contest.field_size),
    )


def field_reveal(wire: Wire, minute: float) -> FieldShown:
    """Everybody's lineups, once every game has begun: what entries are paid can be known."""
    evening = wire.evening
    row = {player.player_id: n for n, player in enumerate(slate_of(evening).players)}
    rows = np.array([row[player_id] for player_id in evening.rosters.ids], np.int16)
    lineups = np.concatenate([evening.own, evening.opponents])
    return FieldShown(
        **wire.envelope(minute, SITE, contest_id=evening.contest.contest_id),
        data=ShownField(
            entry_ids=tuple(map(entry_id, range(len(lineups)))), lineups=rows[lineups].tobytes()
        ),
    )


def ownership_guess(wire: Wire, minute: float) -> OwnershipUpdate:
    """Projected ownership of everybody, as known before the first lock."""
    evening = wire.evening
    shares = {
        player_id: round(float(share), 4)
        for player_id, share in zip(evening.rosters.ids, evening.expected_owned, strict=True)
        if share > _SMALLEST_SHARE
    }
    return OwnershipUpdate(
        **wire.envelope(minute, SITE, contest_id=evening.contest.contest_id, confidence=0.6),
        data=Ownership(ownership=shares, basis="projected", field_size=evening.contest.field_size),
    )


def _delay(wire: Wire, game: int, start: float) -> GameDelay:
    told = start - DELAY_MINUTES - _DELAY_KNOWN
    name = wire.evening.rosters.games[game].game_id
    note = f"Tip-off of {name} is moved back by {DELAY_MINUTES} minutes (generated)"
    return GameDelay(
        **wire.envelope(told, NEWS_WIRE, game_id=name),
        data=GameReport(start=wire.at(start), note=note),
    )


def _one_game(wire: Wire, game: int, start: float) -> Iterator[AnyEvent]:
    evening = wire.evening
    name = evening.rosters.games[game].game_id
    yield GameStart(
        **wire.envelope(start, SCOREBOARD, game_id=name), data=GameReport(start=wire.at(start))
    )
    playing = (evening.rosters.game == game) & ~evening.script.out()
    rows = np.flatnonzero(playing).tolist()
    for k, left in enumerate(evening.scores.minutes_left.tolist()):
        points = {evening.rosters.ids[p]: float(evening.scores.live[p, k]) for p in rows}
        # games report one after the other, not all in the same second
        minute = start + EVERY * (k + 1) + 0.1 * (game % 10)
        yield LiveScore(
            **wire.envelope(minute, SCOREBOARD, game_id=name),
            data=LivePoints(points=points, minutes_remaining=round(max(left, 0.0), 2)),
        )
    yield GameFinal(
        **wire.envelope(start + REAL_MINUTES + 2, SCOREBOARD, game_id=name),
        data=GameReport(note=f"{name} final (generated)"),
    )
