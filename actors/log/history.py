"""What a log still holds, as a value: whether a reader may resume at an offset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from actors.log.errors import OffsetTrimmed, WrongEpoch
from actors.log.offsets import BEGINNING, OffsetKey, offset_key, offset_text


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The epochs a log went through and how far each partition was trimmed."""

    epoch: int
    last_sequence: int
    ended: Mapping[int, int]
    """Earlier epochs with the last sequence that survived of each."""
    floors: Mapping[str, OffsetKey]
    """Every partition with the newest offset that was dropped from it."""

    @property
    def last_offset(self) -> str:
        """Offset of the newest event."""
        return offset_text((self.epoch, self.last_sequence))

    def check(self, after: str, partitions: Iterable[str]) -> None:
        """Raise WrongEpoch or OffsetTrimmed unless reading on after this offset misses nothing."""
        if after == BEGINNING:
            return
        epoch, sequence = key = offset_key(after)
        end = self.last_sequence if epoch == self.epoch else self.ended.get(epoch)
        if end is None:
            raise WrongEpoch(after, self.epoch, self.last_offset)
        if sequence > end:
            raise WrongEpoch(after, self.epoch, self.last_offset, offset_text((epoch, end)))
        for partition in partitions:
            floor = self.floors.get(partition, (0, 0))
            if key < floor:
                raise OffsetTrimmed(after, partition, offset_text(floor))
