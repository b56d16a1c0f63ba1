"""The lake: warm and cold events as one table, each event once while compaction moves them.

What was read of the warm tier is taken first and the floor after it: whatever left the warm tier
before that stands in cold parts up to the floor, whatever is above it was still there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from actors.lake.cold import ColdTier, up_to
from actors.lake.erasure import Erasure
from actors.lake.errors import LakeError
from actors.lake.rows import SCHEMA, records, table
from actors.lake.warm import AFTER, WarmTier, bound, named, progress_of
from actors.log.offsets import BEGINNING, OffsetKey, offset_key, offset_text
from actors.log.port import SYSTEM, Logged

AT_ONCE = 50_000
"""Rows that are moved in one step: what a compaction holds in memory."""

_PARTITIONS = "SELECT DISTINCT partition FROM events"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are asked for; what is left empty does not restrict."""

    after: str = BEGINNING
    partitions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    player_id: str = ""
    """Events of the player, and those whose data mention him."""
    since: datetime | None = None
    limit: int = 512


class Found(msgspec.Struct, frozen=True):
    """Events in order, and how far the lake was searched: later ones are in the log."""

    records: list[Logged]
    searched: str


class Lake:
    """The archived events of one log, in a folder."""

    def __init__(self, folder: Path, patience_s: float = 5.0) -> None:
        self.folder = folder
        self.warm = WarmTier(folder, patience_s)
        self.cold = ColdTier(folder)

    def open(self) -> OffsetKey:
        """Mend what a crash left; answers how far the log is archived."""
        self.cold.mend()
        self.warm.begin_at(self.cold.floor())
        return self.warm.progress()

    def append(self, logged: Sequence[Logged], reached: str) -> None:
        """Archive events read from the log up to an offset, in one step."""
        self.warm.append(table(logged), offset_key(reached))

    def compact(self, older_than_s: float = 0.0) -> OffsetKey:
        """Move events to Parquet once they were archived so long ago; answers the floor."""
        with self.cold.alone():
            while True:
                floor = self.cold.floor()
                rows = self.warm.up_to(floor, older_than_s, AT_ONCE)
                reached = self.cold.add(rows)
                self.warm.drop(reached)
                if rows.num_rows < AT_ONCE:
                    return reached

    def take_back(self, survived: str) -> None:
        """Drop what stands for events that the log has lost: they may come again as others."""
        with self.cold.alone():
            self.cold.take_back(offset_key(survived))
            self.warm.take_back(offset_key(survived))

    def quiet(self, for_s: float) -> dict[str, OffsetKey]:
        """Newest offset of each partition in which nothing was archived for so many seconds.

        Of ``system``, which never ends, the newest that is so old. Only the cold tier counts.
        """
        with self.warm.reading() as connection:
            busy = {name for (name,) in connection.execute(_PARTITIONS).fetchall()} - {SYSTEM}
        moment = time.time() - for_s
        found = self._cold_query(
            "SELECT partition, max(struct_pack(e := epoch, s := sequence))"
            " FILTER (archived_at < to_timestamp(?)) AS reached,"
            " max(archived_at) < to_timestamp(?) AS over",
            "GROUP BY partition HAVING reached IS NOT NULL",
            [moment, moment],
        )
        return {
            row["partition"]: (row["reached"]["e"], row["reached"]["s"])
            for row in found.to_pylist()
            if row["partition"] == SYSTEM or (row["over"] and row["partition"] not in busy)
        }

    def erase(self, user_id: str) -> int:
        """Take a user out of every tier of the lake; answers how many events spoke of him."""
        with self.cold.alone():
            erased = Erasure(user_id)
            self.cold.rewrite(erased.without)
            self.warm.rewrite(erased.without)
        return erased.events

    def find(self, wanted: Wanted) -> Found:
        """Events as wanted, in order, each once; ``searched`` is where to go on."""
        if not self.warm.path.exists():
            return Found([], wanted.after)
        conditions, values = _conditions(wanted)
        order = "ORDER BY epoch, sequence LIMIT ?"
        with self.warm.reading() as connection:
            reached = progress_of(connection)
            warm: pa.Table = connection.sql(
                f"FROM events WHERE {conditions} {order}", params=[*values, wanted.limit]
            ).to_arrow_table()
        floor = self.cold.floor()
        cold = self._cold_query(
            f"SELECT {', '.join(SCHEMA.names)}",
            f"WHERE {conditions} AND NOT {AFTER} {order}",
            [*values, *bound(floor), wanted.limit],
        ).cast(SCHEMA)
        both = pa.concat_tables(
            [cold, warm.cast(SCHEMA).filter(pc.invert(up_to(warm, floor)))]
        ).slice(0, wanted.limit)
        found = records(both)
        if len(found) == wanted.limit:
            return Found(found, found[-1].offset)
        return Found(found, offset_text(max(reached, offset_key(wanted.after))))

    def _cold_query(self, select: str, rest: str, values: Sequence[Any]) -> pa.Table:
        """An answer out of the parts; one that is damaged is set aside, and told."""
        if not self.cold.parts():
            return SCHEMA.empty_table()
        try:
            with duckdb.connect() as connection:
                connection.execute("SET TimeZone = 'UTC'")
                query = f"{select} FROM {self._source()} {rest}"
                rows: pa.Table = connection.sql(query, params=values).to_arrow_table()
                return rows
        except duckdb.Error as error:
            if not self.cold.mend():
                raise named(error, self.cold.folder) from error
        return self._cold_query(select, rest, values)

    def _source(self) -> str:
        folder = str(self.cold.folder).replace("'", "''")
        return (
            f"read_parquet('{folder}/*/*/*.parquet', hive_partitioning = true,"
            " hive_types = {'event_type': VARCHAR, 'day': DATE}, union_by_name = true)"
        )

    def sql(self, statement: str) -> duckdb.DuckDBPyRelation | None:
        """The answer to one SQL statement over the view ``events``; None where it has no rows.

        Its own connection ends with the answer. Raises LakeError.
        """
        if not self.warm.path.exists():
            raise LakeError(f"there is no lake in {self.folder}: run a night first")
        connection = duckdb.connect()
        try:
            connection.execute("SET TimeZone = 'UTC'")
            self._make_view(connection)
            return connection.sql(statement)
        except duckdb.Error as error:
            raise LakeError(str(error)) from error

    def _make_view(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Cold rows in place, warm ones copied: the file is let go before the statement runs."""
        columns = ", ".join(SCHEMA.names)
        with self.warm.reading() as warm:
            rows = warm.sql("FROM events").to_arrow_table()
        epoch, sequence = self.cold.floor()
        above = f"(epoch > {epoch} OR (epoch = {epoch} AND sequence > {sequence}))"
        connection.register("warm_rows", rows)
        connection.execute("CREATE TEMP TABLE warm AS FROM warm_rows")
        cold = ""
        if self.cold.parts():
            cold = f" UNION ALL SELECT {columns} FROM {self._source()} WHERE NOT {above}"
        connection.execute(
            f"CREATE TEMP VIEW events AS SELECT {columns} FROM warm WHERE {above}{cold}"
        )


def _conditions(wanted: Wanted) -> tuple[str, list[Any]]:
    """The filter as SQL with its values."""
    parts = [AFTER]
    values: list[Any] = [*bound(offset_key(wanted.after))]
    for column, names in (("partition", wanted.partitions), ("event_type", wanted.kinds)):
        if names:
            parts.append(f"{column} IN (SELECT unnest(?))")
            values.append(list(names))
    if wanted.player_id:
        parts.append("(player_id = ? OR contains(data, ?))")
        values += [wanted.player_id, wanted.player_id]
    if wanted.since is not None:
        parts.append("received_at >= ?")
        values.append(wanted.since)
    return " AND ".join(parts), values
