"""Taking a user out of archived events: his own go, those of several lose what is his."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from actors.lake.rows import SCHEMA
from models import codec
from models.erasure import without_user
from models.events import EntriesUploaded


class Erasure:
    """What becomes of rows once a user is erased."""

    def __init__(self, user_id: str) -> None:
        self.events = 0
        """Events that spoke of him."""
        self._user_id = user_id

    def without(self, rows: pa.Table) -> pa.Table:
        """The rows without the user; untouched where they do not speak of him."""
        own = pc.fill_null(pc.equal(rows["user_id"], self._user_id), fill_value=False)
        shared = pc.and_(pc.equal(rows["event_type"], "entries_uploaded"), pc.invert(own))
        self.events += own.to_pylist().count(True)
        left = rows.filter(pc.invert(own))
        if not any(shared.to_pylist()):
            return left
        return self._without_entries(left)

    def _without_entries(self, rows: pa.Table) -> pa.Table:
        changed = [self._cleaned(row) for row in rows.to_pylist()]
        columns = [SCHEMA.field(name) for name in rows.column_names]
        return pa.Table.from_pylist(changed, pa.schema(columns)).cast(rows.schema)

    def _cleaned(self, row: dict[str, Any]) -> dict[str, Any]:
        """An upload without his entries, and then without its file, which holds them too."""
        if row["event_type"] != "entries_uploaded":
            return row
        event = codec.decode(row["body"])
        if not isinstance(event, EntriesUploaded):
            return row
        left = without_user(event, self._user_id)
        if left is None or left is event:
            return row
        self.events += 1
        data = codec.to_json(left.data).decode()
        return {**row, "data": data, "body": codec.encode(left)}
