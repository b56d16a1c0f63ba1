"""Invented nights with false alarms, wrong sources, retractions, repetitions and late deliveries."""

from __future__ import annotations

from models.quality.gate import Admitted, Gate, Repeated
from models.quality.quarantine import Quarantined
from models.quality.rehearsal import profiles, rehearse

SEED = 21
SEEDS = (21, 22, 23)
NIGHTS = 12


def test_the_same_seed_tells_the_same_night():
    assert rehearse(SEED, players=5) == rehearse(SEED, players=5)


class Count:
    """What was read and published over some nights, and how much of it was wrong."""

    def __init__(self):
        self.told = self.wrong = self.read = self.misread = 0

    def take(self, verdict, played):
        if not isinstance(verdict, Admitted):
            return
        if verdict.event.player_id:
            self.read += 1
            self.misread += is_wrong(verdict.event, played)
        for status in verdict.published:
            if status.data.standing == "published":
                self.told += 1
                self.wrong += is_wrong(status, played)


def is_wrong(event, played):
    return played[event.player_id] != (event.data.status == "ACTIVE")


def test_of_what_is_published_less_than_one_in_a_hundred_is_wrong_where_one_reading_in_seven_is():
    count = Count()
    for seed in SEEDS:
        gate = Gate(profiles())
        for night in range(NIGHTS):
            rehearsal = rehearse(seed, night=night)
            for event in rehearsal.readings:
                count.take(gate.admit(event, event.received_at), rehearsal.played)
            for player, played in rehearsal.played.items():
                gate.settle(player, played=played, slate_id=rehearsal.slate_id)
    assert count.misread / count.read > 1 / 7
    assert count.told >= 0.98 * len(SEEDS) * NIGHTS * 60
    assert count.wrong / count.told < 0.01


def test_every_reading_is_let_in_kept_apart_or_known():
    gate, rehearsal = Gate(profiles()), rehearse(SEED)
    kinds = {type(gate.admit(event, event.received_at)) for event in rehearsal.readings}
    assert kinds <= {Admitted, Repeated, Quarantined}
    assert sum(gate.refusals.counts().values()) == len(gate.refusals.newest(limit=10_000))


def test_the_same_night_is_judged_the_same():
    rehearsal = rehearse(SEED, players=20)
    first, second = Gate(profiles()), Gate(profiles())
    assert [first.admit(e, e.received_at) for e in rehearsal.readings] == [
        second.admit(e, e.received_at) for e in rehearsal.readings
    ]
