"""``lateswap run``: the main job on one machine, until the night is over or Ctrl-C."""

from __future__ import annotations

import math
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from actors.feeds.playback import parse_speed
from actors.log.embedded import EmbeddedRedisError
from config.secret import token_secret
from config.settings import Settings, SettingsError, load
from serve.commands.live_sources import check_sources, connect_sources
from serve.nights import KeptNight, kept_night, latest_folder, live_folder, new_folder
from serve.stack import Stack
from serve.tokens import mint

GENERATED_SPEED = 80.0
RECORDED_SPEED = 600.0
DEMO_USER = "demo"


class RunPlan(NamedTuple):
    """What the command line asked for."""

    slate: Path | None
    live: Path | None
    speed: str
    port: int | None
    seed: int
    entries: int | None
    resume: bool
    until_end: bool


def run_night(plan: RunPlan) -> int:
    """Run until Ctrl-C, or the end of the night if so asked; answers the exit code."""
    try:
        settings = load({"port": plan.port}).settings
        folder = _folder(settings, plan)
        _run(settings, folder, kept_night(folder), until_end=plan.until_end)
    except (SettingsError, ValueError, OSError, EmbeddedRedisError) as error:
        print(f"lateswap: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        _say("stopped while starting")
        return 130
    return 0


def _run(settings: Settings, folder: Path, night: KeptNight, *, until_end: bool) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops a start as Ctrl-C does
    with Stack(settings, folder, _say) as stack:
        stopped = _stop_on_signals()
        if night.live:
            connect_sources(stack, night, _say)
        else:
            _play(stack, night)
        _greet(settings, stack)
        _wait(stack, stopped, until_end=until_end)
        _say("stopping: everything handed over stays in the log")
    _say("stopped. The night can be read with `lateswap events tail`, and goes on with --resume")


def _folder(settings: Settings, plan: RunPlan) -> Path:
    if plan.resume:
        return latest_folder(settings.state_dir)
    if plan.live is not None:
        check_sources(plan.live)
        night = KeptNight(live=True, sources=str(plan.live.resolve()))
        return live_folder(settings.state_dir, night)
    if plan.slate is not None and not plan.slate.is_dir():
        raise FileNotFoundError(f"{plan.slate} is not a folder: give one with DKSalaries.csv in it")
    fallback = RECORDED_SPEED if plan.slate else GENERATED_SPEED
    speed = parse_speed(plan.speed) if plan.speed else fallback
    night = KeptNight(
        slate=str(plan.slate.resolve()) if plan.slate else "",
        seed=plan.seed,
        entries=plan.entries,
        speed=None if math.isinf(speed) else speed,
    )
    return new_folder(settings.state_dir, datetime.now(UTC), night)


def _play(stack: Stack, night: KeptNight) -> None:
    from actors.source import NightSpec  # noqa: PLC0415 - brings Ray, which costs a second

    _say("loading the night")
    spec = NightSpec(folder=night.slate, seed=night.seed, entries=night.entries)
    progress = stack.play(spec, night.speed or math.inf)
    speed = f"{night.speed:g} times as fast as life" if night.speed else "as fast as possible"
    _say(f"{progress.title}: {progress.total:,} events, {speed}")


def _greet(settings: Settings, stack: Stack) -> None:
    secret = token_secret(settings).get_secret_value()
    token = mint(DEMO_USER, "operator", secret, settings.token_ttl_s)
    address = f"http://{settings.host}:{stack.port}"
    _say(
        f"""
  open      {address}/#token={token}
  token     {token}
  try       curl -H "Authorization: Bearer $TOKEN" {address}/api/v1/realtime/status
  see       what happened, what to do and what it is worth; `a` accepts a swap, `?` lists the keys
  stop      Ctrl-C
"""
    )


def _wait(stack: Stack, stopped: threading.Event, *, until_end: bool) -> None:
    """Wait for a signal; say once when the night is over."""
    over = False
    while not stopped.wait(0.5):
        stack.keep()
        if over or stack.source is None:
            continue
        over = stack.night_is_over()
        if over:
            _say("the night is over; the page stays up until Ctrl-C")
            if until_end:
                return


def _stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set; asked for after Ray has put its own handlers."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _say(text: str) -> None:
    print(text, flush=True)
