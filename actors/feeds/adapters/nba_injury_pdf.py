"""The cells of the injury report: words of a PDF, put in columns by where the header's words stand.

Only the first page has a header. A row is where a status stands, or NOT YET SUBMITTED; what is
wrapped over several lines in another column belongs to the row nearest to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any, NamedTuple

from actors.feeds.adapters.reading import MAX_BODY, Unusable

MOST_PAGES = 40
LINE = 4.0
"""Words whose upper edges differ by no more (points) stand in one line."""
_SLACK = 5.0
"""Points that a cell's text may stand left of its header."""
_HEADER = {
    "Date": "date", "Time": "time", "Matchup": "matchup", "Team": "team",
    "Player": "player", "Current": "status", "Reason": "reason",
}  # fmt: skip
_TWO_WORDS = {"date", "time"}
"""Columns whose header begins a word earlier: Game Date, Game Time."""
_WRAPPED = ("player", "reason")
_FOOT = "Page"


class Word(NamedTuple):
    """A word with its left and upper edge, in points."""

    left: float
    top: float
    text: str


class Document(NamedTuple):
    """A report as read, before anybody asks what it means."""

    created: str
    title: str
    pages: tuple[Page, ...]


class Page(NamedTuple):
    """Lines of one page below its title, and the left edges of the columns."""

    lines: tuple[tuple[Word, ...], ...]
    columns: Mapping[str, float]

    def rows(self) -> Iterator[dict[str, str]]:
        """Cells by column, row by row from the top."""
        cells = [self._cells(line) for line in self.lines]
        anchors = [place for place, line in enumerate(cells) if _is_row(line)]
        held: dict[int, dict[str, list[str]]] = {place: defaultdict(list) for place in anchors}
        for place, line in enumerate(cells):
            for column, words in line.items():
                row = place if place in held else self._row_of(place, column, anchors)
                if row is not None:
                    held[row][column].append(words)
        for place in anchors:
            yield {column: " ".join(words) for column, words in held[place].items()}

    def _cells(self, line: Sequence[Word]) -> dict[str, str]:
        found: dict[str, list[str]] = defaultdict(list)
        edges = sorted(self.columns.items(), key=lambda column: column[1])
        for word in line:
            left_of = [name for name, edge in edges if edge - _SLACK <= word.left]
            if left_of:
                found[left_of[-1]].append(word.text)
        return {column: " ".join(words) for column, words in found.items()}

    def _row_of(self, place: int, column: str, anchors: Sequence[int]) -> int | None:
        """The row that a line without one belongs to; what stands once belongs to the next."""
        top = self.lines[place][0].top
        if column not in _WRAPPED:
            return next((row for row in anchors if row > place), None)
        return min(anchors, key=lambda row: abs(self.lines[row][0].top - top), default=None)


def _is_row(cells: Mapping[str, str]) -> bool:
    return "status" in cells or "SUBMITTED" in cells.get("reason", "")


def read_pages(body: bytes) -> Document:
    """Read a report's words; raises Unusable for what is no readable PDF or no such report."""
    if len(body) > MAX_BODY or not body.lstrip().startswith(b"%PDF"):
        raise Unusable("", "is no PDF")
    try:
        created, words = _words(body)
    except Exception as error:  # a broken PDF fails in as many ways as it can break
        raise Unusable("", f"cannot be read as PDF: {type(error).__name__}: {error}") from error
    lines = [_lines(page) for page in words]
    head = next((line for page in lines for line in page if _is_header(line)), None)
    if head is None:
        raise Unusable("", "has no header with Player, Current Status and Reason")
    columns = _columns(head)
    title = " ".join(word.text for line in lines[0] if line != head for word in line[:6])
    pages = tuple(Page(tuple(line for line in page if _is_body(line)), columns) for page in lines)
    return Document(created, title[:200], pages)


def _words(body: bytes) -> tuple[str, list[list[Word]]]:
    import pdfplumber  # noqa: PLC0415 - only who reads this report pays for it

    with pdfplumber.open(BytesIO(body)) as document:
        pages = document.pages[:MOST_PAGES]
        words = [
            [
                Word(float(word["x0"]), float(word["top"]), str(word["text"]))
                for word in page.extract_words(x_tolerance=1)
            ]
            for page in pages
        ]
        return _text(document.metadata.get("CreationDate")), words


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _lines(words: list[Word]) -> list[tuple[Word, ...]]:
    """Words by line from the top, each line from the left."""
    ordered = sorted(words, key=lambda word: word.top)
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(ordered), 1) if b.top - a.top > LINE)]
    parts = [ordered[a:b] for a, b in pairwise([*breaks, len(ordered)])]
    return [tuple(sorted(part)) for part in parts if part]


def _is_header(line: Sequence[Word]) -> bool:
    return {"Player", "Current", "Reason"} <= {word.text for word in line}


def _columns(head: Sequence[Word]) -> dict[str, float]:
    columns = {}
    for place, word in enumerate(head):
        name = _HEADER.get(word.text)
        if name:
            columns[name] = head[place - 1].left if name in _TWO_WORDS and place else word.left
    return columns


def _is_body(line: Sequence[Word]) -> bool:
    """Neither title nor header nor foot of a page."""
    words = [word.text for word in line]
    return not (_is_header(line) or words[:2] == ["Injury", "Report:"] or words[0] == _FOOT)
