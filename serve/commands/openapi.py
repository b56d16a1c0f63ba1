"""The OpenAPI document as it is committed: ``python -m serve.commands.openapi docs/openapi.json``.

With ``--check`` nothing is written; the exit code says whether the file is the application's.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from actors.log.memory import MemoryLog
from serve.app import create_app
from serve.ports import AppSettings, NoSuchActor, Ports


class _Nobody:
    """Answers nothing: the document is made of the routes alone."""

    async def ask_slate(self, slate_id: str, question: bytes) -> bytes:
        raise NoSuchActor(f"{slate_id} ({len(question)} bytes)")

    async def ask_actor(self, name: str, question: bytes) -> bytes:
        raise NoSuchActor(f"{name} ({len(question)} bytes)")

    ask_contest = ask_slate


def document() -> dict[str, Any]:
    """OpenAPI 3.1 of every route."""
    return create_app(Ports(MemoryLog(), _Nobody()), AppSettings(secret="")).openapi()


def kept(path: Path, made: dict[str, Any], module: str, *, check: bool) -> int:
    """Write a document, or compare it; the exit code."""
    text = json.dumps(made, indent=1, sort_keys=True) + "\n"
    if not check:
        path.write_text(text)
        return 0
    if path.is_file() and path.read_text() == text:
        return 0
    print(f"{path} is not the application's: python -m {module} {path}")
    return 1


if __name__ == "__main__":
    raise SystemExit(
        kept(Path(sys.argv[1]), document(), "serve.commands.openapi", check="--check" in sys.argv)
    )
