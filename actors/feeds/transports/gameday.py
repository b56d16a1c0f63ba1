"""MLB's Gameday: a socket that tells of changes, and the feed of the game that is kept by them.

A notice is no data. It is answered by asking for the patch since the state that is held, or, where
it says so and where a patch does not fit, for the whole feed; what is told is the whole feed each
time, so that polling can take over with the same adapter. The same notice comes under two ids, and
notices come in bursts before the feed itself is current: they are merged, and asked for until it
is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, NamedTuple

import msgspec
from aiohttp import ClientSession, ClientTimeout

from actors.feeds.adapters.mlb_notices import notice
from actors.feeds.adapters.mlb_patch import patched
from actors.feeds.adapters.reading import Unusable, at, text
from actors.feeds.timing import Clock
from actors.feeds.transports.cursors import Params
from actors.feeds.transports.http import MAX_BODY, check_answer, lower, read_whole, telling_faults
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal
from actors.feeds.transports.websocket import WebSocketOptions, WebSocketTransport

_ANSWERS = frozenset({200, 203})
_WAITING = 1_000
"""Notices that wait at most; the socket is not read meanwhile."""


class GamedayOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the notices come from, and where the feed and its patches are."""

    url: str
    """Of the socket."""
    feed: str
    """Of the whole feed."""
    patch: str
    """Of patches: asked with ``startTimecode`` and ``pushUpdateId``."""
    params: Params = {}
    """Sent with both requests."""
    keepalive: str = "Gameday5"
    keepalive_s: float = 10.0
    silence_s: float = 120.0
    connect_s: float = 5.0
    ping_s: float = 10.0
    refused_codes: tuple[int, ...] = (4400, 4404)
    timeout_s: float = 15.0
    max_body: int = MAX_BODY
    merge_s: float = 0.3
    """Notices that come within this are answered by one request."""
    least_s: float = 2.0
    """Between two requests."""
    tries: int = 5
    """Requests until the feed is as new as the notice says; the next notice asks again."""


class _Wanted(NamedTuple):
    """A notice, or several, to be answered."""

    timecode: str
    update_id: str
    whole: bool
    due: float
    tries: int = 0

    def with_one_more(self, other: _Wanted) -> _Wanted:
        """Two notices are answered at once: when the first was due, up to the newer."""
        newer = max(self, other, key=lambda one: one.timecode)
        return newer._replace(whole=self.whole or other.whole, due=min(self.due, other.due))


