"""What a short command pays: no compiler, and an answer at once."""

from __future__ import annotations

import subprocess
import sys


def _python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    ).stdout


def test_importing_the_optimiser_does_not_import_the_compiler() -> None:
    assert _python("import models.optimiser, sys; print('numba' in sys.modules)") == "False\n"


def test_small_work_is_solved_without_the_compiler() -> None:
    code = """
import sys
from models.optimiser.kernels import PLAIN, PLAIN_MOST, kernels_for
print(kernels_for(150) is PLAIN, kernels_for(PLAIN_MOST + 1) is PLAIN, 'numba' in sys.modules)
"""
    assert _python(code) == "True False True\n"
