"""A generated evening as the site's own files: salaries, entries, standings, prizes, projections.

Bytes as DraftKings writes them: CRLF, a byte-order mark before standings only, the player pool
beside the entries from the eighth line on.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from zoneinfo import ZoneInfo

import numpy as np

from models.evening.evening import USER, Evening
from models.evening.field import Lineups
from models.evening.rosters import SLOTS, Floats
from models.events import EntryLineup
from models.slate import Game

_EASTERN = ZoneInfo("America/New_York")
_POOL_HEADER = ("Position", "Name + ID", "Name", "ID", "Roster Position", "Salary", "Game Info",
                "TeamAbbrev", "AvgPointsPerGame")  # fmt: skip
_INSTRUCTIONS = (
    "1. Column A lists all of your contest entries for this draftgroup",
    "2. Your current lineup is listed next to each entry (blank for reservations)",
    "3. You can change the lineup for an entry by entering the IDs of the players in its row",
)
_POOL_LINE, _POOL_COLUMN = 7, 14
_FIRST_ENTRY = 7_000_000_000
_ALPHABETICAL = sorted(range(len(SLOTS)), key=SLOTS.__getitem__)


def night_files(evening: Evening) -> dict[str, bytes]:
    """Files to try a late swap on, by name: what the site would offer for download that night.

    The standings are final, with the followed user's entries as he first held them.
    """
    return {
        "DKSalaries.csv": salaries_file(evening),
        "DKEntries.csv": entries_file(evening),
        f"contest-standings-{evening.contest.contest_id}.csv": standings_file(evening),
        "payouts.csv": payouts_file(evening),
        "projections.csv": projections_file(evening),
    }


def entry_lineups(evening: Evening) -> tuple[EntryLineup, ...]:
    """The followed user's entries as first held."""
    ids = np.array(evening.rosters.ids)
    return tuple(
        EntryLineup(entry_id=_entry_id(i), user_id=USER, lineup=tuple(map(str, ids[lineup])))
        for i, lineup in enumerate(evening.own)
    )


def salaries_file(evening: Evening) -> bytes:
    """DKSalaries.csv: the pool, dearest first."""
    return _csv([_POOL_HEADER, *_pool(evening)])


def entries_file(evening: Evening) -> bytes:
    """DKEntries.csv: the followed user's entries with the pool beside them."""
    header = ("Entry ID", "Contest Name", "Contest ID", "Entry Fee", *SLOTS, "", "Instructions")
    left = [header, *_entry_rows(evening)]
    right = [()] * _POOL_LINE + [_POOL_HEADER, *_pool(evening)]
    blank = ("",) * _POOL_COLUMN
    pairs = zip_longest(left, right, fillvalue=())
    return _csv([(*(entry or blank), *pool) for entry, pool in pairs])


def standings_file(evening: Evening) -> bytes:
    """The contest's final standings: entries by rank at the left, players at the right."""
    lineups = np.concatenate([evening.own, evening.opponents])
    points = evening.scores.final[lineups].sum(1)
    order = np.argsort(-points, kind="stable")
    ranks = 1 + np.searchsorted(-points[order], -points[order])
    users = [*_own_names(evening), *(f"generated{n:05d}" for n in range(len(evening.opponents)))]
    texts = _lineup_texts(evening, lineups[order])
    left = [
        (str(rank), _entry_id(int(i)), users[i], "0", _number(points[i]), text)
        for rank, i, text in zip(ranks, order, texts, strict=True)
    ]
    players = zip_longest(left, _owned_rows(evening, lineups), fillvalue=None)
    rows = [(*(entry or ("",) * 6), "", *(player or ())) for entry, player in players]
    header = ("Rank", "EntryId", "EntryName", "TimeRemaining", "Points", "Lineup", "",
              "Player", "Roster Position", "%Drafted", "FPTS")  # fmt: skip
    return b"\xef\xbb\xbf" + _csv([header, *rows])


def payouts_file(evening: Evening) -> bytes:
    """The prize table; field size and fee stand in its first row."""
    size = (str(evening.contest.field_size), _number(evening.contest.entry_fee))
    rows = [
        (
            str(p.first) if p.first == p.last else f"{p.first}-{p.last}",
            _number(p.amount),
            *(("", "") if i else size),
        )
        for i, p in enumerate(evening.contest.prizes)
    ]
    return _csv([("Place", "Payout", "Field Size", "Entry Fee"), *rows])


def projections_file(evening: Evening) -> bytes:
    """The projections the evening begins with, in a user's own form."""
    rosters = evening.rosters
    rows = [
        (rosters.ids[p], rosters.names[p], rosters.teams[p], f"{evening.projection[p]:.2f}",
         f"{100 * evening.expected_owned[p]:.2f}")
        for p in range(len(rosters.ids))
    ]  # fmt: skip
    return _csv([("ID", "Name", "Team", "Projection", "Ownership"), *rows])


def average_points(evening: Evening) -> Floats:
    """(P,) the site's season average: what a player usually scores."""
    average: Floats = np.round(evening.rosters.minutes * evening.rosters.rate, 2)
    return average


def by_salary(evening: Evening) -> list[int]:
    """Rows of the rosters in the order of the salary file."""
    return [int(p) for p in np.argsort(-evening.rosters.salary, kind="stable")]


def _pool(evening: Evening) -> list[tuple[str, ...]]:
    rosters = evening.rosters
    games = [_game_text(game) for game in rosters.games]
    average = average_points(evening)
    return [
        (
            "/".join(rosters.positions[p]), _named(evening, p), rosters.names[p], rosters.ids[p],
            "/".join(rosters.roster_slots[p]), str(rosters.salary[p]), games[rosters.game[p]],
            rosters.teams[p], f"{average[p]:.2f}",
        )
        for p in by_salary(evening)
    ]  # fmt: skip


def _entry_rows(evening: Evening) -> Iterable[tuple[str, ...]]:
    contest = evening.contest
    for i, lineup in enumerate(evening.own):
        told = _INSTRUCTIONS[i] if i < len(_INSTRUCTIONS) else ""
        cells = [_named(evening, p) for p in lineup]
        fee = f"${_number(contest.entry_fee)}"
        yield (_entry_id(i), contest.name, contest.contest_id, fee, *cells, "", told)


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
         _number(evening.scores.final[p]))
        for p in np.argsort(-owned, kind="stable").tolist()
        if owned[p]
    ]  # fmt: skip


def _game_text(game: Game) -> str:
    """``AUS@BAL 01/16/2026 07:00PM ET``."""
    if game.start is None:
        return game.game_id
    return f"{game.game_id} {game.start.astimezone(_EASTERN):%m/%d/%Y %I:%M%p} ET"


def _named(evening: Evening, player: int) -> str:
    return f"{evening.rosters.names[player]} ({evening.rosters.ids[player]})"


def _entry_id(index: int) -> str:
    return str(_FIRST_ENTRY + index)


def _number(value: float) -> str:
    """As the site writes numbers: ``227``, ``233.75``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    return "".join(",".join(row) + "\r\n" for row in rows).encode()
