"""Merging never runs ahead of what a cut-off stream or an unread partition may still hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.log.merge import ANNOUNCEMENT, Batch, merge
from actors.log.offsets import OffsetKey
from actors.log.port import SYSTEM, Logged

EPOCH = 1_767_225_600_000
START = (0, 0)


def _batch(last: int, size: int = 1) -> Batch:
    fields = [
        part
        for sequence in range(last - size + 1, last + 1)
        for part in (f"e{sequence}".encode(), b"body")
    ]
    return Batch((EPOCH, last), fields)


def _birth(last: int, partition: str) -> Batch:
    return Batch((EPOCH, last), [ANNOUNCEMENT.encode(), partition.encode()])


def _names(events: list[Logged]) -> list[str]:
    return [event.event_id for event in events]


def test_a_stream_cut_off_by_the_limit_holds_back_the_others() -> None:
    streams = {"a": [_batch(1), _batch(4)], "b": [_batch(9)]}
    merged = merge(streams, START, count=2, known=None)
    assert _names(merged.events) == ["e1", "e4"]
    assert merged.reached == (EPOCH, 4)
    assert _names(merge(streams, START, count=3, known=None).events) == ["e1", "e4", "e9"]


def test_an_unknown_partition_ends_what_a_reader_of_all_is_told() -> None:
    streams = {SYSTEM: [_batch(1), _birth(3, "new"), _batch(6)], "a": [_batch(2), _batch(5)]}
    merged = merge(streams, START, count=9, known={SYSTEM, "a"})
    assert _names(merged.events) == ["e1", "e2"]
    assert merged.announced == ("new",)
    assert merged.reached == (EPOCH, 3)


def test_a_known_partition_or_a_reader_of_named_ones_goes_on() -> None:
    streams = {SYSTEM: [_birth(1, "a"), _batch(3)], "a": [_batch(2)]}
    for known in ({SYSTEM, "a"}, None):
        merged = merge(streams, START, count=9, known=known)
        assert _names(merged.events) == ["e2", "e3"]
        assert merged.announced == ()


def test_a_read_that_resumes_inside_a_batch_skips_its_beginning() -> None:
    merged = merge({"a": [_batch(5, size=4)]}, (EPOCH, 3), count=9, known=None)
    assert [event.offset for event in merged.events] == [f"{EPOCH}-4", f"{EPOCH}-5"]


def test_an_earlier_epoch_comes_first_whatever_its_sequence() -> None:
    late = Batch((EPOCH + 1, 3), [b"late", b""])
    merged = merge({"a": [late], "b": [_batch(9)]}, START, count=9, known=None)
    assert _names(merged.events) == ["e9", "late"]


@given(
    history=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 4)), max_size=40),
    count=st.integers(1, 5),
)
def test_reading_on_with_any_limit_gives_everything_in_order(
    history: list[tuple[str, int]], count: int
) -> None:
    """Streams as Redis keeps them; partitions are announced at their first batch."""
    streams: dict[str, list[Batch]] = {SYSTEM: []}
    expected: list[str] = []
    last = 0
    for partition, size in history:
        if partition not in streams:
            last += 1
            streams[SYSTEM].append(_birth(last, partition))
            streams[partition] = []
        last += size
        streams[partition].append(_batch(last, size))
        expected += [f"e{sequence}" for sequence in range(last - size + 1, last + 1)]
    assert _read_on(streams, count) == expected


def _read_on(streams: dict[str, list[Batch]], count: int) -> list[str]:
    known, position = {SYSTEM}, START
    names: list[str] = []
    while True:
        answer = {name: _later(streams[name], position)[:count] for name in known}
        merged = merge(answer, position, count=count, known=known)
        names += _names(merged.events)
        known |= set(merged.announced)
        if merged.reached == position:
            return names
        position = merged.reached


def _later(stream: list[Batch], position: OffsetKey) -> list[Batch]:
    return [batch for batch in stream if batch.last > position]
