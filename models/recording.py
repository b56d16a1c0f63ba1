"""A recorded night as events: each fact at the moment from which it could be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import msgspec
import numpy as np

from models.contest import Contest
from models.events import (
    AnyEvent,
    ContestOpened,
    EntriesUploaded,
    EntryLineup,
    EntryUpload,
    FieldShown,
    GameFinal,
    GameReport,
    GameStart,
    LivePoints,
    LiveScore,
    Ownership,
    OwnershipUpdate,
    PlayerInjury,
    ShownField,
    SlateOpened,
    SlateOpening,
    StatusReport,
)
from models.field import HIDDEN
from models.files.news import NewsInterval
from models.folds.contest import NOBODY, ProjectedBy
from models.night import Night
from models.slate import Game, Slate

BEFORE_FIRST_LOCK = timedelta(minutes=60)
"""The night begins so long before its first lock, or earlier if news does."""
ABSENCES_KNOWN = timedelta(minutes=45)
"""Absences without a report of their own are told so long before the first lock."""
GAME_LENGTH = timedelta(minutes=150)
"""No end of a game is recorded: finals come so long after the start."""
REVEAL = timedelta(minutes=1)
"""The site shows a player's ownership so long after his lock."""
_OPENING = timedelta(seconds=1)
_UNVERIFIED = 0.8
_ABSENT = StatusReport(
    status="OUT", headline="Absent that night, and held by hardly anybody: known to be out"
)
_FULL_IMPACT = 50.0  # projected points


class Snapshot(NamedTuple):
    """Ownership as shown at one moment: shares by id, of players already locked."""

    at: datetime
    owned: Mapping[str, float]


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept of one night."""

    title: str
    slate: Slate
    contest: Contest
    projections: dict[str, float]
    projection_basis: str
    projected_by: ProjectedBy = "file"
    impact: dict[str, dict[str, float]] = {}
    """What further absences would add to team mates, as the slate's opening has it."""
    upload: EntryUpload
    field: tuple[EntryLineup, ...] = ()
    """Everybody's final lineups; empty where no final standings were kept."""
    owned: dict[str, float] = {}
    """Final share of the field by player id; empty where no final standings were kept."""
    points: dict[str, float] = {}
    """Final points by player id, where known."""
    snapshots: tuple[Snapshot, ...] = ()
    """Ownership shown while the contest ran; used where the final is not known."""
    reports: tuple[tuple[str, NewsInterval], ...] = ()
    """Player id and what was reported about him."""
    absent: tuple[str, ...] = ()
    """Ids of players known to be out before the first lock."""


def ownership_of(entries: Sequence[EntryLineup]) -> dict[str, float]:
    """Share of all entries, empty ones included, that hold each player, by id."""
    held = Counter(player_id for e in entries for player_id in set(e.lineup) if player_id)
    return {player_id: n / len(entries) for player_id, n in held.items()}


def night_of(recording: Recording) -> Night:
    """The recording as a source plays it; event ids depend on the recording alone.

    Raises ValueError when no game has a known start: nothing of it has a time then.
    """
    opening = list(_opening(recording, _begins(recording) - _OPENING))
    timeline = sorted(_timeline(recording), key=lambda event: event.received_at)
    numbers = count()
    return Night(
        mode="replay",
        title=recording.title,
        opening=[_numbered(recording, event, next(numbers)) for event in opening],
        timeline=[_numbered(recording, event, next(numbers)) for event in timeline],
    )


def first_lock(slate: Slate) -> datetime:
    """Earliest known start. Raises ValueError when there is none."""
    starts = [game.start for game in slate.games if game.start is not None]
    if not starts:
        raise ValueError(f"slate {slate.slate_id}: no game has a known start")
    return min(starts)


def _begins(recording: Recording) -> datetime:
    told = [report.not_after for _, report in recording.reports if report.not_after]
    return min([first_lock(recording.slate) - BEFORE_FIRST_LOCK, *told])


def _opening(recording: Recording, at: datetime) -> Iterator[AnyEvent]:
    contest = {"contest_id": recording.contest.contest_id}
    users = {entry.user_id for entry in recording.upload.entries}
    yield SlateOpened(
        **_envelope(recording, "salaries", at),
        data=SlateOpening(
            slate=recording.slate,
            projections=recording.projections,
            projection_basis=recording.projection_basis,
            projected_by=recording.projected_by,
            impact=recording.impact,
        ),
    )
    yield ContestOpened(**_envelope(recording, "contest", at, **contest), data=recording.contest)
    if recording.upload.entries:
        user = {"user_id": users.pop()} if len(users) == 1 else {}
        yield EntriesUploaded(
            **_envelope(recording, "entries", at, **contest, **user), data=recording.upload
        )
    if recording.field:
        yield _shown(recording, at, under_way(recording.slate))


def _timeline(recording: Recording) -> Iterator[AnyEvent]:
    absences_at = first_lock(recording.slate) - ABSENCES_KNOWN
    for player_id in recording.absent:
        yield _out(recording, player_id, "absence_rule", absences_at, _ABSENT)
    for player_id, report in recording.reports:
        if report.not_after is not None:
            yield _reported(recording, player_id, report, report.not_after)
    for game in recording.slate.games:
        if game.state != "postponed":
            yield from _game(recording, game)
    yield from _reveals(recording)


