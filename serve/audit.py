"""Who changed what, and who took personal data out: written down as requests are answered."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actors.audit.trail import AuditTrail

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
INGEST = "/api/v1/realtime/events"
"""Not written down: every event carries its source, and the log is its own record."""
PERSONAL = "/entries.csv"


class Audited:
    """ASGI middleware: adds a record for each change, each export and each refusal."""

    def __init__(self, app: ASGIApp, trail: AuditTrail) -> None:
        self._app = app
        self._trail = trail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what it came to is on disk before the answer goes out."""
        if scope["type"] != "http" or not scope["path"].startswith(("/api/", "/health/held")):
            await self._app(scope, receive, send)
            return

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._note(scope, message["status"])
            await send(message)

        await self._app(scope, receive, noting)

    async def _note(self, scope: Scope, status: int) -> None:
        path, method = scope["path"], scope["method"]
        refused = status in {401, 403}
        changes = method in CHANGES and path != INGEST
        if not (refused or changes or path.endswith(PERSONAL)):
            return
        bearer = scope.get("state", {}).get("bearer")
        user = bearer.user if bearer is not None else ""
        action = f"{method} {_route(scope)}"
        await asyncio.to_thread(self._trail.add, user, action, path, str(status))


def _route(scope: Scope) -> str:
    """The route's pattern: what was done, without whose ids."""
    route: Any = scope.get("route")
    return getattr(route, "path", "") or "(no route)"
