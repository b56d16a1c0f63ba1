"""The sources of ``lateswap run --live``: read, told which are off and why, and connected."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from config.sources import Sources, SourcesError, SourceSpec, load_sources, missing
from models.addresses import is_fillable
from serve.nights import KeptNight
from serve.stack import Stack

RECORDS = "records"


def check_sources(file: Path) -> Sources:
    """Read a sources file; raises SourcesError naming source, field and remedy."""
    from actors.live_connection import adapter_named  # noqa: PLC0415 - brings every adapter

    sources = load_sources(file)
    for source in sources.source:
        try:
            adapter_named(source.adapter)
        except SourcesError as error:
            raise SourcesError(str(file), f"source {source.name!r}", error.message) from error
    return sources


def connect_sources(stack: Stack, night: KeptNight, say: Callable[[str], None]) -> None:
    """Connect every source that is ready; say which are not, and why."""
    from actors.live_plan import LivePlan  # noqa: PLC0415 - brings every connection kind

    sources = check_sources(Path(night.sources))
    ready = sources.ready(os.environ)
    patterns = tuple(p for p in sources.patterns(os.environ) if all(map(is_fillable, p.blanks)))
    off = reasons_off(sources, os.environ)
    needed = {name for source in (*ready, *patterns) for name in source.needs}
    stack.connect(
        LivePlan(
            contact=sources.contact,
            sources=ready,
            patterns=patterns,
            off=off,
            environment={name: os.environ[name] for name in needed},
            redis_url=stack.redis_url,
            prefix=stack.settings.key_prefix,
            records=str((stack.run_dir / RECORDS).resolve()),
        )
    )
    say(f"{len(ready)} sources: {', '.join(s.name for s in ready) or 'none is ready'}")
    for name, why in off.items():
        waits = any(pattern.name == name for pattern in patterns)
        say(f"  {'waits' if waits else 'off'}: {name}: {why}")


def reasons_off(sources: Sources, environment: Mapping[str, str]) -> dict[str, str]:
    """Sources of the file that are not connected, by name, each with the reason."""
    ready = {source.name for source in sources.ready(environment)}
    return {s.name: _why_off(s, environment) for s in sources.source if s.name not in ready}


def _why_off(source: SourceSpec, environment: Mapping[str, str]) -> str:
    if not source.enabled:
        return source.note or "enabled = false in the sources file"
    lacking = missing(source, environment)
    if lacking:
        return f"{', '.join(lacking)} is not set in the environment"
    unknown = [blank for blank in source.blanks if not is_fillable(blank)]
    if unknown:
        return f"nobody fills {', '.join(unknown)}: write it into a copy of the sources file"
    return f"opened for each game that is followed: {', '.join(source.blanks)}"
