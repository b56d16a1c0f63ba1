"""Taking a user out of the log and of the outbox.

The log is replaced in place: every offset stands, and states are made anew.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from actors.appending import append_events, available
from actors.log.offsets import BEGINNING
from actors.log.port import SYSTEM, EventLog, Logged, Record, Saved
from actors.naming import HUB
from actors.outbox import delivery_of
from actors.work.queue import WorkQueue
from models import codec
from models.erasure import erased_in_log
from models.events.upkeep import rebuild_asked

HOLDERS = ("contest:", "subscriber:")
"""Readers whose state holds users' entries, decisions or causes."""
PENDING = "erasing"
"""Reader that is saved while an erasure is under way: who must fold anew, if it dies before they
are asked. Whoever erases next asks them too."""


class Erasure(NamedTuple):
    """How many events spoke of a user, and how many of his alerts waited to be sent or died."""

    events: int
    alerts: int


async def erase_user(log: EventLog, outbox: WorkQueue, user_id: str, now: datetime) -> Erasure:
    """Drop a user's alerts, replace what speaks of him in the log, let states be folded anew.

    Raises LogError.
    """
    alerts = await outbox.drop(partial(_is_of, user_id))
    return Erasure(await _erase_from_log(log, user_id, now), alerts)


def _is_of(user_id: str, body: bytes) -> bool:
    try:
        return delivery_of(body).user_id == user_id
    except msgspec.DecodeError:
        return user_id.encode() in body


async def _erase_from_log(log: EventLog, user_id: str, now: datetime) -> int:
    replaced: list[tuple[Logged, Record]] = []
    after = BEGINNING
    while logged := await available(partial(log.read, after)):
        replaced += [(one, new) for one in logged if (new := _without(one, user_id)) is not None]
        after = logged[-1].offset
    holders = await _holders(log, {old.partition for old, _ in replaced})
    if holders:
        await log.save(PENDING, Saved(after, (), msgspec.json.encode(holders)))
    for reader in holders:
        await log.forget(reader)
    await log.replace(replaced)  # of nothing: the server's file forgets what was dropped elsewhere
    if holders:
        asked = [rebuild_asked(reader, "a user was erased", now) for reader in holders]
        await append_events(log, SYSTEM, asked)
        await log.forget(PENDING)
    return len(replaced)


async def _holders(log: EventLog, partitions: set[str]) -> list[str]:
    """Who must fold these partitions anew, and whom an erasure that died did not ask."""
    left = await log.saved(PENDING)
    holders = dict.fromkeys(msgspec.json.decode(left.state, type=list[str]) if left else ())
    if partitions:
        for reader in await log.lags():
            if reader.startswith(HOLDERS) and await _reads(log, reader, partitions):
                holders[reader] = None
        holders[HUB] = None
    return list(holders)


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
