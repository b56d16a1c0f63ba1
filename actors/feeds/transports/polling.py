"""REST polling: asks as often as the schedule says, and tells only what is new.

An unchanged answer costs a conditional request where the feed knows ETag or Last-Modified
(weather.gov, Sleeper), a digest where it does not (ESPN); both are beats, not frames.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple, Protocol

import msgspec
from aiohttp import ClientResponse, ClientSession, ClientTimeout

from actors.feeds.budget import Grant, Unlimited
from actors.feeds.timing import Clock, sleep_unless
from actors.feeds.transports.cursors import CursorRule, Params
from actors.feeds.transports.http import MAX_BODY, check_answer, lower, read_whole, telling_faults
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal
from actors.feeds.transports.stamped import BLANK, Stamp

_ANSWERS = frozenset({200, 203, 304})
_NOT_THERE = frozenset({403, 404, 410})
"""What is answered for a file that is not published yet."""
_RECHECK_S = 900.0
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})")


class PollOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked for, and how."""

    url: str
    params: Params = {}
    """Sent with the URL and kept out of records: keys stand here."""
    headers: Mapping[str, str] = {}
    timeout_s: float = 15.0
    max_body: int = MAX_BODY
    cost: int = 1
    """Requests or credits that one call takes off the budget."""
    eager: bool = True
    """Ask as soon as started; not where every request is counted, or restarts would spend them."""
    stamp: Stamp | None = None
    """How ``{stamp}`` in the address is written, for files that bear the time of their making."""
    resume: CursorRule = CursorRule()


class Budget(Protocol):
    """Who must be asked before a request is made."""

    async def acquire(self, cost: int = 1) -> Grant:
        """Book a request, or say when to ask again. Raises LinkFault where it cannot be known."""
        ...

    async def observe(self, headers: Mapping[str, str]) -> int | None:
        """Learn from an answer what the provider itself counted: what is left then."""
        ...


class Pace(Protocol):
    """When to ask next."""

    def wait_s(self, now: datetime, grant: Grant) -> float:
        """Seconds from now to the next request; not positive when it is due."""
        ...


class Every(NamedTuple):
    """The same pace at all times."""

    seconds: float

    def wait_s(self, now: datetime, grant: Grant) -> float:  # noqa: ARG002  # the port's
        """What is left of the seconds since the last request."""
        return self.seconds - (grant.since_s or 0.0)


class PollingTransport:
    """Polls one address."""

    kind = "polling"
    silence_s = None
    """A request has a time limit of its own, and between two of them silence is meant."""

    def __init__(
        self,
        options: PollOptions,
        session: ClientSession,
        clock: Clock,
        *,
        pace: Pace,
        budget: Budget | None = None,
        cursor_space: str = "polling",
    ) -> None:
        self.cursor_space = cursor_space
        self._options = options
        self._session = session
        self._clock = clock
        self._pace = pace
        self._budget = budget or Unlimited()
        self._wanted = asyncio.Event()
        self._stamp = ""
        """Of the newest file that was there."""
        self._validators: dict[str, str] = {}
        self._validated = ""
        """The address that they are of."""
        self._digest = b""
        self._max_age = 0.0
        self._asked_at: float | None = None
        self._closed = False

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """Ask for ever; the first request goes out at once, if the options say so."""
        if not self._options.eager:  # may take hours; what is left is known now
            yield Beat(self._clock.utc(), budget_left=(await self._budget.acquire(0)).left)
            await self._await_turn()
        while not self._closed:
            grant = await self._budget.acquire(self._options.cost)
            if grant.wait_s > 0:
                yield Beat(self._clock.utc(), budget_left=grant.left)
                await self._sleep(grant.wait_s)
                continue
            beat, frame = await self._ask_newest(cursor, grant.left)
            yield beat
            if frame is not None:
                cursor = frame.cursor or cursor
                yield frame
            await self._await_turn()

    def hasten(self) -> None:
        """Ask now, where requests are not counted."""
        if self._options.eager:
            self._wanted.set()

    async def close(self) -> None:
        """End the waiting."""
        self._closed = True
        self._wanted.set()

    async def _await_turn(self) -> None:
        """Sleep until the pace says so; looked at again and again, since lock times change."""
        while not self._closed:
            grant = await self._budget.acquire(0)
            since = None if self._asked_at is None else self._clock.now() - self._asked_at
            if grant.since_s is None:
                grant = grant._replace(since_s=since)
            wait = max(self._pace.wait_s(self._clock.utc(), grant), self._max_age - (since or 0.0))
            if wait <= 0 or await self._sleep(wait):
                return

    async def _sleep(self, seconds: float) -> bool:
        """Sleep, but not for long; True when woken by ``hasten`` or ``close``."""
        return await sleep_unless(self._clock, min(seconds, _RECHECK_S), self._wanted)

    async def _ask_newest(self, cursor: str, left: int | None) -> tuple[Beat, Frame | None]:
        """Ask for the file of the present time, else for the newest that is there."""
        stamp, url = self._options.stamp, self._options.url
        if stamp is None:
            return await self._ask(url, cursor, left)
        for text in stamp.candidates(self._clock.utc(), self._stamp):
            try:
                told = await self._ask(url.replace(BLANK, text), cursor, left)
            except LinkFault as fault:
                if fault.status not in _NOT_THERE:
                    raise
                missing = fault
            else:
                self._stamp = text
                return told
        raise missing

    async def _ask(self, url: str, cursor: str, left: int | None) -> tuple[Beat, Frame | None]:
        options = self._options
        began = self._asked_at = self._clock.now()
        async with (
            telling_faults(url),
            self._session.get(
                url,
                params={**options.params, **options.resume.query(cursor)},
                headers={**options.headers, **self._conditions(url)},
                timeout=ClientTimeout(total=options.timeout_s),
            ) as response,
        ):
            told = await self._budget.observe(response.headers)
            check_answer(response, self._clock.utc(), _ANSWERS)
            body = b"" if response.status == 304 else await read_whole(response, options.max_body)
        took = (self._clock.now() - began) * 1000.0
        beat = Beat(self._clock.utc(), latency_ms=took, budget_left=left if told is None else told)
        self._max_age = _max_age(response.headers)
        return beat, self._news(response, url, body, beat.received_at)

    def _conditions(self, url: str) -> dict[str, str]:
        return self._validators if url == self._validated else {}

    def _news(self, response: ClientResponse, url: str, body: bytes, at: datetime) -> Frame | None:
        """The answer as a frame, if it differs from the last one."""
        if response.status == 304:
            return None
        self._validators, self._validated = _validators(response.headers), url
        digest = blake2b(body, digest_size=16).digest()
        if digest == self._digest:
            return None
        self._digest = digest
        headers = lower(response.headers)
        cursor = self._options.resume.read(body, headers)
        return Frame(body, at, headers, cursor, url)


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    """The conditional headers of the next request."""
    pairs = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
    return {ask: headers[told] for ask, told in pairs if headers.get(told)}


def _max_age(headers: Mapping[str, str]) -> float:
    """How long the feed's own cache answers the same; asking sooner tells nothing new."""
    found = _MAX_AGE.search(headers.get("Cache-Control", "").lower())
    age = headers.get("Age", "")
    if found is None:
        return 0.0
    return max(0.0, float(found[1]) - (float(age) if age.isdecimal() else 0.0))