class GamedayTransport:
    """Keeps one game's feed by its notices."""

    kind = "gameday"
    silence_s: float | None = None
    """The socket and the requests have limits of their own."""

    def __init__(
        self,
        options: GamedayOptions,
        session: ClientSession,
        clock: Clock,
        *,
        cursor_space: str = "gameday",
    ) -> None:
        self.cursor_space = cursor_space
        self.patches = 0
        """Patches applied so far; ``wholes`` were fetched whole."""
        self.wholes = 0
        self._options = options
        self._session = session
        self._clock = clock
        names = ("url", "keepalive", "keepalive_s", "silence_s", "connect_s", "ping_s")
        shared = {name: getattr(options, name) for name in (*names, "refused_codes")}
        self._socket = WebSocketTransport(WebSocketOptions(**shared), session, clock)
        self._feed: Any = None
        self._asked_at = float("-inf")
        self._answered: tuple[str, int] = ("", 0)
        """Timecode and length of the newest notice: it comes twice."""

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:  # noqa: ARG002  # the port's
        """The whole feed, and again after every change that is told of."""
        inbox: asyncio.Queue[Signal | LinkFault] = asyncio.Queue(_WAITING)
        reading = asyncio.ensure_future(self._read(inbox))
        wanted: _Wanted | None = None
        try:
            yield _given(await inbox.get())
            yield await self._whole({})
            while True:
                told = await self._next(inbox, wanted)
                if isinstance(told, Beat):
                    yield told
                elif isinstance(told, Frame):
                    more = self._wanted(told)
                    wanted = wanted.with_one_more(more) if wanted and more else more or wanted
                elif wanted is not None:
                    yield await self._fetch(wanted)
                    wanted = self._still(wanted)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def hasten(self) -> None:
        """A socket needs no asking."""

    async def close(self) -> None:
        """Cut the socket."""
        await self._socket.close()

    async def _read(self, inbox: asyncio.Queue[Signal | LinkFault]) -> None:
        try:
            async with aclosing(self._socket.signals()) as signals:
                async for signal in signals:
                    await inbox.put(signal)
        except LinkFault as fault:
            await inbox.put(fault)

    async def _next(
        self, inbox: asyncio.Queue[Signal | LinkFault], wanted: _Wanted | None
    ) -> Signal | None:
        """What comes next, or None when it is time to ask."""
        limit = self._options.silence_s
        if wanted is not None:
            limit = wanted.due - self._clock.now()
            if limit <= 0.0:
                return None
        try:
            async with asyncio.timeout(limit):
                return _given(await inbox.get())
        except TimeoutError as error:
            if wanted is not None:
                return None
            what = f"{self._options.url}: no sign of life for {limit:g} s"
            raise LinkFault("silent", what) from error

    def _wanted(self, frame: Frame) -> _Wanted | None:
        """What a notice asks for; None where that is known already."""
        try:
            found = notice(msgspec.json.decode(frame.body))
        except (Unusable, msgspec.DecodeError, RecursionError) as error:
            raise LinkFault("malformed", f"{self._options.url}: {error}") from error
        mark = (found.timecode, len(frame.body))
        if mark == self._answered or (found.timecode <= self._stands() and not found.full_refresh):
            return None
        self._answered = mark
        options = self._options
        due = max(self._clock.now() + options.merge_s, self._asked_at + options.least_s)
        return _Wanted(found.timecode, found.update_id, found.full_refresh, due)

    def _stands(self) -> str:
        """The moment that the held feed is of."""
        return text(self._feed, "metaData", "timeStamp")

    def _still(self, wanted: _Wanted) -> _Wanted | None:
        """The notice runs ahead of the feed by some seconds: it is asked for again."""
        tries = wanted.tries + 1
        if self._stands() >= wanted.timecode or tries >= self._options.tries:
            return None
        due = self._asked_at + self._options.least_s
        return wanted._replace(whole=False, due=due, tries=tries)

    async def _fetch(self, wanted: _Wanted) -> Signal:
        """The feed after a notice; a beat where it is as it was."""
        asked = {"pushUpdateId": wanted.update_id} if wanted.update_id else {}
        if wanted.whole or not self._stands():
            return await self._whole(asked)
        since = {"language": "en", "startTimecode": self._stands(), **asked}
        body, headers = await self._get(self._options.patch, since)
        before = self._stands()
        try:
            answer = await asyncio.to_thread(_decoded, body)
            if answer == [] or _is_empty(answer):
                return Beat(self._clock.utc())
            self._feed = await asyncio.to_thread(patched, self._feed, answer)
        except Unusable:
            return await self._whole(asked)
        if self._stands() <= before:  # laid on a feed that it was not made for
            return await self._whole(asked)
        self.patches += 1
        return await self._told(headers)

    async def _whole(self, asked: Mapping[str, str]) -> Signal:
        body, headers = await self._get(self._options.feed, asked)
        try:
            feed = await asyncio.to_thread(_decoded, body)
        except Unusable as error:
            raise LinkFault("malformed", f"{self._options.feed}: {error.reason}") from error
        if not text(feed, "metaData", "timeStamp"):
            raise LinkFault("malformed", f"{self._options.feed}: is no feed of a game")
        self._feed = feed
        self.wholes += 1
        return Frame(body, self._clock.utc(), headers, url=self._options.feed)

    async def _told(self, headers: Mapping[str, str]) -> Frame:
        body = await asyncio.to_thread(msgspec.json.encode, self._feed)
        return Frame(body, self._clock.utc(), headers, url=self._options.feed)

    async def _get(self, url: str, asked: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
        self._asked_at = self._clock.now()
        async with (
            telling_faults(url),
            self._session.get(
                url,
                params={**self._options.params, **asked},
                timeout=ClientTimeout(total=self._options.timeout_s),
            ) as response,
        ):
            check_answer(response, self._clock.utc(), _ANSWERS)
            return await read_whole(response, self._options.max_body), lower(response.headers)


def _given(told: Signal | LinkFault) -> Signal:
    if isinstance(told, LinkFault):
        raise told
    return told


def _decoded(body: bytes) -> Any:
    """JSON that may be anything, as the patches are laid on it. Raises Unusable."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unusable("", f"no JSON: {error}") from error


def _is_empty(answer: Any) -> bool:
    return isinstance(answer, list) and not any(at(one, "diff") for one in answer)
