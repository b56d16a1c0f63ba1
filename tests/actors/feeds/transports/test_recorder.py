"""Frames kept for another day: complete, bounded, without credentials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from clocks import FastClock, JumpClock
from hypothesis import given
from hypothesis import strategies as st

from actors.feeds.recorder import PATTERN, Recorder, RecorderLimits, read_record, recorded
from actors.feeds.transports.port import Beat, Frame
from actors.feeds.transports.recorded_file import RecordedFileOptions, RecordedFileTransport

AT = datetime(2026, 11, 20, 18, tzinfo=UTC)


def frame(number: int, body: bytes | None = None) -> Frame:
    at = AT + timedelta(seconds=number)
    return Frame(body or b'{"n": %d}' % number, at, {"etag": "x"}, f"c{number}", "https://a/b")


def record(folder, frames, **limits) -> Recorder:
    recorder = Recorder(folder, RecorderLimits(**limits))
    for one in frames:
        recorder.record("espn/nfl", "polling", one)
    recorder.close()
    return recorder


async def replayed(folder, clock=None, **options) -> list[Frame]:
    options = RecordedFileOptions(path=folder, **options)
    transport = RecordedFileTransport(options, clock or FastClock())
    return [signal async for signal in transport.signals() if not isinstance(signal, Beat)]


async def test_what_was_recorded_is_replayed_frame_by_frame(tmp_path):
    frames = [frame(1), frame(2, b"\xff\x00\xfe"), frame(3)]
    record(tmp_path, frames)
    told = await replayed(tmp_path / "espn_nfl")
    assert [f._replace(cursor="") for f in told] == [f._replace(cursor="") for f in frames]


@given(st.binary(max_size=200))
def test_any_body_is_kept_as_it_is(body):
    assert recorded(Frame(body, AT), "sse").frame().body == body


async def test_a_record_is_replayed_at_its_own_pace_or_faster(tmp_path):
    record(tmp_path, [frame(1), frame(11), frame(31)])
    clock = JumpClock()
    await replayed(tmp_path / "espn_nfl", clock, speed=10.0)
    assert clock.slept == pytest.approx([1.0, 2.0])


def test_credentials_in_headers_are_not_kept(tmp_path):
    secret = Frame(b"{}", AT, {"set-cookie": "session=1", "authorization": "x", "date": "today"})
    assert recorded(secret, "sse").headers == {"date": "today"}


def test_the_oldest_parts_go_when_a_source_has_its_share(tmp_path):
    noise = [frame(n, bytes((n * 31 + i * i * 7) % 251 for i in range(4000))) for n in range(60)]
    record(tmp_path, noise, part_bytes=8_000, source_bytes=40_000)
    parts = sorted((tmp_path / "espn_nfl").glob(PATTERN))
    assert len(parts) > 1
    assert sum(part.stat().st_size for part in parts) <= 48_000
    assert list(read_record(parts[-1]))[-1][1].cursor == "c59"


def test_a_record_that_was_cut_short_gives_what_is_whole(tmp_path):
    record(tmp_path, [frame(n) for n in range(200)])
    part = next((tmp_path / "espn_nfl").glob(PATTERN))
    part.write_bytes(part.read_bytes()[:-40])
    assert 0 < len(list(read_record(part))) <= 200


def test_a_flood_is_counted_where_it_cannot_be_kept(tmp_path):
    recorder = record(tmp_path, [frame(1, b"x" * 100)] * 3, queued_bytes=50)
    assert recorder.missed == 3


def test_a_folder_that_cannot_be_written_is_told_and_stops_nothing(tmp_path):
    (tmp_path / "espn_nfl").write_text("a file where the folder should be")
    recorder = record(tmp_path, [frame(1), frame(2)])
    assert recorder.missed == 2
    assert "espn_nfl" in recorder.fault


async def test_any_other_file_is_one_frame(tmp_path):
    (tmp_path / "news.json").write_text("{}")
    told = await replayed(tmp_path / "news.json")
    assert [f.body for f in told] == [b"{}"]
