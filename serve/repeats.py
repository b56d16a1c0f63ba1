"""Repeats: what was answered a moment ago is answered again without the application.

Reads that everybody may make, of state that changes only by events. An answer is repeated while
the replica has heard no event of its contest or its slate, and only to a bearer whose token was
verified within the last seconds. The owner of the state may be a little behind the replica: every
tenth of a second one request asks it anew, while the others still get what it said before.
Whatever is not just so goes the usual way, refusals among it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Scope

from serve.edge import HEADERS
from serve.hub import StreamHub
from serve.limits import Windows
from serve.metrics import Metrics
from serve.tokens import Identity

REPEAT_S = 0.1
TOKEN_S = 5.0
MOST = 10_000
"""Tokens and answers that are kept."""


class _Kept(NamedTuple):
    contest: str
    mark: tuple[int, int]
    until: float
    answer: bytes
    counted: Callable[[], None]


class Repeats:
    """Answers and bearers of the last moments."""

    def __init__(
        self, hub: StreamHub, metrics: Metrics, windows: Callable[[Identity], Windows]
    ) -> None:
        self._hub = hub
        self._metrics = metrics
        self._windows = windows
        self._answers: dict[str, _Kept] = {}
        self._bearers: dict[bytes, tuple[float, Identity]] = {}

    def let_in(self, token: str, identity: Identity) -> None:
        """Remember a token that was verified just now."""
        if len(self._bearers) >= MOST:
            del self._bearers[next(iter(self._bearers))]
        self._bearers[b"Bearer " + token.encode()] = time.monotonic() + TOKEN_S, identity

    def mark(self, contest: str) -> tuple[int, int]:
        """How much has been heard of a contest and of its slate: what an answer is good for."""
        known = self._hub.directory.contests.get(contest)
        heard = self._hub.heard
        return heard[contest], heard[known.slate_id] if known else 0

    def keep(self, scope: Scope, contest: str, mark: tuple[int, int], body: bytes) -> Response:
        """Answer, and again so; ``mark`` was taken before the question was asked."""
        answer = Response(body, media_type="application/json")
        present = {name for name, _ in answer.raw_headers}
        headers = answer.raw_headers + [pair for pair in HEADERS.items() if pair[0] not in present]
        head = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        count = self._metrics.counter(scope["method"], scope["route"].path, 200)
        if len(self._answers) >= MOST:
            self._answers.clear()
        until = time.monotonic() + REPEAT_S
        kept = _Kept(contest, mark, until, b"%b\r\n%b" % (head, body), count)
        self._answers[scope["path"]] = kept
        return answer

    def of(self, scope: Scope) -> bytes | None:
        """Headers and body of the answer to be repeated, if a request may have it."""
        kept = self._answers.get(scope["path"])
        if kept is None or scope["method"] != "GET" or scope["query_string"]:
            return None
        if self.mark(kept.contest) != kept.mark:
            return None
        now = time.monotonic()
        if kept.until < now:  # who comes after this one need not ask as well
            self._answers[scope["path"]] = kept._replace(until=now + REPEAT_S)
            return None
        if not self._may_ask(scope["headers"], now):
            return None
        kept.counted()
        return kept.answer

    def _may_ask(self, headers: Iterable[tuple[bytes, bytes]], now: float) -> bool:
        token = next((value for name, value in headers if name == b"authorization"), b"")
        until, identity = self._bearers.get(token, (0.0, None))
        if identity is None or until < now or identity.expires < time.time():
            return False
        if self._hub.directory.is_signed_out(identity):
            return False
        return not self._windows(identity).take(identity.user)
