"""The learned projection of each sport that has one: ``config/projections/<sport>.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from config.faults import DataFileError
from models.projections.blend import EQUAL, Blend
from models.projections.learned import Weights


@cache
def load_weights(sport: str) -> Weights:
    """The weights that came along for a sport, ``nba``. Raises KeyError where none were learned."""
    file = files("config").joinpath("projections", f"{sport}.toml")
    if not file.is_file():
        raise KeyError(f"no projection was learned for {sport.upper()}; there is one for NBA")
    return parse_weights(file.read_bytes(), file.name)


def weights_or_none(sport: str) -> Weights | None:
    """The same; None where none were learned."""
    try:
        return load_weights(sport)
    except KeyError:
        return None


@cache
def load_blend(sport: str) -> Blend:
    """How a published projection is weighed; equal weights where nothing came along."""
    file = files("config").joinpath("blends", f"{sport}.toml")
    if not file.is_file():
        return Blend(sport=sport, share=EQUAL)
    return parse_blend(file.read_bytes(), file.name)


def parse_blend(content: bytes, file: str) -> Blend:
    """Decode and check one file; ``file`` is its name. Raises DataFileError."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), Blend)
    except (ValueError, TypeError) as fault:
        raise DataFileError(file, str(fault)) from fault


def parse_weights(content: bytes, file: str) -> Weights:
    """Decode and check one file; ``file`` is its name. Raises DataFileError."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), Weights)
    except (ValueError, TypeError) as fault:
        raise DataFileError(file, str(fault)) from fault
