"""A generated evening as files: the site's own and a user's projections."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np

from models.evening.evening import USER, Evening, slate_of
from models.evening.field import Lineups
from models.evening.rosters import SLOTS
from models.evening.sheets import csv_bytes, entries_sheet, number, salaries_sheet
from models.events import EntryLineup

_FIRST_ENTRY = 7_000_000_000
_ALPHABETICAL = sorted(range(len(SLOTS)), key=SLOTS.__getitem__)


def night_files(evening: Evening) -> dict[str, bytes]:
    """Files to try a late swap on, by name: what the site would offer for download that night.

    The standings are final, with the followed user's entries as he first held them.
    """
    return {
        "DKSalaries.csv": salaries_sheet(slate_of(evening)),
        "DKEntries.csv": entries_file(evening),
        f"contest-standings-{evening.contest.contest_id}.csv": standings_file(evening),
        "payouts.csv": payouts_file(evening),
        "projections.csv": projections_file(evening),
    }


def entry_lineups(evening: Evening) -> tuple[EntryLineup, ...]:
    """The followed user's entries as first held."""
    ids = np.array(evening.rosters.ids)
    return tuple(
        EntryLineup(entry_id=entry_id(i), user_id=USER, lineup=tuple(map(str, ids[lineup])))
        for i, lineup in enumerate(evening.own)
    )


def entries_file(evening: Evening) -> bytes:
    """DKEntries.csv: the followed user's entries with the pool beside them."""
    return entries_sheet(slate_of(evening), evening.contest, SLOTS, entry_lineups(evening))


def standings_file(evening: Evening) -> bytes:
    """The contest's final standings: entries by rank at the left, players at the right."""
    lineups = np.concatenate([evening.own, evening.opponents])
    points = evening.scores.final[lineups].sum(1)
    order = np.argsort(-points, kind="stable")
    ranks = 1 + np.searchsorted(-points[order], -points[order])
    users = [*_own_names(evening), *(f"generated{n:05d}" for n in range(len(evening.opponents)))]
    texts = _lineup_texts(evening, lineups[order])
    left = [
        (str(rank), entry_id(int(i)), users[i], "0", number(points[i]), text)
        for rank, i, text in zip(ranks, order, texts, strict=True)
    ]
    players = zip_longest(left, _owned_rows(evening, lineups), fillvalue=None)
    rows = [(*(entry or ("",) * 6), "", *(player or ())) for entry, player in players]
    header = ("Rank", "EntryId", "EntryName", "TimeRemaining", "Points", "Lineup", "",
              "Player", "Roster Position", "%Drafted", "FPTS")  # fmt: skip
    return b"\xef\xbb\xbf" + csv_bytes([header, *rows])


def payouts_file(evening: Evening) -> bytes:
    """The prize table; field size and fee stand in its first row."""
    size = (str(evening.contest.field_size), number(evening.contest.entry_fee))
    rows = [
        (
            str(p.first) if p.first == p.last else f"{p.first}-{p.last}",
            number(p.amount),
            *(("", "") if i else size),
        )
        for i, p in enumerate(evening.contest.prizes)
    ]
    return csv_bytes([("Place", "Payout", "Field Size", "Entry Fee"), *rows])


def projections_file(evening: Evening) -> bytes:
    """The projections the evening begins with, in a user's own form."""
    rosters = evening.rosters
    rows = [
        (rosters.ids[p], rosters.names[p], rosters.teams[p], f"{evening.projection[p]:.2f}",
         f"{100 * evening.expected_owned[p]:.2f}")
        for p in range(len(rosters.ids))
    ]  # fmt: skip
    return csv_bytes([("ID", "Name", "Team", "Projection", "Ownership"), *rows])


def _own_names(evening: Evening) -> list[str]:
    count = len(evening.own)
    return [f"{USER} ({i + 1}/{count})" for i in range(count)]


def _lineup_texts(evening: Evening, lineups: Lineups) -> list[str]:
    cells = [
        np.array([f"{SLOTS[s]} {name}" for name in evening.rosters.names])[lineups[:, s]]
        for s in _ALPHABETICAL
    ]
    return [" ".join(texts) for texts in zip(*(c.tolist() for c in cells), strict=True)]


def _owned_rows(evening: Evening, lineups: Lineups) -> list[tuple[str, ...]]:
    """Everybody held by an entry, most held first, with the slot in which he mostly stands."""
    held = np.array([np.bincount(lineups[:, s], minlength=len(evening.owned)) for s in range(8)])
    owned = held.sum(0) / len(lineups)
    return [
        (evening.rosters.names[p], SLOTS[held[:, p].argmax()], f"{100 * owned[p]:.2f}%",
         number(evening.scores.final[p]))
        for p in np.argsort(-owned, kind="stable").tolist()
        if owned[p]
    ]  # fmt: skip


def entry_id(index: int) -> str:
    """Number of an entry on the site: the user's own first, then his opponents'."""
    return str(_FIRST_ENTRY + index)
