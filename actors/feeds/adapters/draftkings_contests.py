"""DraftKings' lobby, contests, draft groups and rules of game types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from actors.feeds.adapters.draftkings_parts import (
    SITE,
    answer,
    contest_id,
    game,
    game_id,
    scores,
    sport_of,
    team_names,
)
from actors.feeds.adapters.messages import dated, joined, once, present, unless_listed
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    flag,
    ident,
    items,
    moment,
    need_ident,
    need_items,
    need_object,
    need_text,
    number,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.contest import Prize
from models.events import AnyEvent, ContestListed, PoolListed, RulesListed
from models.listings import ContestListing, PoolListing, RulesListing

LOBBY, CONTEST = "draftkings.lobby", "draftkings.contest"
GROUP, RULES = "draftkings.draftgroup", "draftkings.rules"
COMPETITIONS = "draftkings.competitions"


def _lobby(payload: Payload) -> Iterator[Reading]:
    root = answer(payload, "Contests")
    teller = Teller(LOBBY, payload.received_at)
    sports = {
        ident(found, "DraftGroupId"): sport_of(text(found, "Sport"))
        for found in items(root, "DraftGroups")
    }
    for where, contest in listed("Contests", need_items(root, "Contests")):
        yield Reading(where, contest, partial(_lobby_contest, teller, sports, contest))
    for where, contest in listed("Tournaments", items(root, "Tournaments")):
        yield Reading(where, contest, partial(_tournament, teller, contest))
    for where, group in listed("DraftGroups", items(root, "DraftGroups")):
        yield Reading(where, group, partial(_lobby_group, teller, group))
    for where, games in listed("GameSets", items(root, "GameSets")):
        for place, found in listed("Competitions", items(games, "Competitions")):
            yield Reading(joined(where, place), found, partial(_lobby_game, teller, found))


def _lobby_contest(teller: Teller, sports: Mapping[str, str], contest: Any) -> Iterator[AnyEvent]:
    """Keys are short: n name, a fee, nt entries so far, m most entries, mec most for one user."""
    group = ident(contest, "dg")
    listing = ContestListing(
        name=need_text(contest, "n"),
        entry_fee=number(contest, "a"),
        entries=whole(contest, "nt"),
        maximum_entries=whole(contest, "m"),
        maximum_per_user=whole(contest, "mec"),
        total_payouts=number(contest, "po"),
        start=dated(contest, "sd"),
        game_type=text(contest, "gameType"),
        extra=present(
            draft_group=group,
            guaranteed=flag(contest, "attr", "IsGuaranteed"),
            payouts={
                kind: text(contest, "pd", kind)
                for kind in ("Cash", "ContestSeat", "Ticket")
                if text(contest, "pd", kind)
            },
        ),
    )
    sport = sports.get(group, "")
    yield teller.tell(ContestListed, listing, contest_id=contest_id(contest, "id"), sport=sport)


def _tournament(teller: Teller, contest: Any) -> Iterator[AnyEvent]:
    listing = ContestListing(
        name=need_text(contest, "Name"),
        entry_fee=number(contest, "EntryFee"),
        entries=whole(contest, "Entrants"),
        maximum_entries=whole(contest, "MaximumEntries"),
        maximum_per_user=whole(contest, "MaximumEntriesPerUser"),
        total_payouts=number(contest, "TotalPayouts"),
        start=dated(contest, "StartTime"),
        extra=present(tournament=True, draft_group=ident(contest, "DraftGroupId")),
    )
    yield teller.tell(ContestListed, listing, contest_id=contest_id(contest, "TournamentKey"))


def _lobby_group(teller: Teller, group: Any) -> Iterator[AnyEvent]:
    """``StartDate`` is UTC; ``StartDateEst`` beside it is Eastern and not read."""
    listing = PoolListing(
        site=SITE,
        game_type=ident(group, "GameTypeId"),
        start=moment(group, "StartDate"),
        extra=present(
            draft_group=need_ident(group, "DraftGroupId"),
            tag=text(group, "DraftGroupTag"),
            games=whole(group, "GameCount"),
            suffix=text(group, "ContestStartTimeSuffix"),
        ),
    )
    about = f"group/{ident(group, 'DraftGroupId')}"
    yield teller.tell(PoolListed, listing, about=about, sport=sport_of(text(group, "Sport")))


def _lobby_game(teller: Teller, found: Any) -> Iterator[AnyEvent]:
    yield game(
        teller._replace(sport=sport_of(text(found, "Sport"))),
        need_ident(found, "GameId"),
        text(found, "Status"),
        moment(found, "StartDate"),
        name=text(found, "Description"),
        venue=text(found, "Location"),
    )


def _contest(payload: Payload) -> Iterator[Reading]:
    root = answer(payload, "contestDetail")
    found = need_object(root, "contestDetail")
    teller = Teller(CONTEST, payload.received_at, sport_of(text(found, "sport")))
    yield Reading("contestDetail", found, partial(_contest_detail, teller, found))


def _contest_detail(teller: Teller, found: Any) -> Iterator[AnyEvent]:
    """``entries`` so far beside ``maximumEntries``: what is missing at lock is overlay."""
    entries, most = whole(found, "entries"), whole(found, "maximumEntries")
    prizes, other = _prizes(found)
    listing = ContestListing(
        name=need_text(found, "name"),
        entry_fee=number(found, "entryFee"),
        entries=entries,
        maximum_entries=most,
        maximum_per_user=whole(found, "maximumEntriesPerUser"),
        total_payouts=number(found, "totalPayouts"),
        prizes=prizes,
        state=text(found, "contestState"),
        start=moment(found, "contestStartTime"),
        game_type=ident(found, "gameTypeId"),
        extra=present(
            draft_group=ident(found, "draftGroupId"),
            detail=text(found, "contestStateDetail"),
            guaranteed=flag(found, "isGuaranteed"),
            summary=text(found, "contestSummary"),
            other_prizes=other,
        ),
    )
    yield teller.tell(ContestListed, listing, contest_id=contest_id(found, "contestKey"))


def _prizes(found: Any) -> tuple[tuple[Prize, ...], list[dict[str, Any]]]:
    """Cash by places, and what is no cash (tickets, seats) in the site's words."""
    prizes, other = [], []
    for tier in items(found, "payoutSummary"):
        first, last = whole(tier, "minPosition"), whole(tier, "maxPosition")
        if first is None or last is None or not 1 <= first <= last:
            raise Unusable("payoutSummary", f"places {first} to {last} are none")
        cash = text(tier, "tierPayoutDescriptions", "Cash").replace("$", "").replace(",", "")
        amount = number(cash) if cash else None
        words = [text(paid, "payoutDescription") for paid in items(tier, "payoutDescriptions")]
        if amount is not None:
            prizes.append(Prize(first=first, last=last, amount=amount))
        else:
            other.append({"first": first, "last": last, "prize": ", ".join(filter(None, words))})
    return tuple(prizes), other


