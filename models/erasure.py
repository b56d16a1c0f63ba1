"""What becomes of an event once a user is erased."""

from __future__ import annotations

import msgspec

from models.events import AnyEvent, EntriesUploaded, EntryUpload, Erased, SignedOut
from models.events.upkeep import Gone


def without_user(event: AnyEvent, user_id: str) -> AnyEvent | None:
    """The event as it was, without his part of it, or nothing where it is his.

    An upload of several users' entries loses his, and with them the file, which holds them too.
    """
    if event.user_id == user_id:
        return None
    if not isinstance(event, EntriesUploaded):
        return event
    others = tuple(entry for entry in event.data.entries if entry.user_id != user_id)
    if len(others) == len(event.data.entries):
        return event
    upload = EntryUpload(entries=others, file_name=event.data.file_name)
    return msgspec.structs.replace(event, data=upload)


def erased_in_log(event: AnyEvent, user_id: str, offset: str) -> AnyEvent:
    """What stands in the log in the event's place: without him, or that something stood there.

    That he signed out stays: otherwise his tokens would be good again.
    """
    if isinstance(event, SignedOut):
        return event
    left = without_user(event, user_id)
    if left is not None:
        return left
    return Erased(
        event_id=f"erased:{offset}",
        source="operator",
        timestamp=event.timestamp,
        received_at=event.received_at,
        slate_id=event.slate_id,
        data=Gone(),
    )
