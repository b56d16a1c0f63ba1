"""``lateswap feeds replay``: what recorded frames tell of slates, by the rules of today."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from actors.feeds.recorder import PATTERN, read_record
from actors.live_replay import Replay
from config.sources import SourcesError, load_sources
from config.venues import load_venues
from models import codec
from models.events import SlateOpened, SlateOpening
from models.files import EASTERN, read_salaries, slate_of
from serve.commands.swap_files import pool_rules


def replay(folder: Path, salaries: Sequence[Path], sources: Path | None) -> int:
    """Print every event as a JSON line, and on standard error what was refused.

    Gives 0 when the records could be played, 2 when they, a pool or the sources could not be read.
    """
    try:
        first = _first(folder)
        slates = [_opened(file, first) for file in salaries]
        playing = Replay(folder, load_sources(sources).source, slates, load_venues())
        for told in playing.played():
            for events in told.batches.values():
                sys.stdout.buffer.writelines(codec.to_json(event) + b"\n" for event in events)
    except (OSError, ValueError, SourcesError) as error:
        print(f"lateswap: {error}", file=sys.stderr)
        return 2
    sys.stdout.buffer.flush()
    for name, tally in playing.tallies.items():
        refused = ", ".join(f"{count} {reason}" for reason, count in tally.refused.items())
        said = f"{tally.repeated} repeated, {tally.unresolved} unresolved, {refused or '0 refused'}"
        print(f"{name}: {said}", file=sys.stderr)
    return 0


def _first(folder: Path) -> datetime:
    """When the first frame of a folder of records came. Raises ValueError where there is none."""
    found = min(_beginnings(folder), default=None)
    if found is None:
        raise ValueError(
            f"{folder}: no records; they lie in nights/live/records in the state folder"
        )
    return found


def _beginnings(folder: Path) -> Iterator[datetime]:
    for part in folder.glob(f"*/{PATTERN}"):
        yield from (line.at for _, line in list(read_record(part))[:1])


def _opened(file: Path, at: datetime) -> SlateOpened:
    """The slate of a salary file, followed from the beginning. Raises ValueError."""
    pool = read_salaries(file.read_bytes(), file.name, at.astimezone(EASTERN).date())
    rules = next(iter(pool_rules(pool, ())), None)
    if rules is None:
        raise ValueError(f"{file}: no known game type has these positions and slots")
    slate = slate_of(pool, rules)
    return SlateOpened(
        event_id=f"replay:{slate.slate_id}",
        source="replay",
        timestamp=at,
        received_at=at,
        slate_id=slate.slate_id,
        sport=slate.sport,
        data=SlateOpening(slate=slate, projections={}, projection_basis="none: a replay of feeds"),
    )
