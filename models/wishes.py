"""What the owner of an entry wants of its swaps: whom he keeps, and who is not to come in."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class EntryWishes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """They bind every swap that is proposed to the entry from now on; player ids."""

    entry_id: str
    keep: tuple[str, ...] = ()
    """They stay in their slots, also if they will not play."""
    exclude: tuple[str, ...] = ()
    """They do not come in; one who is held may stay."""
    revision: int = 0
    """Counts what the owner said: what is proposed again after another wish is another proposal."""

    @property
    def binds(self) -> bool:
        """Whether there is anything left of them."""
        return bool(self.keep or self.exclude)

    def broken_by(self, before: Sequence[str], after: Sequence[str]) -> list[str]:
        """Players whom a change of lineup takes out or brings in against these wishes.

        >>> EntryWishes(entry_id="1", keep=("a",), exclude=("c",)).broken_by("ab", "cb")
        ['a', 'c']
        """
        gone, new = set(before) - set(after), set(after) - set(before)
        return sorted(gone.intersection(self.keep) | new.intersection(self.exclude))
