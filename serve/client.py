"""A client in Python: requests, and a stream that goes on where it was, whatever happens between.

```python
async with Client("http://127.0.0.1:8000", token) as client:
    async for event in client.events(data_types=["player_injury"]):
        print(event.offset, event.type, event.data["player_id"])
```
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import aiohttp
import jwt
import msgspec

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 10.0
SILENCE_S = 75.0
"""The server says something every 30 seconds: a line that is silent for longer is dead."""
FINAL = frozenset({4400, 4401, 4403})
"""Closes after which nothing changes by coming again."""


class Streamed(NamedTuple):
    """One event of the stream; a ``snapshot`` where events in between are not kept any more."""

    offset: str
    type: str
    data: dict[str, Any]


class Refused(Exception):  # noqa: N818 - a state, as its reader reads it
    """The service said no: with an HTTP status or a close code, why, and what to do about it."""

    def __init__(self, status: int, detail: str, remedy: str = "") -> None:
        super().__init__(status, detail, remedy)
        self.status = status
        self.detail = detail
        self.remedy = remedy

    def __str__(self) -> str:
        return ". ".join(part for part in (self.detail, self.remedy) if part)


class Client:
    """One bearer's view of a running service; an asynchronous context manager."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address.rstrip("/")
        self._token = token
        self._session: aiohttp.ClientSession
        self.after = ""
        """Offset of the last event that ``events`` gave: keep it, and resume a later run there."""

    async def __aenter__(self) -> Self:
        headers = {"Authorization": f"Bearer {self._token}"}
        self._session = aiohttp.ClientSession(self._address, headers=headers)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, path: str, **params: str | float) -> Any:
        """The decoded answer; raises Refused, and aiohttp.ClientError where nobody answers.

        No answer is older than the last event that ``events`` gave, whichever replica is asked.
        """
        seen = {"Lateswap-Seen": self.after} if self.after else {}
        async with self._session.get(path, params=params, headers=seen) as answer:
            return await _decoded(answer)

    async def post(self, path: str, body: Any = None) -> Any:
        """The same for a request with a JSON body, or with a file as bytes."""
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        kind = "text/csv" if isinstance(body, bytes) else "application/json"
        async with self._session.post(path, data=raw, headers={"Content-Type": kind}) as answer:
            return await _decoded(answer)

    async def events(self, after: str = "", **wanted: Any) -> AsyncIterator[Streamed]:
        """Every matching event once and in order, from now on or after an offset, without end.

        ``wanted`` are the filters of a subscription: ``data_types``, ``player_ids``, ... A line
        that breaks is opened again after the last event. Raises Refused where that cannot help.
        """
        self.after = after or self.after
        wait = FIRST_WAIT_S
        while True:
            try:
                async for event in self._connected(wanted):
                    wait = FIRST_WAIT_S
                    yield event
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))  # noqa: S311 - spreads the rush
            wait = min(LONGEST_WAIT_S, 2 * wait)

    async def _connected(self, wanted: dict[str, Any]) -> AsyncIterator[Streamed]:
        """What one connection brings until it breaks."""
        path = f"/ws/realtime/{quote(_user_of(self._token), safe='')}"
        async with self._session.ws_connect(path, max_msg_size=0) as stream:
            await stream.send_json({"type": "authenticate", "token": self._token})
            resume = {"after": self.after} if self.after else {}
            await stream.send_json({"type": "subscribe", **wanted, **resume})
            while True:
                received = await stream.receive(SILENCE_S)
                if received.type is not aiohttp.WSMsgType.TEXT:
                    _check_closed(stream.close_code, str(received.extra or ""))
                    return
                event = self._read(received.data)
                if event is not None:
                    yield event

    def _read(self, text: str) -> Streamed | None:
        """An event, or nothing for what is said about the stream itself."""
        message = msgspec.json.decode(text)
        if message["type"] in {"ping", "pong"}:
            return None
        self.after = message["offset"]
        if message["type"] == "subscription_confirmed":
            return None
        return Streamed(message["offset"], message["type"], message["data"])


def _user_of(token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    return str(claims.get("sub", ""))


def _check_closed(code: int | None, reason: str) -> None:
    if code in FINAL:
        raise Refused(code, reason or "the stream is not open to this token")


async def _decoded(answer: aiohttp.ClientResponse) -> Any:
    body = await answer.read()
    if answer.status < 400:
        return msgspec.json.decode(body) if "json" in answer.content_type else body
    try:
        problem = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise Refused(answer.status, body.decode(errors="replace")[:200]) from None
    raise Refused(answer.status, problem.get("detail", ""), problem.get("remedy", ""))
