"""The warm tier: the newest archived events in one DuckDB file.

The file is open only while it is written or read, so that others may look into it in between. How
far the log was archived is kept in the same transaction as the rows: a write that did not end did
not happen, and rows that are already there are not written again, whoever tries.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import structlog

from actors.lake.errors import LakeBusy, LakeError, LakeFull
from actors.log.offsets import OffsetKey

NAME = "warm.duckdb"
PATIENCE_S = 5.0
PAUSE_S = 0.02
START: OffsetKey = (0, 0)

_TABLES = """
CREATE TABLE IF NOT EXISTS events (
    epoch BIGINT NOT NULL, sequence BIGINT NOT NULL, partition VARCHAR, event_id VARCHAR,
    event_type VARCHAR, source VARCHAR, timestamp TIMESTAMPTZ, received_at TIMESTAMPTZ,
    archived_at TIMESTAMPTZ, slate_id VARCHAR, player_id VARCHAR, game_id VARCHAR,
    contest_id VARCHAR, user_id VARCHAR, sport VARCHAR, mode VARCHAR, impact_rating DOUBLE,
    confidence DOUBLE, data VARCHAR, body BLOB
);
CREATE TABLE IF NOT EXISTS progress (epoch BIGINT NOT NULL, sequence BIGINT NOT NULL);
INSERT INTO progress SELECT 0, 0 WHERE NOT EXISTS (FROM progress);
"""

_HELD = ("lock", "different configuration", "already attached")
"""What DuckDB says of a file that another process, or this one otherwise, has open."""

AFTER = "(epoch > ? OR (epoch = ? AND sequence > ?))"
"""Rows after an offset; its values are those of ``bound``."""

log = structlog.get_logger("lake")


def bound(offset: OffsetKey) -> tuple[int, int, int]:
    """The values of ``AFTER``."""
    return offset[0], *offset


class WarmTier:
    """Rows after the cold tier's floor, in one file of a folder."""

    def __init__(self, folder: Path, patience_s: float = PATIENCE_S) -> None:
        self.path = folder / NAME
        self._patience_s = patience_s

    def append(self, rows: pa.Table, reached: OffsetKey) -> OffsetKey:
        """Add the rows that are not there yet; answers how far the log is archived now.

        Raises LakeBusy, LakeFull, LakeError.
        """
        with self._changing() as connection:
            known = progress_of(connection)
            if reached <= known:
                return known
            connection.register("incoming", rows)
            connection.execute(
                f"INSERT INTO events SELECT * FROM incoming WHERE {AFTER}", bound(known)
            )
            connection.execute("UPDATE progress SET epoch = ?, sequence = ?", reached)
            return reached

    def progress(self) -> OffsetKey:
        """How far the log is archived."""
        if not self.path.exists():
            return START
        with self.reading() as connection:
            return progress_of(connection)

    def up_to(self, floor: OffsetKey, before_s: float, limit: int) -> pa.Table:
        """The first rows after a floor, in order, that were archived so many seconds ago.

        It ends before the first that is younger, wherever a clock that jumped has put it.
        """
        with self.reading() as connection:
            rows: pa.Table = connection.sql(
                "WITH young AS (SELECT min(struct_pack(e := epoch, s := sequence)) AS first"
                " FROM events WHERE archived_at > to_timestamp(?))"
                f" SELECT events.* FROM events, young WHERE {AFTER}"
                " AND (first IS NULL OR struct_pack(e := epoch, s := sequence) < first)"
                " ORDER BY epoch, sequence LIMIT ?",
                params=(time.time() - before_s, *bound(floor), limit),
            ).to_arrow_table()
        return rows

    def count(self) -> int:
        """Rows that it holds."""
        with self.reading() as connection:
            ((count,),) = connection.execute("SELECT count(*) FROM events").fetchall()
        return int(count)

    def rewrite(self, change: Callable[[pa.Table], pa.Table]) -> None:
        """Put a new file in the place of this one, so that nothing of the old rows is left in it.

        The old file is held meanwhile: nobody adds to it what the new one would lack.
        """
        draft = self.path.with_name(f"{NAME}.draft")
        draft.unlink(missing_ok=True)
        with self._changing() as connection:
            rows = connection.sql("FROM events ORDER BY epoch, sequence").to_arrow_table()
            known = progress_of(connection)
            with patient_connection(draft, self._patience_s, read_only=False) as fresh:
                fresh.execute(_TABLES)
                fresh.register("changed", change(rows))
                fresh.execute("INSERT INTO events SELECT * FROM changed")
                fresh.execute("UPDATE progress SET epoch = ?, sequence = ?", known)
            draft.replace(self.path)

    def drop(self, floor: OffsetKey) -> None:
        """Drop what the cold tier holds."""
        with self._changing() as connection:
            connection.execute(f"DELETE FROM events WHERE NOT {AFTER}", bound(floor))

    def take_back(self, survived: OffsetKey) -> None:
        """Drop what stands for events that the log has lost."""
        with self._changing() as connection:
            connection.execute(f"DELETE FROM events WHERE {AFTER}", bound(survived))
            connection.execute("UPDATE progress SET epoch = ?, sequence = ?", survived)

    def begin_at(self, floor: OffsetKey) -> None:
        """Make sure that there is a file, and that what the cold tier holds counts as archived.

        A file that is damaged is set aside, and a new one begun: the log keeps everything after
        the cold tier's floor until it is there, so it is archived again.
        """
        try:
            with self._changing() as connection:
                if progress_of(connection) < floor:
                    connection.execute("UPDATE progress SET epoch = ?, sequence = ?", floor)
        except (LakeBusy, LakeFull):
            raise
        except LakeError as error:
            aside = self.path.with_name(f"{NAME}.damaged-{time.time_ns()}")
            self.path.rename(aside)
            self.path.with_name(f"{NAME}.wal").unlink(missing_ok=True)
            log.warning("damaged, set aside", file=str(aside), reason=str(error))
            with self._changing() as connection:
                connection.execute("UPDATE progress SET epoch = ?, sequence = ?", floor)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The file for reading, beside other readers."""
        with self._open(read_only=True) as connection:
            yield connection

    @contextmanager
    def _changing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The file within one transaction: all of it or nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._open(read_only=False) as connection:
            connection.begin()
            connection.execute(_TABLES)
            yield connection
            connection.commit()

    @contextmanager
    def _open(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            with patient_connection(self.path, self._patience_s, read_only=read_only) as connection:
                yield connection
        except duckdb.Error as error:
            raise named(error, self.path) from error


@contextmanager
def patient_connection(
    path: Path, patience_s: float, *, read_only: bool
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file, waiting while another process holds it; raises LakeBusy after that."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            connection = duckdb.connect(path, read_only=read_only)
            break
        except duckdb.Error as error:
            if not any(sign in str(error) for sign in _HELD):
                raise
            if time.monotonic() > deadline:
                raise LakeBusy(
                    f"{path} is held by another process for more than {patience_s:g} s:"
                    f" end it, or try again ({_first_line(error)})"
                ) from error
            time.sleep(PAUSE_S)
    with connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def named(error: duckdb.Error, path: Path) -> LakeError:
    """The error as the lake's own: a full disk, or a file that cannot be used."""
    text = _first_line(error)
    full = ("No space left", "File too large", "Disk quota")
    if any(sign in str(error) for sign in full):
        return LakeFull(f"{path.parent}: the disk is full ({text}): make room; the log keeps on")
    return LakeError(f"{path}: {text}")


def _first_line(error: Exception) -> str:
    return str(error).partition(os.linesep)[0]


def progress_of(connection: duckdb.DuckDBPyConnection) -> OffsetKey:
    """How far the log is archived, by an open file."""
    ((epoch, sequence),) = connection.execute("SELECT epoch, sequence FROM progress").fetchall()
    return int(epoch), int(sequence)
