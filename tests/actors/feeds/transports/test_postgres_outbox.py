"""What an outbox promises when transactions commit out of order, and connections are killed."""
# ruff: noqa: PT012  # a connection is read until it ends

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest
from peers import PostgresPeer

from actors.feeds.transports.port import Beat, Frame, LinkFault
from actors.feeds.transports.postgres import PostgresOptions, PostgresTransport

asyncpg = pytest.importorskip("asyncpg", reason="asyncpg drives Postgres")


@pytest.fixture
async def outbox(clock, session):
    peer = PostgresPeer(clock, session)
    await peer.start()
    yield peer
    await peer.stop()


async def read(transport, seen: list[int], until: int, cursor: str = "") -> str:
    async with asyncio.timeout(60), aclosing(transport.signals(cursor)) as signals:
        async for signal in signals:
            if isinstance(signal, Frame):
                seen.append(json.loads(signal.body)["seq"])
                cursor = signal.cursor
            if len(seen) >= until:
                return cursor
    return cursor


async def test_a_row_committed_after_one_with_a_higher_id_is_not_lost(outbox):
    insert = f"INSERT INTO {outbox.table} (body) VALUES ($1)"
    slow = await asyncpg.connect(outbox.server.dsn)
    transaction = slow.transaction()
    await transaction.start()
    await slow.execute(insert, b'{"seq": 1}')
    await outbox.writer.execute(insert, b'{"seq": 2}')
    seen: list[int] = []
    reading = asyncio.create_task(read(outbox.transport(), seen, 2))
    await asyncio.sleep(0.3)
    before_commit = list(seen)
    await transaction.commit()
    await reading
    await slow.close()
    assert before_commit == []
    assert seen == [1, 2]


async def test_a_rolled_back_row_is_never_told(outbox):
    insert = f"INSERT INTO {outbox.table} (body) VALUES ($1)"
    with pytest.raises(RuntimeError):
        async with outbox.writer.transaction():
            await outbox.writer.execute(insert, b'{"seq": 1}')
            raise RuntimeError
    await outbox.writer.execute(insert, b'{"seq": 2}')
    seen: list[int] = []
    await read(outbox.transport(), seen, 1)
    assert seen == [2]


async def test_a_commit_is_told_at_once_and_not_at_the_next_check(outbox):
    options = PostgresOptions(
        dsn=outbox.server.dsn, table=outbox.table, channel=outbox.table, check_s=60.0
    )
    transport = PostgresTransport(options, outbox.clock)
    async with asyncio.timeout(60), aclosing(transport.signals()) as signals:
        assert isinstance(await anext(signals), Beat)
        assert isinstance(await anext(signals), Beat)
        await outbox.publish()
        while not isinstance(await anext(signals), Frame):
            pass


async def test_a_killed_backend_is_a_fault_and_the_cursor_goes_on(outbox):
    await outbox.publish(2)
    seen: list[int] = []
    cursor = await read(outbox.transport(), seen, 2)
    transport = outbox.transport()
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lateswap'"
    )
    with pytest.raises(LinkFault):
        async with asyncio.timeout(60), aclosing(transport.signals(cursor)) as signals:
            assert isinstance(await anext(signals), Beat)
            await outbox.writer.execute(kill)
            async for _ in signals:
                pass
    await outbox.publish()
    await read(outbox.transport(), seen, 3, cursor)
    assert seen == [1, 2, 3]


async def test_a_missing_table_is_refused_with_its_name(outbox):
    options = PostgresOptions(dsn=outbox.server.dsn, table="nowhere")
    with pytest.raises(LinkFault, match="nowhere") as fault:
        await read(PostgresTransport(options, outbox.clock), [], 1)
    assert fault.value.kind == "refused"


@pytest.mark.parametrize("name", ["a; DROP TABLE b", "A", "", "1a", "a.b.c"])
def test_names_that_are_no_identifiers_are_refused(name):
    with pytest.raises(ValueError, match="lower case"):
        PostgresOptions(dsn="", table=name)
