"""Finding columns by name, wherever a site puts its header."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

_HEADER_ROWS = 40
"""Headers stand in the first rows; a lineup template has its pool header in the eighth."""
_NOT_WORD = re.compile(r"[^a-z0-9%+]+")


def column_key(title: str) -> str:
    """A column title without case, spaces and underscores.

    >>> column_key("Roster Position"), column_key("contest_name"), column_key("GameInfo")
    ('rosterposition', 'contestname', 'gameinfo')
    """
    return _NOT_WORD.sub("", title.lower())


class Columns(NamedTuple):
    """The titles of a table: where each stands, and how the file spells it."""

    places: dict[str, int]
    titles: dict[str, str]

    @classmethod
    def of(cls, cells: Sequence[str]) -> Columns:
        """Columns of a header row; of equal titles the first counts."""
        places: dict[str, int] = {}
        titles: dict[str, str] = {}
        for i, cell in enumerate(cells):
            key = column_key(cell)
            if key and key not in places:
                places[key] = i
                titles[key] = cell.strip()
        return cls(places, titles)

    def cell(self, row: Sequence[str], *keys: str) -> str:
        """The stripped text under the first of ``keys`` that is a column; empty when absent."""
        for key in keys:
            place = self.places.get(key)
            if place is not None:
                return row[place].strip() if place < len(row) else ""
        return ""


def find_header(
    rows: Sequence[Sequence[str]], *wanted: Collection[str]
) -> tuple[int, Columns] | None:
    """Index and columns of the first row that has one title of each collection in ``wanted``."""
    for i, row in enumerate(rows[:_HEADER_ROWS]):
        columns = Columns.of(row)
        if all(any(key in columns.places for key in keys) for keys in wanted):
            return i, columns
    return None
