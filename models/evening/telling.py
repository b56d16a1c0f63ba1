"""An evening as a night: what is known at its beginning, then everything in order of receipt."""

from __future__ import annotations

from datetime import datetime
from itertools import count

import msgspec

from models.evening.evening import FIRST_LOCK, USER, Evening, draw_evening, slate_of
from models.evening.files import entries_file, entry_lineups
from models.evening.games import game_reports, ownership_guess
from models.evening.reports import news
from models.evening.script import BEGINS
from models.evening.wire import SITE, Wire
from models.events import (
    AnyEvent,
    ContestOpened,
    EntriesUploaded,
    EntryUpload,
    SlateOpened,
    SlateOpening,
)
from models.night import Night

_BASIS = "generated: ability, known absences and an error of 6 %"


def generate(
    seed: int,
    *,
    entries: int = 150,
    field: int = 5_000,
    first_lock: datetime = FIRST_LOCK,
    sport: str = "nba",
) -> Night:
    """An invented NBA evening on DraftKings; the same arguments give the same bytes.

    ``entries`` of the user ``demo`` stand in a contest of ``field`` entries. Raises ValueError for
    another sport, a field smaller than the entries, or a lock without zone.
    """
    return night_of(
        draw_evening(seed, entries=entries, field=field, first_lock=first_lock, sport=sport)
    )


def night_of(evening: Evening) -> Night:
    """The evening as a source plays it."""
    wire = Wire(evening)
    opening = [*_opening(wire), ownership_guess(wire, BEGINS - 0.05)]
    timeline = sorted([*news(wire), *game_reports(wire)], key=lambda event: event.received_at)
    numbers = count()
    return Night(
        mode="generated",
        title=f"Generated NBA evening, seed {evening.seed} (invented players and contest)",
        opening=[_numbered(evening, event, next(numbers)) for event in opening],
        timeline=[_numbered(evening, event, next(numbers)) for event in timeline],
    )


def _opening(wire: Wire) -> list[AnyEvent]:
    evening = wire.evening
    projections = dict(zip(evening.rosters.ids, evening.projection.tolist(), strict=True))
    contest = {"contest_id": evening.contest.contest_id}
    return [
        SlateOpened(
            **wire.envelope(BEGINS - 0.2, SITE),
            data=SlateOpening(
                slate=slate_of(evening), projections=projections, projection_basis=_BASIS
            ),
        ),
        ContestOpened(**wire.envelope(BEGINS - 0.15, SITE, **contest), data=evening.contest),
        EntriesUploaded(
            **wire.envelope(BEGINS - 0.1, SITE, **contest, user_id=USER),
            data=EntryUpload(
                entries=entry_lineups(evening),
                file_name="DKEntries.csv",
                file=entries_file(evening),
            ),
        ),
    ]


def _numbered(evening: Evening, event: AnyEvent, number: int) -> AnyEvent:
    """The event with its id: the same at every telling of the same evening."""
    return msgspec.structs.replace(event, event_id=f"{evening.slate_id}-{number:05d}")
