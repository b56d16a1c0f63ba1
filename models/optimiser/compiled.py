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

from models.optimiser import assign, build, kept, limits, reading, search, tree
from models.optimiser.kernels import Kernels

OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False}
"""The kernels make no arrays; without counted references they run ten times faster."""

Function = Callable[..., Any]


def _functions(modules: tuple[ModuleType, ...]) -> dict[str, FunctionType]:
    """The functions the modules define; their names are unique among them."""
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    }


def _numbers(modules: tuple[ModuleType, ...]) -> dict[str, int]:
    return {k: v for module in modules for k, v in vars(module).items() if isinstance(v, int)}


def _fingerprint(modules: tuple[ModuleType, ...]) -> str:
    """Of the bytecode of the functions, the numbers they refer to, and the options."""
    digest = blake2b(repr((OPTIONS, sorted(_numbers(modules).items()))).encode(), digest_size=6)
    for name, function in sorted(_functions(modules).items()):
        digest.update(name.encode() + marshal.dumps(function.__code__, 2))
    return digest.hexdigest()


def _compiled(outermost: Function, *modules: ModuleType) -> Function:
    """The kernel with every function of the modules that it may call, inlined."""
    functions = _functions(modules)
    space = {name: value for module in modules for name, value in vars(module).items()}
    for name, function in functions.items():
        inner = FunctionType(function.__code__, space, name)
        space[name] = njit(forceinline=True, **OPTIONS)(inner)
    name = outermost.__name__
    outer = FunctionType(functions[name].__code__, space, name)
    outer.__qualname__ = f"{name}_{_fingerprint(modules)}"
    kernel: Function = njit(cache=True, **OPTIONS)(outer)
    return kernel


COMPILED = Kernels(
    build=_compiled(build.build, build),
    read=_compiled(reading.read, reading),
    search=_compiled(search.search, tree, limits, kept, search),
    assign=_compiled(assign.assign, assign),
)
"""Compiled at their first call, or loaded from the cache (``python -m models.optimiser.warm``)."""
