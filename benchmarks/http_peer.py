"""Bare uvicorn: one answer of so many bytes to whatever is asked, and nothing else is done.

``python -m benchmarks.http_peer PORT BYTES``; with uvloop and httptools, as fast as it goes.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn


def answering(size: int) -> Any:
    """An ASGI application without a framework."""
    head = {
        "type": "http.response.start",
        "status": 200,
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-length", str(size).encode()),
        ],
    }
    body = {"type": "http.response.body", "body": b"x" * size}

    async def app(_: Any, __: Any, send: Any) -> None:
        await send(head)
        await send(body)

    return app


if __name__ == "__main__":
    port, size = map(int, sys.argv[1:])
    uvicorn.run(
        answering(size), port=port, loop="uvloop", http="httptools", lifespan="off",
        access_log=False, log_level="error",
    )  # fmt: skip
