"""The outcome model of every sport, read from ``config/outcomes/<sport>.toml``.

Adding a sport is adding a file. What was not measured stands there marked as uncertain.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from config.faults import DataFileError
from models.outcomes.model import OutcomeModel


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
