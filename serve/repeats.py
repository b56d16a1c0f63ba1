"""Repeats: an answer that is kept is given again without the application.

Reads that everybody may make, for as long as the answer counts (``answer_cache.py``), and only to a
bearer whose token was verified within the last seconds. Whatever is not just so goes the usual way,
refusals among it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Scope

from actors.log.errors import InvalidOffset
from actors.log.offsets import offset_key
from models.outdated import Topic
from serve.answer_cache import Kept
from serve.edge import HEADERS
from serve.hub import StreamHub
from serve.limits import Windows
from serve.metrics import Metrics
from serve.tokens import Identity

TOKEN_S = 5.0
MOST = 10_000
"""Tokens and addresses that are kept."""
SEEN = "lateswap-seen"
"""Header with an offset that the client has seen, on whatever stream: no answer is older."""


class _Said(NamedTuple):
    topic: Topic
    kept: Kept
    answer: bytes
    counted: Callable[[], None]


class Repeats:
    """Answers by address, and bearers of the last moments."""

    def __init__(
        self, hub: StreamHub, metrics: Metrics, windows: Callable[[Identity], Windows]
    ) -> None:
        self._hub = hub
        self._metrics = metrics
        self._windows = windows
        self._said: dict[str, _Said] = {}
        self._bearers: dict[bytes, tuple[float, Identity]] = {}

    def let_in(self, token: str, identity: Identity) -> None:
        """Remember a token that was verified just now."""
        if len(self._bearers) >= MOST:
            del self._bearers[next(iter(self._bearers))]
        self._bearers[b"Bearer " + token.encode()] = time.monotonic() + TOKEN_S, identity

    def answered(self, scope: Scope, topic: Topic, kept: Kept) -> Response:
        """The answer; who asks at the same address gets it again for as long as it counts."""
        answer = Response(kept.body, media_type="application/json")
        present = {name for name, _ in answer.raw_headers}
        headers = answer.raw_headers + [pair for pair in HEADERS.items() if pair[0] not in present]
        head = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        count = self._metrics.counter(scope["method"], scope["route"].path, 200)
        if len(self._said) >= MOST:
            self._said.clear()
        self._said[_address(scope)] = _Said(topic, kept, b"%b\r\n%b" % (head, kept.body), count)
        return answer

    def of(self, scope: Scope) -> bytes | None:
        """Headers and body of the answer to be repeated, if a request may have it."""
        said = self._said.get(_address(scope))
        if said is None or scope["method"] != "GET":
            return None
        if self._hub.answers.held(said.topic) is not said.kept:
            del self._said[_address(scope)]
            return None
        if not self._may_ask(scope["headers"]):
            return None
        self._hub.answers.hit()
        said.counted()
        return said.answer

    def _may_ask(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        given = dict(headers)
        token = given.get(b"authorization", b"")
        until, identity = self._bearers.get(token, (0.0, None))
        if identity is None or until < time.monotonic() or identity.expires < time.time():
            return False
        if self._hub.directory.is_signed_out(identity):
            return False
        if not self._has_read(given.get(SEEN.encode(), b"")):
            return False
        return not self._windows(identity).take(identity.user)

    def _has_read(self, seen: bytes) -> bool:
        """Whether this replica has read what the client has seen, on whatever replica."""
        try:
            return not seen or offset_key(seen.decode()) <= offset_key(self._hub.offset)
        except (InvalidOffset, UnicodeDecodeError):
            return False


def _address(scope: Scope) -> str:
    query = scope["query_string"]
    return f"{scope['path']}?{query.decode('latin-1')}" if query else str(scope["path"])
