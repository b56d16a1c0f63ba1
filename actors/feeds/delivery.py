"""What a source hands over: items unpacked from frames, each with the frame that it came in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from actors.feeds.adapters.port import Adapter, Payload, Rejection
from actors.feeds.transports.port import Frame
from models.events import AnyEvent

HEAVY_BYTES = 64_000
"""A PDF of that size takes 0.4 s."""

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


def adapted(
    adapter: Adapter, refused: Callable[[Sequence[Rejection]], None] | None = None
) -> Unpack[AnyEvent]:
    """Frames as the events that an adapter finds in them, known by their ids."""

    def unpack(frame: Frame) -> Iterable[tuple[str, AnyEvent]]:
        payload = Payload(frame.body, frame.received_at, frame.url, frame.headers)
        parsed = adapter(payload)
        if parsed.rejected and refused is not None:
            refused(parsed.rejected)
        return [(event.event_id, event) for event in parsed.events]

    return unpack


async def unpacked(unpack: Unpack[Item], frame: Frame) -> list[tuple[str, Item]]:
    """What a frame holds; a heavy one is unpacked in a thread, since others share the loop."""
    if len(frame.body) > HEAVY_BYTES:
        return await asyncio.to_thread(lambda: list(unpack(frame)))
    return list(unpack(frame))
