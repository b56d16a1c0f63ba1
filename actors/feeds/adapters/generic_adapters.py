"""Adapters for sources that have none: JSON, CSV and webhooks, configured by a mapping.

Without a mapping they take events in our own form; in a CSV, ``data.status`` is a column's title.
A table must have the columns that it is read by, and its rows as many cells as it has columns: what
is shifted or cut off is somebody else's, or says less than it did.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters.generic_mapping import FieldMapping, event_of, steps
from actors.feeds.adapters.messages import joined, messages_adapter, once
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import Unusable, at, items
from actors.feeds.adapters.telling import Reading, adapter, listed
from models.events import AnyEvent
from models.files.problems import ProblemLog, UnreadableFileError
from models.files.text import read_lines

JSON, CSV, WEBHOOK = "generic.json", "generic.csv", "generic.webhook"

Make = Callable[[FieldMapping], Adapter]


def json_adapter(mapping: FieldMapping, feed: str = JSON) -> Adapter:
    """Adapter of a JSON answer, frame or file of lines."""
    return messages_adapter(feed, partial(_json_rows, feed, mapping))


def webhook_adapter(mapping: FieldMapping, feed: str = WEBHOOK) -> Adapter:
    """Adapter of what others push to us: JSON, with headers that a mapping may name."""
    return json_adapter(mapping, feed)


def csv_adapter(mapping: FieldMapping, feed: str = CSV) -> Adapter:
    """Adapter of a table with titles in its first row."""
    return once(adapter(feed, partial(_csv_rows, feed, mapping)))


def _json_rows(
    feed: str, mapping: FieldMapping, payload: Payload, where: str, message: Any
) -> Iterator[Reading]:
    found = at(message, *steps(mapping.rows))
    if mapping.rows and found is None:
        raise Unusable(mapping.rows, "there are no readings")
    place = joined(where, mapping.rows)
    rows = listed(place, items(found)) if isinstance(found, list) else [(place, found)]
    for inner, row in rows:
        yield Reading(inner, row, partial(_event, feed, mapping, payload, row))


def _event(feed: str, mapping: FieldMapping, payload: Payload, row: Any) -> Iterable[AnyEvent]:
    return [event_of(feed, mapping, payload, row)]


def _csv_rows(feed: str, mapping: FieldMapping, payload: Payload) -> Iterator[Reading]:
    log = ProblemLog(payload.url.rpartition("/")[2] or feed)
    try:
        lines = read_lines(payload.body, log)
    except UnreadableFileError as fault:
        raise Unusable("", fault.problem.message) from fault
    table = csv.reader((f"{line}\n" for line in lines), strict=True)
    titles, place = None, 1
    try:
        for cells in table:
            if titles is None:
                titles = _titles(mapping, cells)
            elif any(cell.strip() for cell in cells):
                read = partial(_row, feed, mapping, payload, titles, cells)
                yield Reading(f"line {place}", ",".join(cells), read)
            place = table.line_num + 1
    except csv.Error as fault:
        raise Unusable(f"line {place}", f"is no CSV: {fault}") from fault


def _titles(mapping: FieldMapping, cells: list[str]) -> list[str]:
    """Titles of a table's columns; raises Unusable for a table that is not the one expected."""
    titles = [cell.strip() for cell in cells]
    twice = [title for title, times in Counter(titles).items() if title and times > 1]
    if twice:
        raise Unusable("line 1", f"{twice[0][:80]} stands above two columns")
    wanted = mapping.columns
    if wanted and not wanted & set(titles):
        raise Unusable("line 1", f"has none of the columns {', '.join(sorted(wanted))}")
    return titles


def _row(
    feed: str, mapping: FieldMapping, payload: Payload, titles: list[str], cells: list[str]
) -> Iterable[AnyEvent]:
    filled = len(titles) if any(cell.strip() for cell in cells[len(titles) :]) else len(cells)
    if len(cells) < len(titles) or filled < len(cells):
        raise Unusable("", f"has {len(cells)} cells under {len(titles)} titles")
    row = {title: cell.strip() for title, cell in zip(titles, cells, strict=False) if title}
    return _event(feed, mapping, payload, _nested(row) if mapping.is_identity else row)


def _nested(row: dict[str, str]) -> dict[str, Any]:
    """Columns ``data.*`` become the data; empty cells are absent."""
    found: dict[str, Any] = {"data": {}}
    for title, cell in row.items():
        if cell:
            inside = title.removeprefix("data.")
            (found if inside == title else found["data"])[inside] = cell
    return found


generic_json: Adapter = json_adapter(FieldMapping())
generic_csv: Adapter = csv_adapter(FieldMapping())
generic_webhook: Adapter = webhook_adapter(FieldMapping())
