"""From readings to events: one refused reading is told with its place, the others go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec

from actors.feeds.adapters.port import MAX_EXCERPT, Adapter, Parsed, Payload, Rejection
from actors.feeds.adapters.reading import Unusable
from models.events import AnyEvent, Event, PlayerActive, PlayerInjury, StatusReport
from models.status import designation, listing

E = TypeVar("E", bound=Event)

MOST_KEPT = 1_000
"""Refusals of one payload that are kept one by one; beyond them they are counted."""
MOST_REFUSED = 20_000
"""Readings of one payload that may be refused before the rest is left unread."""


class Reading(NamedTuple):
    """One thing a payload says: where it stands, as it came, and how events are made of it."""

    where: str
    raw: Any
    read: Callable[[], Iterable[AnyEvent]]


def adapter(feed: str, readings: Callable[[Payload], Iterable[Reading]]) -> Adapter:
    """Make an adapter of what finds the readings of a payload.

    Unusable from a reading refuses that reading; from the finding itself, the rest of the payload.
    """

    def parse(payload: Payload) -> Parsed:
        parsed = Parsed([], [])
        refused = 0
        try:
            for reading in readings(payload):
                refused += _take(feed, reading, parsed)
                if refused > MOST_REFUSED:
                    parsed.rejected.append(
                        rejection(feed, reading.where, "what follows is not read", reading.raw)
                    )
                    break
        except Unusable as fault:
            parsed.rejected.append(rejection(feed, fault.where, fault.reason, payload.body))
        if refused > MOST_KEPT:
            reason = f"{refused - MOST_KEPT} more readings were refused"
            parsed.rejected.append(rejection(feed, "", reason, payload.body))
        return parsed

    return parse


def _take(feed: str, reading: Reading, parsed: Parsed) -> bool:
    """Read one; says whether it was refused."""
    try:
        parsed.events.extend(list(reading.read()))
    except Unusable as refused:
        if len(parsed.rejected) < MOST_KEPT:
            where = ".".join(filter(None, (reading.where, refused.where)))
            parsed.rejected.append(rejection(feed, where, refused.reason, reading.raw))
        return True
    return False


def rejection(feed: str, where: str, reason: str, raw: Any) -> Rejection:
    """A refusal with an excerpt of what was refused."""
    return Rejection(feed=feed, where=where, reason=reason, raw=excerpt(raw))


def excerpt(raw: Any) -> str:
    """The beginning of what was refused, as printable text."""
    if isinstance(raw, bytes):
        plain = raw[: 2 * MAX_EXCERPT].decode(errors="replace")
    elif isinstance(raw, str):
        plain = raw[:MAX_EXCERPT]
    else:
        plain = _json_start(raw)
    return plain.encode(errors="replace").decode()[:MAX_EXCERPT]


def _json_start(raw: Any) -> str:
    """JSON piece by piece, so that a huge value is not written out for its first words."""
    written = ""
    try:
        for piece in json.JSONEncoder(default=str).iterencode(raw):
            written += piece[:MAX_EXCERPT]
            if len(written) >= MAX_EXCERPT:
                break
    except RecursionError:
        written += " ... nested too deep"
    return written


def listed(where: str, found: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Items with their place: ``events[0]``, ``events[1]``, ..."""
    for place, item in enumerate(found):
        yield f"{where}[{place}]", item


class Teller(NamedTuple):
    """Writes the envelopes of one payload's events."""

    feed: str
    received_at: datetime
    sport: str = ""

    def tell(
        self,
        kind: type[E],
        data: Any,
        *,
        about: str = "",
        when: datetime | None = None,
        as_of: datetime | None = None,
        key: Any = None,
        player_id: str = "",
        game_id: str = "",
        contest_id: str = "",
        expires: datetime | None = None,
        sport: str = "",
    ) -> E:
        """An event whose id follows from its content: told twice, it is the same event.

        ``when`` is the source's own time for this reading. Where it has only one for the whole
        payload, that is ``as_of``: no part of the id, for the next poll says the same later. Where
        it has neither, the reading happened, for all we know, when it was received. ``about`` names
        in the id what is spoken of where there is no player, game or contest; ``key`` is what the
        id follows from where not all of the data is content.
        """
        tag = str(kind.__struct_config__.tag)
        subject = player_id or game_id or contest_id or about
        said = data if key is None else key
        content = (tag, player_id, game_id, contest_id, about, when, said)
        return kind(
            event_id=f"{self.feed}:{subject}:{digest(content)}",
            source=self.feed,
            timestamp=when or as_of or self.received_at,
            received_at=self.received_at,
            player_id=player_id,
            game_id=game_id,
            contest_id=contest_id,
            sport=sport or self.sport,
            expiration_time=expires,
            data=data,
        )  # type: ignore[call-arg]


def digest(content: Any) -> str:
    """A short name of a value that follows from nothing but the value."""
    plain = msgspec.json.encode(content, order="sorted")
    return hashlib.blake2b(plain, digest_size=8).hexdigest()


def status_report(word: str, **fields: Any) -> StatusReport:
    """A report in the source's own word; a word that nobody knows stays in ``provider_status``.

    >>> status_report("Out").designation, status_report("Vibing").status
    ('OUT', '')
    """
    known = designation(word) != "UNKNOWN"
    return StatusReport(
        status=word if known else "",
        designation=listing(word) or "",
        provider_status=word,
        **fields,
    )


def status_kind(report: StatusReport) -> type[PlayerInjury | PlayerActive]:
    """Whom a report lists as available is no injury."""
    return PlayerActive if designation(report.status) == "ACTIVE" else PlayerInjury


def person(**facts: str) -> dict[str, Any]:
    """What identifies a player besides his id, as far as the source says it."""
    return {name: value for name, value in facts.items() if value}
