"""Invented nights with false alarms, wrong sources, retractions, repetitions and late deliveries."""

from __future__ import annotations

from models.quality.gate import Admitted, Gate, Repeated
from models.quality.quarantine import Quarantined
from models.quality.rehearsal import profiles, rehearse

SEED = 21


def test_the_same_seed_tells_the_same_night():
    assert rehearse(SEED, players=5) == rehearse(SEED, players=5)


def test_of_what_is_published_less_than_one_in_a_hundred_is_wrong_where_one_reading_in_seven_is():
    gate, told, wrong, read, misread = Gate(profiles()), 0, 0, 0, 0
    for night in range(12):
        rehearsal = rehearse(SEED, night=night)
        for event in rehearsal.readings:
            verdict = gate.admit(event, event.received_at)
            if not isinstance(verdict, Admitted):
                continue
            if event.player_id:
                read += 1
                misread += rehearsal.played[event.player_id] != (event.data.status == "ACTIVE")
            for status in verdict.published:
                if status.data.standing == "published":
                    told += 1
                    wrong += rehearsal.played[status.player_id] != (status.data.status == "ACTIVE")
        for player, played in rehearsal.played.items():
            gate.settle(player, played=played)
    assert misread / read > 1 / 7
    assert told >= 0.95 * 12 * 60
    assert wrong / told < 0.01


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
