"""A night that was recorded by the running system, played again: the same readings and statuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from live_ends import ONE_POLL, SharedLog, Watched, a_slate, open_slate, plan_of, running

from actors.feeds.recorder import PATTERN, Recorder, RecorderLimits, read_record
from actors.feeds.transports.port import Frame
from actors.live_replay import Replay
from config.sources import SourcesError, load_sources, parse_sources
from config.venues import load_venues
from models.events import PlayerActive, PlayerInjury, SlateOpened
from models.quality.held import GATE

TWO = (
    ONE_POLL
    + """
[[source]]
name = "draftkings.pool"
adapter = "draftkings.draftables"
sport = "nba"
times = {{ idle = 0.1, day = 0.1, near = 0.1, close = 0.1, last = 0.1, live = 0.1 }}
[[source.connections]]
kind = "polling"
options = {{ url = "http://{at}/draftables" }}
"""
)


def told(events):
    """What was said and published of players; the gate's own ids and times are those of its clock."""
    return [
        (
            e.source if e.source == GATE else e.event_id,
            e.player_id,
            e.data.status,
            e.data.standing,
            round(e.confidence, 3),
        )
        for e in events
        if isinstance(e, PlayerInjury | PlayerActive)
    ]


async def test_a_recorded_night_plays_again_and_the_same_is_said_and_published(injuries, tmp_path):
    log = SharedLog()
    watched = Watched(log)
    await open_slate(log, a_slate())

    async def until_told(*last):
        async def as_said():
            found = told(await watched.events("s1"))
            return bool(found) and found[-1][2:4] == last

        await watched.until(as_said)

    plan = plan_of(TWO, injuries.at, records=str(tmp_path))
    injuries.say("LeBron James", "Out")
    injuries.say("Lebron Raymone James", "Out", id_="3")  # nobody is sure who that is
    async with running(plan, log):
        await until_told("OUT", "unconfirmed")
        injuries.pool = [{"draftableId": 100, "playerId": 9, "displayName": "LeBron James",
                          "position": "SF", "salary": 9000, "status": "O",
                          "teamAbbreviation": "LAL"}]  # fmt: skip
        await until_told("OUT", "published")
        for word, last in (("Active", "reading"), ("Out", "reading")):
            injuries.say("LeBron James", word)
            await until_told(word, last)
    events = await watched.events("s1")
    opened = [e for e in events if isinstance(e, SlateOpened)]
    specs = parse_sources(TWO.format(at=injuries.at).encode(), "test").source
    replay = Replay(tmp_path, specs, opened, load_venues())
    again = [e for one in replay.played() for e in one.batches.get("s1", ())]
    assert told(again) == told(events)
    assert {standing for _, _, _, standing, _ in told(again)} == {
        "reading", "unconfirmed", "published",
    }  # fmt: skip
    assert replay.tallies["espn.nba.injuries"].unresolved > 0
    assert set(replay.tallies) == {"espn.nba.injuries", "draftkings.pool"}


def test_a_record_of_a_source_that_the_file_does_not_name_is_refused_by_name(tmp_path):
    recorder = Recorder(tmp_path)
    recorder.record("gone:1", "polling", Frame(b"{}", a_slate().games[0].start))
    recorder.close()
    replay = Replay(tmp_path, load_sources().source, (), load_venues())
    with pytest.raises(SourcesError, match="gone:1"):
        list(replay.played())


def test_records_of_all_sources_together_are_bounded_and_what_is_being_written_stays(tmp_path):
    at = a_slate().games[0].start
    limits = RecorderLimits(part_bytes=20_000, source_bytes=200_000, total_bytes=120_000)
    recorder = Recorder(tmp_path, limits)
    for number in range(500):
        body = b"".join(b"%d" % (number * k % 9973) for k in range(1, 400))
        for source in ("a", "b", "c") if number else ("slow", "a"):
            recorder.record(source, "polling", Frame(body, at + timedelta(seconds=number)))
    recorder.close()
    parts = sorted(tmp_path.glob(f"*/{PATTERN}"))
    kept = sum(part.stat().st_size for part in parts)
    assert 100_000 < kept < 120_000 + 4 * 30_000  # four are being written; all would be 600,000
    assert {part.parent.name for part in parts} == {"slow", "a", "b", "c"}
    (first, *_) = read_record(next(part for part in parts if part.parent.name == "slow"))
    assert first[1].source == "slow"
