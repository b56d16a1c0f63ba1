"""Adapters for sources that have none: JSON, CSV and webhooks, configured by a mapping.

Without a mapping they take events in our own form; in a CSV, ``data.status`` is a column's title.
"""

from __future__ import annotations

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
from models.files.text import read_lines, split_line

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
        lines = [split_line(line) for line in read_lines(payload.body, log)]
    except UnreadableFileError as fault:
        raise Unusable("", fault.problem.message) from fault
    titles = [title.strip() for title in lines[0]]
    for place, cells in enumerate(lines[1:], 2):
        if any(cell.strip() for cell in cells):
            row = {title: cell.strip() for title, cell in zip(titles, cells, strict=False) if title}
            held = _nested(row) if mapping.is_identity else row
            read = partial(_event, feed, mapping, payload, held)
            yield Reading(f"line {place}", ",".join(cells), read)


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
