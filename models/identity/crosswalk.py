"""The crosswalk: from whom a feed speaks of to whom we mean.

In this order: what was learned for the draft group, ids, name with team and position, name with
birth date. Whoever is not found beyond doubt is a question for a person to answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from models.files.names import name_key
from models.identity.people import (
    Person,
    Sighting,
    positions_agree,
    same_name,
    suffix,
    teams_agree,
)

MOST_CANDIDATES = 10

How = Literal["learned", "id", "name", "birth_date"]


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is known."""

    person: Person
    how: How


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is not known beyond doubt: a person says which of these it is, if any."""

    sighting: Sighting
    reason: str
    candidates: tuple[Person, ...] = ()


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided: in this draft group (or, empty, everywhere) this id is that key."""

    player_id: str
    key: str
    """Empty: nobody of ours."""
    scope: str = ""
    by: str = ""


class Crosswalk:
    """People, found by their ids and names. Immutable: learning gives a new one."""

    def __init__(self, people: Iterable[Person], learned: Iterable[Learned] = ()) -> None:
        self._people = {person.key: person for person in people}
        self._by_id: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for key, person in self._people.items():
            self._by_name[name_key(person.name)].append(key)
            for space, own in person.ids.items():
                self._by_id[space, own].append(key)
        self._learned = {(one.scope, one.player_id): one for one in learned}

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody known, by key."""
        return self._people

    @property
    def learned(self) -> tuple[Learned, ...]:
        """Everything learned: what is to be stored."""
        return tuple(self._learned.values())

    def learn(self, *decisions: Learned) -> Crosswalk:
        """The crosswalk that also knows these decisions; a newer one replaces an older.

        Raises KeyError for a key that is nobody's.
        """
        for decision in decisions:
            if decision.key and decision.key not in self._people:
                raise KeyError(decision.key)
        kept = {**self._learned, **{(one.scope, one.player_id): one for one in decisions}}
        changed = Crosswalk.__new__(Crosswalk)
        changed._people = self._people
        changed._by_id = self._by_id
        changed._by_name = self._by_name
        changed._learned = kept
        return changed

    def decided(self, player_id: str, scope: str = "") -> Learned | None:
        """What a person decided of somebody, for this draft group before everywhere."""
        places = dict.fromkeys((scope, ""))
        found = (self._learned.get((where, player_id)) for where in places)
        return next((one for one in found if one is not None), None)

    def resolve(self, sighting: Sighting, scope: str = "") -> Resolved | Question:
        """Whom the sighting means; ``scope`` is the draft group."""
        decided = self.decided(sighting.player_id, scope)
        if decided is not None:
            return self._as_decided(sighting, decided)
        by_id = self._with_ids(sighting)
        if len(by_id) == 1:
            return Resolved(person=by_id[0], how="id")
        if by_id:
            return _question(sighting, "its ids belong to several people", by_id)
        return self._by_words(sighting)

    def _as_decided(self, sighting: Sighting, decided: Learned) -> Resolved | Question:
        person = self._people.get(decided.key)
        if person is None:
            reason = (
                "was decided to be nobody of ours" if not decided.key else "was learned as one gone"
            )
            return _question(sighting, reason, ())
        return Resolved(person=person, how="learned")

    def _with_ids(self, sighting: Sighting) -> list[Person]:
        """People with one of the ids; an id that several bear says nothing."""
        keys: dict[str, None] = {}
        for space, own in sighting.known_ids.items():
            holders = [
                key
                for key in self._by_id.get((space, own), ())
                if _same_sport(self._people[key], sighting)
            ]
            if len(holders) == 1:
                keys[holders[0]] = None
        return [self._people[key] for key in keys]

    def _by_words(self, sighting: Sighting) -> Resolved | Question:
        if not sighting.name:
            return _question(sighting, "has no id that we know, and no name", ())
        named = [
            person
            for key in self._by_name.get(name_key(sighting.name), ())
            if _same_sport(person := self._people[key], sighting)
            and same_name(person.name, sighting.name)
            and _ids_allow(person, sighting)
        ]
        if not named:
            return _question(sighting, "nobody bears the name", ())
        fitting = _exact_suffix([one for one in named if _fits(one, sighting)], sighting)
        if len(fitting) == 1:
            return Resolved(person=fitting[0], how="name")
        born = [one for one in named if _born_alike(one, sighting)]
        if len(born) == 1:
            return Resolved(person=born[0], how="birth_date")
        if len(fitting) > 1:
            return _question(sighting, "several people bear the name, team and position", fitting)
        return _question(sighting, "the name is known, but team and position do not say it", named)


def _fits(person: Person, sighting: Sighting) -> bool:
    """Team and position: the one must agree, neither may contradict; nor may the birth date."""
    team = teams_agree(person.team, sighting.team)
    place = positions_agree(person.position, sighting.position)
    if person.birth_date and sighting.birth_date and not _born_alike(person, sighting):
        return False
    return team is True and place is not False


def _exact_suffix(people: list[Person], sighting: Sighting) -> list[Person]:
    """Of several who fit, those whose suffix is the very one given."""
    exact = [one for one in people if suffix(one.name) == suffix(sighting.name)]
    return exact if len(people) > 1 and exact else people


def _ids_allow(person: Person, sighting: Sighting) -> bool:
    """Whoever has another id in the same space is somebody else."""
    return all(person.ids.get(space, own) == own for space, own in sighting.known_ids.items())


def _born_alike(person: Person, sighting: Sighting) -> bool:
    return bool(person.birth_date) and person.birth_date == sighting.birth_date


def _same_sport(person: Person, sighting: Sighting) -> bool:
    return not person.sport or not sighting.sport or person.sport == sighting.sport


def _question(sighting: Sighting, reason: str, people: Iterable[Person]) -> Question:
    return Question(sighting=sighting, reason=reason, candidates=tuple(people)[:MOST_CANDIDATES])


def linked(people: Iterable[Person], known: Crosswalk) -> list[Person]:
    """People of a slate with the ids that the tables give them; whoever is not found stays bare.

    A slate's own ids occur nowhere else: name, team and position lead to the tables' ids.
    """
    return [_with_table_ids(person, known) for person in people]


def _with_table_ids(person: Person, known: Crosswalk) -> Person:
    seen = Sighting(
        player_id="",
        name=person.name,
        team=person.team,
        position=person.position,
        birth_date=person.birth_date,
        sport=person.sport,
        ids=person.ids,
    )
    found = known.resolve(seen)
    if isinstance(found, Question):
        return person
    birth = person.birth_date or found.person.birth_date
    return msgspec.structs.replace(person, ids={**found.person.ids, **person.ids}, birth_date=birth)
