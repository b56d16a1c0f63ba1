"""Files that are published under the time of their making: which of them may be the newest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

BLANK = "{stamp}"


class Stamp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a feed writes the time into an address, and how often it does."""

    format: str
    """As ``strftime`` takes it: ``%Y-%m-%d_%I_%M%p``."""
    zone: str = "UTC"
    every_s: int = 900
    back: int = 8
    """So many older ones are looked for while none is known."""

    def candidates(self, now: datetime, known: str = "") -> Iterator[str]:
        """Stamps from the present one back to the newest that is known to be there.

        >>> stamp = Stamp(format="%H_%M", back=2)
        >>> list(stamp.candidates(datetime(2026, 1, 5, 12, 7, tzinfo=UTC)))
        ['12_00', '11_45', '11_30']
        """
        newest = int(now.timestamp()) // self.every_s
        for count in range(self.back + 1):
            at = datetime.fromtimestamp((newest - count) * self.every_s, UTC)
            text = at.astimezone(ZoneInfo(self.zone)).strftime(self.format)
            yield text
            if text == known:
                return
