"""A recorded night once more: its raw frames through the adapters, slates and gate of today.

What was recorded is read as the running system read it, at the moments at which it came: the same
frames give the same readings, and the same statuses are published. A changed adapter or rule shows
in what differs. Polls that told nothing new are not recorded: a source counts as heard from its
first frame to its last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from heapq import merge
from pathlib import Path
from typing import NamedTuple

import msgspec

from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.recorder import PATTERN, Recorded, read_record
from actors.feeds.repetitions import Repetitions
from actors.live_connection import adapter_named
from actors.live_intake import Batches, Intake, Tally
from actors.live_patterns import Wanted, wanted_openings
from config.sources import SourcesError, SourceSpec
from models.addresses import FollowedGame
from models.events import SlateOpened
from models.venues import Venues

TICK = timedelta(minutes=1)
"""How often time alone is let change what is held."""


class _Source:
    """One source of the record."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.repetitions = Repetitions()
        self.tally = Tally()
        self.feeds: set[str] = set()
        self.until: datetime | None = None
        """Of its last frame."""


class Replayed(NamedTuple):
    """What was made of one frame, or of a minute that passed."""

    at: datetime
    source: str
    """Empty: time alone did it."""
    batches: Batches


class Replay:
    """Plays a folder of records to slates that were followed; ``specs`` are of their sources.

    Raises SourcesError for a record whose source the specs do not name.
    """

    def __init__(
        self,
        folder: Path,
        specs: Iterable[SourceSpec],
        slates: Iterable[SlateOpened],
        venues: Venues,
    ) -> None:
        self.intake = Intake()
        self._folder = folder
        self._specs = {spec.name: spec for spec in specs}
        self._slates = sorted(slates, key=lambda opened: opened.received_at)
        self._venues = venues
        self._sources: dict[str, _Source] = {}

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What became of each source's readings."""
        return {name: source.tally for name, source in self._sources.items()}

    def played(self) -> Iterator[Replayed]:
        """Everything that is told, in order."""
        ticked: datetime | None = None
        for line in self._lines():
            ticked = ticked or line.at
            while line.at - ticked >= TICK:
                ticked += TICK
                yield Replayed(ticked, "", self._ticked(ticked))
            while self._slates and self._slates[0].received_at <= line.at:
                opened = self._slates.pop(0)
                yield Replayed(opened.received_at, "", self.intake.opened(opened, line.at))
            yield Replayed(line.at, line.source, self._take(line))

    def _lines(self) -> Iterator[Recorded]:
        """All lines of all sources, in the order in which they came."""
        folders = sorted(place for place in self._folder.iterdir() if place.is_dir())
        for place in folders:
            for line in _lines_of(place):
                source = self._sources.get(line.source) or self._opened(line.source)
                source.until = line.at
        yield from merge(*map(_lines_of, folders), key=lambda line: line.at)

    def _opened(self, name: str) -> _Source:
        spec = self._specs.get(name) or self._specs.get(name.partition(":")[0])
        if spec is None:
            raise SourcesError("sources", name, "is recorded, and no such source is in the file")
        self._sources[name] = _Source(adapter_named(spec.adapter))
        return self._sources[name]

    def _take(self, line: Recorded) -> Batches:
        source, frame, now = self._sources[line.source], line.frame(), line.at.timestamp()
        parsed = source.adapter(Payload(frame.body, line.at, frame.url, frame.headers))
        source.repetitions.told(line.transport, now)
        for refused in parsed.rejected:
            source.tally.refuse("unreadable", f"{refused.where}: {refused.reason}")
        fresh = [e for e in parsed.events if source.repetitions.is_new(e, line.transport, now)]
        source.tally.repeated += len(parsed.events) - len(fresh)
        source.feeds.update(event.source for event in fresh)
        about = self._about(line.source, line.at)
        batches = self.intake.take(fresh, line.at, source.tally, about=about)
        for events in batches.values():
            for event in events:
                self.intake.learn_from(event)
        return batches

    def _about(self, name: str, at: datetime) -> tuple[FollowedGame, ...]:
        """Games whose place the source tells of, where it was opened for one."""
        spec = self._specs.get(name.partition(":")[0])
        if spec is None or not spec.blanks:
            return ()
        wanted: Wanted = wanted_openings([spec], self.intake.places.games(), self._venues, at)
        return wanted[name][1].games if name in wanted else ()

    def _ticked(self, at: datetime) -> Batches:
        for source in self._sources.values():
            if source.until is not None and source.feeds and at <= source.until:
                for feed in source.feeds:
                    self.intake.gate.heard(feed, at)
        return self.intake.tick(at)


def _lines_of(folder: Path) -> Iterator[Recorded]:
    for part in sorted(folder.glob(PATTERN)):
        for _, line in read_record(part):
            yield line if line.source else msgspec.structs.replace(line, source=folder.name)
