"""What every test may ask for: the real data, and the rule that nothing is left out in CI."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from actors.log.ports import free_port
from serve.environment import RAY_ENVIRONMENT

os.environ.update(RAY_ENVIRONMENT)  # Ray reads it when it is imported, which test modules do

ROOT = Path(__file__).resolve().parent.parent
REQUIRE_ALL = os.environ.get("LATESWAP_REQUIRE_ALL") == "1"

# A loaded machine is slow, and not wrong. CI says the same of the same commit however often it
# runs; new cases are looked for wherever people run the tests.
settings.register_profile("house", deadline=None, derandomize=REQUIRE_ALL)
settings.load_profile("house")


def shared_folder() -> Path:
    """Folder with the real data: ``LATESWAP_DATA``, taken from the repository's root."""
    return (ROOT / os.environ.get("LATESWAP_DATA", "../shared")).resolve()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real data, or a skip that names how to bring it."""
    folder = shared_folder()
    if not (folder / "data").is_dir():
        pytest.skip(f"no data folder at {folder}: set LATESWAP_DATA")
    return folder


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Turn every skip into a failure where LATESWAP_REQUIRE_ALL=1 stands."""
    outcome = yield
    report = outcome.get_result()
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although LATESWAP_REQUIRE_ALL=1: {report.longrepr}"


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A module that skips itself while it is collected counts as a skip, too."""
    if REQUIRE_ALL and report.skipped:
        report.outcome = "failed"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory):
    """The whole system, started once: Redis, Ray, the actors, Ray Serve on a free port."""
    from ray._private import worker

    from config.settings import load
    from serve.stack import Stack

    def tell(data: dict[str, Any], *, ignore_prefix: bool) -> None:
        print(*data["lines"], file=sys.__stderr__)

    worker.print_to_stdstream = tell  # a thread of Ray's prints: no doctest may take it for its own

    folder = tmp_path_factory.mktemp("stack")
    settings = load(
        {
            "state_dir": folder,
            "port": free_port(),
            "backtest_dir": folder / "recorded",
            "alert_hosts": (f"127.0.0.1:{free_port()}",),
            "smtp_host": "127.0.0.1",
            "smtp_port": free_port(),
            "smtp_security": "none",
        }
    ).settings
    with Stack(settings, folder, print) as running:
        yield running
