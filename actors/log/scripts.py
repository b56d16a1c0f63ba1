"""The Lua scripts beside this file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def script(name: str) -> str:
    """Text of ``{name}.lua``, which lists its keys at its top."""
    return files("actors.log").joinpath(f"{name}.lua").read_text()
