"""Names of accounts as the ids that a stream is asked for: Bluesky's handles as DIDs.

A handle can be given up and taken by somebody else, an id cannot: names are resolved once, and the
ids are kept for as long as the process lives.
"""

from __future__ import annotations

import asyncio
import re

import msgspec
from aiohttp import ClientSession, ClientTimeout

from actors.feeds.timing import Clock
from actors.feeds.transports.cursors import Params
from actors.feeds.transports.http import (
    REFUSED_WAIT_S,
    check_answer,
    read_whole,
    telling_faults,
)
from actors.feeds.transports.port import LinkFault

RESOLVE = "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle"
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%\-]{1,100}")
_ANSWERS = frozenset({200})
_NOBODY = frozenset({400, 404})
"""Answered for a handle that nobody bears."""
_MAX_ANSWER = 1 << 16


class HandleOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose messages are wanted."""

    names: tuple[str, ...]
    """Handles (``rapsheet.bsky.social``), or ids (``did:plc:...``), which are taken as they are."""
    param: str = "wantedDids"
    """Query parameter that takes the ids."""
    service: str = RESOLVE
    timeout_s: float = 5.0


class _Answer(msgspec.Struct):
    did: str


class Handles:
    """Resolves names; those of them that are known are not asked for again."""

    def __init__(self, options: HandleOptions, session: ClientSession, clock: Clock) -> None:
        self._options = options
        self._session = session
        self._clock = clock
        self._known: dict[str, str] = {n: n for n in options.names if _DID.fullmatch(n)}
        """Ids by name; empty for a name that nobody bears."""

    async def query(self) -> Params:
        """The query that asks for all who are known.

        Raises LinkFault where the service does not answer, or nobody bears any of the names: a
        stream without the query would be everybody's.
        """
        unknown = [name for name in self._options.names if name not in self._known]
        asked = await asyncio.gather(*map(self._resolved, unknown), return_exceptions=True)
        for name, told in zip(unknown, asked, strict=True):
            if isinstance(told, str):
                self._known[name] = told
        for told in asked:
            if isinstance(told, BaseException):
                raise told
        ids = tuple(sorted({did for did in self._known.values() if did}))
        if not ids:
            names = ", ".join(self._options.names)
            reason = f"{self._options.service} knows none of {names or 'no names at all'}"
            raise LinkFault("refused", reason, wait_s=REFUSED_WAIT_S)
        return {self._options.param: ids}

    async def _resolved(self, name: str) -> str:
        service = self._options.service
        async with (
            telling_faults(service),
            self._session.get(
                service,
                params={"handle": name},
                timeout=ClientTimeout(total=self._options.timeout_s),
            ) as response,
        ):
            if response.status in _NOBODY:
                return ""
            check_answer(response, self._clock.utc(), _ANSWERS)
            body = await read_whole(response, _MAX_ANSWER)
        try:
            did = msgspec.json.decode(body, type=_Answer).did
        except msgspec.DecodeError as error:
            raise LinkFault("malformed", f"{service}: {error}") from error
        if not _DID.fullmatch(did):
            raise LinkFault("malformed", f"{service}: {did[:60]!r} is no id")
        return did
