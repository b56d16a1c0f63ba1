"""Server-sent events: bytes to messages (WHATWG HTML, 9.2.6).

Comments (``:thump``) are no messages; they show a transport that the line is alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from actors.feeds.adapters.messages import lines_of


class ServerSent(NamedTuple):
    """One message, and the line of the payload that it begins on."""

    event: str
    data: str
    last_id: str
    line: int
    whole: bool = True
    """Whether its last line was ended: where it was not, its data may be cut off."""


def server_sent(body: bytes) -> Iterator[ServerSent]:
    r"""The messages of a payload; the last one counts without its closing blank line, too.

    Raises Unusable for a body that is no text.

    >>> [(m.event, m.data) for m in server_sent(b":)\nevent: update\ndata: 1\ndata: 2\n\ndata: x")]
    [('update', '1\n2'), ('message', 'x')]
    """
    event, data, last_id, begin = "", list[str](), "", 0
    lines = lines_of(body)
    for number, line in enumerate([*lines, ""], 1):
        if not line:
            if data:
                whole = number <= len(lines)
                yield ServerSent(event or "message", "\n".join(data), last_id, begin, whole)
            event, data, begin = "", [], 0
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        begin = begin or (number if name else 0)
        match name:
            case "event":
                event = value
            case "data":
                data.append(value)
            case "id" if "\x00" not in value:
                last_id = value
            case _:
                pass
