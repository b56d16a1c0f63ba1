"""The cells of the injury report: words of a PDF, put in columns by where the header's words stand.

Only the first page has a header. A row is where a status stands, or NOT YET SUBMITTED. A cell that
is wrapped over several lines stands around its row's middle: lines that follow each other closely
are one cell, and what of it is on the next page has no row there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from actors.feeds.adapters.nba_injury_words import Word, read_words
from actors.feeds.adapters.nba_teams import named
from actors.feeds.adapters.reading import Unusable

LINE = 0.35
"""Words whose upper edges differ by no more (of their height) stand in one line."""
_CLOSE = 1.7
"""Lines of one cell follow each other within so many heights of a word ..."""
_PITCH = 1.25
"""... and within so many of the smallest step that a wrapped line makes."""
_CENTRED = 0.6
"""Steps by which the middle of a wrapped cell may miss its row."""
_SLACK = 5.0
"""Points that a cell's text may stand left of its header."""
_HEADER = {
    "date": "date", "time": "time", "matchup": "matchup", "team": "team", "player": "player",
    "category": "category", "current": "status", "reason": "reason", "previous": "previous",
}  # fmt: skip
"""First or only words of the header, by column; Category and Previous Status until 2021."""
_TWO_WORDS = {"date", "time"}
"""Columns whose header begins a word earlier: Game Date, Game Time."""
_GLUED = {
    "gamedate": ("game", "date"), "gametime": ("game", "time"), "playername": ("player", "name"),
    "currentstatus": ("current", "status"), "previousstatus": ("previous", "status"),
}  # fmt: skip
"""Words of the header that some files do not part."""
WRAPPED = ("player", "category", "reason", "previous")
MOST_HEAD = 3
"""Lines of a header."""
_FOOT = "page"
_TITLE = "injuryreport:"

Line = tuple[Word, ...]


class Document(NamedTuple):
    """A report as read, before anybody asks what it means."""

    created: str
    title: str
    pages: tuple[Page, ...]
    unread: int = 0
    """Pages that were not read, for there are too many."""


class Page(NamedTuple):
    """Lines of one page below its title, and the left edges of the columns."""

    lines: tuple[Line, ...]
    columns: Mapping[str, float]

    def rows(self) -> Iterator[dict[str, str]]:
        """Cells by column, row by row from the top.

        Where the page begins with the end of a cell of the page before it, that comes first, as a
        row of nothing else.
        """
        cells = [self._cells(line) for line in self.lines]
        anchors = [place for place, line in enumerate(cells) if _is_row(line)]
        anchors = sorted({*anchors, *_lonely_teams(cells, anchors)})
        held: dict[int, dict[str, list[str]]] = {place: defaultdict(list) for place in anchors}
        held[-1] = defaultdict(list)
        owners = {name: self._owners(name, cells, anchors) for name in WRAPPED}
        for place, line in enumerate(cells):
            for column, words in line.items():
                row = owners[column][place] if column in owners else None
                if row is None:
                    row = place if place in held else self._row_of(place, column, words, anchors)
                if row is not None:
                    held[row][column].append(words)
        for place in [-1, *anchors]:
            if held[place]:
                yield {column: " ".join(words) for column, words in held[place].items()}

    def _cells(self, line: Line) -> dict[str, str]:
        found: dict[str, list[str]] = defaultdict(list)
        edges = sorted(self.columns.items(), key=lambda column: column[1])
        for word in line:
            left_of = [name for name, edge in edges if edge - _SLACK <= word.left]
            if left_of:
                found[left_of[-1]].append(word.text)
        return {column: " ".join(words) for column, words in found.items()}

    def _row_of(self, place: int, column: str, words: str, anchors: Sequence[int]) -> int | None:
        """What stands once belongs to the row below it; a part of a team's name to the nearest."""
        if column == "team" and not named(words):
            return self._nearest(self._top(place), anchors)
        return next((row for row in anchors if row > place), None)

    def _owners(
        self, column: str, cells: Sequence[Mapping[str, str]], anchors: Sequence[int]
    ) -> dict[int, int | None]:
        """The row of each line of a column that may be wrapped; -1: the last page's."""
        places = [place for place, line in enumerate(cells) if column in line]
        floating = set(places) - set(anchors)
        steps = [self._top(b) - self._top(a) for a, b in pairwise(places) if {a, b} & floating]
        height = max((word.height for line in self.lines for word in line), default=0.0)
        step = min((min(steps), height * _CLOSE) if steps else (height,))
        owners: dict[int, int | None] = {}
        for cell in self._close(places, min(step * _PITCH, height * _CLOSE)):
            owners |= self._owner(cell, step, anchors)
        return owners

    def _close(self, places: Sequence[int], most: float) -> Iterator[list[int]]:
        """Lines by runs of those that follow each other within ``most`` points."""
        ends = [
            0,
            *(
                i
                for i, (a, b) in enumerate(pairwise(places), 1)
                if self._top(b) - self._top(a) > most
            ),
        ]
        yield from (list(places[a:b]) for a, b in pairwise([*ends, len(places)]) if a < b)

    def _owner(
        self, cell: Sequence[int], step: float, anchors: Sequence[int]
    ) -> dict[int, int | None]:
        inside = [place for place in cell if place in anchors]
        if len(inside) == 1:
            return dict.fromkeys(cell, inside[0])
        if not anchors:
            return dict.fromkeys(cell, -1)
        if inside:
            return {place: self._nearest(self._top(place), anchors) for place in cell}
        middle = (self._top(cell[0]) + self._top(cell[-1])) / 2
        row = self._nearest(middle, anchors)
        if row is not None and cell[-1] < anchors[0]:
            off = self._top(row) - middle
            row = row if off <= _CENTRED * step else -1
        return dict.fromkeys(cell, row)

    def _nearest(self, top: float, anchors: Sequence[int]) -> int | None:
        return min(anchors, key=lambda row: abs(self._top(row) - top), default=None)

    def _top(self, place: int) -> float:
        return self.lines[place][0].top


