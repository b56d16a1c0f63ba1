"""The lake: every event once and in order, whatever tier it is in and whatever goes wrong."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading

import duckdb
import msgspec
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from actors.lake import lake as lake_module
from actors.lake.erasure import Erasure
from actors.lake.errors import LakeBusy, LakeError, LakeFull
from actors.lake.lake import Lake, Wanted
from actors.lake.rows import table
from actors.log.port import Logged
from models import codec
from models.events import EntriesUploaded

EVERYTHING = Wanted(limit=100_000)


def fill(lake, logged, size=40):
    for at in range(0, len(logged), size):
        part = logged[at : at + size]
        lake.append(part, part[-1].offset)


def test_what_was_archived_comes_back_as_it_was_in_both_tiers(lake, logged):
    half = len(logged) // 2
    fill(lake, logged[:half])
    lake.compact()
    fill(lake, logged[half:])
    found = lake.find(EVERYTHING)
    assert found.records == logged
    assert found.searched == logged[-1].offset
    assert lake.warm.count() == len(logged) - half


def test_archiving_again_changes_nothing(lake, logged):
    fill(lake, logged)
    fill(lake, logged[:200], size=33)
    lake.append(logged[-3:], logged[-1].offset)
    lake.compact()
    fill(lake, logged)
    assert lake.find(EVERYTHING).records == logged


def test_pages_follow_each_other(lake, logged):
    fill(lake, logged[:300])
    lake.compact()
    fill(lake, logged[300:])
    found, after = [], "0-0"
    while page := lake.find(Wanted(after=after, limit=37)).records:
        assert len(page) <= 37
        found += page
        after = page[-1].offset
    assert found == logged


def test_a_search_finds_what_a_walk_through_the_log_finds(lake, logged):
    fill(lake, logged[:250])
    lake.compact()
    fill(lake, logged[250:])
    events = [codec.decode(r.body) for r in logged]
    player = next(e.player_id for e in events if codec.event_type(e) == "player_injury")
    since = events[len(events) // 2].received_at
    kinds = lake.find(Wanted(kinds=("player_injury",), player_id=player, limit=1000)).records
    assert [r.event_id for r in kinds] == [
        e.event_id
        for e in events
        if codec.event_type(e) == "player_injury" and e.player_id == player
    ]
    late = lake.find(Wanted(since=since, limit=100_000)).records
    assert [r.event_id for r in late] == [e.event_id for e in events if e.received_at >= since]


def test_each_event_is_found_once_and_in_order_while_compaction_runs(lake, logged, monkeypatch):
    """Readers ask without a pause while events are archived and moved in small steps."""
    monkeypatch.setattr(lake_module, "AT_ONCE", 25)
    over = threading.Event()
    seen, faults = [], []

    def ask():
        mine = Lake(lake.folder, patience_s=20)
        while not over.is_set():
            offsets = [r.offset for r in mine.find(EVERYTHING).records]
            seen.append(len(offsets))
            if offsets != [r.offset for r in logged[: len(offsets)]]:
                faults.append(offsets)

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    patient = Lake(lake.folder, patience_s=20)
    try:
        for at in range(0, len(logged), 50):
            part = logged[at : at + 50]
            patient.append(part, part[-1].offset)
            patient.compact()
    finally:
        over.set()
        for reader in readers:
            reader.join()
    print(f"{len(seen)} searches during {len(logged) // 50} compactions, {len(faults)} wrong")
    assert not faults
    assert len(seen) >= 5
    assert lake.find(EVERYTHING).records == logged


def test_parts_are_read_by_duckdb_and_pyarrow_without_us(lake, logged):
    fill(lake, logged)
    lake.compact()
    folder = lake.cold.folder
    with duckdb.connect() as plain:
        (row,) = (
            plain.sql(
                f"SELECT count(*) AS count, min(received_at) AS first FROM read_parquet('{folder}/*/*/*.parquet',"
                " hive_partitioning = true) WHERE event_type = 'live_score'"
            )
            .to_arrow_table()
            .to_pylist()
        )
    scores = [e for r in logged if codec.event_type(e := codec.decode(r.body)) == "live_score"]
    assert row["count"] == len(scores)
    assert row["first"] == min(e.received_at for e in scores)
    rows = ds.dataset(folder, format="parquet", partitioning="hive").to_table()
    assert rows.num_rows == len(logged)
    assert str(rows.schema.field("received_at").type) == "timestamp[us, tz=UTC]"
    part = next(iter(lake.cold.parts()))
    metadata = pq.read_metadata(part)
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_compaction_that_was_cut_off_is_done_again(lake, logged, monkeypatch):
    """The process ends after the parts were written and before the warm rows go."""
    fill(lake, logged)
    monkeypatch.setattr(lake.warm, "drop", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lake.compact()
    again = Lake(lake.folder)
    again.open()
    assert again.find(EVERYTHING).records == logged
    again.compact()
    assert again.warm.count() == 0
    assert again.find(EVERYTHING).records == logged


def test_parts_without_a_floor_do_not_count_twice(lake, logged):
    """The process ends between two parts of one compaction: they are written again by name."""
    fill(lake, logged[:200])
    lake.compact()
    floor = (lake.folder / "floor.json").read_bytes()
    fill(lake, logged[200:])
    rows = lake.warm.up_to(lake.cold.floor(), 0.0, 100_000)
    lake.cold.add(rows)
    (lake.folder / "floor.json").write_bytes(floor)
    assert lake.find(EVERYTHING).records == logged
    lake.compact()
    assert lake.find(EVERYTHING).records == logged


def test_a_clock_that_jumps_back_loses_nothing(lake, logged):
    """Rows that carry a later time than rows after them wait, and those after them, too."""
    now = dt.datetime.now(dt.UTC)
    steps = (-7200, +3600, -7200)
    for n, seconds in enumerate(steps):
        part = logged[n * 10 : n * 10 + 10]
        moment = now + dt.timedelta(seconds=seconds)
        epoch, sequence = part[-1].offset.split("-")
        lake.warm.append(table(part, moment), (int(epoch), int(sequence)))
    lake.compact(older_than_s=60)
    assert lake.warm.count() == 20
    assert lake.find(EVERYTHING).records == logged[:30]


def test_bytes_that_the_log_lost_are_taken_back(lake, logged):
    fill(lake, logged[:300])
    lake.compact()
    fill(lake, logged[300:400])
    lake.take_back(logged[349].offset)
    assert lake.find(EVERYTHING).records == logged[:350]
    lake.take_back(logged[249].offset)
    assert lake.find(EVERYTHING).records == logged[:250]
    fill(lake, logged[250:])
    lake.compact()
    assert lake.find(EVERYTHING).records == logged


def test_a_kind_is_kept_for_its_days(lake, logged):
    fill(lake, logged)
    lake.compact()
    first_day = min(codec.decode(r.body).received_at for r in logged).date()
    after = first_day + dt.timedelta(days=400)
    assert lake.cold.expire({"live_score": 400}, after - dt.timedelta(days=1)) == []
    gone = lake.cold.expire({"live_score": 30}, after)
    assert gone
    assert {name.partition("/")[0] for name in gone} == {"event_type=live_score"}
    left = {codec.event_type(codec.decode(r.body)) for r in lake.find(EVERYTHING).records}
    assert "live_score" not in left
    assert "player_injury" in left


def test_an_erased_user_is_in_no_tier(lake, logged):
    uploaded = next(e for r in logged if isinstance(e := codec.decode(r.body), EntriesUploaded))
    mine, *others = uploaded.data.entries
    ours = [msgspec.structs.replace(mine, user_id="user-erin-0451"), *others]
    shared = msgspec.structs.replace(
        uploaded,
        event_id="shared",
        data=msgspec.structs.replace(uploaded.data, entries=tuple(ours), file=b"of user-erin-0451"),
    )
    own = msgspec.structs.replace(uploaded, event_id="own", user_id="user-erin-0451")
    more = [
        Logged(f"2{r}", e.event_id, codec.encode(e), "x")
        for r, e in zip(
            (f"{10**12}-{n}" for n in (1, 2, 3, 4)), (own, shared, own, shared), strict=True
        )
    ]
    more[2] = Logged(more[2].offset, "own 2", more[2].body, "x")
    more[3] = Logged(more[3].offset, "shared 2", more[3].body, "x")
    fill(lake, logged)
    lake.append(more[:2], more[1].offset)
    lake.compact()
    lake.append(more[2:], more[3].offset)
    assert lake.erase("user-erin-0451") == 4
    found = lake.find(EVERYTHING).records
    assert [r.event_id for r in found] == [*(r.event_id for r in logged), "shared", "shared 2"]
    assert [r for r in found if b"user-erin-0451" in r.body] == []
    for file in lake.folder.rglob("*"):
        assert not file.is_file() or b"user-erin-0451" not in file.read_bytes()
    kept = codec.decode(found[-1].body)
    assert kept.data.entries == tuple(others)
    assert lake.erase("user-erin-0451") == 0
    assert Erasure("nobody").without(table(logged)).num_rows == len(logged)


def test_a_damaged_warm_file_is_set_aside_and_archived_again(lake, logged):
    fill(lake, logged[:200])
    lake.compact()
    fill(lake, logged[200:])
    lake.warm.path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(LakeError, match=r"warm\.duckdb"):
        lake.find(EVERYTHING)
    again = Lake(lake.folder)
    assert again.open() == lake.cold.floor()
    assert list(lake.folder.glob("warm.duckdb.damaged-*"))
    fill(again, logged[200:])
    found = again.find(EVERYTHING).records
    print(f"F25: warm file damaged; {len(found)} of {len(logged)} events there again")
    assert found == logged


def test_a_damaged_part_is_set_aside_and_the_rest_is_answered(lake, logged):
    fill(lake, logged)
    lake.compact()
    part = next(p for p in lake.cold.parts() if "game_start" in str(p))
    whole = part.read_bytes()
    part.write_bytes(whole[: len(whole) // 2])
    kinds = [codec.event_type(codec.decode(r.body)) for r in lake.find(EVERYTHING).records]
    assert "game_start" not in kinds
    assert "live_score" in kinds
    (aside,) = part.parent.glob("*.damaged")
    print(
        f"F25: a part of {len(whole)} bytes damaged; {len(kinds)} of {len(logged)} events answered"
    )
    assert aside.read_bytes() == whole[: len(whole) // 2]


HOLD = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"


def test_a_file_that_another_process_holds_is_waited_for_and_then_named(lake, logged):
    fill(lake, logged[:100])
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lake.warm.path)], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LakeBusy, match="held by another process"):
            lake.append(logged[100:], logged[-1].offset)
        threading.Timer(0.3, holder.kill).start()
        Lake(lake.folder, patience_s=20).append(logged[100:], logged[-1].offset)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    found = lake.find(EVERYTHING).records
    print(f"F25: the file held by another; {len(found)} of {len(logged)} events stored afterwards")
    assert found == logged


FULL = """
import resource, sys, pathlib, msgspec
from actors.lake.errors import LakeFull
from actors.lake.lake import Lake
from actors.log.port import Logged
logged = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[Logged])
lake = Lake(pathlib.Path(sys.argv[1]))
most = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    for n in range(400):
        more = [Logged(f"{9 * 10**12 + n}-{i}", r.event_id, r.body, r.partition)
                for i, r in enumerate(logged, 1)]
        lake.append(more, more[-1].offset)
except LakeFull as error:
    print(error)
    sys.exit(7)
"""


def test_a_full_disk_is_named_and_what_was_stored_stands(lake, logged):
    """A process may not let a file grow: what the system says of a full disk, it says of this."""
    fill(lake, logged)
    most = lake.warm.path.stat().st_size + 2_000_000
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(lake.folder), str(most)],
        input=msgspec.msgpack.encode(logged[:50]),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 7, ended.stderr.decode()
    assert b"the disk is full" in ended.stdout
    assert b"make room" in ended.stdout
    stored = lake.find(EVERYTHING).records
    print(
        f"F25: disk full; {len(stored) - len(logged)} more stored before, none of {len(logged)} lost"
    )
    assert stored[: len(logged)] == logged
    assert (len(stored) - len(logged)) % 50 == 0
    more = Logged(f"{99 * 10**11}-1", "more", logged[0].body, "x")
    lake.append([more], more.offset)
    assert lake.find(Wanted(after=f"{98 * 10**11}-1")).records == [more]
    assert LakeFull.__mro__[1] is LakeError
