"""ESPN's news and transactions: texts that change no status by themselves.

A news item may name several players and tag one of them; whom the headline names is told beside
whom it tags. Transactions name nobody but in their text, and their time is a day's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import espn
from actors.feeds.adapters.messages import once
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    at,
    ident,
    items,
    moment,
    need_items,
    need_text,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, person
from models.events import AnyEvent, BreakingNews, News

NEWS = "espn.news"
TRANSACTIONS = "espn.transactions"
MOST_WORDS = 6
"""Words of a name, with the team's before it."""
_BRACKETED = re.compile(r"\(([^()]{2,40})\)")
_NAME_WORD = re.compile(r"[A-Z][\w.’'\-]*")
_IN_ADDRESS = re.compile(r"(?:/id/|[?&]id=)(\d+)(?=[/&]|$)")
_SUFFIXES = frozenset(("jr.", "jr", "sr.", "sr", "ii", "iii", "iv", "v"))
_OWNER = re.compile(r"^\S+(?:'s?|’s?) ")


def named_with_injury(headline: str) -> list[tuple[str, str]]:
    """People whom a headline names with an injury, and the injury.

    >>> named_with_injury("Falcons' Drake London (hip), Michael Penix Jr. (knee) out")
    [('Drake London', 'hip'), ('Michael Penix Jr.', 'knee')]
    """
    found, begin = [], 0
    for bracket in _BRACKETED.finditer(headline):
        words: list[str] = []
        for word in reversed(headline[begin : bracket.start()].split()):
            if not _NAME_WORD.fullmatch(word) or len(words) == MOST_WORDS:
                break
            words.insert(0, word)
        begin = bracket.end()
        name = _OWNER.sub("", " ".join(words))
        if name:
            found.append((name, bracket[1].strip()))
    return found


def news(payload: Payload) -> Iterator[Reading]:
    """One reading for each article."""
    root = read_json(payload.body)
    teller = Teller(NEWS, payload.received_at, espn.sport_of(payload, root) or _league(root))
    for where, article in listed("articles", need_items(root, "articles")):
        yield Reading(where, article, partial(_article, teller, article))


def _league(root: Any) -> str:
    """The league of a headline like ``NFL News``."""
    head, _, rest = text(root, "header").partition(" ")
    return head.lower() if rest == "News" else ""


def _article(teller: Teller, article: Any) -> Iterable[AnyEvent]:
    headline = need_text(article, "headline")
    about = _article_id(article) or headline[:80]
    athletes = [_tagged(one) for one in _of_type(article, "athlete")]
    named = named_with_injury(headline)
    extra = {
        **person(
            article_id=_article_id(article),
            kind=text(article, "type"),
            byline=text(article, "byline"),
            published=text(article, "published"),
        ),
        "athletes": athletes,
        "teams": [text(team, "description") for team in _of_type(article, "team")],
        "named": [{"name": name, "injury": injury} for name, injury in named],
    }
    data = News(
        headline=headline,
        text=text(article, "description"),
        url=text(article, "links", "web", "href"),
        extra={key: value for key, value in extra.items() if value},
    )
    sole = athletes[0]["player_id"] if _is_about(athletes, named) else ""
    when = moment(article, "lastModified") or moment(article, "published")
    yield teller.tell(BreakingNews, data, about=about, when=when, player_id=sole)


def _is_about(athletes: list[dict[str, Any]], named: list[tuple[str, str]]) -> bool:
    """Whether an article is about the one whom it tags: its headline names nobody else as hurt."""
    if len(athletes) != 1 or len(named) > 1:
        return False
    words = text(athletes[0], "name").casefold().split()
    hurt = {word for name, _ in named for word in name.casefold().split()} - _SUFFIXES
    return not named or bool(hurt & set(words[1:]))


def _article_id(article: Any) -> str:
    """An article's id: older answers show it only in its address, or as that of its source."""
    in_address = _IN_ADDRESS.search(text(article, "links", "web", "href"))
    return (
        ident(article, "id")
        or (in_address[1] if in_address else "")
        or ident(article, "dataSourceIdentifier")
    )


def _of_type(article: Any, kind: str) -> Iterator[Any]:
    return (one for one in items(article, "categories") if text(one, "type") == kind)


def _tagged(category: Any) -> dict[str, Any]:
    found = ident(category, "athleteId") or ident(category, "athlete", "id")
    return person(
        player_id=f"espn:{found}" if found else "", name=text(category, "description")
    ) or {"player_id": ""}


def transactions(payload: Payload) -> Iterator[Reading]:
    """One reading for each transaction."""
    root = read_json(payload.body)
    teller = Teller(TRANSACTIONS, payload.received_at, espn.sport_of(payload, root))
    for where, row in listed("transactions", need_items(root, "transactions")):
        yield Reading(where, row, partial(_transaction, teller, row))


def _transaction(teller: Teller, row: Any) -> Iterable[AnyEvent]:
    data = News(headline=need_text(row, "description"), extra=espn.team_facts(at(row, "team")))
    about = ident(row, "team", "id") or "league"
    yield teller.tell(BreakingNews, data, about=about, when=moment(row, "date"))


parse_news = once(adapter(NEWS, news))
parse_transactions = once(adapter(TRANSACTIONS, transactions))
