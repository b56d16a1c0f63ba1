"""Every recorded salary, entries, payout and news file reads without loss."""

import gzip
from pathlib import Path

import pytest

from config.rules import detect_rules, load_rules
from models.files import (
    match_names,
    merge_pools,
    read_box_scores,
    read_entries,
    read_news,
    read_payouts,
    read_salaries,
    read_standings,
    slate_of,
    write_entries,
)


def test_there_are_files_to_read(shared: Path):
    assert len(list(shared.glob("data/**/DKEntries*.csv"))) > 40
    assert len(list(shared.glob("data/**/DKSalaries.csv"))) > 70
    assert len(list(shared.glob("data/nba-2024-25/payouts/*.csv"))) > 10


def test_entries_are_rewritten_byte_for_byte(entries_path: Path):
    data = entries_path.read_bytes()
    entries = read_entries(data, entries_path.name)
    assert entries.problems == ()
    lineups = {entry.entry_id: entry.lineup for entry in entries.entries}
    assert write_entries(entries, lineups, {}) == data
    assert write_entries(entries, {}, {}) == data


def test_lineups_fit_the_cap_and_the_pool_beside_them(entries_path: Path):
    entries = read_entries(entries_path.read_bytes(), entries_path.name)
    assert entries.pool is not None
    rules = load_rules("draftkings/nba/classic")
    slate = slate_of(entries.pool, rules)
    players = {player.player_id: player for player in slate.players}
    for entry in entries.entries:
        assert entry.slots == rules.slot_names
        if entry.kind == "lineup":
            held = [players[player_id] for player_id in entry.lineup]
            assert sum(player.salary for player in held) <= rules.salary_cap
            assert all(
                slot in player.roster_slots for slot, player in zip(entry.slots, held, strict=True)
            )


def test_the_pool_beside_the_entries_is_that_of_the_salary_file(entries_path: Path):
    entries = read_entries(entries_path.read_bytes(), entries_path.name)
    salaries = read_salaries(
        (entries_path.parent / "DKSalaries.csv").read_bytes(), "DKSalaries.csv"
    )
    assert entries.pool is not None
    merged = merge_pools(salaries, entries.pool)
    assert {p.player_id for p in merged.players} == {p.player_id for p in salaries.players}
    assert {g.game_id for g in merged.games} == {p.game_id for p in merged.players}


def test_player_pools_keep_every_row(salaries_path: Path):
    data = salaries_path.read_bytes()
    pool = read_salaries(data, salaries_path.name)
    assert pool.problems == ()
    lines = data.decode("utf-8-sig").splitlines()
    header = next(i for i, line in enumerate(lines) if "Salary" in line)
    assert len(pool.players) == len([line for line in lines[header + 1 :] if line.strip(", ")])
    assert all(game.state != "scheduled" or game.home for game in pool.games)


def test_the_game_type_is_recognised_from_the_pool(salaries_path: Path):
    pool = read_salaries(salaries_path.read_bytes(), salaries_path.name)
    best, *_ = detect_rules(
        pool.site,
        roster_slots={slot for player in pool.players for slot in player.roster_slots},
        positions={position for player in pool.players for position in player.positions},
        teams={player.team for player in pool.players},
    )
    sport = "mlb" if "mlb" in salaries_path.name else "nba"
    kind = "showdown" if "showdown" in salaries_path.name else "classic"
    assert best.key == f"{pool.site}/{sport}/{kind}"
    slate = slate_of(pool, best)
    assert all(player.roster_slots for player in slate.players)


def test_prizes_sum_to_the_advertised_pool(payouts_path: Path):
    table = read_payouts(payouts_path.read_bytes(), payouts_path.name)
    assert table.problems == ()
    assert table.total == 1000 * int(payouts_path.name.split("K")[0])
    assert table.field_size > table.prizes[-1].last
    assert table.entry_fee > 0


def test_old_prize_tables_say_what_they_cannot_price(old_payouts_path: Path):
    table = read_payouts(old_payouts_path.read_bytes(), old_payouts_path.name)
    rows = old_payouts_path.read_text().splitlines()[1:]
    assert len(table.prizes) + len(table.problems) == len(rows)
    assert len(table.problems) == sum(row.endswith("NA") for row in rows)


def test_news_and_box_scores_keep_every_row(shared: Path):
    folder = shared / "data/nba-2024-25"
    news = read_news((folder / "news_intervals.csv").read_bytes(), "news_intervals.csv")
    assert news.problems == ()
    assert len(news.intervals) == len((folder / "news_intervals.csv").read_text().splitlines()) - 1
    packed = (folder / "box_scores.csv.gz").read_bytes()
    scores = read_box_scores(packed, "box_scores.csv.gz")
    assert scores.problems == ()
    assert len(scores.games) == len(gzip.decompress(packed).splitlines()) - 1


@pytest.mark.parametrize("night", ["2024-12-15", "2024-12-26", "2025-01-12"])
def test_points_from_box_scores_are_those_of_the_standings(shared: Path, night: str):
    folder = shared / "data/nba-2024-25"
    packed = (folder / "box_scores.csv.gz").read_bytes()
    games = read_box_scores(packed, "box_scores.csv.gz").games
    recorded = {game.player: game.points for game in games if game.on.isoformat() == night}
    final = next((folder / "slates" / night).glob("contest-standings-?????????.zip"))
    players = read_standings(final.read_bytes(), final.name).players
    both = [(p.points, recorded[p.name]) for p in players if p.name in recorded]
    assert len(both) > 60
    assert sum(site == own for site, own in both) >= 0.97 * len(both)


@pytest.mark.parametrize("night", ["2024-12-07", "2024-12-23", "2025-01-12"])
def test_names_of_the_standings_are_found_in_the_slate(shared: Path, night: str):
    folder = shared / "data/nba-2024-25/slates" / night
    rules = load_rules("draftkings/nba/classic")
    pool = read_salaries((folder / "DKSalaries.csv").read_bytes(), "DKSalaries.csv")
    path = next(folder.glob("contest-standings-?????????.zip"))
    standings = read_standings(path.read_bytes(), path.name, rules.slot_names)
    matches = match_names(standings, slate_of(pool, rules))
    assert matches.unmatched == ()
    assert matches.ambiguous == ()
