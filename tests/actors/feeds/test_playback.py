"""Playing a night: in order, when due, once, and resumable at any event."""

from __future__ import annotations

import pytest

from actors.feeds.playback import FASTEST, WallClock, parse_speed, play, position_after
from models.evening import generate


class HandClock:
    """A clock that only sleeping moves; it notes what it was asked to wait."""

    def __init__(self):
        self.time = 1_000.0
        self.waits = []

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.waits.append(seconds)
        self.time += seconds


@pytest.fixture(scope="module")
def night():
    return generate(2, entries=5, field=50)


async def collect(night, clock, speed, **how):
    return [(clock.now(), batch) async for batch in play(night, clock, speed, **how)]


async def test_the_opening_comes_first_and_then_everything_when_it_is_due(night):
    clock = HandClock()
    handed = await collect(night, clock, 60.0)
    assert handed[0] == (1_000.0, list(night.opening))
    for moment, batch in handed[1:]:
        due = (batch[0].received_at - night.begins).total_seconds() / 60
        assert moment == pytest.approx(1_000.0 + due)
        assert len({event.received_at for event in batch}) == 1
    assert [e for _, batch in handed for e in batch] == [*night.opening, *night.timeline]


async def test_the_fastest_speed_waits_for_nothing_and_keeps_the_order(night):
    clock = HandClock()
    handed = await collect(night, clock, FASTEST)
    assert clock.waits == []
    assert [e for _, batch in handed for e in batch] == [*night.opening, *night.timeline]
    assert len(handed) == 1 + len({e.received_at for e in night.timeline})


@pytest.mark.parametrize("skip", [0, 1, 4, 5, 40, 10_000])
async def test_it_goes_on_after_any_number_of_events(night, skip):
    handed = await collect(night, HandClock(), 60.0, skip=skip)
    events = [e for _, batch in handed for e in batch]
    assert events == [*night.opening, *night.timeline][skip:]


async def test_time_goes_on_from_the_last_event_handed_over(night):
    skip = len(night.opening) + 45
    clock = HandClock()
    first = (await collect(night, clock, 10.0, skip=skip))[0]
    gap = (night.timeline[45].received_at - night.timeline[44].received_at).total_seconds()
    assert first[0] == pytest.approx(1_000.0 + gap / 10)


async def test_a_slow_consumer_loses_nothing_and_waits_no_longer(night):
    clock = HandClock()
    events = []
    async for batch in play(night, clock, 60.0):
        events += batch
        clock.time += 3_600.0
    assert events == [*night.opening, *night.timeline]
    assert clock.waits == []


async def test_a_clock_that_wakes_early_is_slept_on_again(night):
    class Hasty(HandClock):
        async def sleep(self, seconds):
            await super().sleep(seconds / 2 if seconds > 0.01 else seconds)

    clock = Hasty()
    handed = await collect(night, clock, 60.0)
    moment, last = handed[-1]
    due = (last[0].received_at - night.begins).total_seconds() / 60
    assert moment >= 1_000.0 + due - 1e-6


async def test_the_wall_clock_plays_a_night_too(night):
    batches = [batch async for batch in play(night, WallClock(), 1e9)]
    assert sum(map(len, batches)) == len(night.opening) + len(night.timeline)


def test_an_event_tells_how_far_the_night_was(night):
    third = [*night.opening, *night.timeline][2]
    assert position_after(night, third.event_id) == 3
    with pytest.raises(KeyError):
        position_after(night, "never")


@pytest.mark.parametrize("text", ["0", "-3", "nan", "fast"])
def test_a_speed_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"fast|speed"):
        parse_speed(text)
