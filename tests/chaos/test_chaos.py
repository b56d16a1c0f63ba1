"""Every kind of part is killed under load: nothing is lost, nothing counts twice, states agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.ray
ROOT = Path(__file__).resolve().parents[2]
PARTS = "slate,contest,worker,redis,archive,supervisor,replica,node"


@pytest.mark.timeout(420)
def test_whatever_is_killed_the_log_the_lake_and_the_states_are_those_of_a_calm_run():
    """F1, F8 with ``appendfsync always`` and two nodes; ``benchmarks/chaos.py`` runs it for longer."""
    command = ["-m", "benchmarks.chaos", "--minutes", "0", "--rate", "200", "--parts", PARTS]
    run = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith("RAY_")},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    counted = json.loads(next(x for x in run.stdout.splitlines() if x.startswith('{"seconds"')))
    print(counted)
    assert counted["kills"] == len(PARTS.split(","))
    assert counted["acknowledged"] > 1_000
    assert counted["logged"] > counted["acknowledged"]
    assert counted["lost"] == counted["stored_twice"] == counted["applied_twice"] == 0
    assert counted["not_archived"] == counted["archived_twice"] == 0
    assert counted["archived"] == counted["logged"]
    assert counted["states_equal"] == [True, True]
    assert counted["equal_to_calm_run"] == {"slate": True, "contest": True, "proposals": True}
    assert counted["served_share"] > 0.5
    assert max(counted["recovery_s"].values()) < 60
