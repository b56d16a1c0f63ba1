"""``lateswap run`` as a person runs it: a real process in a terminal of its own, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from actors.source import NightSpec

pytestmark = pytest.mark.ray

LATESWAP = Path(sys.executable).with_name("lateswap")
SEED, ENTRIES = 31, 20
PATIENCE_S = 120
NIGHT_S = 450
"""A resumed night takes 45 s on an idle machine."""
RUNNING = []
"""Processes that a test has started."""


@pytest.fixture
def home(tmp_path):
    """A working directory, with nothing of Ray's settings from this test process.

    What is started in it ends with the test, however that ends.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = {k: v for k, v in os.environ.items() if not k.startswith("RAY_")}
    yield tmp_path, {**ours, "LATESWAP_PORT": str(port)}
    while RUNNING:
        process = RUNNING.pop()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=PATIENCE_S)


def start(home, *arguments):
    """Start in a session of its own, as a terminal does."""
    folder, environment = home
    process = subprocess.Popen(
        [LATESWAP, "run", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    RUNNING.append(process)
    return process


def read_until(process, text):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def family(process):
    """The process and everything that it started, in whatever session."""
    return [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]


def played(home):
    """Ids of the night's own events in the log, and all events, by the command of the user."""
    folder, environment = home
    done = subprocess.run(
        [LATESWAP, "events", "tail"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def ids_of_the_night():
    night = NightSpec(seed=SEED, entries=ENTRIES).load()
    return [event.event_id for event in (*night.opening, *night.timeline)]


@pytest.mark.timeout(NIGHT_S + 3 * PATIENCE_S)
def test_ctrl_c_leaves_no_process_and_loses_no_event_and_the_night_goes_on(home):
    seeded = ("--seed", str(SEED), "--entries", str(ENTRIES))
    process = start(home, *seeded, "--speed", "1200")
    greeting = read_until(process, "stop      Ctrl-C")
    assert "#token=" in greeting
    while len(played(home)) < 40:  # some of the night passes
        assert process.poll() is None
    started = family(process)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal sends: to all of the group at once
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, output
    _, alive = psutil.wait_procs(started, timeout=15)
    assert not alive, [p.cmdline() for p in alive if p.is_running()]

    night = ids_of_the_night()
    known = set(night)
    half = [f["data"]["event_id"] for f in played(home) if f["data"]["event_id"] in known]
    assert half == night[: len(half)]
    assert 10 < len(half) < len(night)

    process = start(home, "--resume", "--until-end")
    output, _ = process.communicate(timeout=NIGHT_S)
    assert process.returncode == 0, output
    whole = [f["data"]["event_id"] for f in played(home) if f["data"]["event_id"] in known]
    assert whole == night


def test_a_folder_that_is_no_night_is_refused_in_words(home):
    process = start(home, "--slate", "nowhere")
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert "nowhere is not a folder" in output
    assert "Traceback" not in output


def test_a_live_file_with_an_unknown_source_is_refused_by_name(home):
    file = home[0] / "feeds.toml"
    file.write_text(
        'contact = "x"\n[[source]]\nname = "s"\nadapter = "crystal-ball"\n'
        '[[source.connections]]\nkind = "polling"\noptions = { url = "http://127.0.0.1:1/" }\n'
    )
    process = start(home, "--live", str(file))
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert "crystal-ball" in output
