"""JSON and plain values, read as strictly as they are meant: what no event may hold is refused."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

MAX_DEPTH = 32
"""Nesting of objects and lists in one event."""
MAX_TEXT = 20_000
"""Characters of one text."""
_MAX_INTEGER = 2**63 - 1


class Refused(ValueError):  # noqa: N818 - a state, as its reader reads it
    """An event that is not let in: ``field`` is the path of what is wrong, ``message`` why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


def parse(body: bytes) -> Any:
    """Read JSON as strictly as it is meant.

    Raises Refused for what parsers like to let through: a key given twice, NaN and infinity,
    integers beyond 64 bit, nesting without end.

    >>> parse(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
        ...
    models.ingest.strict.Refused: a: the key stands twice in one object
    """
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_finite,
        )
    except UnicodeDecodeError as error:
        raise Refused("", "the body is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise Refused("", f"no JSON: {error}") from error
    except RecursionError as error:
        raise Refused("", f"nested deeper than {MAX_DEPTH} levels") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise Refused(twice, "the key stands twice in one object")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20 or abs(int(digits)) > _MAX_INTEGER:
        raise Refused("", f"{digits[:24]} does not fit 64 bit; send it as a text")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise Refused("", f"{digits} is no finite number")
    return value


def check_values(value: object, path: str, depth: int) -> None:
    """Refuse what no event may hold anywhere in it."""
    if depth > MAX_DEPTH:
        raise Refused(path, f"nested deeper than {MAX_DEPTH} levels")
    match value:
        case str():
            _check_text(value, path)
        case float() if not math.isfinite(value):
            raise Refused(path, "is no finite number")
        case Mapping():
            for key, held in value.items():
                _check_text(key, path)
                check_values(held, f"{path}.{key}" if path else str(key), depth + 1)
        case list():
            for place, held in enumerate(value):
                check_values(held, f"{path}[{place}]", depth + 1)
        case _:
            pass


def _check_text(text: str, path: str) -> None:
    if "\x00" in text:
        raise Refused(path, "holds a NUL character")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused(path, "holds half of a surrogate pair")
    if len(text) > MAX_TEXT:
        raise Refused(path, f"is longer than {MAX_TEXT} characters")
