"""Taking a user out of the log, in place: every offset stands, and states are made anew."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import msgspec

from actors.appending import append_events, available
from actors.log.offsets import BEGINNING
from actors.log.port import SYSTEM, EventLog, Logged, Record
from actors.naming import HUB
from models import codec
from models.erasure import erased_in_log
from models.events.upkeep import rebuild_asked

HOLDERS = ("contest:", "subscriber:")
"""Readers whose state holds users' entries, decisions or causes."""


async def erase_from_log(log: EventLog, user_id: str, now: datetime) -> int:
    """Replace what speaks of a user, and let those who hold it fold the log anew.

    Answers how many events spoke of him. Raises LogError.
    """
    replaced: list[tuple[Logged, Record]] = []
    after = BEGINNING
    while logged := await available(partial(log.read, after)):
        replaced += [(one, new) for one in logged if (new := _without(one, user_id)) is not None]
        after = logged[-1].offset
    if not replaced:
        return 0
    partitions = {old.partition for old, _ in replaced}
    holders = [
        reader
        for reader in await log.lags()
        if reader.startswith(HOLDERS) and await _reads(log, reader, partitions)
    ]
    for reader in holders:
        await log.forget(reader)
    await log.replace(replaced)
    asked = [rebuild_asked(reader, "a user was erased", now) for reader in (*holders, HUB)]
    await append_events(log, SYSTEM, asked)
    return len(replaced)


async def _reads(log: EventLog, reader: str, partitions: set[str]) -> bool:
    saved = await log.saved(reader)
    return saved is not None and (
        saved.partitions is None or not partitions.isdisjoint(saved.partitions)
    )


def _without(record: Logged, user_id: str) -> Record | None:
    """What stands in the record's place; None where it does not speak of the user."""
    try:
        event = codec.decode(record.body)
    except msgspec.ValidationError:
        return None
    left = erased_in_log(event, user_id, record.offset)
    return None if left is event else Record(left.event_id, codec.encode(left))
