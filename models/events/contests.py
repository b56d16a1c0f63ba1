"""Contests that are followed: entries, swaps, proposals."""

from __future__ import annotations

import msgspec

from models.contest import Contest
from models.decisions import SwapProposal
from models.events.envelope import Event
from models.wishes import EntryWishes


class ContestOpened(Event, frozen=True, kw_only=True, tag="contest_opened"):
    """A contest is followed from now on."""

    data: Contest


class EntryLineup(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One entry as uploaded: player ids in roster-slot order, empty where nobody is placed."""

    entry_id: str
    user_id: str
    lineup: tuple[str, ...]


class EntryUpload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Entries of one contest, with the site's own file they came in, if they came in one."""

    entries: tuple[EntryLineup, ...]
    file_name: str = ""
    file: bytes = b""
    """The file byte for byte: the export changes cells of it and nothing else."""


class EntriesUploaded(Event, frozen=True, kw_only=True, tag="entries_uploaded"):
    """Entries were handed in, replacing those of the same id."""

    data: EntryUpload


class ShownField(msgspec.Struct, frozen=True, kw_only=True):
    """The lineups of F entries of a contest as far as the site shows them."""

    entry_ids: tuple[str, ...]
    lineups: bytes
    """(F, R) int16: rows of the slate's players in roster-slot order, -1 where nobody is placed,
    -2 where it is hidden who is."""


class FieldShown(Event, frozen=True, kw_only=True, tag="field_shown"):
    """Everybody's lineups were seen: begun slots as they are, the others hidden."""

    data: ShownField


class WishesSet(Event, frozen=True, kw_only=True, tag="wishes_set"):
    """An entry's owner said whom he keeps and who is not to come in, instead of before."""

    data: EntryWishes


class LateSwap(Event, frozen=True, kw_only=True, tag="late_swap"):
    """A swap was proposed, or a proposal changed its state."""

    data: SwapProposal
