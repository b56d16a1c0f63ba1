"""News intervals: players ruled out between two known instants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from models.files.columns import Columns, find_header
from models.files.problems import Problem, ProblemLog, UnreadableFileError
from models.files.text import read_lines, split_line


class NewsInterval(msgspec.Struct, frozen=True, kw_only=True):
    """One player's news: it happened after ``not_before`` and was known at ``not_after``."""

    on: date
    player: str
    team: str
    event: str
    """``OUT``; other words are kept as the file has them."""
    not_before: datetime | None
    not_after: datetime | None
    """None where no upper bound is known: an honest reader never learns it."""
    source: str
    row: int

    def known_out(self, at: datetime) -> bool:
        """Whether the player is known to be out at this instant."""
        out = self.event.upper() in {"OUT", "O", "IR", "INACTIVE"}
        return out and self.not_after is not None and self.not_after <= at


class News(msgspec.Struct, frozen=True, kw_only=True):
    """The news of a file, in its order."""

    file: str
    intervals: tuple[NewsInterval, ...]
    problems: tuple[Problem, ...] = ()


def read_news(data: bytes, file: str) -> News:
    """Read news intervals. Raises UnreadableFileError when no row is such a header."""
    log = ProblemLog(file)
    rows = [split_line(line) for line in read_lines(data, log)]
    found = find_header(rows, ("player", "name"), ("event", "status"), ("notafterutc", "notafter"))
    if found is None:
        raise UnreadableFileError(
            file, "no news: the header needs date, player, team, event, not_after_utc"
        )
    header, columns = found
    intervals = tuple(
        interval
        for number, row in enumerate(rows[header + 1 :], header + 2)
        if (interval := _interval(columns, row, number, log)) is not None
    )
    return News(file=file, intervals=intervals, problems=log.taken())


def _interval(
    columns: Columns, row: Sequence[str], number: int, log: ProblemLog
) -> NewsInterval | None:
    if not any(cell.strip() for cell in row):
        return None
    try:
        return NewsInterval(
            on=date.fromisoformat(columns.cell(row, "date")[:10]),
            player=columns.cell(row, "player", "name"),
            team=columns.cell(row, "team"),
            event=columns.cell(row, "event", "status"),
            not_before=_instant(columns.cell(row, "notbeforeutc", "notbefore")),
            not_after=_instant(columns.cell(row, "notafterutc", "notafter")),
            source=columns.cell(row, "source"),
            row=number,
        )
    except ValueError:
        log.add(number, "a date or time cannot be read (ISO 8601, UTC); the news is left out")
        return None


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
