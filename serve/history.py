"""One history over three tiers: the lake's events first, then what only the log holds yet."""

from __future__ import annotations

from datetime import datetime

import msgspec

from actors.log.errors import OffsetTrimmed
from actors.log.offsets import offset_key
from actors.log.port import Logged
from actors.naming import ARCHIVE
from models.messages import ArchivedEvents, AskEvents
from serve.access import Gate
from serve.ports import NoSuchActor

READ_COUNT = 64
ARCHIVED = 512
"""Events that the archive is asked for at a time: opening it costs more than reading them."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; the log's own events come unfiltered, the lake's roughly filtered."""

    kinds: tuple[str, ...] = ()
    player_id: str = ""
    since: datetime | None = None

    async def after(self, context: Gate, position: str) -> list[Logged]:
        """The next events after an offset that may fit, in order; none at the end.

        The archive says up to where it answers; the log is read from there on. Where the log was
        trimmed meanwhile, the archive has gone on.
        """
        while True:
            found, searched = await self._archived(context, position)
            if found:
                return found
            start = max(position, searched, key=offset_key)
            try:
                return await context.ports.log.read(start, count=READ_COUNT)
            except OffsetTrimmed:
                if start == position:
                    raise
                position = start

    async def _archived(self, context: Gate, position: str) -> tuple[list[Logged], str]:
        asked = AskEvents(
            after=position,
            kinds=self.kinds,
            player_id=self.player_id,
            since=self.since,
            limit=ARCHIVED,
        )
        try:
            answer = await context.of_actor(ARCHIVE, asked)
        except NoSuchActor:
            return [], position
        if not isinstance(answer, ArchivedEvents):
            raise TypeError(f"the archive answered {type(answer).__name__} when asked for events")
        events = [Logged(e.offset, e.event_id, e.body, e.partition) for e in answer.events]
        return events, answer.searched
