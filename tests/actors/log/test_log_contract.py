"""What every event log promises, run over all of them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.lake.recorded import RecordedLog
from actors.log.embedded import EmbeddedRedis
from actors.log.errors import InvalidOffset, LogClosed, OffsetTrimmed, WrongEpoch
from actors.log.memory import MemoryLog
from actors.log.offsets import BEGINNING, offset_key, offset_text
from actors.log.port import SYSTEM, Aside, EventLog, Lag, Logged, Record, Saved
from actors.log.redis import LogOptions, RedisLog

OpenLog = Callable[[], EventLog]

LIMIT_S = 20
"""A wait that would never end fails the test instead."""


@pytest.fixture(params=["memory", "redis", "system_redis", "valkey", "secured", "recorded"])
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> OpenLog:
    """Opens a new, empty log."""
    if request.param == "memory":
        return MemoryLog
    if request.param == "recorded":
        return lambda: RecordedLog(tmp_path / secrets.token_hex(6))
    server = request.getfixturevalue(request.param)
    begin = getattr(server, "prefix", "t-")
    return lambda: RedisLog(server.url, LogOptions(prefix=f"{begin}{secrets.token_hex(6)}"))


@pytest.fixture
async def log(open_log: OpenLog) -> AsyncIterator[EventLog]:
    async with _closing(open_log) as opened:
        yield opened


@asynccontextmanager
async def _closing(open_log: OpenLog) -> AsyncIterator[EventLog]:
    opened = open_log()
    try:
        yield opened
    finally:
        await opened.close()


def _records(*names: str) -> list[Record]:
    return [Record(name, f"body of {name}".encode()) for name in names]


def _names(events: Sequence[Logged]) -> list[str]:
    return [event.event_id for event in events]


async def _rest(
    log: EventLog, after: str, partitions: Sequence[str] | None = None, count: int = 512
) -> list[Logged]:
    """Everything after an offset, read on until nothing comes."""
    found: list[Logged] = []
    while events := await log.read(after, partitions, count=count):
        found += events
        after = events[-1].offset
    return found


async def test_an_empty_log_has_one_partition_and_an_offset_to_wait_at(log: EventLog) -> None:
    assert await log.partitions() == (SYSTEM,)
    assert await log.read() == []
    last = await log.last_offset()
    assert offset_key(last) == (await log.epoch(), 0)
    assert await log.first_offset() == last
    assert await log.read(last) == []


async def test_events_come_back_as_they_went_in(log: EventLog) -> None:
    body = bytes(range(256))
    appended = await log.append("nba-1", [Record("é 1", body), Record("two\r\n", b"")])
    assert await log.read() == [
        Logged(appended.offsets[0], "é 1", body, "nba-1"),
        Logged(appended.offsets[1], "two\r\n", b"", "nba-1"),
    ]
    assert await log.last_offset() == appended.offsets[1]
    assert await log.first_offset() == appended.offsets[0]


async def test_offsets_rise_over_all_partitions(log: EventLog) -> None:
    given_out: list[str] = []
    for number in range(12):
        names = [f"{number}-{place}" for place in range(1 + number % 3)]
        appended = await log.append(f"slate-{number % 4}", _records(*names))
        given_out += appended.offsets
    keys = [offset_key(offset) for offset in given_out]
    assert keys == sorted(set(keys))
    assert [event.offset for event in await log.read()] == given_out


async def test_a_repeated_event_keeps_its_first_place(log: EventLog) -> None:
    first = await log.append("a", _records("x", "y"))
    again = await log.append("a", _records("z", "y", "x"))
    elsewhere = await log.append("b", _records("x"))
    assert again.duplicates == (1, 2)
    assert again.offsets[1:] == (first.offsets[1], first.offsets[0])
    assert elsewhere.offsets == first.offsets[:1]
    assert elsewhere.duplicates == (0,)
    assert _names(await log.read()) == ["x", "y", "z"]


async def test_an_event_twice_in_one_append_is_stored_once(log: EventLog) -> None:
    appended = await log.append("a", [Record("x", b"1"), Record("y", b"2"), Record("x", b"3")])
    assert appended.duplicates == (2,)
    assert appended.offsets[2] == appended.offsets[0]
    assert [(event.event_id, event.body) for event in await log.read()] == [
        ("x", b"1"),
        ("y", b"2"),
    ]


async def test_appending_nothing_changes_nothing(log: EventLog) -> None:
    assert await log.append("a", []) == await log.append("b", ())
    assert await log.partitions() == (SYSTEM,)


async def test_a_large_append_keeps_its_order_and_finds_its_duplicates(log: EventLog) -> None:
    names = [f"n{number}" for number in range(2500)]
    assert (await log.append("a", _records(*names))).duplicates == ()
    again = await log.append("a", _records("new", *names))
    assert again.duplicates == tuple(range(1, 2501))
    assert _names(await _rest(log, BEGINNING)) == [*names, "new"]


async def test_nameless_records_and_partitions_are_refused(log: EventLog) -> None:
    with pytest.raises(ValueError, match="event id"):
        await log.append("a", [Record("", b"")])
    with pytest.raises(ValueError, match="partition"):
        await log.append("", _records("x"))
    with pytest.raises(ValueError, match="partition"):
        await log.read(partitions=())


async def test_resuming_at_any_offset_gives_exactly_the_rest(log: EventLog) -> None:
    names = map(str, itertools.count())
    for size in (3, 1, 4, 2, 5):
        for partition in ("a", "b", SYSTEM):
            await log.append(partition, _records(*itertools.islice(names, size)))
    everything = await log.read()
    assert len(everything) == 45
    for count in (1, 3, 512):
        for place, event in enumerate(everything):
            assert await _rest(log, event.offset, count=count) == everything[place + 1 :]
        assert await _rest(log, BEGINNING, count=count) == everything


async def test_one_partition_can_be_followed_alone(log: EventLog) -> None:
    for number in range(6):
        await log.append("ab"[number % 2], _records(f"{number}"))
    assert _names(await log.read(partitions=["b"])) == ["1", "3", "5"]
    assert _names(await _rest(log, BEGINNING, ["b", "a"], count=1)) == list("012345")
    assert await log.read(partitions=["nobody"]) == []


async def test_a_waiting_reader_wakes_at_the_next_append(log: EventLog) -> None:
    await log.append("a", _records("old"))
    waiting = asyncio.create_task(log.read(await log.last_offset(), block_ms=LIMIT_S * 1000))
    await _has_begun(waiting)
    await log.append("a", _records("new", "newer"))
    assert _names(await asyncio.wait_for(waiting, LIMIT_S)) == ["new", "newer"]


async def test_a_waiting_reader_of_all_hears_of_a_new_partition(log: EventLog) -> None:
    await log.append("a", _records("old"))
    waiting = asyncio.create_task(log.read(await log.last_offset(), block_ms=LIMIT_S * 1000))
    await _has_begun(waiting)
    await log.append("newborn", _records("first"))
    (event,) = await asyncio.wait_for(waiting, LIMIT_S)
    assert (event.event_id, event.partition) == ("first", "newborn")


async def test_a_waiting_reader_of_one_partition_wakes_at_its_birth(log: EventLog) -> None:
    waiting = asyncio.create_task(log.read(partitions=["later"], block_ms=LIMIT_S * 1000))
    await _has_begun(waiting)
    await log.append("other", _records("no"))
    await log.append("later", _records("yes"))
    assert _names(await asyncio.wait_for(waiting, LIMIT_S)) == ["yes"]


async def test_a_wait_for_nothing_ends_in_time(log: EventLog) -> None:
    begun = asyncio.get_running_loop().time()
    assert await log.read(await log.last_offset(), block_ms=60) == []
    assert 0.05 <= asyncio.get_running_loop().time() - begun < LIMIT_S


async def test_a_cancelled_wait_harms_nobody(log: EventLog) -> None:
    waiting = asyncio.create_task(log.read(await log.last_offset(), block_ms=LIMIT_S * 1000))
    await _has_begun(waiting)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await log.append("a", _records("x"))
    assert _names(await log.read()) == ["x"]


async def test_a_cancellation_that_the_client_swallows_still_ends_the_wait(
    redis: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = RedisLog(redis.url, LogOptions(prefix=f"t-{secrets.token_hex(6)}"))
    fetch, swallowed = log._reader._fetch, []
    asking = asyncio.Event()

    async def swallowing(*asked):
        asking.set()
        try:
            found = await fetch(*asked)  # the client itself swallows one while it connects
        except asyncio.CancelledError:
            found = await fetch(*asked[:-1], 0)
        swallowed.append(asyncio.current_task().cancelling())
        return found

    monkeypatch.setattr(log._reader, "_fetch", swallowing)
    after = await log.last_offset()
    waiting = asyncio.create_task(log.read(after, block_ms=LIMIT_S * 1000))
    await asking.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.shield(waiting), LIMIT_S)
    assert swallowed[-1]
    await log.close()


async def test_a_reader_that_waits_through_births_misses_nothing(log: EventLog) -> None:
    """Readers follow all while writers open new partitions and fill old ones."""
    total = 300
    readers = [
        asyncio.create_task(_follow(log, total, count)) for count in (1, 7, 512) for _ in range(2)
    ]
    await asyncio.gather(*(_write(log, writer, total // 3) for writer in range(3)))
    seen = await asyncio.wait_for(asyncio.gather(*readers), LIMIT_S)
    everything = await _rest(log, BEGINNING)
    assert len(everything) == total
    assert all(events == everything for events in seen)
    keys = [offset_key(event.offset) for event in everything]
    assert keys == sorted(set(keys))


async def _follow(log: EventLog, total: int, count: int) -> list[Logged]:
    events: list[Logged] = []
    while len(events) < total:
        after = events[-1].offset if events else BEGINNING
        events += await log.read(after, count=count, block_ms=LIMIT_S * 1000)
    return events


async def _write(log: EventLog, writer: int, total: int) -> None:
    for number in range(0, total, 2):
        partition = f"slate-{(number * 7 + writer) % 23}"
        await log.append(partition, _records(f"{writer}-{number}", f"{writer}-{number + 1}"))


async def test_concurrent_appends_of_the_same_event_store_it_once(log: EventLog) -> None:
    appended = await asyncio.gather(*(log.append(f"p{n % 5}", _records("same")) for n in range(40)))
    assert len({answer.offsets for answer in appended}) == 1
    assert sum(not answer.duplicates for answer in appended) == 1
    assert _names(await log.read()) == ["same"]


async def test_trimming_drops_whole_batches_and_tells_who_comes_too_late(log: EventLog) -> None:
    first = await log.append("a", _records("1", "2"))
    await log.append("b", _records("3"))
    second = await log.append("a", _records("4", "5"))
    third = await log.append("a", _records("6"))
    assert await log.trim("a", second.offsets[0]) == 1
    assert _names(await log.read()) == ["3", "4", "5", "6"]
    assert _names(await log.read(first.offsets[1])) == ["3", "4", "5", "6"]
    with pytest.raises(OffsetTrimmed) as caught:
        await log.read(first.offsets[0])
    assert (caught.value.offset, caught.value.partition) == (first.offsets[0], "a")
    assert caught.value.floor == first.offsets[1]
    assert _names(await log.read(first.offsets[0], ["b"])) == ["3"]
    assert await log.trim("a", third.offsets[0]) == 2
    assert await log.trim("a", third.offsets[0]) == 0
    assert _names(await log.read()) == ["3"]
    assert await log.last_offset() == third.offsets[0]


async def test_what_was_trimmed_everywhere_leaves_the_last_offset(log: EventLog) -> None:
    appended = await log.append(SYSTEM, _records("1", "2"))
    await log.trim(SYSTEM, appended.offsets[1])
    assert await log.read() == []
    assert await log.first_offset() == await log.last_offset() == appended.offsets[1]
    await log.append("fresh", _records("3"))
    assert _names(await log.read()) == _names(await log.read(appended.offsets[1])) == ["3"]


async def test_a_reader_finds_what_it_saved_last(log: EventLog) -> None:
    assert await log.saved("slate:1") is None
    offset = (await log.append("a", _records("1", "2"))).offsets[1]
    await log.save("slate:1", Saved(BEGINNING, ("a",), b"old"))
    await log.save("slate:1", Saved(offset, ("a",), bytes(range(256))))
    await log.save("archive", Saved(offset, None))
    assert await log.saved("slate:1") == Saved(offset, ("a",), bytes(range(256)))
    assert await log.saved("archive") == Saved(offset, None, b"")
    await log.forget("slate:1")
    assert await log.saved("slate:1") is None
    assert list(await log.lags()) == ["archive"]


async def test_what_follows_from_events_that_are_gone_is_not_stored(log: EventLog) -> None:
    first = (await log.append("a", _records("1"))).offsets[0]
    assert (await log.append("b", _records("2"), since=first)).duplicates == ()
    epoch, last = offset_key(await log.last_offset())
    for gone in ((epoch, last + 1), (epoch - 1, 1)):
        with pytest.raises(WrongEpoch):
            await log.append("b", _records("3"), since=offset_text(gone))
    again = (log.append("b", _records(str(n)), since=first if n % 2 else BEGINNING) for n in (3, 4))
    await asyncio.gather(*again)
    assert sorted(_names(await log.read())) == ["1", "2", "3", "4"]


async def test_other_records_take_the_place_of_stored_ones(log: EventLog) -> None:
    await log.append("a", _records("1", "2", "3"))
    await log.append("b", _records("4"))
    await log.append("a", _records(*(f"n{n}" for n in range(450))))
    await log.trim("a", (await log.read(count=1))[2].offset)
    before = await _rest(log, BEGINNING)
    old = [event for event in before if event.event_id in {"4", "n7", "n449"}]
    new = [Record("gone 1", b""), Record("n7", b"other"), Record("gone 2", bytes(range(256)))]
    changes = dict(zip((event.offset for event in old), new, strict=True))
    await log.replace(list(zip(old, new, strict=True)))
    after = await _rest(log, BEGINNING)
    assert after == [
        Logged(e.offset, changes[e.offset].event_id, changes[e.offset].body, e.partition)
        if e.offset in changes
        else e
        for e in before
    ]
    for place in (0, 7, 450):
        assert await _rest(log, before[place].offset) == after[place + 1 :]
    assert (await log.append("a", _records("n7"))).duplicates == (0,)
    assert (await log.append("a", _records("n449", "later"))).duplicates == ()
    assert _names(await _rest(log, before[-1].offset)) == ["n449", "later"]


async def test_what_a_reader_sets_aside_is_kept_once_until_it_is_forgotten(log: EventLog) -> None:
    offsets = (await log.append("a", _records("1", "2"))).offsets
    first, second = (
        Aside("slate:a", offset, name, "ValueError: no", bytes(range(256)))
        for name, offset in zip("12", offsets, strict=True)
    )
    other = Aside("contest:a", offsets[0], "1", "KeyError", b"")
    for aside in (second, first, other, first):
        await log.set_aside(aside)
    assert await log.aside() == [other, first, second]
    await log.forget("slate:a")
    assert await log.aside() == [other]


async def test_lag_counts_the_events_that_a_reader_has_not_saved(log: EventLog) -> None:
    first = await log.append("a", _records("1", "2", "3"))
    await log.append("b", _records("4", "5"))
    await log.append("a", _records("6"))
    readers = {"new": (BEGINNING, None), "in a batch": (first.offsets[1], None)}
    readers |= {"of one": (first.offsets[1], ("a",)), "of none": (BEGINNING, ("nobody",))}
    readers["done"] = (await log.last_offset(), None)
    for name, (offset, partitions) in readers.items():
        await log.save(name, Saved(offset, partitions, b"state"))
    counted = {name: lag.events for name, lag in (await log.lags()).items()}
    assert counted == {"new": 6, "in a batch": 4, "of one": 2, "of none": 0, "done": 0}
    await log.append("b", _records(*(f"more {n}" for n in range(1200))))
    assert (await log.lags())["done"] == Lag(readers["done"][0], 1200)


async def test_lag_tells_whose_events_are_no_longer_retained(log: EventLog) -> None:
    offsets = [(await log.append("a", _records(str(n)))).offsets[0] for n in range(4)]
    await log.save("slow", Saved(offsets[0], ("a",)))
    await log.save("elsewhere", Saved(offsets[0], ("b",)))
    await log.save("quick", Saved(offsets[2], None))
    await log.trim("a", offsets[1])
    assert await log.lags() == {
        "slow": Lag(offsets[0], 2, trimmed=True),
        "elsewhere": Lag(offsets[0], 0),
        "quick": Lag(offsets[2], 1),
    }


async def test_offsets_of_another_log_or_the_future_are_refused(log: EventLog) -> None:
    await log.append("a", _records("1"))
    epoch, last = offset_key(await log.last_offset())
    for foreign in ((epoch, last + 1), (epoch - 1, 1), (epoch + 1, 0)):
        with pytest.raises(WrongEpoch) as caught:
            await log.read(offset_text(foreign), block_ms=LIMIT_S * 1000)
        assert caught.value.offset == offset_text(foreign)
        assert caught.value.epoch == epoch
        assert caught.value.last_offset == offset_text((epoch, last))


@pytest.mark.parametrize("text", ["", "1", "1-", "a-b", "1-2-3", "-1-2", "1-2 ", "$", "9" * 30])
async def test_what_is_no_offset_is_refused(log: EventLog, text: str) -> None:
    with pytest.raises(InvalidOffset):
        await log.read(text)


async def test_closing_ends_a_wait_and_every_later_call(log: EventLog) -> None:
    waiting = asyncio.create_task(log.read(await log.last_offset(), block_ms=LIMIT_S * 1000))
    await _has_begun(waiting)
    await log.close()
    with pytest.raises(LogClosed):
        await asyncio.wait_for(waiting, LIMIT_S)
    calls: list[Awaitable[object]] = [log.read(), log.append("a", _records("x"))]
    for call in calls:
        with pytest.raises(LogClosed):
            await call
    await log.close()


async def test_closing_ends_a_wait_at_whatever_moment_it_comes(redis: EmbeddedRedis) -> None:
    for step in range(60):
        options = LogOptions(
            prefix=f"t-{secrets.token_hex(6)}", wait_slice_s=0.002, reply_timeout_s=10
        )
        log = RedisLog(redis.url, options)
        after = await log.last_offset()
        waiting = [asyncio.create_task(log.read(after, block_ms=LIMIT_S * 1000)) for _ in range(3)]
        await asyncio.sleep(step * 0.0003)
        await log.close()
        ended = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
        assert [type(error) for error in ended] == [LogClosed] * 3


Append = tuple[str, list[int]]

APPENDS = st.lists(
    st.tuples(
        st.sampled_from([SYSTEM, "a", "b", "c"]),
        st.lists(st.integers(0, 30), min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    "open_log",
    ["memory", "redis", "valkey", "recorded"],  # a handshake per example is no further check
    indirect=True,
)
@given(appends=APPENDS, count=st.integers(1, 8), follow=st.sets(st.sampled_from(["a", "b", "c"])))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_history_reads_as_the_list_it_is(
    open_log: OpenLog, appends: list[Append], count: int, follow: set[str]
) -> None:
    asyncio.run(_same_as_a_list(open_log, appends, count, sorted(follow) or None))


async def _same_as_a_list(
    open_log: OpenLog, appends: list[Append], count: int, follow: list[str] | None
) -> None:
    model: dict[str, str] = {}
    async with _closing(open_log) as log:
        for partition, numbers in appends:
            await log.append(partition, _records(*map(str, numbers)))
            for number in numbers:
                model.setdefault(str(number), partition)
        expected = [
            name for name, partition in model.items() if follow is None or partition in follow
        ]
        events = await _rest(log, BEGINNING, follow, count)
        assert _names(events) == expected
        for place, event in enumerate(events):
            assert await _rest(log, event.offset, follow, count) == events[place + 1 :]


async def _has_begun(task: asyncio.Task[list[Logged]]) -> None:
    """Let a read come to where it waits; what it promises holds however far it came."""
    for _ in range(20):
        await asyncio.sleep(0)
    assert not task.done()
