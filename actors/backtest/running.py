"""All nights of a backtest: in this process, or as Ray tasks on one machine or many."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from actors.backtest.evening import Models, Options, run_evening
from actors.backtest.parts import FACTS, Parts, encoded, part_key
from actors.feeds.folders import NightFolder, UnplayableNightError

Say = Callable[[str], None]


class Job(NamedTuple):
    """One night to be computed."""

    folder: Path
    slate: str
    part: Path


class Run(NamedTuple):
    """What became of a backtest's nights."""

    parts: list[Path]
    """In the order of the nights."""
    models: str
    """Name of what was tested."""
    computed: int
    """Nights that were not there already."""
    failed: Mapping[Path, str]
    """Why nights, by their folders, could not be computed."""
    seconds: float


class Where(NamedTuple):
    """Where nights are computed."""

    workers: int = 1
    """1: in this process, without Ray."""
    ray_address: str | None = None


def run_nights(
    nights: Sequence[NightFolder],
    out: Path,
    options: Options,
    models: Models,
    where: Where,
    say: Say,
) -> Run:
    """Compute what is not there yet, telling of each night that is finished."""
    began = time.perf_counter()
    parts = Parts(out)
    jobs = [
        Job(
            night.path,
            str(night.day),
            parts.of(_name(night), part_key(night, options, models.name)),
        )
        for night in nights
    ]
    todo = [job for job in jobs if not (job.part / FACTS).is_file()]
    if len(todo) < len(jobs):
        say(f"{len(jobs) - len(todo)} of {len(jobs)} nights are there already")
    compute = _in_process if _alone(where) else _on_ray
    with machines(where):
        failed: dict[Path, str] = {}
        for done, (job, content) in enumerate(compute(todo, options, models), 1):
            told = f"[{done}/{len(todo)}] {_name_of(job)}"
            if isinstance(content, str):
                failed[job.folder] = content
                say(f"{told}  left out: {content}")
                continue
            parts.keep(job.part, content)
            say(f"{told}  {time.perf_counter() - began:.0f} s")
    kept = [job.part for job in jobs if job.folder not in failed]
    parts.forget_all_but(kept)
    spent = time.perf_counter() - began
    return Run(kept, models.name, len(todo) - len(failed), failed, spent)


def _name(night: NightFolder) -> str:
    return f"{night.day}-{night.note.contest_id}"


def _name_of(job: Job) -> str:
    return job.part.name.rpartition("-")[0]


Finished = Iterator[tuple[Job, dict[str, bytes] | str]]
"""Nights with their files, or with the reason for which there are none."""


def _in_process(jobs: Sequence[Job], options: Options, models: Models) -> Finished:
    for job in jobs:
        yield job, _computed(job, options, models)


def _computed(job: Job, options: Options, models: Models) -> dict[str, bytes] | str:
    """A night, or why there is none: one that cannot be computed stops no other."""
    try:
        return encoded(run_evening(job.folder, job.slate, options, models))
    except UnplayableNightError as fault:
        return str(fault).removeprefix(f"{job.folder}: ")
    except Exception as fault:  # noqa: BLE001 - told with the night, and the others go on
        return f"it could not be computed ({type(fault).__name__}: {fault})"


@contextmanager
def machines(where: Where) -> Iterator[None]:
    """Ray for as long as nights are computed on more than this process."""
    if _alone(where):
        yield
        return
    import ray  # noqa: PLC0415 - a second of import, and none with one worker

    ours = not ray.is_initialized()
    if ours:
        ray.init(
            address=where.ray_address or "local",  # never one that happens to run here
            num_cpus=None if where.ray_address else where.workers,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    try:
        yield
    finally:
        if ours:
            ray.shutdown()


def _alone(where: Where) -> bool:
    return where.workers == 1 and where.ray_address is None


def _on_ray(jobs: Sequence[Job], options: Options, models: Models) -> Finished:
    """One task a night, the largest first; what a lost machine had begun is done again."""
    import ray  # noqa: PLC0415

    compute = ray.remote(_computed)
    largest = sorted(jobs, key=_size, reverse=True)
    waiting = {compute.remote(job, options, models): job for job in largest}
    while waiting:
        ready, _ = ray.wait(list(waiting))
        for reference in ready:
            yield waiting.pop(reference), ray.get(reference)


def _size(job: Job) -> int:
    return sum(file.stat().st_size for file in job.folder.iterdir() if file.is_file())
