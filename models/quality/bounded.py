"""Memory with an end: whatever the outside can name is remembered up to a number."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def keep(known: dict[K, V], key: K, value: V, most: int) -> None:
    """Remember as the newest; the one that was longest not renewed is forgotten.

    >>> known = {"a": 1, "b": 2}
    >>> keep(known, "a", 3, 2)
    >>> keep(known, "c", 4, 2)
    >>> known
    {'a': 3, 'c': 4}
    """
    known.pop(key, None)
    known[key] = value
    if len(known) > most:
        del known[next(iter(known))]
