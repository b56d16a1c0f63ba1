"""The review queue: questions that nobody answered yet, each asked once per draft group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import msgspec

from models.identity.crosswalk import Learned, Question


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A question with how often it came up since it was first asked."""

    question: Question
    scope: str
    times: int = 1


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Open questions by draft group and player id; most asked first when listed."""

    waiting: dict[tuple[str, str], Waiting] = {}

    def asked(self, question: Question, scope: str = "") -> Self:
        """The queue with this question in it; asked again, the newest wording stays."""
        place = (scope, question.sighting.player_id)
        before = self.waiting.get(place)
        times = before.times + 1 if before else 1
        entry = Waiting(question=question, scope=scope, times=times)
        return msgspec.structs.replace(self, waiting={**self.waiting, place: entry})

    def answered(self, decision: Learned) -> Self:
        """The queue without the questions that this decision answers."""
        left: Mapping[tuple[str, str], Waiting] = {
            place: entry
            for place, entry in self.waiting.items()
            if place[1] != decision.player_id or decision.scope not in {"", place[0]}
        }
        return msgspec.structs.replace(self, waiting=dict(left))

    def listed(self) -> list[Waiting]:
        """Open questions, most asked first."""
        return sorted(
            self.waiting.values(),
            key=lambda entry: (-entry.times, entry.scope, entry.question.sighting.player_id),
        )
