"""What a source hands over: items unpacked from frames, each with the frame that it came in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from actors.feeds.transports.port import Frame

Item = TypeVar("Item")
Unpack = Callable[[Frame], Iterable[tuple[str, Item]]]
"""What a frame holds, each with the key by which a repetition is known; no key: never one."""


class Delivery(NamedTuple, Generic[Item]):
    """One thing that a source told, and what it came in."""

    item: Item
    frame: Frame
    transport: str
    cursor_space: str


def whole_frames(frame: Frame) -> Iterable[tuple[str, Frame]]:
    """Frames as they are; two with the same cursor are one."""
    return [(frame.cursor, frame)]
