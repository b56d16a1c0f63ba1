"""A talk: one client's subscription after it was let in, whatever carries it."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from actors.log.errors import LogError
from models import codec
from models.ingest import Refused, parse
from serve.access import Gate
from serve.confirming import confirmation, deadline, snapshot
from serve.feed import EXPIRED, NOT_LET_IN, TOO_SLOW, TRY_LATER, Feed, FeedEnded
from serve.limits import Window
from serve.lines.outlet import Outlet
from serve.lines.wire import MAX_MESSAGE
from serve.subscription import Subscription
from serve.tokens import Identity
from serve.trail import Caller

BAD_MESSAGE = 4400
FORBIDDEN = 4403
TOO_MANY = 4429
TOO_LARGE = 1009
FAILED = 1011
NOTED = frozenset({NOT_LET_IN, FORBIDDEN, TOO_MANY})
"""Ends that go into the trail."""
STALLED_S = 60.0
"""Given to a client to read a part of what it missed."""
PONG = codec.to_json({"type": "pong"})

log = structlog.get_logger("talk")


class Talk:
    """What is said with one client until one side ends it.

    ``messages`` is the window in which the client's messages are counted; without it the client
    has nothing to say.
    """

    __slots__ = (
        "_caller", "_expiry", "_feed", "_gate", "_messages", "_nudges", "_outlet", "_preselected",
        "_task", "viewer",
    )  # fmt: skip

    def __init__(
        self, gate: Gate, viewer: Identity, outlet: Outlet, caller: Caller, *,
        messages: Window | None = None, preselected: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.viewer = viewer
        self._gate = gate
        self._outlet = outlet
        self._caller = caller
        self._messages = messages
        self._nudges: Window | None = None
        self._preselected = preselected
        self._feed: Feed | None = None
        self._task: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self._expiry: asyncio.TimerHandle | None = loop.call_at(
            deadline(gate, viewer), self.end, NOT_LET_IN, EXPIRED
        )

    def hear(self, body: bytes) -> None:
        """Take in a message of the client, and answer it."""
        try:
            if self._messages is not None:
                self.obey(message_of(body, self._messages))
        except FeedEnded as ended:
            self.end(ended.code, ended.reason)
        except Refused as error:
            self.end(BAD_MESSAGE, str(error))

    def nudged(self) -> None:
        """What is no message is limited as messages are."""
        if self._nudges is None:
            self._nudges = Window(self._gate.settings.messages_a_minute)
        if wait := self._nudges.take():
            self.end(TOO_MANY, f"too many frames in a minute: reconnect in {wait:.0f} s")

    def obey(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; raises Refused where it asks for nothing known."""
        match message.get("type"):
            case "ping":
                self._outlet.write(self._outlet.wire.said("pong", PONG, ""))
            case "pong":
                pass
            case "subscribe":
                asked = {"data_types": list(self._preselected)} | message
                self.subscribe(Subscription.of(asked), _after(message.get("after")))
            case _:
                raise Refused("type", "after authenticate comes subscribe")

    def subscribe(self, wanted: Subscription, after: str | None) -> None:
        """Begin a subscription; it takes the place of the one before."""
        self._leave()
        self._task = asyncio.get_running_loop().create_task(self._begin(wanted, after))

    async def _begin(self, wanted: Subscription, after: str | None) -> None:
        try:
            await self._catch_up(await self._gate.hub.subscribe(self.viewer, wanted, after))
        except FeedEnded as ended:
            self.end(ended.code, ended.reason)
        except LogError:
            self.end(TRY_LATER, "the log does not answer: reconnect")
        except TimeoutError:
            self.end(TOO_SLOW, f"{STALLED_S:.0f} s without reading: reconnect after your last")
        except Exception:  # nobody waits for this task
            log.exception("a stream failed")
            self.end(FAILED, "the service failed; it has been logged: reconnect")

    async def _catch_up(self, feed: Feed) -> None:
        """Confirm, send what came before, and let the hub go on from there."""
        outlet, hub = self._outlet, self._gate.hub
        outlet.write(outlet.wire.said("subscription_confirmed", confirmation(feed), feed.start))
        if feed.gap:
            state = await snapshot(self._gate, feed)
            outlet.write(outlet.wire.said("snapshot", state, feed.start))
            feed.newest = ()
        async for frames in hub.history(feed):
            async with asyncio.timeout(STALLED_S):
                await outlet.drained()
            outlet.write(outlet.wire.frames(frames))
        hub.join(feed, outlet, self.end)
        self._feed = feed
        self._task = None

    def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._feed is not None:
            self._gate.hub.leave(self._feed, self._outlet)
            self._feed = None

    def end(self, code: int, reason: str) -> None:
        """Tell the client why it is sent nothing more."""
        if self._expiry is None:
            return
        self.over()
        if code in NOTED and reason != EXPIRED:
            self._gate.trail.refuses(self._caller, reason, self.viewer.user)
        self._outlet.end(code, reason)

    def over(self) -> None:
        """There is nobody to talk with any more."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        task, self._task = self._task, None
        self._leave()
        if task is not None and task is not asyncio.current_task():
            task.cancel()


def message_of(body: bytes, window: Window) -> dict[str, Any]:
    """A client's message; FeedEnded for too many or too large ones, Refused for no object."""
    if wait := window.take():
        raise FeedEnded(TOO_MANY, f"too many messages in a minute: reconnect in {wait:.0f} s")
    if len(body) > MAX_MESSAGE:
        raise FeedEnded(TOO_LARGE, f"messages hold at most {MAX_MESSAGE:,} bytes")
    message = parse(body)
    if not isinstance(message, dict):
        raise Refused("", "a message is a JSON object with a type")
    return message


def _after(offset: object) -> str | None:
    if offset is None or offset == "":
        return None
    if not isinstance(offset, str):
        raise Refused("after", "must be an offset as it came, a text")
    return offset
