"""People as sources name them, and when two namings can be the same person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from models.events import AnyEvent
from models.files.names import name_key, team_key
from models.slate import Player

_SUFFIX = re.compile(r"[ ,]+(jr|sr|ii|iii|iv|v)\.?\s*$", re.IGNORECASE)
_TEAM_CODE = 4
"""Characters of a team code at most; anything longer is a name and not compared."""
_SAME_PLACE: Mapping[str, frozenset[str]] = {
    "G": frozenset({"PG", "SG"}),
    "F": frozenset({"SF", "PF"}),
    "OF": frozenset({"LF", "CF", "RF"}),
    "IF": frozenset({"1B", "2B", "3B", "SS"}),
    "P": frozenset({"SP", "RP"}),
    "DST": frozenset({"DEF", "D", "DST"}),
    "RB": frozenset({"FB", "HB"}),
    "DL": frozenset({"DE", "DT", "NT"}),
    "LB": frozenset({"ILB", "OLB", "MLB"}),
    "DB": frozenset({"CB", "S", "FS", "SS", "SAF"}),
    "OL": frozenset({"T", "OT", "G", "OG", "C", "LS"}),
    "K": frozenset({"PK"}),
    "W": frozenset({"LW", "RW"}),
}
_LONGER_CODES: Mapping[str, str] = {
    "KCC": "KC", "GBP": "GB", "NEP": "NE", "NOS": "NO", "SFO": "SF", "TBB": "TB", "LVR": "LV",
    "CHW": "CWS", "SDP": "SD", "SFG": "SF", "TBR": "TB", "WSN": "WAS",
}  # fmt: skip
"""Codes of three letters that tables of ids use for teams of two."""
_UTILITY = frozenset({"UTIL", "DH", "FLEX", "CPT", "MVP", "STAR", "TWP", "PH", "PR"})
"""Places that anybody may fill: they contradict nothing."""


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person, as a table or a slate knows him."""

    key: str
    """Our own name for him: unique, and stable within its table or slate."""
    name: str
    team: str = ""
    position: str = ""
    """One place or several, ``SG/SF``."""
    birth_date: str = ""
    sport: str = ""
    ids: dict[str, str] = {}
    """His id in each space: ``{"espn": "4361741", "gsis": "00-0035057"}``."""
    rows: tuple[str, ...] = ()
    """Player ids of a slate that are he: captain and flex rows."""


class Sighting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody whom a feed speaks of; what it does not say is empty."""

    player_id: str
    """In the feed's own space, with its prefix: ``espn:4361741``."""
    name: str = ""
    team: str = ""
    position: str = ""
    birth_date: str = ""
    sport: str = ""
    ids: dict[str, str] = {}

    @property
    def known_ids(self) -> dict[str, str]:
        """His ids by space, the one he is spoken of by included."""
        space, _, own = self.player_id.partition(":")
        return {**self.ids, space: own} if own else dict(self.ids)


def sighting_of(event: AnyEvent) -> Sighting | None:
    """Whom an event speaks of; None for an event about nobody."""
    if not event.player_id:
        return None
    extra = getattr(event.data, "extra", {})
    said = {name: _text(extra, name) for name in ("name", "team", "position", "birth_date")}
    ids = extra.get("ids")
    return Sighting(
        player_id=event.player_id,
        sport=event.sport,
        ids={str(k): str(v) for k, v in ids.items()} if isinstance(ids, Mapping) else {},
        **said,
    )


def _text(extra: Mapping[str, Any], name: str) -> str:
    value = extra.get(name)
    return value if isinstance(value, str) else ""


def people_of_slate(players: Iterable[Player], sport: str) -> list[Person]:
    """The people of a slate's pool: one for the rows of the same name and team."""
    found: dict[tuple[str, str], Person] = {}
    for player in players:
        known = found.get(player.person)
        rows = (*known.rows, player.player_id) if known else (player.player_id,)
        found[player.person] = Person(
            key=rows[0],
            name=player.name,
            team=player.team,
            position="/".join(player.positions),
            sport=sport,
            rows=rows,
        )
    return list(found.values())


def suffix(name: str) -> str:
    """The generational suffix of a name, without its dot; empty where there is none.

    >>> suffix("Gary Payton II"), suffix("Ken Griffey Jr."), suffix("Vito Schnabel")
    ('ii', 'jr', '')
    """
    found = _SUFFIX.search(name)
    return found[1].lower() if found else ""


def same_name(one: str, other: str) -> bool:
    """Whether two spellings can be one name: suffixes may be left out, not contradicted.

    >>> same_name("Luka Dončić", "luka doncic"), same_name("Payton Sr.", "Payton II")
    (True, False)
    """
    first, second = suffix(one), suffix(other)
    return name_key(one) == name_key(other) and (first == second or not (first and second))


def teams_agree(one: str, other: str) -> bool | None:
    """Whether two teams are one; None where one is not given, or given as a name.

    >>> teams_agree("PHO", "PHX"), teams_agree("DEN", "LAL"), teams_agree("", "LAL")
    (True, False, None)
    """
    if not one or not other or max(len(one), len(other)) > _TEAM_CODE:
        return None
    return _team(one) == _team(other)


def _team(code: str) -> str:
    plain = code.strip().upper()
    return team_key(_LONGER_CODES.get(plain, plain))


def positions_agree(one: str, other: str) -> bool | None:
    """Whether two listings of positions share a place; None where one says nothing.

    >>> positions_agree("G", "SG/SF"), positions_agree("QB", "WR"), positions_agree("DH", "C")
    (True, False, None)
    """
    first, second = _places(one), _places(other)
    if not first or not second:
        return None
    return bool(first & second)


def _places(written: str) -> frozenset[str]:
    plain = frozenset(re.split(r"[/\-, ]+", written.upper())) - {""} - _UTILITY
    wide = (_SAME_PLACE.get(place, frozenset()) for place in plain)
    return plain.union(*wide)
