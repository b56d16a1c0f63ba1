"""The files of ``lateswap swap``: read, solved, and written in one piece or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from config.projections import weights_or_none
from config.rules import detect_rules, load_rules
from models.files import (
    EASTERN,
    EntriesFile,
    Problem,
    Salaries,
    UnreadableFileError,
    drop_odd_salaries,
    merge_pools,
    read_box_scores,
    read_entries,
    read_news,
    read_payouts,
    read_projections,
    read_salaries,
    read_standings,
    slate_of,
    with_starts,
    write_entries,
)
from models.rules import SiteRules
from models.swap import SwapCase, SwapOptions, SwapOutcome, late_swap
from serve.commands.swap_text import summary

if TYPE_CHECKING:  # its compiled parts are loaded for money alone
    from models.outcomes import OutcomeModel

Read = TypeVar("Read")

FAILED = 1
"""Exit code where nothing could be solved because of the files given."""


class SwapFiles(NamedTuple):
    """Paths of everything given and everything asked for."""

    salaries: Path
    entries: Path
    out: Path
    projections: Path | None = None
    box_scores: Path | None = None
    news: Path | None = None
    standings: Path | None = None
    payouts: Mapping[str, Path] = MappingProxyType({})
    """Prize tables by contest id; the empty id is the contest that other files tell."""
    schedule: Path | None = None
    json: Path | None = None


class SwapRefusedError(Exception):
    """The command as given cannot be carried out; the message says why and what to do."""


def run_swap(files: SwapFiles, at: datetime, options: SwapOptions, rules_key: str = "") -> int:
    """Read, solve, write; the exit code. Nothing is written where anything fails."""
    began = time.perf_counter()
    try:
        _refuse_overwriting(files)
        case = read_case(files, at, options, rules_key)
        outcome = late_swap(case)
        players = {player.player_id: player for player in case.slate.players}
        written = write_entries(case.entries, outcome.lineups, players)
        report = msgspec.structs.replace(
            outcome.report, elapsed_s=round(time.perf_counter() - began, 3)
        )
        outcome = outcome._replace(report=report)
        write_whole(files.out, written)
        _write_report(files, case, outcome)
    except (UnreadableFileError, SwapRefusedError, ValueError) as fault:
        sys.stderr.write(f"lateswap swap: {fault}\n")
        return FAILED
    except OSError as fault:
        sys.stderr.write(f"lateswap swap: {fault.filename}: {fault.strerror}\n")
        return FAILED
    return 0


def _refuse_overwriting(files: SwapFiles) -> None:
    inputs = (*files._replace(out=files.entries, json=None), *files.payouts.values())
    given = {path.resolve() for path in inputs if isinstance(path, Path)}
    for target in (files.out, files.json):
        if target is not None and target.resolve() in given:
            raise SwapRefusedError(f"{target} is one of the input files; name another file")
    if files.json is not None and files.json.resolve() == files.out.resolve():
        raise SwapRefusedError("--json and --out name the same file; name two")


def read_case(
    files: SwapFiles, at: datetime, options: SwapOptions, rules_key: str = ""
) -> SwapCase:
    """Everything the files say. Raises UnreadableFileError, SwapRefusedError and OSError."""
    day = at.astimezone(EASTERN).date()
    salaries = read_salaries(files.salaries.read_bytes(), files.salaries.name, day)
    entries = read_entries(files.entries.read_bytes(), files.entries.name, day)
    rules = _rules_of(salaries, entries, rules_key)
    pool, problems = _pool_of(salaries, entries)
    pool = drop_odd_salaries(pool, rules)
    schedule = _given(files.schedule, read_salaries, day)
    slate = slate_of(with_starts(pool, schedule) if schedule else pool, rules)
    return SwapCase(
        at=at,
        slate=slate,
        rules=rules,
        entries=entries,
        options=options,
        projections=_given(files.projections, read_projections, slate.players),
        box_scores=_given(files.box_scores, read_box_scores),
        news=_given(files.news, read_news),
        standings=_given(files.standings, read_standings, rules.slot_names),
        payouts=_given(files.payouts.get(""), read_payouts),
        payouts_by_contest={
            contest: read_payouts(path.read_bytes(), path.name)
            for contest, path in files.payouts.items()
            if contest
        },
        outcome_model=_outcome_model(slate.sport) if options.objective == "money" else None,
        weights=weights_or_none(slate.sport),
        problems=(*pool.problems, *problems),
    )


def _given(path: Path | None, reader: Callable[..., Read], *more: object) -> Read | None:
    """What a reader makes of a file, if one is given."""
    return None if path is None else reader(path.read_bytes(), path.name, *more)


def _outcome_model(sport: str) -> OutcomeModel:
    from config.outcomes import load_outcome_model  # noqa: PLC0415 - brings the compiler

    try:
        return load_outcome_model(sport)
    except KeyError as fault:
        raise SwapRefusedError(f"{fault.args[0]}; use --objective points") from fault


def _rules_of(salaries: Salaries, entries: EntriesFile, key: str) -> SiteRules:
    if key:
        return _rules_named(key)
    if salaries.site != entries.site:
        raise SwapRefusedError(
            f"{salaries.file} is of {salaries.site}, {entries.file} of {entries.site}; "
            "give both of one site"
        )
    headers = dict.fromkeys(entry.slots for entry in entries.entries)
    for header in (*headers, ()):
        for rules in pool_rules(salaries, header):
            if _plays(rules, headers):
                return rules
            raise SwapRefusedError(
                f"{entries.file} has the slots {', '.join(next(iter(headers)))}, {salaries.file} "
                f"is of {rules.title}; give both files of one game type"
            )
    raise SwapRefusedError(
        f"{salaries.file}: no known game type has these positions and slots; name one by --rules"
    )


def _rules_named(key: str) -> SiteRules:
    try:
        return load_rules(key)
    except KeyError as fault:
        raise SwapRefusedError(str(fault.args[0])) from fault


def pool_rules(salaries: Salaries, header: Sequence[str]) -> Sequence[SiteRules]:
    return detect_rules(
        salaries.site,
        header=header,
        roster_slots={slot for p in salaries.players for slot in p.roster_slots},
        positions={position for p in salaries.players for position in p.positions},
        teams={p.team for p in salaries.players},
    )


def _plays(rules: SiteRules, headers: Collection[Sequence[str]]) -> bool:
    """Whether any of these lineups is one of the game type's, or there are none."""
    own = sorted(rules.slot_names)
    return not headers or any(sorted(header) == own for header in headers)


