"""Players by name across sources: spelling, accents, suffixes and team codes differ."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from models.files.lineups import HIDDEN
from models.files.standings import Standings
from models.slate import Player, Slate

_SUFFIX = re.compile(r"\s+(jr|sr|ii|iii|iv|v)$")
_NOT_NAME = re.compile(r"[^a-z0-9 ]+")
_TEAM_CODES = {
    "PHO": "PHX", "BRK": "BKN", "BKN": "BKN", "CHO": "CHA", "CHH": "CHA", "NO": "NOP", "NOH": "NOP",
    "NY": "NYK", "GS": "GSW", "SA": "SAS", "UTAH": "UTA", "UTH": "UTA", "WSH": "WAS", "WAS": "WAS",
    "PHL": "PHI", "JAC": "JAX", "LA": "LAR", "ARZ": "ARI", "CLV": "CLE", "BLT": "BAL", "HST": "HOU",
    "WSN": "WAS", "TBR": "TB", "TBD": "TB", "KCR": "KC", "SDP": "SD", "SFG": "SF", "CHW": "CWS",
}  # fmt: skip


@lru_cache(maxsize=16_384)
def name_key(name: str) -> str:
    """A name without accents, case, punctuation and generational suffix.

    >>> name_key("Nikola Jokić"), name_key("P.J. Washington Jr."), name_key("Bears ")
    ('nikola jokic', 'pj washington', 'bears')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _SUFFIX.sub("", " ".join(_NOT_NAME.sub("", plain.replace("-", " ")).split()))


def team_key(team: str) -> str:
    """One code for a team whatever the source calls it.

    >>> team_key("PHO"), team_key("brk"), team_key("DEN")
    ('PHX', 'BKN', 'DEN')
    """
    code = team.strip().upper()
    return _TEAM_CODES.get(code, code)


class NameIndex:
    """Finds the rows of a player in a slate by name, with team and slot where names repeat."""

    def __init__(self, players: Iterable[Player]) -> None:
        self._exact: dict[str, list[Player]] = defaultdict(list)
        self._loose: dict[str, list[Player]] = defaultdict(list)
        for player in players:
            self._exact[player.name].append(player)
            self._loose[name_key(player.name)].append(player)

    def find(self, name: str, team: str = "", slot: str = "") -> list[Player]:
        """All rows that fit: exact spelling first, then loosely; empty when nobody fits."""
        rows = self._exact.get(name) or self._loose.get(name_key(name), [])
        if team:
            of_team = [player for player in rows if team_key(player.team) == team_key(team)]
            rows = of_team or ([] if len(rows) > 1 else rows)
        if slot:
            rows = [player for player in rows if slot in player.roster_slots] or rows
        return list(rows)


class NameMatches(msgspec.Struct, frozen=True, kw_only=True):
    """Names of a standings file as player ids of a slate."""

    ids: dict[tuple[str, str], str]
    """(slot, name) as it stands in lineups, to the player's id."""
    points: dict[str, float]
    """Points that the file gives a player, by player id."""
    unmatched: tuple[str, ...]
    """Names that are no player of the slate."""
    ambiguous: tuple[str, ...]
    """Names that several players of the slate bear in the same slot; left out of ``ids``."""


def match_names(standings: Standings, slate: Slate) -> NameMatches:
    """Find every name of the standings in the slate: exact, then loose, told apart by slot."""
    names = NameIndex(slate.players)
    held = {
        (slot, name)
        for entry in standings.entries
        for slot, name in zip(standings.slots, entry.lineup, strict=False)
        if name != HIDDEN
    }
    ids: dict[tuple[str, str], str] = {}
    unmatched: set[str] = set()
    ambiguous: set[str] = set()
    for slot, name in sorted(held):
        rows = names.find(name, slot=slot)
        if len(rows) == 1:
            ids[slot, name] = rows[0].player_id
        else:
            (ambiguous if rows else unmatched).add(name)
    return NameMatches(
        ids=ids,
        points=_points(standings, names, ids),
        unmatched=tuple(sorted(unmatched)),
        ambiguous=tuple(sorted(ambiguous)),
    )


def _points(
    standings: Standings, names: NameIndex, ids: dict[tuple[str, str], str]
) -> dict[str, float]:
    """Points by player id; a row with a slot speaks for the row of that slot (captains)."""
    points: dict[str, float] = {}
    for player in standings.players:
        rows = names.find(player.name, slot=player.slot)
        if len(rows) == 1:
            points.setdefault(rows[0].player_id, player.points)
    by_name = {player.name: player.points for player in standings.players}
    for (_, name), player_id in ids.items():
        points.setdefault(player_id, by_name.get(name, 0.0))
    return points
