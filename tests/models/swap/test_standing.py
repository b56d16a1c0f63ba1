"""Standings as arrays: lineups in roster order, clocks of the games, what could be seen when."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from config.rules import load_rules
from models.field import HIDDEN
from models.files import (
    Standings,
    StandingsEntry,
    StandingsPlayer,
    match_names,
    read_salaries,
    read_standings,
    slate_of,
)
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate
from models.swap.standing import HIDDEN_ROW, NOBODY, as_of, contest_of, standing_of

RULES = SiteRules(
    site="draftkings", sport="nba", game_type="classic", title="Three", salary_cap=20_000,
    slots=(
        RosterSlot(name="UTIL", positions=("*",)),
        RosterSlot(name="G", positions=("*",)),
        RosterSlot(name="G", positions=("*",)),
    ),
)  # fmt: skip
GAMES = tuple(
    Game(game_id=f"A{i}@B{i}", away=f"A{i}", home=f"B{i}", start=datetime(2025, 1, 12, tzinfo=UTC))
    for i in range(4)
)
PLAYERS = tuple(
    Player(
        player_id=str(100 + i), name=f"P{i}", team=GAMES[i % 4].away, game_id=GAMES[i % 4].game_id,
        positions=("G",), roster_slots=("UTIL", "G"), salary=4_000,
    )
    for i in range(12)
)  # fmt: skip
SLATE = Slate(
    slate_id="s", site="draftkings", sport="nba", game_type="classic", players=PLAYERS, games=GAMES
)


def standings(*lineups: tuple[str, ...], minutes=(), players=(), file="s.csv") -> Standings:
    minutes = minutes or [0.0] * len(lineups)
    return Standings(
        file=file,
        slots=("G", "G", "UTIL"),
        entries=tuple(
            StandingsEntry(str(n), "me", n + 1, 10.0 - n, minutes[n], lineup, n + 2)
            for n, lineup in enumerate(lineups)
        ),
        players=tuple(StandingsPlayer(name, "G", 0.5, points) for name, points in players),
    )


def test_lineups_come_in_the_order_of_the_roster_with_hidden_and_missing_players_told_apart():
    read = standing_of(
        standings(("P1", "P2", "P3"), ("LOCKED", "P5", "LOCKED"), (), ("P1", "Nobody", "P2")),
        SLATE,
        RULES,
    )
    assert read.lineups.tolist() == [
        [3, 1, 2],
        [HIDDEN_ROW, HIDDEN_ROW, 5],
        [NOBODY] * 3,
        [2, 1, NOBODY],
    ]
    assert HIDDEN_ROW == HIDDEN


def test_points_are_those_of_the_file_and_unknown_where_it_has_no_row():
    read = standing_of(standings(("P1", "P2", "P3"), players=[("P1", 12.5)]), SLATE, RULES)
    assert read.scored[1] == 12.5
    assert read.scored[2] == 0.0  # held, without a row of his own
    assert np.isnan(read.scored[7])


def test_standings_of_another_game_type_are_refused():
    wrong = Standings(file="s.csv", slots=("C", "W", "D"), entries=(), players=())
    with pytest.raises(ValueError, match="give the standings of a contest of this game type"):
        standing_of(wrong, SLATE, RULES)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0, 48), min_size=4, max_size=4),
    st.lists(st.permutations(range(12)), min_size=12, max_size=40),
    st.booleans(),
)
def test_the_clocks_of_the_games_are_recovered_from_the_entries_minutes(clocks, orders, hide):
    """Player i is of game i % 4; the last game may not have begun and be hidden."""
    clocks = [*clocks[:3], 48.0] if hide else clocks
    lineups, minutes = [], []
    for order in orders:
        held = order[:3]
        lineups.append(tuple("LOCKED" if hide and i % 4 == 3 else f"P{i}" for i in held))
        minutes.append(sum(clocks[i % 4] for i in held))
    left = standing_of(standings(*lineups, minutes=minutes), SLATE, RULES).left
    counts = np.array([[sum(i % 4 == g for i in o[:3]) for g in range(4)] for o in orders])
    told = counts.any(axis=0)
    assume(np.linalg.matrix_rank(counts[:, told]) == told.sum())
    for game in range(4):
        if not counts[:, game].any() or (hide and game == 3):
            assert np.isnan(left[game])
        else:
            assert left[game] == pytest.approx(clocks[game] / 48, abs=1e-6)


def test_minutes_that_are_no_sums_over_games_tell_no_clock():
    many = [(f"P{i}", f"P{i + 1}", f"P{i + 2}") for i in range(8)]
    read = standing_of(standings(*many, minutes=[0, 90, 3, 77, 20, 100, 1, 60]), SLATE, RULES)
    assert np.isnan(read.left).all()


def test_standings_of_a_later_moment_hide_again_who_was_not_locked_yet():
    read = standing_of(standings(("P1", "P2", "P3"), ("P5", "LOCKED", "P6")), SLATE, RULES)
    locked = np.array([i % 4 == 1 for i in range(12)])
    shown, hidden = as_of(read, locked, revealed=False)
    assert shown.tolist() == [[-2, 1, -2], [-2, 5, -2]]
    assert hidden == 3
    everybody, none = as_of(read, locked, revealed=True)
    assert (everybody.tolist(), none) == (read.lineups.tolist(), 0)


def test_the_contest_is_that_of_the_entries_in_it_or_of_the_files_name():
    given = standings(("P1", "P2", "P3"), file="contest-standings-777-20250113T004802Z.zip")
    assert contest_of(given, [("0", "17"), ("x", "18")]) == "17"
    assert contest_of(given, [("x", "18")]) == "777"
    assert contest_of(standings(("P1", "P2", "P3")), [("x", "18")]) == ""


@pytest.fixture(scope="module")
def night(shared: Path) -> Path:
    return shared / "data/nba-2024-25/slates/2025-01-12"


def test_a_real_live_file_shows_points_and_clocks_that_agree_with_its_entries(night: Path):
    rules = load_rules("draftkings/nba/classic")
    slate = slate_of(read_salaries((night / "DKSalaries.csv").read_bytes(), "s"), rules)
    name = "contest-standings-173036248-20250113T004802Z.zip"
    file = read_standings((night / name).read_bytes(), name, rules.slot_names)
    read = standing_of(file, slate, rules)
    assert not match_names(file, slate).unmatched
    assert read.lineups.shape == (5945, 8)
    begun = {g.game_id for g, left in zip(slate.games, read.left, strict=True) if left >= 0}
    assert begun == {"OKC@WAS", "NOP@BOS", "PHI@ORL", "IND@CLE"}
    games = {g.game_id: i for i, g in enumerate(slate.games)}
    left = np.nan_to_num(read.left[[games[p.game_id] for p in slate.players]])
    minutes = 48 * np.append(left, [1.0, 0.0])[read.lineups].sum(axis=1)  # hidden: a whole game
    assert minutes == pytest.approx([e.time_remaining for e in file.entries], abs=0.01)
    points = np.append(np.nan_to_num(read.scored), [0.0, 0.0])[read.lineups].sum(axis=1)
    assert points == pytest.approx(read.points)
