"""ResultsDB (FantasyLabs, RotoGrinders): ownership of DraftKings contests, without a login.

Shares are percent of all entries. Players have ids of their own; contests have the site's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters.messages import eastern, once, present
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    entries,
    ident,
    need_ident,
    need_items,
    need_object,
    need_text,
    number,
    read_json,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.events import (
    AnyEvent,
    ContestListed,
    LivePoints,
    LiveScore,
    Ownership,
    OwnershipUpdate,
)
from models.listings import ContestListing

FEED = "draftkings.resultsdb"
_SITES = {"4": "draftkings", "": "draftkings"}
"""Source ids of contest lists; an answer for one contest gives none and is DraftKings'."""


def _readings(payload: Payload) -> Iterator[Reading]:
    root = read_json(payload.body)
    teller = Teller(FEED, payload.received_at)
    if isinstance(root, dict) and "live_contests" in root:
        for where, found in listed("live_contests", need_items(root, "live_contests")):
            yield Reading(where, found, partial(_listed_contest, teller, found))
        return
    found = need_object(root, "contest")
    yield Reading("contest", found, partial(_contest, teller, found))
    yield Reading("players", at(root, "players"), partial(_shares, teller, root))
    people = _People(root)
    for where, player in people.places():
        yield Reading(where, player, partial(people.check, player))
    yield Reading("players", None, partial(people.points, teller))


def _listed_contest(teller: Teller, found: Any) -> Iterator[AnyEvent]:
    source = ident(found, "source_id")
    site = _SITES.get(source, f"resultsdb.{source}")
    listing = ContestListing(
        name=need_text(found, "contest_name"),
        entry_fee=number(found, "entry_cost"),
        maximum_entries=whole(found, "contest_size"),
        maximum_per_user=whole(found, "multi_entry_max"),
        total_payouts=number(found, "total_prizes"),
        extra=present(
            cash_line=whole(found, "cash_line"),
            group=ident(found, "contest_group_id"),
            date=ident(found, "date_id"),
        ),
    )
    yield teller.tell(
        ContestListed, listing, contest_id=f"{site}:{need_ident(found, 'contest_id')}"
    )


def _contest(teller: Teller, found: Any) -> Iterator[AnyEvent]:
    listing = ContestListing(
        name=need_text(found, "contestName"),
        entry_fee=number(found, "entryCost"),
        entries=whole(found, "totalLineupsEntered"),
        maximum_entries=whole(found, "contestSize"),
        maximum_per_user=whole(found, "multiEntryMax"),
        total_payouts=number(found, "totalPrizes"),
        start=eastern(text(found, "contestDate")),
        extra=present(
            cash_line=number(found, "cashLine"),
            unique_lineups=whole(found, "uniqueLineups"),
            duplicate_lineups=whole(found, "duplicateLineups"),
        ),
    )
    yield teller.tell(ContestListed, listing, contest_id=_contest_id(found))


def _contest_id(found: Any) -> str:
    return f"draftkings:{need_ident(found, 'contestId')}"


def _shares(teller: Teller, root: Any) -> Iterator[AnyEvent]:
    """Who is held by how many, of all entries and of the best 20, 10 and 1 in 100."""
    need_object(root, "players")
    rows = [(_player_id(row), row) for _, row in entries(root, "players")]
    owned = {who: share for who, row in rows if who and (share := _share(row)) is not None}
    best = {
        text(part): {
            f"resultsdb:{ident(key.partition(':')[0])}": round(share / 100.0, 6)
            for key, held in entries(cut, "exposureCounts")
            if (share := number(held, "exposurePerc")) is not None
        }
        for part, cut in entries(root, "exposures")
        if text(part) and text(part) != "100"
    }
    if not owned:
        raise Unusable("", "no player has a share")
    data = Ownership(
        ownership=owned,
        field_size=whole(root, "contest", "totalLineupsEntered") or 0,
        extra=present(names={who: text(row, "fullName") for who, row in rows if who}, best=best),
    )
    yield teller.tell(OwnershipUpdate, data, contest_id=_contest_id(at(root, "contest")))


def _share(row: Any) -> float | None:
    share = number(row, "ownership")
    return round(share / 100.0, 6) if share is not None and 0.0 <= share <= 100.0 else None


def _player_id(row: Any) -> str:
    found = ident(row, "playerId")
    return f"resultsdb:{found}" if found else ""


class _People:
    """Points of everybody, told together."""

    def __init__(self, root: Any) -> None:
        self._root = root

    def places(self) -> Iterator[tuple[str, Any]]:
        for key, row in entries(self._root, "players"):
            yield f"players.{key[:40]}", row

    def check(self, row: Any) -> Iterator[AnyEvent]:
        need_ident(row, "playerId")
        if number(row, "ownership") is not None and _share(row) is None:
            raise Unusable("ownership", f"{number(row, 'ownership'):g} is no percentage")
        yield from ()

    def points(self, teller: Teller) -> Iterator[AnyEvent]:
        rows = [(_player_id(row), number(row, "actualPoints")) for _, row in self.places()]
        points = {who: scored for who, scored in rows if who and scored is not None}
        if points:
            about = _contest_id(at(self._root, "contest"))
            yield teller.tell(LiveScore, LivePoints(points=points), about=about)


resultsdb: Adapter = once(adapter(FEED, _readings))
