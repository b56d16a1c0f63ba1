"""Where a feed that numbers its messages says so, and how it is asked to resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

Params = Mapping[str, str | tuple[str, ...]]
"""A query; a name with several values is sent several times."""


class CursorRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Empty: the feed cannot resume."""

    param: str = ""
    """Query parameter that takes a cursor."""
    field: str = ""
    """Path of the cursor in a JSON message: ``time_us``, ``meta.last``; of a list, in its last."""
    header: str = ""
    """Answer header that carries the cursor instead."""
    rewind: int = 0
    """Taken off a numeric cursor on resuming: cursors of another host may run ahead."""

    def query(self, cursor: str) -> dict[str, str]:
        """The query that resumes after a cursor.

        >>> CursorRule(param="cursor", rewind=5).query("105")
        {'cursor': '100'}
        """
        if not cursor or not self.param:
            return {}
        rewound = self.rewind and cursor.isdecimal()
        return {self.param: str(max(0, int(cursor) - self.rewind)) if rewound else cursor}

    def read(self, body: bytes, headers: Mapping[str, str]) -> str:
        """The cursor of a message, or nothing.

        >>> CursorRule(field="meta.last").read(b'{"meta": {"last": 7}}', {})
        '7'
        """
        if self.header:
            return headers.get(self.header.lower(), "")
        if not self.field:
            return ""
        try:
            found: Any = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return ""
        return _at(found, self.field)


def _at(found: Any, path: str) -> str:
    if isinstance(found, list):
        found = found[-1] if found else None
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    plain = isinstance(found, str | int) and not isinstance(found, bool)
    return str(found) if plain else ""
