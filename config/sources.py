"""The sources file: which feeds are connected, how, how often, and with whose keys.

``config/sources.toml`` is read where no other file is given. Keys stand in the environment:
``${ODDS_API_KEY}`` in a value is replaced, and a source whose keys are not set is off. What stands
in single braces (``{game_pk}``) is known only for a game, a slate or a place: such a source is a
pattern, opened for each of them.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

Kind = Literal[
    "websocket",
    "gameday",
    "sse",
    "polling",
    "chunked",
    "lines",
    "ftp",
    "postgres",
    "redis-stream",
    "recorded-file",
]
_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_BLANK = re.compile(r"(?<!\$)\{([a-z][a-z0-9_]*)\}")
STAMP = "stamp"
"""A blank that the connection itself fills with the time, where its options say how."""
_SECRET_PLACES = frozenset({"params", "headers", "subscribe", "dsn", "user", "password"})
_WITH_PASSWORD = frozenset({"postgres", "redis-stream"})
"""Kinds whose address carries the password by custom; it is never recorded."""
SHIPPED = "sources.toml"


class SourcesError(ValueError):
    """The sources cannot be used: file, source, field and remedy."""

    def __init__(self, file: str, place: str, message: str) -> None:
        super().__init__(file, place, message)
        self.file = file
        self.place = place
        self.message = message

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.place}: {self.message}"
            if self.place
            else (f"{self.file}: {self.message}")
        )


class ConnectionSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One way to a feed. ``options`` are those of its kind (``docs/sources.md``)."""

    kind: Kind
    cursor_space: str = ""
    """Connections of one source with the same word understand each other's cursors."""
    options: dict[str, Any] = {}


class BudgetSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the provider allows; sources with the same provider and key share it."""

    provider: str
    key: str = ""
    """``${NAME}`` of the key whose use is counted; empty: this machine's own address."""
    quota: int = 0
    period: Literal["day", "month"] = "day"
    zone: str = "UTC"
    rate: int = 0
    window_s: float = 60.0
    left_header: str = ""


class TimesSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds between two requests: no lock within a day; day; last 3 h, 90 min, 15 min; live."""

    idle: float = 3600.0
    day: float = 300.0
    near: float = 60.0
    close: float = 30.0
    last: float = 10.0
    live: float = 30.0


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed: its adapter, and its connections, the best first."""

    name: str
    adapter: str
    """Name of a feed adapter: ``lateswap feeds list``."""
    connections: tuple[ConnectionSpec, ...]
    sport: str = ""
    priority: int = 5
    """1 (asked first) to 10, among sources that tell the same."""
    enabled: bool = True
    times: TimesSpec = TimesSpec()
    budget: BudgetSpec | None = None
    record: bool = True
    """Keep raw frames, so that the night can be played again."""
    note: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the environment's variables that it reads."""
        return _found(_VARIABLE, msgspec.to_builtins(self))

    @property
    def blanks(self) -> tuple[str, ...]:
        """What must be known to open it: ``game_pk``; nothing for a source that just is."""
        named = (_blanks(connection.options) for connection in self.connections)
        return tuple(sorted({name for names in named for name in names}))


class Sources(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole sources file."""

    contact: str
    """Web address or mail in our user agent: ESPN and weather.gov refuse those without."""
    source: tuple[SourceSpec, ...] = ()

    def ready(self, environment: Mapping[str, str] = os.environ) -> tuple[SourceSpec, ...]:
        """Sources that are on, whose keys are set, and that need no further blanks, by priority."""
        return tuple(s for s in self._usable(environment) if not s.blanks)

    def patterns(self, environment: Mapping[str, str] = os.environ) -> tuple[SourceSpec, ...]:
        """Sources that are on, whose keys are set, to be opened for each game or place."""
        return tuple(s for s in self._usable(environment) if s.blanks)

    def _usable(self, environment: Mapping[str, str]) -> list[SourceSpec]:
        usable = [s for s in self.source if s.enabled and not missing(s, environment)]
        return sorted(usable, key=lambda source: source.priority)


def missing(source: SourceSpec, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Variables that the source needs and that are not set."""
    return tuple(name for name in source.needs if not environment.get(name))


def load_sources(path: Path | None = None) -> Sources:
    """Read a sources file, or the shipped one. Raises SourcesError."""
    if path is None:
        return parse_sources(files("config").joinpath(SHIPPED).read_bytes(), SHIPPED)
    try:
        return parse_sources(path.read_bytes(), str(path))
    except OSError as fault:
        raise SourcesError(str(path), "", f"cannot be read: {fault.strerror}") from fault


def parse_sources(content: bytes, file: str) -> Sources:
    """Decode and check a sources file. Raises SourcesError naming source and field."""
    try:
        sources = msgspec.convert(tomllib.loads(content.decode()), Sources)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SourcesError(file, "", str(fault)) from fault
    except msgspec.ValidationError as fault:
        message, _, place = str(fault).partition(" - at `$.")
        raise SourcesError(file, place.rstrip("`"), message) from fault
    for place, wrong in _faults(sources):
        raise SourcesError(file, place, wrong)
    return sources


def _faults(sources: Sources) -> Iterator[tuple[str, str]]:
    if not sources.contact.strip():
        yield "contact", "is empty; give a web address or mail, or feeds will refuse us"
    names: set[str] = set()
    for source in sources.source:
        place = f"source {source.name!r}"
        if source.name in names:
            yield place, "the name stands twice"
        names.add(source.name)
        yield from ((place, wrong) for wrong in _wrong(source))


def _wrong(source: SourceSpec) -> Iterator[str]:
    if not source.connections:
        yield "has no connections; give at least one"
    if not 1 <= source.priority <= 10:
        yield f"priority {source.priority} is not from 1 to 10"
    if any(seconds <= 0 for seconds in msgspec.structs.astuple(source.times)):
        yield "times must be positive seconds"
    for number, connection in enumerate(source.connections):
        exposed = _exposed(connection)
        if exposed:
            yield f"connections[{number}].{exposed} holds a key; put it into params or headers"


def _exposed(connection: ConnectionSpec) -> str:
    """The first option that would carry a key into records and messages."""
    allowed = _SECRET_PLACES | ({"url"} if connection.kind in _WITH_PASSWORD else set())
    return next(
        (
            name
            for name, value in connection.options.items()
            if name not in allowed and _found(_VARIABLE, value)
        ),
        "",
    )


def _blanks(options: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(n for n in _found(_BLANK, options) if n != STAMP or STAMP not in options)


def _found(pattern: re.Pattern[str], value: Any) -> tuple[str, ...]:
    return tuple(sorted({name for text in _texts(value) for name in pattern.findall(text)}))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for held in value.values():
                yield from _texts(held)
        case list() | tuple():
            for held in value:
                yield from _texts(held)
        case _:
            pass


def filled(value: Any, environment: Mapping[str, str], blanks: Mapping[str, str]) -> Any:
    """A value with variables and blanks replaced. Raises KeyError for one that is not given.

    >>> filled({"key": "${A_KEY}", "at": "{lat}"}, {"A_KEY": "s"}, {"lat": "42.36"})
    {'key': 's', 'at': '42.36'}
    """
    match value:
        case str():
            text = _BLANK.sub(lambda found: blanks[found[1]], value)
            return _VARIABLE.sub(lambda found: environment[found[1]], text)
        case dict():
            return {name: filled(held, environment, blanks) for name, held in value.items()}
        case list() | tuple():
            return [filled(held, environment, blanks) for held in value]
        case _:
            return value
