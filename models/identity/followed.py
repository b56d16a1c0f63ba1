"""One slate that is followed: its people, who they are by which ids, and its games."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from models.events import AnyEvent, BreakingNews
from models.files.names import name_key
from models.identity.crosswalk import Crosswalk, Learned, Question, Resolved
from models.identity.games import Games
from models.identity.left_out import left_out, of_team, report
from models.identity.people import Person, Sighting, people_of_slate, same_name
from models.identity.teams import same_team, team_code
from models.slate import Slate

FOLLOWED_FOR = timedelta(hours=12)
"""A slate is told about for so long after its last game began."""
MAX_ASKED = 20_000
"""Answers that are remembered per slate: feeds say the same names again and again."""
MAX_IDS = 50_000
"""Ids that are known per slate."""


class Followed:
    """One slate with its people, found by site ids first."""

    def __init__(self, slate: Slate, learned: Iterable[Learned]) -> None:
        self.slate = slate
        people = people_of_slate(slate.players, slate.sport)
        self.people = [
            msgspec.structs.replace(p, team=team_code(p.team, slate.sport), ids=_site_ids(slate, p))
            for p in people
        ]
        self.crosswalk = Crosswalk(self.people)
        self.game_of = {p.player_id: p.game_id for p in slate.players}
        self.games = Games(slate)
        self._by_row = {row: person for person in self.people for row in person.rows}
        self._by_id: dict[tuple[str, str], Person | None] = {}
        """Ids that feeds gave to people who were found by name; None for one given to several."""
        self._asked: dict[tuple[str, ...], Resolved | Question | None] = {}
        for decision in learned:
            self.learn(decision)
        starts = [game.start for game in slate.games if game.start is not None]
        self.ends = max(starts) + FOLLOWED_FOR if starts else None

    def follows(self, sport: str, now: datetime) -> bool:
        current = self.ends is None or now < self.ends
        return current and sport in {"", self.slate.sport}

    def resolve(self, seen: Sighting, rows: Iterable[str]) -> Resolved | Question | None:
        """Whom of the slate is meant; None for somebody who is not on it."""
        for row in rows:
            if row in self._by_row:
                return Resolved(person=self._by_row[row], how="id")
        decided = self.crosswalk.decided(seen.player_id, self.slate.slate_id) is not None
        known = None if decided else self._with_ids(seen)
        if known is not None and (not seen.name or same_name(known.name, seen.name)):
            return Resolved(person=known, how="id")
        found = self._by_words(seen)
        if isinstance(found, Resolved) and not decided:
            self.link(seen.known_ids, found.person)
        elif known is not None:  # spelt in a way of the feed's own
            return Resolved(person=known, how="id")
        return found

    def _by_words(self, seen: Sighting) -> Resolved | Question | None:
        key = (seen.player_id, seen.name, seen.team, seen.position, seen.birth_date)
        if key not in self._asked:
            if len(self._asked) >= MAX_ASKED:
                self._asked.clear()
            self._asked[key] = self._by_crosswalk(seen)
        return self._asked[key]

    def _with_ids(self, seen: Sighting) -> Person | None:
        """The one who bears its own id, else one of its others and its name."""
        space, _, own = seen.player_id.partition(":")
        if (person := self._by_id.get((space, own))) is not None:
            return person
        found = {
            person.key: person
            for known in seen.ids.items()
            if (person := self._by_id.get(known)) is not None
        }
        named = [one for one in found.values() if not seen.name or same_name(one.name, seen.name)]
        return named[0] if len(named) == 1 else None

    def link(self, ids: Mapping[str, str], person: Person) -> None:
        """Know somebody by his ids from now on: Sleeper's map names him in a dozen spaces."""
        for known in ids.items():
            if known not in self._by_id and len(self._by_id) >= MAX_IDS:
                return
            holder = self._by_id.setdefault(known, person)
            if holder is not None and holder.key != person.key:
                self._by_id[known] = None

    def recall(self, seen: Sighting, row: str) -> None:
        """Know the ids of somebody who was found before, unless a person said who he is."""
        person = self._by_row.get(row)
        if person and self.crosswalk.decided(seen.player_id, self.slate.slate_id) is None:
            self.link(seen.known_ids, person)

    def learn(self, decision: Learned) -> None:
        """Know whom a person says that somebody is; a row is one of the person who bears it."""
        space, _, own = decision.player_id.partition(":")
        taken_for = self._by_id.pop((space, own), None)
        if taken_for is not None:  # what else he seemed to be called may be another's, too
            self._by_id = {k: one for k, one in self._by_id.items() if one is not taken_for}
        person = self._by_row.get(decision.key)
        key = person.key if person else decision.key
        if not key or person:
            self.crosswalk = self.crosswalk.learn(msgspec.structs.replace(decision, key=key))
            self._asked.clear()

    def _by_crosswalk(self, seen: Sighting) -> Resolved | Question | None:
        decided = self.crosswalk.decided(seen.player_id, self.slate.slate_id)
        if decided is not None and not decided.key:
            return None
        found = self.crosswalk.resolve(seen, self.slate.slate_id)
        if isinstance(found, Resolved) or found.candidates:
            return found
        return self._misspelt(seen)

    def left_out(self, posted: BreakingNews, now: datetime) -> Iterator[AnyEvent]:
        """What a posted line-up says of those of the team who are not in it."""
        game = self.games.find(posted, now)
        if game is None:
            return
        team = str(posted.data.extra.get("team") or "")
        mates = of_team(self.people, team, self.slate.sport)
        for person in left_out(posted, mates, lambda seen: self.resolve(seen, ())):
            for row in person.rows:
                if self.game_of[row] == game.game_id:
                    yield report(posted, self.slate.slate_id, row, game.game_id)

    def _misspelt(self, seen: Sighting) -> Question | None:
        """Somebody of the same team with the same last name: a person says whether it is he."""
        last = name_key(seen.name).rpartition(" ")[2]
        alike = [
            person
            for person in self.people
            if last
            and name_key(person.name).rpartition(" ")[2] == last
            and same_team(person.team, seen.team, self.slate.sport)
        ]
        if not alike:
            return None
        reason = "nobody bears the whole name, but somebody of that team the last name"
        return Question(sighting=seen, reason=reason, candidates=tuple(alike))


def _site_ids(slate: Slate, person: Person) -> dict[str, str]:
    """Ids that the site's feeds give the people of its files; FanDuel's are ``list-person``."""
    own = person.key.rpartition("-")[2]
    return {slate.site: own} if slate.site == "fanduel" and own != person.key else {}
