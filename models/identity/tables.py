"""Tables of ids as they are published, read as people: DynastyProcess, ffb_ids, Chadwick, Sleeper.

An id that one table gives to several people is none. Tables are merged by the ids they share, the
fresher first: its team and position stand.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, NamedTuple

import msgspec

from models.files.names import name_key
from models.identity.people import Person

_NOTHING = frozenset({"", "NA", "0", "None", "null"})
_ID = "_id"
_CHADWICK = {
    "mlb": "key_mlbam",
    "retro": "key_retro",
    "bbref": "key_bbref",
    "fangraphs": "key_fangraphs",
}
_RENAMED = {"nfl": "nfl_com", "stats_global": "stats_global"}


class Merged(NamedTuple):
    """People of several tables, and where the tables contradict each other."""

    people: list[Person]
    conflicts: list[str]


def dynastyprocess(table: str) -> list[Person]:
    """People of DynastyProcess' ``db_playerids.csv`` (nflverse's ``ff_playerids``)."""
    return _unique(
        Person(
            key=f"dp:{_value(row, 'mfl_id') or place}",
            name=row["name"],
            team=_value(row, "team"),
            position=_value(row, "position"),
            birth_date=_value(row, "birthdate"),
            sport="nfl",
            ids=_ids(row),
        )
        for place, row in enumerate(_rows(table, "name"))
    )


def ffb_ids(table: str) -> list[Person]:
    """People of ffb_ids' ``player_ids.csv``: ids without team or position."""
    return _unique(
        Person(
            key=f"ffb:{place}",
            name=_value(row, "sleeper_name") or _value(row, "espn_name") or _value(row, "nfl_name"),
            sport="nfl",
            ids=_ids(row),
        )
        for place, row in enumerate(_rows(table, "sleeper_id"))
    )


def chadwick(table: str) -> list[Person]:
    """People of the Chadwick register who have an MLBAM id."""
    return _unique(
        Person(
            key=f"mlb:{row['key_mlbam']}",
            name=" ".join(
                filter(None, (row["name_first"], row["name_last"], _value(row, "name_suffix")))
            ),
            birth_date=_born(row),
            sport="mlb",
            ids={space: value for space, name in _CHADWICK.items() if (value := _value(row, name))},
        )
        for row in _rows(table, "key_mlbam")
        if _value(row, "key_mlbam")
    )


def sleeper(players: Mapping[str, Any]) -> list[Person]:
    """People of Sleeper's map of players; team defences bear their team's code."""
    return _unique(
        Person(
            key=f"sleeper:{key}",
            name=str(
                row.get("full_name")
                or f"{row.get('first_name') or ''} {row.get('last_name') or ''}".strip()
            ),
            team=str(row.get("team") or ""),
            position="/".join(map(str, row.get("fantasy_positions") or ()))
            or str(row.get("position") or ""),
            birth_date=str(row.get("birth_date") or ""),
            sport=str(row.get("sport") or "nfl"),
            ids={**_ids(row), "sleeper": str(key)},
        )
        for key, row in players.items()
        if isinstance(row, Mapping)
    )


def _rows(table: str, needed: str) -> Iterator[dict[str, str]]:
    """Rows of a CSV; raises ValueError when it is another table."""
    reader = csv.DictReader(StringIO(table.removeprefix("\ufeff"), newline=""))
    if needed not in (reader.fieldnames or ()):
        raise ValueError(f"no column {needed}: another table than the one expected")
    yield from reader


def _value(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    plain = "" if value is None or isinstance(value, bool) else str(value).strip()
    return "" if plain in _NOTHING else plain


def _ids(row: Mapping[str, Any]) -> dict[str, str]:
    """Ids by space: the columns that end in ``_id``."""
    return {
        _RENAMED.get(space, space): value
        for column in row
        if column
        and column.endswith(_ID)
        and (space := column.removesuffix(_ID)) != "player"
        and (value := _value(row, column))
    }


def _born(row: Mapping[str, str]) -> str:
    year, month, day = (_value(row, f"birth_{part}") for part in ("year", "month", "day"))
    return f"{year}-{month:0>2}-{day:0>2}" if year and month and day else ""


def _unique(people: Iterable[Person]) -> list[Person]:
    """The people, without ids that several of them share."""
    listed = [person for person in people if person.name]
    holders = Counter(pair for person in listed for pair in person.ids.items())
    return [
        msgspec.structs.replace(
            person,
            ids={space: own for space, own in person.ids.items() if holders[space, own] == 1},
        )
        for person in listed
    ]


def merge(*tables: Iterable[Person]) -> Merged:
    """One person for those whom tables give the same id; the first table's words stand.

    Where an id is the same but the name is not, or one person would get two ids of one space, the
    later row is left out and told.
    """
    people: dict[str, Person] = {}
    by_id: dict[tuple[str, str], str] = {}
    conflicts: list[str] = []
    for person in (one for table in tables for one in table):
        known = {by_id[pair] for pair in person.ids.items() if pair in by_id}
        if len(known) > 1 or any(not _one(people[key], person) for key in known):
            conflicts.append(
                f"{person.key} {person.name}: shares ids with {', '.join(sorted(known))}"
            )
            continue
        key = next(iter(known), person.key)
        people[key] = _completed(people[key], person) if known else person
        by_id |= dict.fromkeys(people[key].ids.items(), key)
    return Merged(list(people.values()), conflicts)


def _one(known: Person, other: Person) -> bool:
    """Whether two rows with a common id can be one person."""
    same = name_key(known.name).split()[-1:] == name_key(other.name).split()[-1:]
    return same and all(known.ids.get(space, own) == own for space, own in other.ids.items())


def _completed(known: Person, other: Person) -> Person:
    return msgspec.structs.replace(
        known,
        ids={**other.ids, **known.ids},
        team=known.team or other.team,
        position=known.position or other.position,
        birth_date=known.birth_date or other.birth_date,
    )


def shared_names(people: Iterable[Person]) -> dict[str, list[str]]:
    """Normalised names that several people bear, with their keys."""
    named: dict[str, list[str]] = defaultdict(list)
    for person in people:
        named[name_key(person.name)].append(person.key)
    return {name: keys for name, keys in named.items() if len(keys) > 1}
