"""Recorded files as arguments: a test that takes ``entries_path`` runs once for each of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHARED = (ROOT / os.environ.get("LATESWAP_DATA", "../shared")).resolve()
RECORDED = {
    "standings_path": ["data/**/contest-standings*.zip"],
    "entries_path": ["data/**/DKEntries*.csv"],
    "salaries_path": ["data/**/DKSalaries.csv", "feeds/draftkings/*.csv", "feeds/fanduel/*.csv"],
    "payouts_path": ["data/nba-2024-25/payouts/*.csv"],
    "old_payouts_path": ["data/nba-2017-11/**/payout_structure.csv"],
}


def pytest_generate_tests(metafunc: pytest.Metafunc):
    for argument in RECORDED.keys() & set(metafunc.fixturenames):
        paths = sorted(path for glob in RECORDED[argument] for path in SHARED.glob(glob))
        ids = [str(path.relative_to(SHARED)) for path in paths]
        metafunc.parametrize(argument, paths, ids=ids)
