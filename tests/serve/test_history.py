"""Searching all tiers over HTTP, and the archive that follows a night."""

from __future__ import annotations

import pytest

from actors.archive import ArchiveActor, Retention
from actors.log.port import Saved
from actors.naming import ARCHIVE
from models import codec
from models.messages import AskSettled, encode

EVENTS = "/api/v1/realtime/events"


@pytest.fixture
async def archived(night, tmp_path):
    """A night with an archive beside it."""
    archive = ArchiveActor(tmp_path / "lake", lambda: night.log, Retention(hot_s=0.0))
    night.actors._actors[ARCHIVE] = archive
    archive.follow()
    return night, archive


async def settle(house, archive):
    await house.settle()
    await archive.ask(encode(AskSettled(offset=await house.log.last_offset())))


async def walk(client, **params):
    found, cursor = [], ""
    while True:
        page = await client.get(EVENTS, limit=7, cursor=cursor, **params)
        found += [(e["offset"], e["data"]["event_id"]) for e in page["events"]]
        if not page["cursor"]:
            return found
        cursor = page["cursor"]


async def test_a_search_goes_through_parquet_duckdb_and_the_log_alike(archived):
    house, archive = archived
    client = house.client()
    await house.scratch(client)
    await settle(house, archive)
    archive.lake.compact()
    await house.scratch(client)
    await settle(house, archive)
    expected = await walk(client)
    assert len(expected) > 10
    assert archive.lake.warm.count() > 0
    await archive.stop()
    await house.tell(*house.night.timeline[:3])  # only the log knows of these
    beyond = await walk(client)
    assert beyond[: len(expected)] == expected
    assert len(beyond) > len(expected)
    assert len(set(beyond)) == len(beyond)
    injuries = {e.event_id for e in house.night.timeline if codec.event_type(e) == "player_injury"}
    found = await walk(client, type="player_injury")
    assert set(found) <= set(beyond)
    assert {i for _, i in beyond} & injuries <= {i for _, i in found}


async def test_what_left_the_log_is_still_found(archived):
    """A slate that is over leaves the log once it is in Parquet and nobody has still to read it."""
    house, archive = archived
    client = house.client()
    await house.scratch(client)
    await settle(house, archive)
    before = await walk(client)
    assert await archive.trim() == {}  # nothing is in Parquet yet
    archive.lake.compact()
    slate = house.slate.slate_id
    await house.log.save("slow", Saved("0-0", (slate,)))
    assert not any((await archive.trim()).values())  # somebody has all of it to read
    for reader in await house.log.lags():
        await house.log.forget(reader)
    assert (await archive.trim())[slate] > 0
    assert not await house.log.read(partitions=[slate])
    assert await walk(client) == before
