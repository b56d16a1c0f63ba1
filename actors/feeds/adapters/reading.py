"""Reading what others wrote: JSON that may be anything, without ever raising anything but Unusable.

``text``, ``number`` ... give None or empty for what is absent or of another kind; their ``need_``
twins raise Unusable, which costs the one reading that needed it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

MAX_BODY = 48 * 2**20
"""Bytes of one payload; the largest known one, Sleeper's players, has 15 million."""
MAX_TEXT = 20_000
"""Characters of one text: what the log admits."""
MAX_ID = 120
_MAX_INTEGER = 2**63 - 1
_LARGEST = 2**53
"""Beyond it a float, which is how many a feed sends its integers, names several of them."""

_NOBODY = frozenset(("None", "null", "NULL", "NA", "N/A", "nan", "NaN", "undefined"))
"""What programs write in place of an id that they do not have."""

Step = str | int
"""One step into a payload: a key or a place in a list."""


class Unusable(ValueError):  # noqa: N818 - a state, as its reader reads it
    """A reading that cannot be used: ``where`` is the path below the reading, ``reason`` why."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason


class Poison(NamedTuple):
    """Stands in a payload for a value that no JSON may hold; whoever needs it is refused."""

    reason: str


def read_json(body: bytes) -> Any:
    """Read a payload's JSON; values that JSON may not hold become Poison where they stand.

    Raises Unusable for what is no JSON at all, is nested without end, or is larger than MAX_BODY.
    """
    try:
        return json.loads(
            read_text(body),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_finite,
        )
    except json.JSONDecodeError as error:
        raise Unusable("", f"no JSON: {error}") from error
    except RecursionError as error:
        raise Unusable("", "nested too deep") from error


def read_text(body: bytes) -> str:
    """Decode a payload's text, with or without byte order mark; raises Unusable."""
    if len(body) > MAX_BODY:
        raise Unusable("", f"{len(body)} bytes are more than a payload may have ({MAX_BODY})")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable("", "the payload is not UTF-8") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        for key, times in Counter(key for key, _ in pairs).items():
            if times > 1:
                found[key] = Poison("the key stands twice in one object")
    return found


def _integer(digits: str) -> int | Poison:
    if len(digits) > 20 or abs(int(digits)) > _MAX_INTEGER:
        return Poison("does not fit 64 bit")
    return int(digits)


def _finite(digits: str) -> float | Poison:
    value = float(digits)
    return value if math.isfinite(value) else Poison("is no finite number")


def at(node: Any, *path: Step) -> Any:
    """What stands at a path; None where there is nothing.

    >>> at({"teams": [{"id": 7}]}, "teams", 0, "id"), at({"teams": None}, "teams", 0, "id")
    (7, None)
    """
    for step in path:
        if isinstance(step, str) and isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(step, int) and isinstance(node, list) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def text(node: Any, *path: Step) -> str:
    """A text, trimmed; a number as it is written; empty where there is neither."""
    value = at(node, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    plain = str(value).strip()
    return plain if _is_clean(plain) else ""


def _is_clean(plain: str) -> bool:
    return (
        len(plain) <= MAX_TEXT
        and "\x00" not in plain
        and (plain.isascii() or not any("\ud800" <= c <= "\udfff" for c in plain))
    )


def need_text(node: Any, *path: Step) -> str:
    """A text that must be there."""
    return text(node, *path) or _refuse(node, path, "a text")


def mark(node: Any, *path: Step) -> str:
    """A text that may be left out or null; raises Unusable for what is neither.

    For marks of the hurt, where a value that cannot be read must not pass for none.
    """
    value = at(node, *path)
    return "" if value is None or value == "" else need_text(node, *path)


def ident(node: Any, *path: Step) -> str:
    """An id as text, whether sent as text, number or whole float; empty where there is none.

    >>> ident({"id": 1630175.0}, "id"), ident({"id": " 00-0035057"}, "id")
    ('1630175', '00-0035057')
    """
    value = at(node, *path)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    plain = str(value).strip()
    fits = len(plain) <= MAX_ID and plain.isprintable() and plain not in _NOBODY
    return plain if fits else ""


def need_ident(node: Any, *path: Step) -> str:
    """An id that must be there."""
    return ident(node, *path) or _refuse(node, path, "an id")


def number(node: Any, *path: Step) -> float | None:
    """A finite number, also one sent as text; None where there is none."""
    value = at(node, *path)
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def whole(node: Any, *path: Step) -> int | None:
    """A whole number, also one sent as text; None where there is none, or one past counting."""
    value = number(node, *path)
    fits = value is not None and value.is_integer() and abs(value) < _LARGEST
    return int(value) if fits and value is not None else None


def flag(node: Any, *path: Step) -> bool | None:
    """A yes or no, also one sent as 1 or "1"; None where neither stands.

    >>> flag({"played": "1"}, "played"), flag({"played": False}, "played"), flag({}, "played")
    (True, False, None)
    """
    value = at(node, *path)
    if isinstance(value, bool):
        return value
    return {"1": True, "0": False, "true": True, "false": False}.get(str(value).strip().lower())


def items(node: Any, *path: Step) -> list[Any]:
    """The items of a list; none where there is no list."""
    value = at(node, *path)
    return value if isinstance(value, list) else []


def need_items(node: Any, *path: Step) -> list[Any]:
    """The items of a list that must be there, though it may be empty."""
    value = at(node, *path)
    return value if isinstance(value, list) else _refuse(node, path, "a list")


def need_object(node: Any, *path: Step) -> Mapping[str, Any]:
    """An object that must be there."""
    value = at(node, *path)
    return value if isinstance(value, Mapping) else _refuse(node, path, "an object")


def entries(node: Any, *path: Step) -> Iterator[tuple[str, Any]]:
    """Key and value of an object; none where there is no object."""
    value = at(node, *path)
    if isinstance(value, Mapping):
        yield from value.items()


def moment(node: Any, *path: Step) -> datetime | None:
    """A time with its zone (ISO 8601, seconds optional), in UTC; None where there is none.

    >>> moment({"date": "2022-09-11T17:00Z"}, "date").isoformat()
    '2022-09-11T17:00:00+00:00'
    """
    value = at(node, *path)
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None


def need_moment(node: Any, *path: Step) -> datetime:
    """A time that must be there."""
    return moment(node, *path) or _refuse(node, path, "a time with its zone")


def milliseconds(node: Any, *path: Step) -> datetime | None:
    """A time given as milliseconds since 1970, number or text; None where there is none."""
    value = number(node, *path)
    try:
        return datetime.fromtimestamp(value / 1000, UTC) if value else None
    except (ValueError, OverflowError, OSError):
        return None


def numbers(node: Any, *path: Step) -> dict[str, float]:
    """Those values of an object that are numbers themselves."""
    return {
        key: float(value)
        for key, value in entries(node, *path)
        if isinstance(value, int | float) and not isinstance(value, bool) and _is_clean(key)
    }


def path_text(path: tuple[Step, ...]) -> str:
    """A path as people write it: ``events[3].name``."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return written.removeprefix(".")


def _refuse(node: Any, path: tuple[Step, ...], kind: str) -> NoReturn:
    value = at(node, *path)
    if isinstance(value, Poison):
        raise Unusable(path_text(path), value.reason)
    found = "nothing" if value is None else f"{type(value).__name__} {str(value)[:40]!r}"
    raise Unusable(path_text(path), f"needs {kind}, has {found}")
