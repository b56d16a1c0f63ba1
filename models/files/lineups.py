"""Lineups written as one text: ``C Al Horford F Obi Toppin ...``, slots in alphabetical order."""

from __future__ import annotations

import re
from collections.abc import Sequence

HIDDEN = "LOCKED"
"""In a standings file: his game has **not** started, opponents may not see him."""


class LineupReader:
    """Reads the lineups of one contest; a name may contain words that also name slots."""

    def __init__(self, slots: Sequence[str], names: frozenset[str]) -> None:
        self.slots = tuple(slots)
        self._names = names | {HIDDEN}
        self._first_guess = re.compile(
            "".join(rf"{' ' if i else ''}{re.escape(slot)} (.+?)" for i, slot in enumerate(slots))
            + "$"
        )
        self._seen: dict[str, tuple[str, ...] | None] = {"": ()}

    def read(self, text: str) -> tuple[str, ...] | None:
        """Names slot by slot; empty for no lineup, None for a text that does not fit the slots."""
        try:
            return self._seen[text]
        except KeyError:
            lineup = self._seen[text] = self._parse(text)
            return lineup

    def _parse(self, text: str) -> tuple[str, ...] | None:
        if "  " in text or text[-1] == " ":  # a defence's name ends with a space
            text = " ".join(text.split())
        found = self._first_guess.match(text)
        if found is None:
            return None if text else ()
        guess: tuple[str, ...] = found.groups()
        if self._names.issuperset(guess):
            return guess
        return self._with_known_names(text, 0) or guess

    def _with_known_names(self, text: str, slot: int) -> tuple[str, ...] | None:
        """The reading in which every name is one that the file lists, if there is one."""
        if slot == len(self.slots):
            return () if not text else None
        head = self.slots[slot] + " "
        if not text.startswith(head):
            return None
        words = text[len(head) :].split(" ")
        for count in range(1, len(words) + 1):
            name = " ".join(words[:count])
            if name in self._names:
                rest = self._with_known_names(" ".join(words[count:]), slot + 1)
                if rest is not None:
                    return (name, *rest)
        return None
