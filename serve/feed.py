"""One client's share of the stream: a bounded queue that its transport empties at its own pace."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress

from actors.log.offsets import offset_key
from serve.frames import Frame
from serve.subscription import Subscription, may_see
from serve.tokens import Identity

NOT_LET_IN = 4401
TOO_SLOW = 4408
STARTED_ANEW = 4410
GOING_AWAY = 1001
TRY_LATER = 1013

EXPIRED = "the token has expired: get a new one"
SIGNED_OUT = "signed out: the token is worth nothing any more"


class FeedEnded(Exception):  # noqa: N818 - a state, as its reader reads it
    """The client gets no more on this connection; code and reason tell it what to do."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Feed:
    """Frames on their way to one client."""

    def __init__(self, viewer: Identity, wanted: Subscription, start: str, limit: int) -> None:
        self.viewer = viewer
        self.wanted = wanted
        self.start = start
        """The stream begins after this offset."""
        self.gap = ""
        """Why the client could not go on where it was; it needs a snapshot first."""
        self.newest: tuple[Frame, ...] = ()
        """Where there is a gap: the newest frame of every subject as of ``start``."""
        self.floor = offset_key(start)
        self._limit = limit
        self._waiting: deque[Frame] = deque()
        self._wake = asyncio.Event()
        self._over = asyncio.Event()
        self._ended: FeedEnded | None = None

    def accepts(self, frame: Frame) -> bool:
        """Whether this client is to be sent a frame."""
        return (
            frame.key > self.floor
            and self.wanted.wants(frame.subject)
            and may_see(self.viewer, frame.event)
        )

    def offer(self, frame: Frame) -> None:
        """Queue a frame; a client that has not emptied its queue is given up, others never wait."""
        if len(self._waiting) >= self._limit:
            self.end(
                TOO_SLOW,
                f"{self._limit} events waited for you: reconnect, and subscribe after your last",
            )
            return
        self._waiting.append(frame)
        self._wake.set()

    def end(self, code: int, reason: str) -> None:
        """Send nothing more; whatever waits for frames is told why."""
        if self._ended is None:
            self._ended = FeedEnded(code, reason)
            self._waiting.clear()
            self._wake.set()
            self._over.set()

    @property
    def ended_with(self) -> int:
        """The code it was ended with; 0 while it is not."""
        return self._ended.code if self._ended is not None else 0

    async def take(self, patience_s: float) -> list[Frame]:
        """Everything that waits, or after ``patience_s`` nothing; raises FeedEnded."""
        if not self._waiting and self._ended is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await self._wake.wait()
        self._wake.clear()
        if self._ended is not None:
            raise self._ended
        frames = list(self._waiting)
        self._waiting.clear()
        return frames

    async def ended(self) -> FeedEnded:
        """Wait until the feed was ended."""
        await self._over.wait()
        assert self._ended is not None  # noqa: S101 - set before the event
        return self._ended


class Feeds:
    """All clients of a replica, grouped by what they want: equal wishes are looked at once."""

    def __init__(self) -> None:
        self._groups: dict[Subscription, set[Feed]] = {}
        self._users: Counter[str] = Counter()
        self.too_slow = 0
        """Clients that were given up because they did not read."""

    def __len__(self) -> int:
        return sum(len(group) for group in self._groups.values())

    def join(self, feed: Feed) -> None:
        """Let a client have every frame from now on."""
        self._groups.setdefault(feed.wanted, set()).add(feed)
        self._users[feed.viewer.user] += 1

    def leave(self, feed: Feed) -> None:
        """Forget a client."""
        group = self._groups.get(feed.wanted)
        if group is not None and feed in group:
            group.discard(feed)
            self.too_slow += feed.ended_with == TOO_SLOW
            self._users[feed.viewer.user] -= 1
            if not self._users[feed.viewer.user]:
                del self._users[feed.viewer.user]
            if not group:
                del self._groups[feed.wanted]

    def of(self, user: str) -> int:
        """How many clients a user has."""
        return self._users[user]

    def publish(self, frame: Frame) -> None:
        """Queue a frame for everyone who wants it and may see it."""
        for wanted, group in self._groups.items():
            if wanted.wants(frame.subject):
                for feed in group:
                    if frame.key > feed.floor and may_see(feed.viewer, frame.event):
                        feed.offer(frame)

    def end_of(self, ended: Callable[[Identity], bool], code: int, reason: str) -> None:
        """Give up the clients whose bearer is one of these."""
        for feed in [feed for group in self._groups.values() for feed in group]:
            if ended(feed.viewer):
                feed.end(code, reason)

    def end_all(self, code: int, reason: str) -> None:
        """Give up every client."""
        for group in self._groups.values():
            for feed in group:
                feed.end(code, reason)