def _reported(
    recording: Recording, player_id: str, report: NewsInterval, known: datetime
) -> PlayerInjury:
    """A report at the end of its interval: from then on an honest reader knows it."""
    since = report.not_before.isoformat() if report.not_before else ""
    verified = report.event == "OUT"
    told = StatusReport(
        status="OUT",
        headline=f"{report.player} ({report.team}) is out",
        extra={"not_before": since, "source": report.source, "event": report.event},
    )
    event = _out(recording, player_id, "news_intervals", known, told)
    return event if verified else msgspec.structs.replace(event, confidence=_UNVERIFIED)


def _out(
    recording: Recording, player_id: str, source: str, at: datetime, told: StatusReport
) -> PlayerInjury:
    player = next(p for p in recording.slate.players if p.player_id == player_id)
    lost = 10 * recording.projections.get(player_id, 0.0) / _FULL_IMPACT
    about = {"player_id": player_id, "game_id": player.game_id}
    impact = -round(min(lost, 10.0), 1)
    return PlayerInjury(
        **_envelope(recording, source, at, **about, impact_rating=impact), data=told
    )


def _game(recording: Recording, game: Game) -> Iterator[AnyEvent]:
    """Start and final; a game without a start was under way when the night began."""
    about = {"game_id": game.game_id}
    if game.start is not None:
        yield GameStart(
            **_envelope(recording, "schedule", game.start, **about),
            data=GameReport(start=game.start),
        )
    ends = _ends(recording, game)
    points = {
        p.player_id: recording.points[p.player_id]
        for p in recording.slate.players
        if p.game_id == game.game_id and p.player_id in recording.points
    }
    if points:
        yield LiveScore(
            **_envelope(recording, "standings", ends, **about),
            data=LivePoints(points=points, minutes_remaining=0.0),
        )
    note = "end of the game not recorded: 150 minutes after its start"
    yield GameFinal(**_envelope(recording, "schedule", ends, **about), data=GameReport(note=note))


def _ends(recording: Recording, game: Game) -> datetime:
    return (game.start or _begins(recording)) + GAME_LENGTH


def _reveals(recording: Recording) -> Iterator[OwnershipUpdate | FieldShown]:
    """Who is locked so far, after each wave: ownership, lineups; from snapshots without a final."""
    if not recording.owned:
        last = max(_ends(recording, game) for game in recording.slate.games)
        for snapshot in recording.snapshots:
            if snapshot.at > last:  # an untimed copy, dated days later: tells nothing any more
                continue
            yield _revealed(recording, snapshot.at, snapshot.owned)
        return
    games = [game for game in recording.slate.games if game.state != "postponed"]
    for lock in sorted({game.start for game in games if game.start}):
        begun = {game.game_id for game in games if game.start and game.start <= lock}
        begun |= under_way(recording.slate)
        yield _revealed(recording, lock + REVEAL, _owned_of(recording, begun))
        if recording.field:
            yield _shown(recording, lock + REVEAL, begun)


def under_way(slate: Slate) -> set[str]:
    """Games that had begun before the night's files were made: nobody knows when."""
    return {game.game_id for game in slate.games if game.start is None}


def _shown(recording: Recording, at: datetime, begun: Collection[str]) -> FieldShown:
    """Everybody's lineups as the site shows them once these games have begun."""
    rows = {player.player_id: row for row, player in enumerate(recording.slate.players)}
    final = np.array([[rows.get(p, NOBODY) for p in e.lineup] for e in recording.field], np.int16)
    seen = np.array([player.game_id in begun for player in recording.slate.players] + [True])
    return FieldShown(
        **_envelope(recording, "standings", at, contest_id=recording.contest.contest_id),
        data=ShownField(
            entry_ids=tuple(entry.entry_id for entry in recording.field),
            lineups=np.where(seen[final], final, HIDDEN).astype(np.int16).tobytes(),
        ),
    )


def _owned_of(recording: Recording, games: Collection[str]) -> dict[str, float]:
    return {
        p.player_id: recording.owned.get(p.player_id, 0.0)
        for p in recording.slate.players
        if p.game_id in games
    }


def _revealed(recording: Recording, at: datetime, owned: Mapping[str, float]) -> OwnershipUpdate:
    contest = {"contest_id": recording.contest.contest_id}
    return OwnershipUpdate(
        **_envelope(recording, "standings", at, **contest),
        data=Ownership(
            ownership=dict(owned), basis="observed", field_size=recording.contest.field_size
        ),
    )


def _envelope(recording: Recording, source: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "event_id": "",
        "source": source,
        "timestamp": at,
        "received_at": at,
        "slate_id": recording.slate.slate_id,
        "sport": recording.slate.sport,
        "mode": "replay",
        **more,
    }


def _numbered(recording: Recording, event: AnyEvent, number: int) -> AnyEvent:
    return msgspec.structs.replace(event, event_id=f"{recording.slate.slate_id}-{number:05d}")