def _is_row(cells: Mapping[str, str]) -> bool:
    return "status" in cells or any("SUBMITTED" in words for words in cells.values())


def _lonely_teams(cells: Sequence[Mapping[str, str]], anchors: Sequence[int]) -> Iterator[int]:
    """Teams that stand alone: they have submitted, and list nobody."""
    below = ""
    for place in range(len(cells) - 1, -1, -1):
        team = cells[place].get("team", "")
        if place in anchors:
            below = team or "a player"
        elif team and named(team) and below != "a player":
            yield place
            below = team


def read_pages(body: bytes) -> Document:
    """Read a report's words; raises Unusable for what is no readable PDF or no such report."""
    created, pages, unread = read_words(body)
    lines = [_lines(page) for page in pages]
    heads = [_head(page) for page in lines]
    columns = _columns(next(filter(None, heads), ()))
    if not columns:
        raise Unusable("", "has no header with Player, Current Status and Reason")
    made = []
    for page, head in zip(lines, heads, strict=True):
        columns = _columns(head) or columns
        rest = [line for line in page if not set(line) <= set(head) and _is_body(line)]
        made.append(Page(tuple(rest), columns))
    title = " ".join(word.text for line in lines[0] for word in line[:6])
    return Document(created, title[:200], tuple(made), unread)


def _lines(words: Sequence[Word]) -> list[Line]:
    """Words by line from the top, each line from the left."""
    ordered = sorted(words, key=lambda word: word.top)
    breaks = [
        0,
        *(
            i
            for i, (a, b) in enumerate(pairwise(ordered), 1)
            if b.top - a.top > LINE * min(a.height, b.height)
        ),
    ]
    parts = [ordered[a:b] for a, b in pairwise([*breaks, len(ordered)])]
    return [tuple(sorted(part)) for part in parts if part]


def _parted(line: Line) -> list[tuple[str, float]]:
    """Words of a header in small letters, with their left edges."""
    return [
        (part, word.left)
        for word in line
        for part in _GLUED.get(word.text.lower(), (word.text.lower(),))
    ]


def _head(page: Sequence[Line]) -> Line:
    """The header, whose words may stand over each other; empty where the page has none."""
    for count in range(1, MOST_HEAD + 1):
        for start in range(len(page) - count + 1):
            found = tuple(sorted(word for line in page[start : start + count] for word in line))
            if {"player", "current", "reason"} <= {text for text, _ in _parted(found)}:
                return found
    return ()


def _columns(head: Line) -> dict[str, float]:
    columns: dict[str, float] = {}
    words = _parted(head)
    for place, (text, left) in enumerate(words):
        name = _HEADER.get(text)
        if name:
            edge = words[place - 1][1] if name in _TWO_WORDS and place else left
            columns.setdefault(name, edge)
    return columns


def _is_body(line: Line) -> bool:
    """Neither title nor header nor foot of a page."""
    words = "".join(word.text for word in line[:2]).lower()
    return not (words.startswith(_TITLE) or line[0].text.lower() == _FOOT)
