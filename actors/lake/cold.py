"""The cold tier: Parquet parts that any tool reads, and the offset up to which they count.

``events/event_type=.../day=.../<floor before>.parquet`` (zstd, times in UTC) and ``floor.json``.
Parts are written whole under another name and then named; the floor moves after all parts of a
compaction stand. One that was interrupted is done again under the same names.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import structlog

from actors.lake.errors import LakeFull
from actors.log.offsets import OffsetKey, offset_key, offset_text

START: OffsetKey = (0, 0)
DRAFT = ".draft"
DAMAGED = ".damaged"

log = structlog.get_logger("lake")


class ColdTier:
    """The Parquet parts of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "events"
        self._floor = folder / "floor.json"
        self._lock = folder / "compaction.lock"

    def floor(self) -> OffsetKey:
        """Everything up to this offset is in parts."""
        try:
            return offset_key(json.loads(self._floor.read_text())["offset"])
        except FileNotFoundError:
            return START

    def parts(self) -> list[Path]:
        """All parts."""
        return sorted(self.folder.glob("event_type=*/day=*/*.parquet"))

    def add(self, rows: pa.Table) -> OffsetKey:
        """Write rows after the floor, in order, as parts; answers the new floor.

        Raises LakeFull; then the floor stays, and the same rows can be added again.
        """
        floor = self.floor()
        if not rows.num_rows:
            return floor
        reached = (rows["epoch"][-1].as_py(), rows["sequence"][-1].as_py())
        days = pc.strftime(rows["received_at"], "%Y-%m-%d")
        keyed = rows.append_column("day", days)
        try:
            for kind, day in _pairs(keyed):
                chosen = pc.and_(pc.equal(keyed["event_type"], kind), pc.equal(keyed["day"], day))
                part = self.folder / f"event_type={kind}" / f"day={day}"
                body = keyed.filter(chosen).drop_columns(["event_type", "day"])
                write_part(body, part / f"{offset_text(floor)}.parquet")
            _write(self._floor, json.dumps({"offset": offset_text(reached)}).encode())
        except OSError as error:
            raise LakeFull(f"{self.folder}: {error}: make room; the log keeps on") from error
        return reached

    def rewrite(self, change: Callable[[pa.Table], pa.Table]) -> int:
        """Put what ``change`` makes of a part in its place, where it differs; answers how many.

        Rows come with ``event_type`` and without ``day``; a part that loses all its rows goes.
        """
        changed = 0
        for part in self.parts():
            kind = part.parent.parent.name.partition("=")[2]
            rows = pq.ParquetFile(part).read()
            kinds = pa.array([kind] * rows.num_rows, pa.string())
            after = change(rows.append_column("event_type", kinds)).drop_columns(["event_type"])
            if after.equals(rows):
                continue
            changed += 1
            if after.num_rows:
                write_part(after, part)
            else:
                part.unlink()
        return changed

    def take_back(self, survived: OffsetKey) -> None:
        """Drop what stands for events that the log has lost."""
        if survived >= self.floor():
            return
        _write(self._floor, json.dumps({"offset": offset_text(survived)}).encode())
        self.rewrite(lambda rows: rows.filter(up_to(rows, survived)))

    def expire(self, keep_days: dict[str, int], today: date | None = None) -> list[str]:
        """Delete whole days of kinds that are kept so many days; answers what went."""
        today = today or datetime.now(UTC).date()
        gone = []
        for kind, days in keep_days.items():
            last = f"day={today - timedelta(days=days)}"
            for folder in sorted(self.folder.glob(f"event_type={kind}/day=*")):
                if folder.name < last:
                    shutil.rmtree(folder)
                    gone.append(f"{folder.parent.name}/{folder.name}")
        return gone

    def mend(self) -> list[Path]:
        """Remove drafts that were never named, and set aside parts that cannot be read."""
        for draft in self.folder.glob(f"event_type=*/day=*/*{DRAFT}"):
            draft.unlink()
        damaged = [part for part in self.parts() if not _is_readable(part)]
        for part in damaged:
            aside = part.with_name(part.name + DAMAGED)
            part.rename(aside)
            log.error("damaged, set aside", file=str(aside))
        return damaged

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes parts meanwhile: compaction and erasure follow each other."""
        self._lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock.open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def up_to(rows: pa.Table, bound: OffsetKey) -> pa.Array:
    """(rows,) whether each stands at or before an offset."""
    epoch, sequence = bound
    same = pc.and_(pc.equal(rows["epoch"], epoch), pc.less_equal(rows["sequence"], sequence))
    return pc.or_(pc.less(rows["epoch"], epoch), same)


def write_part(rows: pa.Table, part: Path) -> None:
    """Write a part whole, then give it its name; one of that name is replaced."""
    part.parent.mkdir(parents=True, exist_ok=True)
    draft = part.with_name(part.name + DRAFT)
    try:
        with draft.open("wb") as file:
            pq.write_table(rows, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(part)
        _sync(part.parent)
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, body: bytes) -> None:
    draft = path.with_name(path.name + DRAFT)
    with draft.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pairs(rows: pa.Table) -> Iterable[tuple[str, str]]:
    groups = rows.group_by(["event_type", "day"]).aggregate([])
    return sorted(zip(groups["event_type"].to_pylist(), groups["day"].to_pylist(), strict=True))


def _is_readable(part: Path) -> bool:
    try:
        pq.read_metadata(part)
    except (pa.ArrowInvalid, OSError):
        return False
    return True
