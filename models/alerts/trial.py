"""What a rule would have told of events that are over: before anybody is told anything by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from models.alerts.book import MOST_WAITING, AlertBook, Noted, key_of
from models.alerts.rules import AlertRule
from models.events import AnyEvent

_RULE = "trial"


class Trial:
    """Folds events under one rule alone, and keeps what it would have told.

    Repetitions count once, as they are told once; grouping and limits, which tell several things
    together, are left out.
    """

    def __init__(self, rule: AlertRule, user: str, held: Collection[str]) -> None:
        self.found: list[Noted] = []
        self._key = key_of(user, _RULE)
        rule = msgspec.structs.replace(rule, enabled=True)
        self._book = AlertBook(rules={user: {_RULE: rule}}, held={user: frozenset(held)})

    def take(self, events: Iterable[AnyEvent], names: Mapping[str, str]) -> None:
        """Look at further events, in the order of the log."""
        whole = tuple(events)
        for start in range(0, len(whole), MOST_WAITING):
            book = self._book.updated(whole[start : start + MOST_WAITING], names)
            waiting = book.waiting.get(self._key)
            self.found += () if waiting is None else waiting.events
            self._book = msgspec.structs.replace(book, waiting={})
