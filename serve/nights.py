"""Where a night that was run is kept: a folder of its own with the log and what was played."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

NIGHTS = "nights"
LATEST = "latest"
LIVE = "live"
PLAN = "night.json"


class KeptNight(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to go on with a night after a restart."""

    slate: str = ""
    seed: int = 1
    entries: int | None = None
    speed: float | None = None
    """None: as fast as possible."""
    live: bool = False
    sources: str = ""
    """The sources file of a live night; empty: the shipped one."""


def new_folder(state_dir: Path, now: datetime, night: KeptNight) -> Path:
    """Make a folder for a night and point ``latest`` at it."""
    folder = state_dir / NIGHTS / f"{now:%Y%m%d-%H%M%S-%f}"
    folder.mkdir(parents=True, mode=0o700)
    return _planned(state_dir, folder, night)


def live_folder(state_dir: Path, night: KeptNight) -> Path:
    """The one folder of all live nights, made at the first, and point ``latest`` at it.

    The ledgers of budgets and the cursors of sources stand in its log: a second run goes on
    where the first was stopped, and spends nothing again.
    """
    folder = state_dir / NIGHTS / LIVE
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    return _planned(state_dir, folder, night)


def _planned(state_dir: Path, folder: Path, night: KeptNight) -> Path:
    (folder / PLAN).write_bytes(msgspec.json.encode(night))
    pointer = state_dir / LATEST
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(folder.relative_to(state_dir))
    return folder


def latest_folder(state_dir: Path) -> Path:
    """Folder of the night that was started last; FileNotFoundError when there is none."""
    pointer = state_dir / LATEST
    if not (pointer / PLAN).is_file():
        raise FileNotFoundError(f"no night has been run in {state_dir}: start one, lateswap run")
    return pointer.resolve()


def kept_night(folder: Path) -> KeptNight:
    """What was played in a folder."""
    return msgspec.json.decode((folder / PLAN).read_bytes(), type=KeptNight)
