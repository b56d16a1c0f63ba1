"""Appends that wait together travel together, and each gets its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from actors.log.commit import CHUNK, GroupCommit, Write
from actors.log.errors import LogClosed
from actors.log.port import Record


class _Store:
    """Takes every first event id for new, and can be held back."""

    def __init__(self) -> None:
        self.trips: list[list[tuple[str, list[str]]]] = []
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self._seen: dict[str, bytes] = {}

    async def send(self, writes: Sequence[Write]) -> list[Any]:
        self.trips.append([(w.partition, [r.event_id for r in w.records]) for w in writes])
        self.asked.set()
        await self.open.wait()
        return [self._reply(write) for write in writes]

    def _reply(self, write: Write) -> Any:
        if write.partition == "broken":
            return RuntimeError("no such partition")
        offsets, duplicates = [], []
        for place, record in enumerate(write.records):
            if record.event_id in self._seen:
                duplicates.append(place)
            offsets.append(self._seen.setdefault(record.event_id, b"%d" % len(self._seen)))
        return offsets, duplicates


def _records(*names: str) -> list[Record]:
    return [Record(name, b"") for name in names]


async def _submitted(group: GroupCommit, *appends: tuple[str, list[Record]]) -> list[Any]:
    tasks = [asyncio.create_task(group.submit(*append)) for append in appends]
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_appends_to_a_partition_that_wait_together_are_one_write() -> None:
    store = _Store()
    group = GroupCommit(store.send)
    answers = await _submitted(
        group, ("a", _records("1", "2")), ("b", _records("3")), ("a", _records("2", "4"))
    )
    assert store.trips == [[("a", ["1", "2", "2", "4"]), ("b", ["3"])]]
    assert answers == [([b"0", b"1"], []), ([b"3"], []), ([b"1", b"2"], [0])]


async def test_what_comes_during_a_round_trip_shares_the_next() -> None:
    store = _Store()
    store.open.clear()
    group = GroupCommit(store.send)
    first = asyncio.create_task(group.submit("a", _records("1")))
    await store.asked.wait()
    later = [asyncio.create_task(group.submit("a", _records(f"{n}"))) for n in range(2, 5)]
    await asyncio.sleep(0)
    store.open.set()
    await asyncio.gather(first, *later)
    assert store.trips == [[("a", ["1"])], [("a", ["2", "3", "4"])]]


async def test_no_write_grows_beyond_what_a_script_can_take() -> None:
    store = _Store()
    half = CHUNK // 2 + 1
    appends = [("a", _records(*(f"{n}-{i}" for i in range(half)))) for n in range(3)]
    await _submitted(GroupCommit(store.send), *appends)
    assert [len(names) for _, names in store.trips[0]] == [half] * 3


async def test_an_error_reaches_only_those_whose_write_it_was() -> None:
    store = _Store()
    group = GroupCommit(store.send)
    good, bad = await _submitted(group, ("a", _records("1")), ("broken", _records("2")))
    assert good == ([b"0"], [])
    assert isinstance(bad, RuntimeError)


async def test_a_broken_round_trip_reaches_everybody_and_the_next_one_works() -> None:
    store = _Store()
    broken = True

    async def send(writes: Sequence[Write]) -> list[Any]:
        if broken:
            raise ConnectionError("cut")
        return await store.send(writes)

    group = GroupCommit(send)
    answers = await _submitted(group, ("a", _records("1")), ("b", _records("2")))
    assert [type(answer) for answer in answers] == [ConnectionError, ConnectionError]
    broken = False
    assert await group.submit("a", _records("1")) == ([b"0"], [])


async def test_what_nobody_waits_for_any_more_is_not_sent() -> None:
    store = _Store()
    store.open.clear()
    group = GroupCommit(store.send)
    first = asyncio.create_task(group.submit("a", _records("1")))
    await store.asked.wait()
    given_up = asyncio.create_task(group.submit("a", _records("2")))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    store.open.set()
    await first
    await group.submit("a", _records("3"))
    assert store.trips == [[("a", ["1"])], [("a", ["3"])]]


async def test_closing_finishes_what_was_submitted_and_refuses_more() -> None:
    store = _Store()
    group = GroupCommit(store.send)
    task = asyncio.create_task(group.submit("a", _records("1")))
    await asyncio.sleep(0)
    await group.close()
    assert await task == ([b"0"], [])
    with pytest.raises(LogClosed):
        await group.submit("a", _records("2"))
