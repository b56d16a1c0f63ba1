"""Feeds: each client's share of the stream, and all of them in groups of equal wishes.

What a group wants is encoded once and the same object is written to every client of it. Only for
a client that does not read fast enough frames are held back, up to a limit; there a later reading
of ownership or of a line takes the place of the earlier one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Protocol

from actors.log.offsets import offset_key
from serve.frames import Frame
from serve.subscription import Subscription, may_see
from serve.tokens import Identity

NOT_LET_IN = 4401
TOO_SLOW = 4408
STARTED_ANEW = 4410
GOING_AWAY = 1001
RESTARTING = 1012
TRY_LATER = 1013

EXPIRED = "the token has expired: get a new one"
SIGNED_OUT = "signed out: the token is worth nothing any more"
RESTARTED = "the server is being replaced: reconnect with your last offset"

PIECE = 64
"""Frames that are written at once to a client that has been waited for."""

Ending = Callable[[int, str], None]


class FeedEnded(Exception):  # noqa: N818 - a state, as its reader reads it
    """The client gets no more on this connection; code and reason tell it what to do."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Wired(Protocol):
    """Encodes for one transport; ``serve.lines.wire`` has them all."""

    @property
    def name(self) -> str:
        """What tells it from the others."""
        ...

    @property
    def frames(self) -> Callable[[Sequence[Frame]], Any]:
        """Encodes frames of the log."""
        ...

    @property
    def idle(self) -> Callable[[str], Any]:
        """Encodes a sign of life with the newest offset."""
        ...


class Carrier(Protocol):
    """What takes the stream to the client; ``serve.lines.outlet`` has the base of them all."""

    feed: Feed | None
    """To be told when the client does not read, and when it reads on."""

    @property
    def wire(self) -> Wired:
        """How it wants things encoded."""
        ...

    @property
    def paused(self) -> bool:
        """Whether the client has still to read what was written."""
        ...

    def write(self, payload: Any) -> None:
        """Send on what its wire has encoded."""
        ...

    def beat(self) -> bool:
        """Ask for a sign of life; false where there was none since the last time."""
        ...


class Feed:
    """What one client is sent: what it may see of what it wants, after an offset."""

    __slots__ = (
        "_ending", "_group", "_held", "_limit", "_outlet", "ended_with", "floor", "gap", "newest",
        "start", "viewer", "wanted",
    )  # fmt: skip

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
        """Up to here everything has been sent, until the feed is handed over to."""
        self.ended_with = 0
        """The code it was ended with; 0 while it is not."""
        self._limit = limit
        self._outlet: Carrier
        self._ending: Ending
        self._group: Group | None = None
        self._held: dict[Hashable, Frame] = {}

    def accepts(self, frame: Frame) -> bool:
        """Whether this client is to be sent a frame."""
        return self.wanted.wants(frame.subject) and may_see(self.viewer, frame.event)

    def join(self, group: Group, outlet: Carrier, ending: Ending) -> None:
        """From now on frames go to this outlet; ``ending`` is told why no more come."""
        self._outlet = outlet
        self._ending = ending
        self._group = group
        outlet.feed = self
        self.wanted = group.wanted  # equal, and there once
        if outlet.paused:
            self.block()
        else:
            group.open[self] = outlet.write

    def leave(self) -> None:
        """From now on none go there."""
        group, self._group = self._group, None
        self._outlet.feed = None
        if group is not None:
            group.open.pop(self, None)
            group.blocked.discard(self)

    def block(self) -> None:
        """The client has still to read what was written: hold back what comes."""
        if self._group is not None:
            self._group.open.pop(self, None)
            self._group.blocked.add(self)

    def hold(self, frames: Sequence[Frame]) -> None:
        """Keep frames until the client reads on; one that does not is given up."""
        held = self._held
        for frame in frames:
            earlier = held.pop(frame.slot, None)
            held[frame.slot] = frame if earlier is None else frame.after(earlier)
        if len(held) > self._limit:
            reason = f"{self._limit} events waited for you: reconnect, subscribe after your last"
            self.end(TOO_SLOW, reason)

    def resume(self) -> None:
        """The client reads on: send what was held back, until that is too much as well."""
        while self._held and not self._outlet.paused:
            piece = list(islice(self._held.values(), PIECE))
            for frame in piece:
                del self._held[frame.slot]
            self._outlet.write(self._outlet.wire.frames(piece))
        if not self._held and not self._outlet.paused and self._group is not None:
            self._group.blocked.discard(self)
            self._group.open[self] = self._outlet.write

    def beat(self) -> bool:
        """Ask for a sign of life; false where there was none since the last time."""
        return self._outlet.beat()

    def end(self, code: int, reason: str) -> None:
        """Nothing more is sent; the client is told why."""
        self._held = {}
        self.ended_with = code
        self._ending(code, reason)


