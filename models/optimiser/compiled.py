"""The kernels as machine code. Importing this module loads numba (0.9 s).

Each kernel is compiled from the very functions that run without numba, so there is one search and
not two. Results are cached beside the source; numba looks only at the file of the outermost
function, so its name carries a fingerprint of everything that is compiled into it.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from hashlib import blake2b
from types import FunctionType, ModuleType
from typing import Any

from numba import njit

from models.optimiser import assign, build, reading, search
from models.optimiser.kernels import Kernels

OPTIONS = {"nogil": True, "_nrt": False}
"""The kernels make no arrays; without counted references they run ten times faster."""

Function = Callable[..., Any]


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    }


def _fingerprint(module: ModuleType) -> str:
    """Of the bytecode of a module's functions and the whole numbers they may refer to."""
    digest = blake2b(repr(OPTIONS).encode(), digest_size=6)
    for name, function in sorted(_functions(module).items()):
        digest.update(name.encode() + marshal.dumps(function.__code__, 2))
    numbers = {name: value for name, value in vars(module).items() if isinstance(value, int)}
    digest.update(repr(sorted(numbers.items())).encode())
    return digest.hexdigest()


def _compiled(module: ModuleType, outermost: str) -> Function:
    """The function of this name, with every function of the module that it calls."""
    space = dict(vars(module))
    for name, function in _functions(module).items():
        inner = FunctionType(function.__code__, space, name)
        space[name] = njit(forceinline=True, **OPTIONS)(inner)
    outer = FunctionType(_functions(module)[outermost].__code__, space, outermost)
    outer.__qualname__ = f"{outermost}_{_fingerprint(module)}"
    kernel: Function = njit(cache=True, **OPTIONS)(outer)
    return kernel


COMPILED = Kernels(
    build=_compiled(build, "build"),
    read=_compiled(reading, "read"),
    search=_compiled(search, "search"),
    assign=_compiled(assign, "assign"),
)
"""Compiled at their first call, or loaded from the cache (``python -m models.optimiser.warm``)."""
