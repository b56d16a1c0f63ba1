"""News by RSS: RotoWire's, whose dates every common parser misreads, and anybody's.

RotoWire writes ``Mon, 07 Sep 2026 10:04:00 PM PDT``: twelve hours, and a zone by name. Read as
RFC 822 that is 10:04 in the morning, 19 hours off, without an error. A headline of RotoWire's that
leaves no doubt about the player's next game is told as a status, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import partial
from xml.etree.ElementTree import Element, ParseError, fromstring

from actors.feeds.adapters import headlines
from actors.feeds.adapters.messages import once, present
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import Unusable, moment, read_text
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.events import AnyEvent, BreakingNews, News

ROTOWIRE, RSS = "news.rotowire", "news.rss"

_TWELVE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{1,2}):(\d\d)(?::(\d\d))? "
    r"([AP]M) ([A-Z]{2,4})"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZONES = {
    "PDT": -7, "PST": -8, "MDT": -6, "MST": -7, "CDT": -5, "CST": -6, "EDT": -4, "EST": -5,
    "UTC": 0, "GMT": 0,
}  # fmt: skip
_GUID = re.compile(r"([a-z]{2,12})(\d+)")
_PLAYER = re.compile(r"/player(?:/(?:[^/?#]*?-)?|\.\w+\?id=)(\d+)/?(?:[?#&]|$)")


def published(written: str) -> datetime | None:
    """The moment of a publication date, in UTC; None where it is none or has no zone.

    >>> published("Mon, 07 Sep 2026 10:04:00 PM PDT").isoformat()
    '2026-09-08T05:04:00+00:00'
    """
    if found := _TWELVE.fullmatch(written.strip()):
        return _twelve_hours(found)
    try:
        read = parsedate_to_datetime(written)
        return read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return moment(written)


def _twelve_hours(found: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second, half, zone = found.groups()
    if not 1 <= int(hour) <= 12 or month not in _MONTHS or zone not in _ZONES:
        return None
    try:
        local = datetime(
            int(year), _MONTHS.index(month) + 1, int(day),
            int(hour) % 12 + (12 if half == "PM" else 0), int(minute), int(second or 0),
            tzinfo=timezone(timedelta(hours=_ZONES[zone])),
        )  # fmt: skip
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _items(feed: str, payload: Payload) -> Iterator[Reading]:
    written = read_text(payload.body)
    if "<!DOCTYPE" in written or "<!ENTITY" in written:
        raise Unusable("", "declares entities of its own; no news feed needs that")
    try:
        root = fromstring(written.strip())  # noqa: S314 - no entities, size bounded
    except (ParseError, ValueError, RecursionError) as fault:
        raise Unusable("", f"no XML: {fault}") from fault
    channel = root.find("channel")
    if channel is None:
        raise Unusable("channel", "no RSS: there is no channel")
    for where, item in listed("channel.item", channel.findall("item")):
        read = partial(_story, Teller(feed, payload.received_at), item)
        yield Reading(where, _held(item, "title"), read)


def _story(teller: Teller, item: Element) -> Iterator[AnyEvent]:
    title, guid, link = (_held(item, name) for name in ("title", "guid", "link"))
    if not title:
        raise Unusable("title", "needs a headline")
    written = _held(item, "pubDate")
    when = published(written)
    if written and when is None:
        raise Unusable("pubDate", f"{written[:60]!r} is no date with a zone that is known")
    name, _, headline = title.partition(": ")
    ours = teller.feed == ROTOWIRE
    news = News(
        headline=title,
        text=_held(item, "description"),
        url=link,
        extra=present(
            guid=guid,
            name=name if ours and headline else "",
            player_headline=headline if ours else "",
        ),
    )
    player = player_of(link) if ours else ""
    named = _GUID.fullmatch(guid) if ours else None
    sport = named[1] if named else ""
    told = teller.tell(
        BreakingNews, news, about=guid or link or title[:80], when=when, player_id=player,
        sport=sport,
    )  # fmt: skip
    yield told
    if player and (status := headlines.told(headline, told, player, sport)):
        yield status


def player_of(link: str) -> str:
    """Whose page an address at RotoWire is; empty where it is nobody's.

    >>> player_of("https://www.rotowire.com//football/player/christian-gonzalez-16683")
    'rotowire:16683'
    """
    found = _PLAYER.search(link)
    return f"rotowire:{found[1]}" if found and "rotowire.com/" in link else ""


def _held(item: Element, name: str) -> str:
    found = item.findtext(name)
    return found.strip()[:20_000] if found else ""


rotowire: Adapter = once(adapter(ROTOWIRE, partial(_items, ROTOWIRE)))
rss: Adapter = once(adapter(RSS, partial(_items, RSS)))
