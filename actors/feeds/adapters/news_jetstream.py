"""Bluesky's Jetstream: posts as news, versions 1 and 2 of the wire.

Posts count by the server's clock (``time_us``, ``time``): ``createdAt`` is the author's and can
lie. A deleted post takes its news back: its event names the one it retracts. Account and identity
messages ignore the subscription's filter and are no news. ``cursor_of`` says where to resume. A
note of RotoWire's that links to its player's page is told as a status, too, where its headline
leaves no doubt; a deletion takes that back as well. An old post may be seen for the first time,
when its author's whole repository is brought in: it is news, but no status.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from actors.feeds.adapters import headlines
from actors.feeds.adapters.messages import messages, messages_adapter, micros, present
from actors.feeds.adapters.news_rss import player_of
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    items,
    moment,
    need_object,
    need_text,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading
from models.events import AnyEvent, BreakingNews, News
from models.events.status import SAYS
from models.ingest import MAX_ID

FEED = "news.jetstream"
POST = "app.bsky.feed.post"

_FRESH = timedelta(hours=1)
"""Between a post's writing and its coming by."""
_SILENT = frozenset(("identity", "account", "sync"))
_SPORTS = {
    "football": "nfl",
    "cfootball": "cfb",
    "basketball": "nba",
    "wnba": "wnba",
    "baseball": "mlb",
    "hockey": "nhl",
    "golf": "pga",
    "soccer": "soccer",
}
"""Parts of RotoWire's site."""


class _Commit(NamedTuple):
    """A change of one record, the same in both versions of the wire."""

    did: str
    operation: str
    rkey: str
    rev: str
    record: Any
    when: datetime | None

    @property
    def uri(self) -> str:
        """Name of the record, which it keeps through all changes."""
        return f"at://{self.did}/{POST}/{self.rkey}"


def cursor_of(body: bytes, before: int | None = None) -> int | None:
    """Where to resume after this frame: ``seq`` (version 2) or microseconds (version 1).

    Inclusive: the last message comes again, under the same id. Never raises.
    """
    try:
        found = [message for _, _, message in messages(body)]
    except Unusable:
        return before
    for message in found:
        cursor = whole(message, "payload", "seq") or whole(message, "time_us")
        before = before if cursor is None else cursor
    return before


def _readings(payload: Payload, where: str, message: Any) -> Iterator[Reading]:
    need_object(message)
    wire = text(message, "$type")
    if wire == "error":
        reason = f"the stream ends: {text(message, 'error')} {text(message, 'message')}".strip()
        raise Unusable("error", reason)
    kind, commit = _second(message) if wire else _first(message)
    if kind in _SILENT or (commit is not None and text(commit, "collection") not in {"", POST}):
        return
    if kind == "info":
        raise Unusable("payload", f"the stream says: {text(commit, 'name')}: messages were missed")
    if kind != "commit":
        raise Unusable("kind", f"{kind or 'nothing'} is unknown")
    yield Reading(where, message, partial(_post, payload, message, commit))


def _first(message: Any) -> tuple[str, Any]:
    return text(message, "kind"), at(message, "commit")


def _second(message: Any) -> tuple[str, Any]:
    held = _held(message)
    return text(held, "$type").rpartition("#")[2], held


def _held(message: Any) -> Any:
    """What a message of version 2 holds; some clients hand on what it holds alone."""
    payload = at(message, "payload")
    return message if payload is None else payload


def _post(payload: Payload, message: Any, commit: Any) -> Iterator[AnyEvent]:
    held = _held(message)
    change = _Commit(
        did=need_text(held, "did"),
        operation=need_text(commit, "operation"),
        rkey=need_text(commit, "rkey"),
        rev=text(commit, "rev"),
        record=at(commit, "record"),
        when=moment(held, "time") or micros(held, "time_us"),
    )
    need_text(commit, "collection")
    told = _told(payload, change, whole(held, "seq"))
    yield told
    if change.operation == "create" and (status := _status(told)):
        yield status


def _status(told: BreakingNews) -> AnyEvent | None:
    """What a note of RotoWire's says of its player, whom its link names by id."""
    link = str(told.data.extra.get("link", ""))
    player_id, line = player_of(link), (told.data.headline or told.data.text).partition("\n")[0]
    sport = next((sport for part, sport in _SPORTS.items() if f"/{part}/" in link), "")
    created = moment(told.data.extra, "created_at")
    if not player_id or not sport or (created and told.timestamp - created > _FRESH):
        return None
    return headlines.told(line.partition(": ")[2], told, player_id, sport)


def _told(payload: Payload, change: _Commit, seq: int | None) -> BreakingNews:
    """A post's own id follows from its name, so that a deletion knows what it takes back."""
    first = f"{FEED}:{change.uri}"
    match change.operation:
        case "create":
            event_id, news = first, _news(change, seq)
        case "update":
            event_id, news = f"{first}@{change.rev}", _news(change, seq, updates=first)
        case "delete":
            news = News(retracts=first, url=_url(change), extra=present(seq=seq, did=change.did))
            event_id = f"{first}@{change.rev or 'delete'}"
        case other:
            raise Unusable("commit.operation", f"{other} is unknown")
    if len(event_id) + len(SAYS) > MAX_ID:
        raise Unusable("did", "the post's name is longer than any")
    when = change.when or payload.received_at
    return BreakingNews(
        event_id=event_id,
        source=FEED,
        timestamp=when,
        received_at=payload.received_at,
        data=news,
    )


def _news(change: _Commit, seq: int | None, updates: str = "") -> News:
    record = need_object(change.record)
    embed = at(record, "embed", "external")
    words = text(record, "text")
    if not words and embed is None and at(record, "embed") is None:
        raise Unusable("commit.record.text", "the post is empty")
    return News(
        headline=text(embed, "title"),
        text=words,
        url=_url(change),
        extra=present(
            did=change.did,
            seq=seq,
            created_at=text(record, "createdAt") if moment(record, "createdAt") else "",
            languages=[text(language) for language in items(record, "langs")],
            link=text(embed, "uri"),
            reply_to=text(record, "reply", "parent", "uri"),
            updates=updates,
        ),
    )


def _url(change: _Commit) -> str:
    return f"https://bsky.app/profile/{change.did}/post/{change.rkey}"


jetstream: Adapter = messages_adapter(FEED, _readings)
