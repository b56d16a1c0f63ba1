"""Mastodon's streams: statuses as news, from server-sent events.

Data may be a bare id (a deletion) or the word ``undefined``. Messages have no ids of their own:
nothing can be resumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from typing import Any

from actors.feeds.adapters.messages import once, present
from actors.feeds.adapters.news_sse import ServerSent, server_sent
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    ident,
    items,
    moment,
    need_ident,
    need_object,
    need_text,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, adapter
from models.events import AnyEvent, BreakingNews, News

FEED = "news.mastodon"

_TOLD = frozenset(("update", "status.update", "delete"))
"""What others publish; notifications, conversations and filters concern the account alone."""
_PUBLIC = frozenset(("public", "unlisted"))
_BREAKS = frozenset(("p", "br", "li", "div"))


def _readings(payload: Payload) -> Iterator[Reading]:
    for message in server_sent(payload.body):
        if message.event in _TOLD:
            read = partial(_told, payload, message)
            yield Reading(f"line {message.line}", message.data, read)


def _told(payload: Payload, message: ServerSent) -> Iterator[AnyEvent]:
    if message.event == "delete":
        if not message.whole:
            raise Unusable("", "the stream is cut off within an id, which may be another's")
        status = need_ident({"data": message.data}, "data")
        news = News(retracts=_event_id(payload, status), extra={"status": status})
        yield _event(payload, f"{_event_id(payload, status)}@delete", news, None)
        return
    found = need_object(read_json(message.data.encode()))
    status = need_ident(found, "id")
    if (seen_by := text(found, "visibility") or "public") not in _PUBLIC:
        raise Unusable("visibility", f"{seen_by}: not meant for the public")
    edited = text(found, "edited_at") if message.event == "status.update" else ""
    event_id = _event_id(payload, status) + (f"@{edited or 'edited'}" if edited else "")
    when = moment(found, "edited_at") or moment(found, "created_at")
    yield _event(payload, event_id, _news(found), when)


def _event_id(payload: Payload, status: str) -> str:
    """Ids are a server's own; a payload's address says whose."""
    host = payload.url.partition("://")[2].partition("/")[0]
    return ":".join(filter(None, (FEED, host, status)))


def _event(payload: Payload, event_id: str, news: News, when: Any) -> AnyEvent:
    return BreakingNews(
        event_id=event_id[:200],
        source=FEED,
        timestamp=when or payload.received_at,
        received_at=payload.received_at,
        data=news,
    )


def _news(found: Any) -> News:
    """A status, or the one that it passes on."""
    passed_on = at(found, "reblog")
    held = passed_on if isinstance(passed_on, dict) else found
    return News(
        headline=text(held, "spoiler_text") or text(held, "card", "title"),
        text=plain(need_text(held, "content")) if text(held, "content") else "",
        url=text(held, "url") or text(held, "uri"),
        extra=present(
            status=ident(found, "id"),
            account=text(held, "account", "acct"),
            passed_on_by=text(found, "account", "acct") if held is not found else "",
            language=text(held, "language"),
            visibility=text(held, "visibility"),
            tags=[text(tag, "name") for tag in items(held, "tags")],
            edited_at=text(found, "edited_at"),
            created_at=text(found, "created_at"),
        ),
    )


class _Words(HTMLParser):
    """The text of a status, with line breaks where its paragraphs end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 - the parser's own
        if tag in _BREAKS and self.words:
            self.words.append("\n")


def plain(content: str) -> str:
    r"""The text of a piece of HTML; raises Unusable for what no browser would read.

    >>> plain('<p>Out: <a href="x">@<span>Ann</span></a> &amp; Bo</p><p>Later</p>')
    'Out: @Ann & Bo\nLater'
    """
    words = _Words()
    try:
        words.feed(content)
        words.close()
    except AssertionError as fault:
        raise Unusable("content", f"no HTML: {fault}") from fault
    return "".join(words.words).strip()


mastodon: Adapter = once(adapter(FEED, _readings))
