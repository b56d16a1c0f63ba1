"""Names of accounts as the ids that a stream is asked for: Bluesky's handles as DIDs.

A handle can be given up and taken by somebody else, an id cannot: names are resolved once, the ids
are kept for as long as the process lives, and for a day in the cache that all processes share, or
two while the directory is down.
"""

from __future__ import annotations

import asyncio
import re

import msgspec

from actors.feeds.fetching import Askers, Question, Unanswered
from actors.feeds.transports.cursors import Params
from actors.feeds.transports.http import REFUSED_WAIT_S
from actors.feeds.transports.port import LinkFault

RESOLVE = "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle"
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%\-]{1,100}")


class HandleOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose messages are wanted."""

    names: tuple[str, ...]
    """Handles (``rapsheet.bsky.social``), or ids (``did:plc:...``), which are taken as they are."""
    param: str = "wantedDids"
    """Query parameter that takes the ids."""
    service: str = RESOLVE


class _Answer(msgspec.Struct):
    did: str


class Handles:
    """Resolves names; those of them that are known are not asked for again."""

    def __init__(self, options: HandleOptions, askers: Askers) -> None:
        self._options = options
        base, _, self._path = options.service.rpartition("/")
        self._fetcher = askers.of(base)
        self._known: dict[str, str] = {n: n for n in options.names if _DID.fullmatch(n)}
        """Ids by name; empty for a name that nobody bears."""

    async def query(self) -> Params:
        """The query that asks for all who are known.

        Raises LinkFault where the directory does not answer, or nobody bears any of the names: a
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
        question = Question(
            kind="identity",
            key=f"{self._options.service}?{name}",
            path=self._path,
            params={"handle": name},
        )
        try:
            answer = await self._fetcher.ask(question)
            did = msgspec.json.decode(answer.body, type=_Answer).did
        except Unanswered as none:
            if none.unknown:
                return ""
            raise LinkFault("lost", str(none)) from none
        except msgspec.DecodeError as error:
            raise LinkFault("malformed", f"{self._options.service}: {error}") from error
        if not _DID.fullmatch(did):
            raise LinkFault("malformed", f"{self._options.service}: {did[:60]!r} is no id")
        return did
