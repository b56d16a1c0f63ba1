"""Postgres: rows of an outbox table in the order of their transactions, woken by NOTIFY.

NOTIFY has no memory, so it only wakes; what is told is what the table holds after the cursor. Ids
of a sequence are drawn before commit: a row with a lower id may appear after one with a higher id,
and reading "id greater than the last" would lose it. So rows are ordered by transaction, and told
once no transaction that began earlier can still commit.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, suppress
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol

import msgspec

from actors.feeds.timing import Clock
from actors.feeds.transports.http import REFUSED_WAIT_S
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}(\.[a-z_][a-z0-9_]{0,62})?")
_UNSETTLED_S = 0.1
"""Between two looks while an earlier transaction is still open."""
_GOODBYE_S = 1.0


class PostgresOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which outbox is read."""

    dsn: str
    """``postgresql://user:password@host/database?sslmode=verify-full``."""
    table: str = "lateswap_outbox"
    channel: str = "lateswap_outbox"
    check_s: float = 30.0
    """Between two questions on a quiet line: a killed server says nothing."""
    timeout_s: float = 5.0
    count: int = 200

    def __post_init__(self) -> None:
        """Refuse names that are no plain identifiers: they stand in statements."""
        for name in (self.table, self.channel):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r}: write table and channel in lower case, a to z, 0-9, _")


def outbox_statements(options: PostgresOptions) -> str:
    """What the owner of the database runs once; writers then insert into ``body``."""
    table, channel = options.table, options.channel
    function = f"{table}_told"
    return f"""
CREATE TABLE IF NOT EXISTS {table} (
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint GENERATED ALWAYS AS IDENTITY,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tx, id)
);
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('{channel}', ''); RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER told AFTER INSERT ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""


class _Connection(Protocol):
    """What is used of an asyncpg connection."""

    async def add_listener(self, channel: str, callback: Callable[..., None]) -> None: ...
    def add_termination_listener(self, callback: Callable[..., None]) -> None: ...
    async def fetch(self, query: str, *args: Any) -> Sequence[Mapping[str, Any]]: ...
    async def close(self, *, timeout: float) -> None: ...  # noqa: ASYNC109  # asyncpg's own
    def terminate(self) -> None: ...


class PostgresTransport:
    """Listens on a connection of its own, never one of a pool."""

    kind = "postgres"

    def __init__(
        self, options: PostgresOptions, clock: Clock, *, cursor_space: str = "postgres"
    ) -> None:
        self.cursor_space = cursor_space
        self.silence_s: float | None = options.check_s + 2 * options.timeout_s
        self._options = options
        self._clock = clock
        self._connection: _Connection | None = None

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """Rows after the cursor (``transaction:id``), in the order in which they were settled."""
        began = self._clock.now()
        with _telling_faults(self._options.table):
            connection = self._connection = await self._connect()
            try:
                woken = await self._listen(connection)
                await connection.fetch("SELECT 1")
                yield Beat(self._clock.utc(), latency_ms=(self._clock.now() - began) * 1000.0)
                async with aclosing(self._read(connection, woken, cursor)) as signals:
                    async for signal in signals:
                        yield signal
            finally:
                await _leave(connection)

    def hasten(self) -> None:
        """The listener is woken by the commit itself."""

    async def close(self) -> None:
        """Drop the connection."""
        if self._connection is not None:
            await _leave(self._connection)

    async def _connect(self) -> _Connection:
        options = self._options
        connection: _Connection = await _driver().connect(
            options.dsn,
            timeout=options.timeout_s,
            command_timeout=options.timeout_s,
            server_settings={"application_name": "lateswap"},
        )
        return connection

    async def _listen(self, connection: _Connection) -> asyncio.Event:
        """An event that is set by every commit, and by the end of the connection."""
        woken = asyncio.Event()
        await connection.add_listener(self._options.channel, lambda *_: woken.set())
        connection.add_termination_listener(lambda *_: woken.set())
        return woken

    async def _read(
        self, connection: _Connection, woken: asyncio.Event, cursor: str
    ) -> AsyncGenerator[Signal]:
        while True:
            woken.clear()
            rows = await self._rows(connection, cursor)
            now = self._clock.utc()
            settled = [row for row in rows if row["settled"]]
            for row in settled:
                cursor = f"{row['tx']}:{row['id']}"
                yield self._frame(row, cursor, now)
            if not settled:
                yield Beat(now)
            if len(settled) < self._options.count:
                unsettled = len(settled) < len(rows)
                await self._pause(woken, _UNSETTLED_S if unsettled else self._options.check_s)

    async def _pause(self, woken: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), seconds)

    async def _rows(self, connection: _Connection, cursor: str) -> Sequence[Mapping[str, Any]]:
        tx, _, row_id = cursor.partition(":")
        plain = tx.isdecimal() and row_id.isdecimal()
        return await connection.fetch(
            "SELECT tx::text AS tx, id, body,"  # noqa: S608  # the name was checked
            " tx < pg_snapshot_xmin(pg_current_snapshot()) AS settled"
            f" FROM {self._options.table} WHERE (tx, id) > ($1::text::xid8, $2::bigint)"
            " ORDER BY tx, id LIMIT $3",
            tx if plain else "0",
            int(row_id) if plain else 0,
            self._options.count,
        )

    def _frame(self, row: Mapping[str, Any], cursor: str, now: datetime) -> Frame:
        return Frame(bytes(row["body"]), now, cursor=cursor, url=f"postgres:{self._options.table}")


def _driver() -> Any:
    """The driver, loaded when a database is first read."""
    return import_module("asyncpg")


async def _leave(connection: _Connection) -> None:
    try:
        await connection.close(timeout=_GOODBYE_S)
    except Exception:  # noqa: BLE001  # the driver raises many kinds; it is over anyway
        connection.terminate()


@contextmanager
def _telling_faults(table: str) -> Iterator[None]:
    """Turn what the driver raises into a LinkFault that names the table."""
    driver = _driver()
    never = (
        driver.InvalidAuthorizationSpecificationError,
        driver.InvalidCatalogNameError,
        driver.InsufficientPrivilegeError,
        driver.UndefinedTableError,
        driver.UndefinedColumnError,
    )
    # InternalClientError: the driver was busy with the connection when the server ended it.
    lost = (driver.PostgresError, driver.InterfaceError, driver.InternalClientError)
    try:
        yield
    except never as error:
        what = f"postgres outbox {table}: {error}"
        raise LinkFault("refused", what, wait_s=REFUSED_WAIT_S) from error
    except TimeoutError as error:
        raise LinkFault("silent", f"postgres outbox {table}: no answer in time") from error
    except (*lost, OSError) as error:
        raise LinkFault("lost", f"postgres outbox {table}: {error}") from error
