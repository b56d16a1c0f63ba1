"""MLB's Gameday frames and transactions: notices that something happened.

A frame is no data: it says which game to fetch, from which state on. The same notice comes twice
under two update ids. In transactions an injured list shows in the text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import msgspec

from actors.feeds.adapters import mlb
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    at,
    flag,
    ident,
    items,
    need_ident,
    need_items,
    need_object,
    need_text,
    number,
    read_json,
    read_text,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, person, status_report
from models.events import (
    AnyEvent,
    BreakingNews,
    LivePoints,
    LiveScore,
    News,
    PlayerActive,
    PlayerInjury,
)

GAMEDAY = "mlb.gameday_ws"
TRANSACTIONS = "mlb.transactions"
_LIST = re.compile(
    r"(?P<days>\d+-day )?(?P<list>injured|disabled|bereavement|paternity|restricted|"
    r"family medical emergency|suspended) list",
    re.IGNORECASE,
)
_PLACED = re.compile(r"\b(?:placed|transferred)\b", re.IGNORECASE)
_BACK = re.compile(r"\b(?:activated|reinstated)\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom(?: the)?\s*$", re.IGNORECASE)
_SENT_DOWN = re.compile(
    r"\b(?:optioned|outrighted|assigned|designated|released|loaned)\b", re.IGNORECASE
)
_REASON = re.compile(r"^(?: retroactive to [^.]*)?\.\s+(?P<reason>\S.*?)\.?\s*$", re.IGNORECASE)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a frame asks its reader to fetch."""

    game_pk: str
    timecode: str
    update_id: str
    full_refresh: bool
    """The whole feed is to be fetched, not a patch."""
    wait: float | None
    delayed: bool
    said: tuple[str, ...]


def notice(frame: Any) -> Notice:
    """Read a frame; raises Unusable where it names no game or no moment."""
    return Notice(
        game_pk=need_ident(frame, "gamePk"),
        timecode=need_text(frame, "timeStamp"),
        update_id=ident(frame, "updateId"),
        full_refresh=text(frame, "changeEvent", "type") == "full_refresh",
        wait=number(frame, "wait"),
        delayed=bool(flag(frame, "isDelay")),
        said=tuple(
            text(one) for name in ("logicalEvents", "gameEvents") for one in items(frame, name)
        ),
    )


def frames(payload: Payload) -> Iterator[Reading]:
    """One reading for each frame: a single one, or lines of a recording."""
    teller = Teller(GAMEDAY, payload.received_at, mlb.SPORT)
    for count, line in enumerate(read_text(payload.body).splitlines(), 1):
        if line.strip():
            yield Reading(f"line {count}", line, partial(_frame, teller, line))


def _frame(teller: Teller, line: str) -> Iterable[AnyEvent]:
    frame = need_object(read_json(line.encode()))
    found = notice(frame)
    extra = {
        **person(update_id=found.update_id, timecode=found.timecode),
        "said": list(found.said),
        "full_refresh": found.full_refresh,
        "delayed": found.delayed,
    }
    yield teller.tell(
        LiveScore,
        LivePoints(points={}, extra=extra),
        game_id=f"mlb:{found.game_pk}",
        when=mlb.timecode(found.timecode),
        key=(found.timecode, found.said, found.full_refresh),
    )


def transactions(payload: Payload) -> Iterator[Reading]:
    """One reading for each transaction."""
    root = read_json(payload.body)
    teller = Teller(TRANSACTIONS, payload.received_at, mlb.SPORT)
    for where, row in listed("transactions", need_items(root, "transactions")):
        yield Reading(where, row, partial(_transaction, teller, row))


def _transaction(teller: Teller, row: Any) -> Iterable[AnyEvent]:
    description = need_text(row, "description")
    player_id = mlb.player_id(at(row, "person")) if at(row, "person") is not None else ""
    tell = partial(
        teller.tell,
        player_id=player_id,
        when=mlb.day(text(row, "date")),
        about=need_ident(row, "id"),
    )
    extra = person(
        name=text(row, "person", "fullName"),
        team=text(row, "toTeam", "name") or text(row, "fromTeam", "name"),
        team_id=ident(row, "toTeam", "id") or ident(row, "fromTeam", "id"),
        type=text(row, "typeDesc"),
        type_code=text(row, "typeCode"),
        date=text(row, "date"),
        effective_date=text(row, "effectiveDate"),
        transaction_id=ident(row, "id"),
    )
    word = list_placement(description) if player_id else ""
    if not word:
        yield tell(BreakingNews, News(headline=description, extra=extra))
        return
    report = status_report(word, injury=_reason(description), headline=description, extra=extra)
    if word == "Active":
        yield tell(PlayerActive, report)
    else:
        yield tell(PlayerInjury, report)


def list_placement(description: str) -> str:
    """The list that somebody is put on, ``Active`` for one who comes back, else empty.

    >>> list_placement("Boston Red Sox placed RHP A B on the 15-day injured list. Right elbow.")
    '15-day injured list'
    >>> list_placement("Boston Red Sox activated RHP A B from the 15-day injured list.")
    'Active'
    >>> list_placement("Activated RHP A B from the 15-day injured list and optioned him to X.")
    ''
    >>> list_placement("RHP A B roster status changed by DSL Cubs Red.")
    ''
    """
    found = _last_list(description)
    if found is None:
        return ""
    before, after = description[: found.start()], description[found.end() :]
    if _FROM.search(before):
        back = _BACK.search(before) and not _SENT_DOWN.search(after)
        return "Active" if back else ""
    if not _PLACED.search(before):
        return ""
    return found[0] if found["days"] or found["list"].lower() != "suspended" else "Suspended"


def _last_list(description: str) -> re.Match[str] | None:
    """Where somebody ends up: "from the 15-day injured list to the 60-day injured list"."""
    return max(_LIST.finditer(description), key=lambda found: found.start(), default=None)


def _reason(description: str) -> str:
    """What is said behind the last list that is named: ``Right elbow strain``."""
    found = _last_list(description)
    told = found and _REASON.match(description[found.end() :])
    return told["reason"] if told else ""


parse_frames = adapter(GAMEDAY, frames)
parse_transactions = adapter(TRANSACTIONS, transactions)
