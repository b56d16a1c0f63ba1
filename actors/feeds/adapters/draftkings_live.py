"""DraftKings while games run: entries as others see them, live points, the older player list.

A player whose game has not begun is concealed: ``draftableId`` 0, no name. What is revealed
carries the share of entries that hold him.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from actors.feeds.adapters.draftkings_parts import (
    SITE,
    answer,
    draftable,
    game,
    game_id,
    scores,
    sport_of,
)
from actors.feeds.adapters.marks import mark, status, status_event
from actors.feeds.adapters.messages import dated, joined, once, present
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    entries,
    flag,
    ident,
    items,
    moment,
    need_ident,
    need_items,
    need_text,
    number,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.events import (
    AnyEvent,
    LineupRevealed,
    LivePoints,
    LiveScore,
    Ownership,
    OwnershipUpdate,
)
from models.listings import LineupReveal

ROSTER, LIVE = "draftkings.roster", "draftkings.live_players"
AVAILABLE = "draftkings.available_players"


def _rosters(payload: Payload) -> Iterator[Reading]:
    root = answer(payload, "entries")
    teller = Teller(ROSTER, payload.received_at)
    for where, entry in listed("entries", need_items(root, "entries")):
        cards = items(entry, "roster", "scorecards")
        yield Reading(where, entry, partial(_reveal, teller, entry))
        for place, card in listed("roster.scorecards", cards):
            if at(card, "competition") is not None:
                read = partial(_card_game, teller, card)
                yield Reading(joined(where, place, "competition"), card, read)
        yield Reading(where, entry, partial(_owned, teller, entry))


def _reveal(teller: Teller, entry: Any) -> Iterator[AnyEvent]:
    cards = need_items(entry, "roster", "scorecards")
    reveal = LineupReveal(
        entry_id=ident(entry, "entryKey"),
        slots=tuple(need_text(card, "rosterPosition") for card in cards),
        players=tuple(_who(card) for card in cards),
        user_name=text(entry, "userName"),
        points=number(entry, "fantasyPoints"),
        rank=whole(entry, "rank"),
        extra=present(
            draft_group=ident(entry, "draftGroupId"),
            names={_who(card): _name(card) for card in cards if _who(card)},
            concealed=sum(not _who(card) for card in cards),
        ),
    )
    about = f"entry/{reveal.entry_id}"
    yield teller.tell(LineupRevealed, reveal, about=about, contest_id=_contest(entry))


def _who(card: Any) -> str:
    """Id of whom a card shows; empty while he is concealed."""
    found = ident(card, "draftableId")
    return "" if found in {"", "0"} else draftable(found)


def _name(card: Any) -> str:
    return text(card, "displayName")


def _contest(entry: Any) -> str:
    found = ident(entry, "contestKey")
    return f"{SITE}:{found}" if found else ""


def _card_game(teller: Teller, card: Any) -> Iterator[AnyEvent]:
    found = at(card, "competition")
    yield game(
        teller,
        need_ident(found, "competitionId"),
        text(found, "competitionStatus"),
        moment(found, "startTime"),
        name=text(found, "name"),
        left=text(found, "timeStatus"),
        score=dict(scores(at(found, "attributes"))),
    )


def _owned(teller: Teller, entry: Any) -> Iterator[AnyEvent]:
    """Ownership and points of the revealed; a card without a share has no reading, not 0."""
    shown = [card for card in items(entry, "roster", "scorecards") if _who(card)]
    shares = {_who(card): share for card in shown if (share := _share(card)) is not None}
    points = {_who(card): score for card in shown if (score := number(card, "score")) is not None}
    names = {_who(card): _name(card) for card in shown}
    if shares:
        everywhere = {_who(card): _percent(number(card, "percentDrafted")) for card in shown}
        data = Ownership(
            ownership=shares, extra=present(names=names, any_slot=_known(everywhere, shares))
        )
        yield teller.tell(
            OwnershipUpdate,
            data,
            about=f"group/{ident(entry, 'draftGroupId')}",
            contest_id=_contest(entry),
        )
    if points:
        slots = {_who(card): text(card, "rosterPosition") for card in shown}
        left = {_who(card): spare for card in shown if (spare := number(card, "timeRemaining"))}
        live = LivePoints(points=points, extra=present(names=names, slots=slots, minutes_left=left))
        yield teller.tell(LiveScore, live, about=f"group/{ident(entry, 'draftGroupId')}")


def _known(
    everywhere: Mapping[str, float | None], shares: Mapping[str, float]
) -> dict[str, float] | None:
    """Shares over all slots, where they differ from those of the slot."""
    found = {who: share for who, share in everywhere.items() if share is not None}
    return found if found != shares else None


def _share(card: Any) -> float | None:
    """Share of entries that hold him in this slot.

    ``percentDrafted`` counts every slot. Where a captain is told apart, his own share stands among
    the utilizations, and the others' is what is left of all.
    """
    used = {
        text(found, "displayKey"): number(found, "value")
        for found in items(card, "playerUtilizations")
    }
    total = used.pop("ALL", None)
    total = number(card, "percentDrafted") if total is None else total
    own = used.get(text(card, "rosterPosition"))
    if own is not None:
        return _percent(own)
    apart = sum(share for share in used.values() if share is not None)
    return None if total is None else _percent(total - apart)


def _percent(value: float | None) -> float | None:
    if value is None:
        return None
    if not -0.05 <= value <= 100.0:  # shares are rounded each by itself
        raise Unusable("percentDrafted", f"{value:g} is no percentage")
    return round(max(value, 0.0) / 100.0, 6)


def _live(payload: Payload) -> Iterator[Reading]:
    root = answer(payload, "data")
    teller = Teller(LIVE, payload.received_at)
    for where, row in listed("data", need_items(root, "data")):
        yield Reading(where, row, partial(_live_player, teller, row))


def _live_player(teller: Teller, row: Any) -> Iterator[AnyEvent]:
    """Points as DraftKings counts them; before the game there are none to tell."""
    teller = teller._replace(sport=sport_of(text(row, "sport")))
    begun = text(row, "gameStatus") == "liveOrFinal"
    yield game(
        teller, need_ident(row, "gameId"), "Live" if begun else "Upcoming",
        moment(row, "gameStartTime"),
    )  # fmt: skip
    points = number(row, "fantasyPoints")
    if not begun:
        return
    if points is None:
        raise Unusable("fantasyPoints", "needs a number")
    stats = {ident(stat, "statId"): number(stat, "total") for stat in items(row, "stats")}
    data = LivePoints(
        points=points,
        stats={name: total for name, total in stats.items() if name and total is not None},
        extra=present(
            name=f"{text(row, 'firstName')} {text(row, 'lastName')}".strip(),
            team=text(row, "teamAbbreviation"),
            position=text(row, "position"),
            dk_id=ident(row, "playerDkId"),
            states=[text(state) for state in items(row, "playerStates")],
        ),
    )
    player_id = f"{SITE}:{need_ident(row, 'playerId')}"
    yield teller.tell(LiveScore, data, player_id=player_id, game_id=game_id(ident(row, "gameId")))


def _available(payload: Payload) -> Iterator[Reading]:
    root = answer(payload, "playerList")
    teller = Teller(AVAILABLE, payload.received_at)
    for where, row in listed("playerList", need_items(root, "playerList")):
        yield Reading(where, row, partial(_listed_player, teller, row))
    for name, found in entries(root, "teamList"):
        yield Reading(f"teamList.{name[:40]}", found, partial(_listed_game, teller, name, found))


def _listed_player(teller: Teller, row: Any) -> Iterator[AnyEvent]:
    """Keys are short: i mark, swp may be edited, s salary. PPD marks a game, not a player."""
    home, away = text(row, "htabbr"), text(row, "atabbr")
    side = {ident(row, "htid"): home, ident(row, "atid"): away}
    report = status(
        mark(row, "i"),
        extra=present(
            name=f"{text(row, 'fn')} {text(row, 'ln')}".strip(),
            team=side.get(ident(row, "tid"), ""),
            position=text(row, "pn"),
            jersey=ident(row, "jn"),
            disabled=flag(row, "IsDisabledFromDrafting") or None,
            swappable=flag(row, "swp"),
            salary=whole(row, "s"),
            warnings=[text(found, "Message") for found in items(row, "ExceptionalMessages")],
        ),
    )
    player_id = f"{SITE}:{need_ident(row, 'pid')}"
    about = game_id(ident(row, "tsid"))
    yield teller.tell(status_event(report), report, player_id=player_id, game_id=about)


def _listed_game(teller: Teller, name: str, found: Any) -> Iterator[AnyEvent]:
    identity = ident(name)
    if not identity:
        raise Unusable("", "needs the id of a game")
    start = dated(found, "tz")
    home, away = text(found, "ht"), text(found, "at")
    yield game(teller, identity, text(found, "status"), start, home=home, away=away)


roster: Adapter = once(adapter(ROSTER, _rosters))
live_players: Adapter = once(adapter(LIVE, _live))
available_players: Adapter = once(adapter(AVAILABLE, _available))
