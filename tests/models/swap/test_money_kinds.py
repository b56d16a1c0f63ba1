"""Money on invented nights of other sports and game types: legal, steady, within the contest."""

import pytest

from models.swap import late_swap

KINDS = [
    "draftkings/nba/classic",
    "draftkings/nfl/classic",
    "draftkings/mlb/classic",
    "draftkings/nhl/classic",
    "draftkings/nfl/showdown",
    "draftkings/nba/showdown",
    "draftkings/soccer/classic",
]


@pytest.mark.parametrize("key", KINDS)
def test_every_game_type_is_priced_legally_and_alike_for_equal_seeds(invented, told, key):
    night = invented(key, seed=3, own=7, out=2)
    outcome = late_swap(night.case())
    assert night.broken(outcome) == []
    entries = outcome.report.entries
    assert sum(entry.status == "improved" for entry in entries) >= 2
    for entry in entries:
        locked = {s: entry.before.lineup[s] for s in entry.locked_slots}
        assert locked.items() <= entry.after.lineup.items()
        assert 0 <= entry.before.money <= 300
        assert set(entry.after.lineup.values()).isdisjoint(night.out)
    assert told(outcome) == told(late_swap(night.case()))


def test_other_seeds_simulate_other_evenings(invented):
    night = invented(seed=3, out=2)
    one, two = (late_swap(night.case(seed=seed)).report.entries for seed in (1, 2))
    assert [e.before.money for e in one] != [e.before.money for e in two]


@pytest.mark.parametrize("key", ["draftkings/nfl/showdown", "draftkings/nba/showdown"])
def test_a_captain_is_somebody_else_than_his_flex(invented, key):
    night = invented(key, seed=5, out=1)
    names = {player.player_id: player.name for player in night.slate.players}
    for entry in late_swap(night.case()).report.entries:
        people = [names[i] for i in entry.after.lineup.values()]
        assert len(set(people)) == len(people) == 6


def test_an_evening_beyond_what_a_lineup_can_count_stops_nothing(invented):
    night = invented("draftkings/nba/showdown", seed=3, own=2)
    night.value *= 880 / night.worth_of_best()
    outcome = late_swap(night.case())
    assert night.broken(outcome) == []
    assert all(entry.before.money is not None for entry in outcome.report.entries)