def _groups(payload: Payload) -> Iterator[Reading]:
    """Version 1 has one group with its games; version 3 lists groups beside sets of games."""
    root = answer(payload, "draftGroup")
    teller = Teller(GROUP, payload.received_at)
    if at(root, "draftGroup") is not None:
        group = at(root, "draftGroup")
        yield Reading("draftGroup", group, partial(_group, teller, group))
        yield from unless_listed("draftGroup", group, "games")
        for where, found in listed("draftGroup.games", items(group, "games")):
            yield Reading(where, found, partial(_group_game, teller, found))
        return
    for where, group in listed("draftGroups", need_items(root, "draftGroups")):
        yield Reading(where, group, partial(_group, teller, group))
    for where, games in listed("gameSets", items(root, "gameSets")):
        for place, found in listed("competitions", items(games, "competitions")):
            yield Reading(joined(where, place), found, partial(_competition, teller, found))


def _group(teller: Teller, group: Any) -> Iterator[AnyEvent]:
    games = [ident(found, "gameId") for found in items(group, "games")]
    listing = PoolListing(
        site=SITE,
        game_type=ident(group, "gameTypeId"),
        state=text(group, "draftGroupState"),
        start=moment(group, "minStartTime"),
        extra=present(
            draft_group=need_ident(group, "draftGroupId"),
            suffix=text(group, "startTimeSuffix"),
            last_start=text(group, "maxStartTime") if moment(group, "maxStartTime") else "",
            league=text(group, "leagues", 0, "leagueAbbreviation"),
            games=[game_id(found) for found in games or map(ident, items(group, "competitionIds"))],
        ),
    )
    sport = sport_of(text(group, "contestType", "sport"))
    about = f"group/{ident(group, 'draftGroupId')}"
    yield teller.tell(PoolListed, listing, about=about, sport=sport)


