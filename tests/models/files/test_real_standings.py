"""Every recorded standings file: points and ownership follow from its own lineups."""

from collections import Counter
from pathlib import Path

from models.files import HIDDEN, Standings, read_standings


def test_there_are_standings_to_read(shared: Path):
    assert len(list(shared.glob("data/**/contest-standings*.zip"))) > 80


def test_points_and_ownership_follow_from_the_lineups(standings_path: Path):
    standings = read_standings(standings_path.read_bytes(), standings_path.name)
    assert standings.problems == ()
    assert len(standings.slots) == 8
    assert len(standings.entries) == len({entry.entry_id for entry in standings.entries})
    _points_are_the_sum_of_the_players(standings)
    _ownership_is_the_share_of_all_entries(standings)


def _points_are_the_sum_of_the_players(standings: Standings):
    points = {player.name: player.points for player in standings.players}
    points[HIDDEN] = 0.0
    wrong = [
        entry.entry_id
        for entry in standings.entries
        if sum(points[name] for name in entry.lineup) != entry.points
    ]
    assert wrong == []


def _ownership_is_the_share_of_all_entries(standings: Standings):
    """Files of 2026 list a player once per slot, older ones once."""
    once = len({player.name for player in standings.players}) == len(standings.players)
    held = Counter(
        ("", name) if once else (slot, name)
        for entry in standings.entries
        for slot, name in zip(standings.slots, entry.lineup, strict=False)
    )
    size = len(standings.entries)
    off = {
        (player.slot, player.name): (player.drafted * 100, share)
        for player in standings.players
        if abs(
            (share := 100 * held["" if once else player.slot, player.name] / size)
            - 100 * player.drafted
        )
        > 0.005 + 1e-9
    }
    assert off == {}


def test_slots_learnt_are_the_slots_told(shared: Path):
    path = shared / "data/nba-2024-25/slates/2025-01-12/contest-standings-173036248.zip"
    slots = ("PG", "SG", "SF", "PF", "C", "G", "F", "UTIL")
    learnt = read_standings(path.read_bytes(), path.name)
    told = read_standings(path.read_bytes(), path.name, slots)
    assert learnt.entries == told.entries
