"""Offsets: ``"<epoch>-<sequence>"``, one total order over every partition.

The epoch is the time in milliseconds at which the log was created, raised whenever the store may
have lost its newest bytes; the sequence counts on through all epochs.
"""

from __future__ import annotations

import re

from actors.log.errors import InvalidOffset

OffsetKey = tuple[int, int]

BEGINNING = "0-0"
"""Before the oldest retained event: a read from here never complains about trimming."""

_OFFSET = re.compile(r"(\d{1,19})-(\d{1,19})", re.ASCII)


def offset_key(offset: str) -> OffsetKey:
    """Epoch and sequence, which compare as events follow each other.

    >>> offset_key("1767225600000-9") < offset_key("1767225600000-10")
    True

    Raises InvalidOffset for a text that is none.
    """
    match = _OFFSET.fullmatch(offset)
    if match is None:
        raise InvalidOffset(offset)
    return int(match[1]), int(match[2])


def offset_text(key: OffsetKey) -> str:
    """Write the offset of an epoch and a sequence.

    >>> offset_text((1767225600000, 42))
    '1767225600000-42'
    """
    return f"{key[0]}-{key[1]}"
