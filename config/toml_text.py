"""Learned numbers as the text of the file they are kept in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

_CELLS = 10
"""Numbers of a column that stand in one line."""


def as_toml(model: msgspec.Struct) -> str:
    """A struct as the text of its file; what stands at its default may be left out."""
    return "\n".join(_lines("", msgspec.to_builtins(model))).lstrip("\n") + "\n"


def _lines(path: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Values first, then sub-tables, then arrays of tables, as TOML asks for."""
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    arrays = {
        key: value
        for key, value in table.items()
        if isinstance(value, Sequence) and value and isinstance(value[0], dict)
    }
    for key, value in table.items():
        if key not in tables and key not in arrays and value is not None:
            yield from _value(key, value)
    for key, value in tables.items():
        yield from ("", f"[{path}{key}]", *_lines(f"{path}{key}.", value))
    for key, values in arrays.items():
        for value in values:
            yield from ("", f"[[{path}{key}]]", *_lines(f"{path}{key}.", value))


def _value(key: str, value: object) -> Iterator[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
        return
    cells = [json.dumps(cell, ensure_ascii=False) for cell in value]
    if len(cells) <= _CELLS:
        yield f"{key} = [{', '.join(cells)}]"
        return
    yield f"{key} = ["
    yield from (f"  {', '.join(cells[i : i + _CELLS])}," for i in range(0, len(cells), _CELLS))
    yield "]"
