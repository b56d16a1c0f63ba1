"""What is shipped: names that are ours alone, light imports, a cluster file that Ray accepts."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml

from serve.environment import RAY_ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("actors", "config", "models", "serve")
HEAVY = ("ray", "numba", "numpy", "fastapi", "redis", "pyarrow", "duckdb", "pydantic")


def imported_by(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after a statement."""
    code = f"import sys\n{statement}\nprint(' '.join({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("name", PACKAGES)
def test_importing_a_package_brings_nothing_heavy(name):
    assert imported_by(f"import {name}").isdisjoint(HEAVY)


def test_the_command_line_starts_without_anything_heavy():
    assert imported_by("import serve.cli").isdisjoint(HEAVY)


def test_one_shot_late_swap_needs_neither_ray_nor_redis_nor_numba():
    brought = imported_by("import serve.commands.swap, models.optimiser")
    assert brought.isdisjoint({"ray", "redis", "numba", "fastapi"})


def test_no_other_distribution_claims_our_packages():
    owners = {
        (package, found.metadata["Name"])
        for found in distributions()
        for file in found.files or ()
        for package in PACKAGES
        if file.parts[0] == package and file.suffix == ".py"
    }
    assert {name for _, name in owners} <= {"lateswap"}


def test_tests_are_no_package():
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_ray_accepts_the_cluster_file():
    from ray.autoscaler._private.util import prepare_config, validate_config

    validate_config(prepare_config(yaml.safe_load((ROOT / "cluster.yaml").read_text())))


def test_nodes_of_a_cluster_are_told_what_a_single_machine_is():
    cluster = yaml.safe_load((ROOT / "cluster.yaml").read_text())
    told = '"$(.venv/bin/python -m serve.environment)"'
    for role in ("head", "worker"):
        assert told in cluster[f"{role}_start_ray_commands"][-1]
    shell = f'eval "$({sys.executable} -m serve.environment)"; env'
    done = subprocess.run(
        ["/bin/sh", "-c", shell], capture_output=True, text=True, check=True, cwd=ROOT, env={}
    )
    assert (
        RAY_ENVIRONMENT.items()
        <= dict(line.partition("=")[::2] for line in done.stdout.splitlines()).items()
    )
