"""What sites list: contests, player pools, rules, and entries as others may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from models.contest import Prize
from models.slate import Game, Player


class ContestListing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a site says of one of its contests."""

    name: str = ""
    entry_fee: float | None = None
    entries: int | None = None
    """Entries so far."""
    maximum_entries: int | None = None
    maximum_per_user: int | None = None
    total_payouts: float | None = None
    prizes: tuple[Prize, ...] = ()
    state: str = ""
    start: datetime | None = None
    game_type: str = ""
    extra: dict[str, Any] = {}


class PoolListing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A site's player pool (DraftKings: a draft group), as much of it as the answer holds.

    Players and games have the site's own ids, as its salary and entry files write them.
    """

    site: str
    game_type: str = ""
    state: str = ""
    start: datetime | None = None
    players: tuple[Player, ...] = ()
    games: tuple[Game, ...] = ()
    extra: dict[str, Any] = {}


class RulesListing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A site's rules of one game type."""

    name: str
    salary_cap: int | None = None
    slots: tuple[str, ...] = ()
    """Names of the roster slots, in the site's order."""
    late_swap: bool | None = None
    minimum_games: int | None = None
    minimum_teams: int | None = None
    unique_players: bool | None = None
    extra: dict[str, Any] = {}


class LineupReveal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry as others may see it: players are concealed until their game starts."""

    entry_id: str
    slots: tuple[str, ...]
    players: tuple[str, ...]
    """Player ids by slot, empty where the site conceals who it is."""
    user_name: str = ""
    points: float | None = None
    rank: int | None = None
    extra: dict[str, Any] = {}
