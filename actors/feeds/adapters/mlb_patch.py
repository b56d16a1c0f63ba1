"""Patches to MLB's live feed: JSON Patch as that feed means it, which is looser than RFC 6902.

It replaces past the end of lists, removes what is not there, adds through containers that do not
exist yet, and copies values from unrelated places: applied literally and in order, the result is
the feed's own state. Whatever cannot be applied is a reason to fetch the whole feed, and so is what
would make more of it than any game can hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import pairwise
from typing import Any

from actors.feeds.adapters.reading import Unusable, at, items, need_text, text

MOST_OPERATIONS = 20_000
"""Of one answer; those recorded have 38 and 167."""
MOST_VALUES = 500_000
"""Values that one answer may copy, move or pad lists with; a whole feed has some 50,000."""
MOST_PADDING = 10_000
"""Places that one operation may add to a list; a game has some hundred plays."""
MOST_STEPS = 60
"""Depth of paths and of values; the feed's own is 10."""
_APPEND = "-"

Container = dict[str, Any] | list[Any]


class Budget:
    """What one answer may still make of a document."""

    def __init__(self) -> None:
        self._values = MOST_VALUES
        self._operations = MOST_OPERATIONS

    def operate(self) -> None:
        """Count one operation."""
        self._operations -= 1
        if self._operations < 0:
            raise Unusable("", f"has more than {MOST_OPERATIONS} operations")

    def spend(self, values: int = 1) -> None:
        """Count values that are made."""
        self._values -= values
        if self._values < 0:
            raise Unusable("", "makes more values than a game can hold")

    def copied(self, value: Any, depth: int = 0) -> Any:
        """A copy of its own."""
        self.spend()
        if depth > MOST_STEPS:
            raise Unusable("", "nested too deep")
        if isinstance(value, dict):
            return {key: self.copied(held, depth + 1) for key, held in value.items()}
        if isinstance(value, list):
            return [self.copied(held, depth + 1) for held in value]
        return value


def apply(document: Any, operations: Iterable[Any], budget: Budget | None = None) -> Any:
    """Apply operations to a document, in place, and give the result.

    Raises Unusable for an operation that has no meaning here; the document is then half changed.

    >>> apply({"balls": []}, [{"op": "replace", "path": "/balls/1", "value": 2}])
    {'balls': [None, 2]}
    """
    budget = budget or Budget()
    for place, operation in enumerate(operations):
        try:
            budget.operate()
            document = _applied(document, operation, budget)
        except Unusable as refused:
            where = f"diff[{place}].{refused.where}".rstrip(".")
            raise Unusable(where, refused.reason) from refused
    return document


def patched(feed: Any, answer: Any, budget: Budget | None = None) -> Any:
    """The feed after an answer: a list of patches, or, asked without an end, a whole new feed.

    Raises Unusable for an answer that is neither, and what ``apply`` raises.
    """
    if isinstance(answer, dict):
        return answer
    if not isinstance(answer, list):
        raise Unusable("", "is neither a list of patches nor a feed")
    budget = budget or Budget()
    for one in answer:
        feed = apply(feed, items(one, "diff"), budget)
    return feed


def _applied(document: Any, operation: Any, budget: Budget) -> Any:
    path = _tokens(operation, "path")
    put = partial(_set, path=path, budget=budget)
    match text(operation, "op"):
        case "add":
            return put(document, value=_value(operation, budget), insert=True)
        case "replace":
            return put(document, value=_value(operation, budget), insert=False)
        case "remove":
            return _remove(document, path)
        case "copy":
            source = _tokens(operation, "from")
            return put(document, value=budget.copied(_get(document, source)), insert=True)
        case "move":
            source = _tokens(operation, "from")
            moved = budget.copied(_get(document, source))  # its depth and size are to be known
            return put(_remove(document, source), value=moved, insert=True)
        case "test":
            return document  # a wrong guess of ours is no reason to stop
        case other:
            raise Unusable("op", f"{other or 'nothing'} is no operation")


def _value(operation: Any, budget: Budget) -> Any:
    if "value" not in operation:
        raise Unusable("value", "is missing")
    return budget.copied(operation["value"])


def _tokens(operation: Any, name: str) -> list[str]:
    """The steps of a JSON pointer (RFC 6901)."""
    pointer = at(operation, name)
    if pointer == "":
        return []
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        raise Unusable(name, f"{need_text(operation, name)[:80]!r} is no path")
    if pointer.count("/") > MOST_STEPS:
        raise Unusable(name, "is too long a path")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]


def _get(document: Any, path: list[str]) -> Any:
    """The value at a path; None where there is nothing."""
    for step in path:
        document = at(document, _index(step) if isinstance(document, list) else step)
    return document


def _set(document: Any, *, path: list[str], value: Any, insert: bool, budget: Budget) -> Any:
    if not path:
        return value
    holder = document = document if isinstance(document, dict | list) else _made_for(path[0])
    for step, following in pairwise(path):
        held = _held(holder, step)
        if held is None:
            held = _made_for(following)
            _put(holder, step, held, insert=False, budget=budget)
        if not isinstance(held, dict | list):
            raise Unusable("path", f"{'/'.join(path)[:80]} leads through a plain value at {step}")
        holder = held
    _put(holder, path[-1], value, insert=insert, budget=budget)
    return document


def _made_for(step: str) -> Container:
    """The container that a step into nothing asks for."""
    return [] if step == _APPEND or step.isdecimal() else {}


def _held(holder: Container, step: str) -> Any:
    if isinstance(holder, list):
        return None if step == _APPEND else at(holder, _index(step))
    return holder.get(step)


def _put(holder: Container, step: str, value: Any, *, insert: bool, budget: Budget) -> None:
    if isinstance(holder, dict):
        holder[step] = value
        return
    place = len(holder) if step == _APPEND else _index(step)
    if place - len(holder) > MOST_PADDING:
        raise Unusable("path", f"place {place} is far beyond the end of the list")
    if place < len(holder) and not insert:
        holder[place] = value
        return
    budget.spend(max(place - len(holder), 0))
    holder.extend([None] * (place - len(holder)))
    holder.insert(place, value)


def _remove(document: Any, path: list[str]) -> Any:
    if not path:
        return None
    holder = _get(document, path[:-1])
    if isinstance(holder, dict):
        holder.pop(path[-1], None)
    elif isinstance(holder, list) and (place := _index(path[-1])) < len(holder):
        del holder[place]
    return document


def _index(step: str) -> int:
    if not (step.isascii() and step.isdecimal() and len(step) < 10):
        raise Unusable("path", f"{step[:40]!r} is no place in a list")
    return int(step)