def _pool_of(salaries: Salaries, entries: EntriesFile) -> tuple[Salaries, tuple[Problem, ...]]:
    """The pool of the salary file with what the pool beside the entries knows of its players."""
    pool = entries.pool
    if pool is None:
        return salaries, ()
    known = {player.player_id for player in salaries.players}
    common = sum(player.player_id in known for player in pool.players)
    if 2 * common >= len(pool.players):
        return merge_pools(salaries, pool), ()
    message = (
        f"the player pool beside the entries is not that of {salaries.file}: only {common} of "
        f"{len(pool.players)} players are in both; give the salary file of the same slate"
    )
    return salaries, (Problem(entries.file, 0, message),)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it. Raises SwapRefusedError, OSError."""
    if not target.parent.is_dir():
        raise SwapRefusedError(f"{target.parent} is no folder; make it first")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write_report(files: SwapFiles, case: SwapCase, outcome: SwapOutcome) -> None:
    body = msgspec.json.format(msgspec.json.encode(outcome.report), indent=1) + b"\n"
    if files.json is None:
        sys.stdout.write(summary(case, outcome.report, str(files.out)))
    elif str(files.json) == "-":
        sys.stdout.write(body.decode())
    else:
        write_whole(files.json, body)
        sys.stdout.write(summary(case, outcome.report, str(files.out)))
