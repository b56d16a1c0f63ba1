"""Keys of what was passed on, the latest of them."""

from __future__ import annotations

from collections import OrderedDict


class Remembered:
    """Knows whether a key was met before, as far back as it remembers."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._keys: OrderedDict[str, None] = OrderedDict()

    def is_new(self, key: str) -> bool:
        """Whether this key is met for the first time; an empty one always is.

        >>> seen = Remembered(2)
        >>> [seen.is_new(key) for key in ("a", "a", "b", "c", "a", "", "")]
        [True, False, True, True, True, True, True]
        """
        if not key:
            return True
        known = key in self._keys
        self._keys[key] = None
        self._keys.move_to_end(key)
        if len(self._keys) > self._size:
            self._keys.popitem(last=False)
        return not known
