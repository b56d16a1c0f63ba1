"""A recorded night as an event log: Parquet parts of the lake's layout, and one writer.

What is appended is in parts before the append returns; where readers stand and what was trimmed is
in ``log.msgpack`` beside them. The whole history is held in memory, so this is for nights that are
looked at, replayed or compared, not for those that are under way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from actors.lake.cold import ColdTier, up_to
from actors.lake.rows import records, table
from actors.log.memory import Batch, MemoryLog
from actors.log.offsets import OffsetKey, offset_key
from actors.log.port import Aside, Logged, Record, Saved


class _Kept(msgspec.Struct):
    epoch: int
    sequence: int
    floors: dict[str, OffsetKey]
    readers: dict[str, Saved]
    aside: list[Aside] = []


class RecordedLog(MemoryLog):
    """An EventLog over the Parquet parts of a folder, made if it is not there."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._cold = ColdTier(folder)
        self._kept = folder / "log.msgpack"
        self._cold.mend()
        for record in self._recorded():
            self._take(record)
        if self._kept.exists():
            self._recall(msgspec.msgpack.decode(self._kept.read_bytes(), type=_Kept))

    def _recorded(self) -> list[Logged]:
        floor = self._cold.floor()
        wanted = ["epoch", "sequence", "event_id", "body", "partition"]
        parts = [pq.ParquetFile(part).read(wanted) for part in self._cold.parts()]
        if not parts:
            return []
        rows = pa.concat_tables(parts)
        rows = rows.filter(up_to(rows, floor))
        return records(rows.sort_by([("epoch", "ascending"), ("sequence", "ascending")]))

    def _take(self, record: Logged) -> None:
        """A batch of one: what was appended together is not recorded."""
        self._epoch, self._sequence = key = offset_key(record.offset)
        self._offsets[record.event_id] = record.offset
        self._floors.setdefault(record.partition, (0, 0))
        self._batches.append(Batch(key, record.partition, (record,)))

    def _recall(self, kept: _Kept) -> None:
        self._epoch, self._sequence = max(
            (kept.epoch, kept.sequence), (self._epoch, self._sequence)
        )
        self._floors |= kept.floors
        self._readers = kept.readers
        self._aside = {(a.reader, offset_key(a.offset)): a for a in kept.aside}

    async def _store(self, partition: str, events: tuple[Logged, ...]) -> None:
        self._cold.add(table(events))
        await super()._store(partition, events)

    async def replace(self, replaced: Sequence[tuple[Logged, Record]]) -> None:
        """Put other records in the place of stored events, in the parts too."""
        await super().replace(replaced)
        gone = {offset_key(old.offset) for old, _ in replaced}
        events = [event for batch in self._batches for event in batch.events]
        fresh = [event for event in events if offset_key(event.offset) in gone]

        def left(rows: pa.Table) -> pa.Table:
            keys = zip(rows["epoch"].to_pylist(), rows["sequence"].to_pylist(), strict=True)
            return rows.filter(pa.array([key not in gone for key in keys], pa.bool_()))

        self._cold.rewrite(left)
        if fresh:
            self._cold.add(table(fresh))

    async def save(self, reader: str, saved: Saved) -> None:
        """Keep a reader's place and state."""
        await super().save(reader, saved)
        self._keep()

    async def forget(self, reader: str) -> None:
        """Drop a reader's place and what it set aside."""
        await super().forget(reader)
        self._keep()

    async def set_aside(self, aside: Aside) -> None:
        """Keep an event that a reader could not take in."""
        await super().set_aside(aside)
        self._keep()

    async def trim(self, partition: str, keep_after: str) -> int:
        """Drop batches wholly at or before an offset, from the parts too."""
        gone = await super().trim(partition, keep_after)
        if gone:
            floor = self._floors[partition]

            def left(rows: pa.Table) -> pa.Table:
                mine = pc.equal(rows["partition"], partition)
                return rows.filter(pc.invert(pc.and_(mine, up_to(rows, floor))))

            self._keep()
            self._cold.rewrite(left)
        return gone

    def _keep(self) -> None:
        aside = list(self._aside.values())
        kept = _Kept(self._epoch, self._sequence, self._floors, self._readers, aside)
        draft = self._kept.with_suffix(".draft")
        draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.write_bytes(msgspec.msgpack.encode(kept))
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(self._kept)
