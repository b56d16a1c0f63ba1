"""A recorded log closed and opened again: the same history, the same places."""

from __future__ import annotations

import pytest

from actors.lake.lake import Lake
from actors.lake.recorded import RecordedLog
from actors.log.errors import OffsetTrimmed
from actors.log.port import Record, Saved


async def test_a_recorded_log_goes_on_where_it_was_closed(tmp_path):
    first = RecordedLog(tmp_path)
    one = await first.append("a", [Record("1", b"x"), Record("2", b"y")])
    two = await first.append("b", [Record("3", b"")])
    await first.append("a", [Record("4", b"z")])
    await first.save("reader", Saved(two.offsets[0], ("a",), b"state"))
    await first.trim("a", one.offsets[1])
    await first.close()
    again = RecordedLog(tmp_path)
    assert [event.event_id for event in await again.read()] == ["3", "4"]
    assert await again.saved("reader") == Saved(two.offsets[0], ("a",), b"state")
    assert await again.last_offset() == await again.last_offset()
    with pytest.raises(OffsetTrimmed):
        await again.read(one.offsets[0])
    more = await again.append("a", [Record("4", b"again"), Record("5", b"")])
    assert more.duplicates == (0,)
    assert [e.event_id for e in await again.read(two.offsets[0])] == ["4", "5"]


async def test_a_lake_is_a_recorded_log(lake, logged):
    lake.append(logged, logged[-1].offset)
    lake.compact()
    log = RecordedLog(lake.folder)
    assert await log.read(count=100_000) == logged
    assert await log.last_offset() == logged[-1].offset
    assert Lake(lake.folder).cold.floor() == lake.cold.floor()
