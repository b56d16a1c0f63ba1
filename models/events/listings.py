"""What sites list: contests, player pools, rules, line-ups they reveal."""

from __future__ import annotations

from models.events.envelope import Event
from models.listings import ContestListing, LineupReveal, PoolListing, RulesListing


class ContestListed(Event, frozen=True, kw_only=True, tag="contest_listed"):
    """A site lists a contest; nobody follows it by that."""

    data: ContestListing


class PoolListed(Event, frozen=True, kw_only=True, tag="pool_listed"):
    """A site lists a player pool."""

    data: PoolListing


class RulesListed(Event, frozen=True, kw_only=True, tag="rules_listed"):
    """A site lists the rules of one of its game types."""

    data: RulesListing


class LineupRevealed(Event, frozen=True, kw_only=True, tag="lineup_revealed"):
    """A site shows an entry's players whose games have begun."""

    data: LineupReveal
