"""The outcome model of every sport, read from ``config/outcomes/<sport>.toml``.

Adding a sport is adding a file. What was not measured stands there marked as uncertain.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from config.faults import DataFileError
from models.outcomes.model import OutcomeModel

_CELLS = 10
"""Numbers of a column that stand in one line."""


class OutcomeModelError(DataFileError):
    """An outcome file that cannot be used: which file, and what is wrong in it."""


@cache
def load_outcome_model(sport: str) -> OutcomeModel:
    """The model of a sport, ``nba``. Raises KeyError for an unknown one, OutcomeModelError."""
    folder = files("config").joinpath("outcomes")
    known = sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name[0] != ".")
    if sport not in known:
        raise KeyError(f"no outcome model {sport!r}; there are {', '.join(known)}")
    return parse_outcome_model(folder.joinpath(f"{sport}.toml").read_bytes(), f"{sport}.toml")


def parse_outcome_model(content: bytes, file: str) -> OutcomeModel:
    """Decode and check one file; ``file`` is its name. Raises OutcomeModelError."""
    try:
        model = msgspec.convert(tomllib.loads(content.decode()), OutcomeModel)
    except (ValueError, TypeError) as fault:
        raise OutcomeModelError(file, str(fault)) from fault
    if f"{model.sport}.toml" != file:
        raise OutcomeModelError(file, f"sport: {model.sport!r} does not fit the file's name")
    wrong = [u.field for u in model.uncertain if u.field not in model.__struct_fields__]
    if wrong:
        raise OutcomeModelError(file, f"uncertain: models have no {', '.join(wrong)}")
    return model


def as_toml(model: OutcomeModel) -> str:
    """A model as the text of its file; what stands at its default is left out."""
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
        if key not in tables and key not in arrays:
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
