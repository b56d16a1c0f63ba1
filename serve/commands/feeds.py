"""``lateswap feeds``: what the feed adapters are, and what one makes of a recorded payload."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

import msgspec

from actors.feeds.adapters import ADAPTERS, ALIASES, find_adapter
from actors.feeds.adapters.port import Adapter, Parsed, Payload
from models import codec

_GZIP = b"\x1f\x8b"
_MOST = 64 * 2**20
"""Bytes that a packed file may unpack to."""


def feeds_list(*, as_json: bool) -> int:
    """Print the names of all adapters."""
    names = sorted(ADAPTERS)
    print(codec.to_json(names).decode() if as_json else "\n".join(names))
    return 0


def feeds_parse(feed: str, files: Sequence[Path], received_at: str, url: str) -> int:
    """Print events of recorded payloads, and on standard error what was refused.

    Gives 0 when every file could be read, 1 when one could not, 2 when the question is wrong.
    """
    adapter = find_adapter(feed)
    if adapter is None:
        print(f"lateswap: there is no feed {feed!r}; {_suggestion(feed)}", file=sys.stderr)
        return 2
    try:
        received = _moment(received_at)
    except ValueError:
        print(
            f"lateswap: --received-at {received_at!r} is no time with its zone; "
            "write it like 2026-01-17T00:30:00Z",
            file=sys.stderr,
        )
        return 2
    readable = [_parse(adapter, file, received, url) for file in files]
    return 0 if all(readable) else 1


def _suggestion(feed: str) -> str:
    close = get_close_matches(feed, [*ADAPTERS, *ALIASES], n=3)
    return f"did you mean {' or '.join(close)}?" if close else "`lateswap feeds list` names them"


def _moment(written: str) -> datetime:
    if not written:
        return datetime.now(UTC)
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(written)
    return moment.astimezone(UTC)


def _parse(adapter: Adapter, file: Path, received: datetime, url: str) -> bool:
    """Parse one file; whether it could be read at all."""
    try:
        body = _body(file)
    except (OSError, EOFError, zlib.error) as error:
        print(f"lateswap: {file}: {error}", file=sys.stderr)
        return False
    parsed = adapter(Payload(body, received, url or file.name))
    _show(file, parsed)
    return not (any(not refused.where for refused in parsed.rejected) and not parsed.events)


def _body(file: Path) -> bytes:
    """The file's bytes, unpacked where it is packed; raises OSError when they are too many."""
    body = file.read_bytes()
    if not body.startswith(_GZIP):
        return body
    with gzip.open(BytesIO(body)) as packed:
        body = packed.read(_MOST + 1)
    if len(body) > _MOST:
        raise OSError(f"unpacks to more than {_MOST} bytes")
    return body


def _show(file: Path, parsed: Parsed) -> None:
    """JSON is UTF-8 whatever the terminal's encoding is."""
    for event in parsed.events:
        sys.stdout.buffer.write(codec.to_json(event) + b"\n")
    sys.stdout.buffer.flush()
    for refused in parsed.rejected:
        plain = {"file": str(file), **msgspec.structs.asdict(refused)}
        sys.stderr.buffer.write(codec.to_json(plain) + b"\n")
    sys.stderr.buffer.flush()
