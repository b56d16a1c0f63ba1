"""Messages within a payload: one JSON value, or a line for each of many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from actors.feeds.adapters.port import Adapter, Parsed, Payload
from actors.feeds.adapters.reading import (
    MAX_BODY,
    Unusable,
    at,
    need_items,
    number,
    read_json,
    read_text,
    text,
)
from actors.feeds.adapters.telling import Reading, adapter
from models.events import AnyEvent

_EASTERN = ZoneInfo("America/New_York")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_MS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")


def messages_adapter(
    feed: str, readings: Callable[[Payload, str, Any], Iterable[Reading]]
) -> Adapter:
    """An adapter of a stream: ``readings`` finds what one message holds, given its place."""

    def find(payload: Payload) -> Iterator[Reading]:
        for where, raw, message in messages(payload.body):
            if isinstance(message, Unusable):
                yield refused(where, message, raw)
            else:
                yield from _guarded(readings(payload, where, message), where, raw)

    return once(adapter(feed, find))


def _guarded(found: Iterable[Reading], where: str, raw: Any) -> Iterator[Reading]:
    """A message in which nothing can be found costs itself, and not those after it."""
    try:
        yield from found
    except Unusable as fault:
        yield refused(where, fault, raw)


def refused(where: str, fault: Unusable, raw: Any) -> Reading:
    """A reading that is refused for this fault."""

    def read() -> Iterable[AnyEvent]:
        raise fault

    return Reading(where, raw, read)


def unless_listed(where: str, node: Any, *path: str | int) -> Iterator[Reading]:
    """A refusal where something stands that is no list: it is not to be taken for an empty one."""
    if at(node, *path) is not None and not isinstance(at(node, *path), list):
        yield Reading(where, at(node, *path), partial(need_items, node, *path))


def messages(body: bytes) -> Iterator[tuple[str, Any, Any]]:
    """Each message with its place and as it came: the whole body, or the lines of it.

    A line that is no JSON comes as Unusable. Raises Unusable for a body that is no text.
    """
    try:
        value = read_json(body)
    except Unusable:
        lines = _lines(body)
        if not _is_one_a_line(lines):
            raise
        yield from _by_line(lines)
    else:
        yield "", body, value


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.splitlines() if line.strip()] if len(body) <= MAX_BODY else []


def _by_line(lines: list[bytes]) -> Iterator[tuple[str, Any, Any]]:
    for place, line in enumerate(lines, 1):
        try:
            yield f"line {place}", line, read_json(line)
        except Unusable as fault:
            yield f"line {place}", line, fault


def _is_one_a_line(lines: list[bytes]) -> bool:
    """Whether lines are messages by themselves, and not parts of one that spans several."""
    first = lines[:8]
    closed = sum(line.strip()[:1] in b"{[" and line.strip()[-1:] in b"}]" for line in first)
    return len(lines) > 1 and 2 * closed >= len(first)


def once(parse: Adapter) -> Adapter:
    """The adapter, without readings that a payload repeats."""

    def parse_once(payload: Payload) -> Parsed:
        parsed = parse(payload)
        events: dict[str, AnyEvent] = {}
        for event in parsed.events:
            events.setdefault(event.event_id, event)
        return Parsed(list(events.values()), parsed.rejected)

    return parse_once


def in_order(parse: Adapter) -> Adapter:
    """The adapter, with the events of an unsorted feed in the order of their time."""

    def parse_in_order(payload: Payload) -> Parsed:
        parsed = parse(payload)
        return Parsed(sorted(parsed.events, key=lambda event: event.timestamp), parsed.rejected)

    return parse_in_order


def joined(*places: str) -> str:
    """One path of several: ``line 3.mc[0]``."""
    return ".".join(place for place in places if place)


def lines_of(body: bytes) -> list[str]:
    """The lines of a text payload; raises Unusable."""
    return read_text(body).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def dated(node: Any, *path: str | int) -> datetime | None:
    """The moment in ``/Date(1701626400000)/`` (UTC); None where there is none.

    >>> dated("/Date(1701626400000)/").isoformat()
    '2023-12-03T18:00:00+00:00'
    """
    found = _DATE_MS.fullmatch(text(node, *path))
    return since_epoch(int(found[1]), 1000) if found else None


def micros(node: Any, *path: str | int) -> datetime | None:
    """A time in microseconds since 1970; None where there is none."""
    value = number(node, *path)
    return since_epoch(int(value), 1) if value else None


def since_epoch(count: int, micro: int) -> datetime | None:
    """The moment after this many units of ``micro`` microseconds; None outside the calendar."""
    try:
        return _EPOCH + timedelta(microseconds=count * micro)
    except OverflowError:
        return None


def eastern(written: str) -> datetime | None:
    """A time in UTC; one that names no zone is Eastern. None where it is no time.

    >>> eastern("2026-01-05T18:30:00").isoformat(), eastern("2026-01-05T18:30Z").isoformat()
    ('2026-01-05T23:30:00+00:00', '2026-01-05T18:30:00+00:00')
    """
    try:
        local = datetime.fromisoformat(written)
        return local.replace(tzinfo=local.tzinfo or _EASTERN).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def after(start: datetime, length: timedelta) -> datetime | None:
    """The moment this much later; None outside the calendar."""
    try:
        return start + length
    except OverflowError:
        return None


def present(**values: object) -> dict[str, Any]:
    """The values that are there, for ``extra``."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {}, ())}