def _group_game(teller: Teller, found: Any) -> Iterator[AnyEvent]:
    yield game(
        teller._replace(sport=sport_of(text(found, "sport"))),
        need_ident(found, "gameId"),
        text(found, "competitionStatus") or text(found, "status"),
        moment(found, "startDate"),
        name=text(found, "description"),
        venue=text(found, "location"),
        league=text(found, "league"),
        score=dict(scores(at(found, "sportSpecificData"))),
        left=text(found, "timeRemainingStatus"),
    )


def _competition(teller: Teller, found: Any) -> Iterator[AnyEvent]:
    yield game(
        teller._replace(sport=sport_of(text(found, "sport"))),
        need_ident(found, "competitionId"),
        text(found, "competitionState"),
        moment(found, "startTime"),
        name=text(found, "name"),
        score=dict(scores(at(found, "sportSpecificData"))),
        left=text(found, "timeRemainingStatus"),
        **team_names(found),
    )


def _competitions(payload: Payload) -> Iterator[Reading]:
    root = answer(payload, "competitions")
    teller = Teller(COMPETITIONS, payload.received_at)
    for where, found in listed("competitions", need_items(root, "competitions")):
        yield Reading(where, found, partial(_competition, teller, found))


def _rules(payload: Payload) -> Iterator[Reading]:
    root = answer(payload, "gameTypeId")
    yield Reading("", root, partial(_game_type, Teller(RULES, payload.received_at), root))


def _game_type(teller: Teller, root: Any) -> Iterator[AnyEvent]:
    slots = sorted(items(root, "lineupTemplate"), key=lambda slot: whole(slot, "order") or 0)
    listing = RulesListing(
        name=need_text(root, "gameTypeName"),
        salary_cap=_limit(root, "salaryCap", "maxValue"),
        slots=tuple(need_text(slot, "rosterSlot", "name") for slot in slots),
        late_swap=flag(root, "allowLateSwap"),
        minimum_games=_limit(root, "gameCount", "minValue"),
        minimum_teams=_limit(root, "teamCount", "minValue"),
        unique_players=flag(root, "uniquePlayers"),
        extra=present(
            game_type=need_ident(root, "gameTypeId"),
            draft_type=text(root, "draftType"),
            description=text(root, "gameTypeDescription"),
            slot_ids={
                ident(slot, "rosterSlot", "id"): text(slot, "rosterSlot", "name") for slot in slots
            },
            slot_scoring={
                text(slot, "rosterSlot", "name"): tip
                for slot in slots
                if (tip := text(slot, "rosterSlot", "positionTipSubtext"))
            },
        ),
    )
    yield teller.tell(RulesListed, listing, about=f"{SITE}/{ident(root, 'gameTypeId')}")


def _limit(root: Any, name: str, end: str) -> int | None:
    """A limit that is switched on."""
    return whole(root, name, end) if flag(root, name, "isEnabled") else None


lobby: Adapter = once(adapter(LOBBY, _lobby))
contest: Adapter = once(adapter(CONTEST, _contest))
draftgroup: Adapter = once(adapter(GROUP, _groups))
competitions: Adapter = once(adapter(COMPETITIONS, _competitions))
rules: Adapter = once(adapter(RULES, _rules))