class Group:
    """Clients who want the same over the same transport.

    Those that can be written to are kept with nothing but their write: 2,000 of them are gone
    through for every event.
    """

    __slots__ = ("_wire", "blocked", "open", "quiet", "wanted")

    def __init__(self, wanted: Subscription, wire: Wired) -> None:
        self.wanted = wanted
        self.open: dict[Feed, Callable[[Any], None]] = {}
        self.blocked: set[Feed] = set()
        """Clients that have still to read what was written."""
        self.quiet = False
        """Nothing was sent since somebody looked."""
        self._wire = wire

    def __iter__(self) -> Iterator[Feed]:
        return chain(tuple(self.open), tuple(self.blocked))

    def publish(self, frames: Sequence[Frame]) -> None:
        """Send everyone what he may see of these; what is for all is encoded once."""
        chosen = [frame for frame in frames if self.wanted.wants(frame.subject)]
        if not chosen:
            return
        if any(frame.event.user_id for frame in chosen):
            self._publish_to_each(chosen)
            return
        self.quiet = False
        behind = tuple(self.blocked)
        if self.open:
            payload = self._wire.frames(chosen)
            for write in tuple(self.open.values()):  # who has enough is blocked meanwhile
                write(payload)
        for feed in behind:
            feed.hold(chosen)

    def _publish_to_each(self, chosen: Sequence[Frame]) -> None:
        encoded: dict[tuple[str, bool], tuple[Any, list[Frame]]] = {}
        for feed in self:
            viewer = feed.viewer
            whose = viewer.user, viewer.role == "operator"
            if whose not in encoded:
                his = [frame for frame in chosen if may_see(viewer, frame.event)]
                encoded[whose] = (self._wire.frames(his) if his else None), his
            payload, his = encoded[whose]
            if his and feed in self.open:
                self.open[feed](payload)
            elif his:
                feed.hold(his)

    def keep_alive(self, offset: str) -> None:
        """Say something where nothing was said since the last time."""
        if self.quiet:
            payload = self._wire.idle(offset)
            for write in tuple(self.open.values()):
                write(payload)
        self.quiet = True


class Feeds:
    """All clients of a replica."""

    def __init__(self) -> None:
        self._groups: dict[tuple[Subscription, str], Group] = {}
        self._users: Counter[str] = Counter()
        self.too_slow = 0
        """Clients that were given up because they did not read."""
        self.silent = 0
        """... because they gave no sign of life."""

    def __len__(self) -> int:
        return self._users.total()

    def __iter__(self) -> Iterator[Feed]:
        return chain.from_iterable(tuple(self._groups.values()))

    def join(self, feed: Feed, outlet: Carrier, ending: Ending) -> None:
        """Let a client have every frame from now on."""
        place = feed.wanted, outlet.wire.name
        group = self._groups.setdefault(place, Group(feed.wanted, outlet.wire))
        feed.join(group, outlet, ending)
        self._users[feed.viewer.user] += 1

    def leave(self, feed: Feed, outlet: Carrier) -> None:
        """Forget a client, once."""
        place = feed.wanted, outlet.wire.name
        group = self._groups[place]
        feed.leave()
        self.too_slow += feed.ended_with == TOO_SLOW
        if not group.open and not group.blocked:
            del self._groups[place]
        self._users[feed.viewer.user] -= 1
        if not self._users[feed.viewer.user]:
            del self._users[feed.viewer.user]

    def of(self, user: str) -> int:
        """How many clients a user has."""
        return self._users[user]

    def publish(self, frames: Sequence[Frame]) -> None:
        """Send frames to everyone who wants them and may see them."""
        for group in tuple(self._groups.values()):
            group.publish(frames)

    def keep_alive(self, offset: str) -> None:
        """Say something to every group that has heard nothing since the last time."""
        for group in tuple(self._groups.values()):
            group.keep_alive(offset)

    def end_silent(self) -> None:
        """Give up who gave no sign of life since the last time, and ask the others for one."""
        for feed in self:
            if not feed.beat():
                self.silent += 1
                feed.end(GOING_AWAY, "you have given no sign of life: reconnect")

    def end_of(self, ended: Callable[[Identity], bool], code: int, reason: str) -> None:
        """Give up the clients whose bearer is one of these."""
        for feed in self:
            if ended(feed.viewer):
                feed.end(code, reason)

    def end_all(self, code: int, reason: str) -> None:
        """Give up every client."""
        for feed in self:
            feed.end(code, reason)
