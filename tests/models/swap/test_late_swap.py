"""The one-shot late swap on a slate small enough to try every lineup."""

from datetime import UTC, date, datetime
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.files import (
    News,
    NewsInterval,
    Problem,
    Projection,
    Projections,
    Standings,
    StandingsEntry,
    StandingsPlayer,
    read_entries,
)
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate
from models.swap import SwapCase, SwapOptions, late_swap, situation_of

NOON = datetime(2025, 1, 12, 17, tzinfo=UTC)
BETWEEN = datetime(2025, 1, 12, 20, tzinfo=UTC)
LATER = datetime(2025, 1, 12, 23, tzinfo=UTC)
RULES = SiteRules(
    site="draftkings",
    sport="nba",
    game_type="classic",
    title="Four players",
    salary_cap=20_000,
    slots=(
        RosterSlot(name="G", positions=("G",)),
        RosterSlot(name="G", positions=("G",)),
        RosterSlot(name="F", positions=("F",)),
        RosterSlot(name="UTIL", positions=("G", "F")),
    ),
)
GAMES = (
    Game(game_id="A@B", away="A", home="B", start=NOON),
    Game(game_id="C@D", away="C", home="D", start=LATER),
)


def player(i: int, salary: int = 4_000, **more) -> Player:
    position = "GF"[i % 2]
    return Player(
        player_id=str(100 + i),
        name=f"P{i}",
        team="ABCD"[i % 4],
        game_id=GAMES[i % 4 // 2].game_id,
        positions=(position,),
        roster_slots=(position, "UTIL"),
        salary=salary,
        **more,
    )


PLAYERS = tuple(player(i) for i in range(16))
"""Even numbers are guards; i % 4 is 0 or 1 in the early game, 2 or 3 in the late one."""


def slate(players=PLAYERS, games=GAMES) -> Slate:
    return Slate(
        slate_id="s", site="draftkings", sport="nba", game_type="classic",
        players=tuple(players), games=games,
    )  # fmt: skip


def entries(*lineups: str, header: str = "G,G,F,UTIL"):
    rows = [f"{4_000_000_000 + i},NBA,17,$4,{cells},," for i, cells in enumerate(lineups)]
    head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{header},,Instructions"
    return read_entries("\r\n".join([head, *rows, ""]).encode(), "DKEntries.csv")


def projected(values: dict[str, float]) -> Projections:
    by_id = {i: Projection(player_id=i, points=points) for i, points in values.items()}
    return Projections(file="p.csv", by_id=by_id)


VALUES = {p.player_id: 10.0 + i for i, p in enumerate(PLAYERS)}


def case(*lineups: str, at: datetime = BETWEEN, **more) -> SwapCase:
    given = {
        "at": at, "slate": slate(), "rules": RULES, "entries": entries(*lineups),
        "projections": projected(VALUES),
    } | more  # fmt: skip
    return SwapCase(**given)


def test_only_the_open_slots_change_and_equal_names_are_numbered():
    outcome = late_swap(case("100,102,101,103"))
    [entry] = outcome.report.entries
    assert entry.locked_slots == ("G", "F")
    assert entry.before.lineup == {"G": "100", "G2": "102", "F": "101", "UTIL": "103"}
    assert entry.after.lineup == {"G": "100", "G2": "114", "F": "101", "UTIL": "115"}
    assert entry.gain_points == (24 + 25) - (12 + 13)
    assert outcome.lineups == {"4000000000": ("100", "114", "101", "115")}
    assert entry.reason == "2 swaps for +24.00 projected points"
    assert entry.gain_money is None


def test_slots_in_another_order_are_written_in_the_order_of_the_file():
    outcome = late_swap(case(entries=entries("103,101,100,102", header="UTIL,F,G,G")))
    assert outcome.lineups == {"4000000000": ("115", "101", "100", "114")}


def test_the_best_lineup_is_left_alone_with_the_reason():
    [entry] = late_swap(case("100,114,101,115")).report.entries
    assert (entry.status, entry.swaps) == ("already_best", ())
    assert entry.reason == "no legal change of the 2 open slots projects higher"


def test_who_is_out_leaves_before_anything_better_comes():
    news = News(
        file="n.csv",
        intervals=(
            NewsInterval(
                on=date(2025, 1, 12), player="P2", team="C", event="OUT", not_before=None,
                not_after=NOON, source="wire", row=2,
            ),
        ),
    )  # fmt: skip
    [entry] = late_swap(
        case("100,102,101,103", news=news, options=SwapOptions(only_out=True))
    ).report.entries
    [swap] = entry.swaps
    assert (swap.player_out, swap.player_in, swap.slot) == ("102", "114", "G2")
    assert swap.reason.startswith("P2 is out (known 2025-01-12T17:00:00Z, wire); P14 projects 24")
    assert swap.gain_points == 24.0
    assert swap.events == ("OUT P2 2025-01-12T17:00:00Z wire",)


def test_marks_of_the_salary_file_count_as_out():
    marked = [*PLAYERS[:14], player(14, designation="O"), player(15, designation="Q")]
    situation = situation_of(case("100,102,101,103", slate=slate(marked)))
    assert set(situation.absent) == {"114"}
    assert situation.values["114"] == 0.0


def test_more_absent_players_than_swaps_allowed_still_improves_the_entry():
    values = VALUES | {"102": 0.0, "103": 0.0}
    [entry] = late_swap(
        case("100,102,101,103", projections=projected(values), options=SwapOptions(max_swaps=1))
    ).report.entries
    assert entry.status == "improved"
    assert len(entry.swaps) == 1
    assert entry.gain_points == 25.0
    assert entry.swaps[0].player_out == "103"


def test_an_absent_player_whom_nobody_affordable_replaces_stays():
    salaries = {0: 9_000, 1: 5_000, 2: 3_000, 3: 3_000}
    players = [player(i, salary=salaries.get(i, 4_000)) for i in range(16)]
    [entry] = late_swap(
        case(
            "100,102,101,103",
            slate=slate(players),
            projections=projected(VALUES | {"102": 0.0}),
        )
    ).report.entries
    assert entry.status == "already_best"
    assert entry.after.lineup["G2"] == "102"


def test_open_slots_of_a_partial_entry_are_filled():
    [entry] = late_swap(case("100,,101,103")).report.entries
    assert entry.before.lineup["G2"] == ""
    assert entry.after.lineup["G2"] == "114"
    assert "the slot was open" in entry.swaps[0].reason


def test_marks_in_the_file_lock_whatever_the_schedule_says():
    outcome = late_swap(case("P0 (100),P2 (102) (LOCKED),101,103"))
    [entry] = outcome.report.entries
    assert entry.locked_slots == ("G", "G2", "F")
    assert any("marked locked before" in p.message for p in outcome.report.problems)


def test_names_without_ids_are_found_and_strangers_named():
    outcome = late_swap(case("P0,102,P1,103", "Nobody,102,101,103"))
    first, second = outcome.report.entries
    assert first.status == "improved"
    assert second.status == "infeasible"
    assert Problem(
        "DKEntries.csv", 3,
        "entry 4000000001: G holds 'Nobody', which is nobody in the salary file; "
        "write Name (ID); the row is left as it is",
    ) in outcome.report.problems  # fmt: skip


def test_locked_players_count_the_points_of_the_standings():
    standings = Standings(
        file="s.csv",
        slots=("F", "G", "G", "UTIL"),
        entries=(StandingsEntry("4000000000", "me", 1, 60.0, 0.0, ("P1", "P0", "P2", "P3"), 2),),
        players=(
            StandingsPlayer("P0", "G", 1.0, 33.5),
            StandingsPlayer("P1", "F", 1.0, 26.5),
            StandingsPlayer("Ghost", "F", 1.0, 1.0),
        ),
    )
    [entry] = late_swap(case("100,102,101,103", standings=standings)).report.entries
    assert entry.before.points == 33.5 + 26.5 + 12 + 13
    assert entry.after.points == 33.5 + 26.5 + 24 + 25


def test_a_postponed_game_opens_its_slots_and_scores_nothing():
    games = (
        Game(game_id="A@B", away="A", home="B", start=NOON, state="postponed"), GAMES[1],
    )  # fmt: skip
    outcome = late_swap(case("100,102,101,103", slate=slate(games=games)))
    [entry] = outcome.report.entries
    assert entry.locked_slots == ()
    assert entry.before.points == 12 + 13
    assert set(entry.after.lineup.values()) <= {str(100 + i) for i in range(16) if i % 4 > 1}
    assert "A@B is postponed" in entry.swaps[0].reason + entry.swaps[1].reason


def test_a_contest_without_late_swap_closes_with_the_first_game():
    options = SwapOptions(late_swap=False)
    [entry] = late_swap(case("100,102,101,103", options=options)).report.entries
    assert entry.status == "fully_locked"
    assert "no late swap" in entry.reason
    early = NOON.replace(hour=16)
    [entry] = late_swap(case("100,102,101,103", options=options, at=early)).report.entries
    assert entry.status == "improved"


def test_without_projections_the_basis_is_said():
    outcome = late_swap(case("100,102,101,103", projections=None))
    assert outcome.report.projection_basis == "salary"
    assert any("no projections given" in p.message for p in outcome.report.problems)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.integers(0, 40), min_size=16, max_size=16),
    st.lists(st.integers(30, 80), min_size=16, max_size=16),
    st.permutations([i for i in range(16) if i % 2 == 0]),
    st.permutations([i for i in range(16) if i % 2 == 1]),
    st.sampled_from([None, 0, 1, 2]),
    st.booleans(),
)
def test_no_lineup_found_by_trying_all_is_better(
    points, salaries, guards, forwards, max_swaps, only_out
):
    players = [player(i, salary=100 * salary) for i, salary in enumerate(salaries)]
    values = {p.player_id: float(v) for p, v in zip(players, points, strict=True)}
    held = [guards[0], guards[1], forwards[0], forwards[1]]
    options = SwapOptions(max_swaps=max_swaps, only_out=only_out)
    [entry] = late_swap(
        case(
            ",".join(str(100 + i) for i in held),
            slate=slate(players), projections=projected(values), options=options,
        )
    ).report.entries  # fmt: skip
    best = _best(players, points, held, max_swaps, only_out=only_out)
    if best is None:
        assert entry.status in {"infeasible", "fully_locked"}
    elif entry.status != "fully_locked":
        assert entry.after.points == pytest.approx(best)


def _best(players, points, held, max_swaps, *, only_out):
    """Highest total over all legal lineups; who is out (0) leaves if any legal lineup lets him."""
    open_slots = [slot for slot, i in enumerate(held) if i % 4 > 1]
    budget = 20_000 - sum(players[i].salary for s, i in enumerate(held) if s not in open_slots)
    fixed = sum(points[i] for slot, i in enumerate(held) if slot not in open_slots)
    late = [i for i in range(16) if i % 4 > 1]
    before = {held[slot] for slot in open_slots}

    def legal(chosen, *, keep_absent: bool) -> bool:
        came = [i for i in chosen if i not in before]
        left = before - set(chosen)
        return (
            all(
                RULES.slots[s].name in players[i].roster_slots
                for s, i in zip(open_slots, chosen, strict=True)
            )
            and sum(players[i].salary for i in chosen) <= budget
            and (max_swaps is None or len(came) <= max_swaps)
            and not (only_out and any(points[i] > 0 for i in left))
            and all(points[i] > 0 or (keep_absent and i in before) for i in chosen)
        )

    for keep_absent in (False, True):
        totals = [
            sum(points[i] for i in chosen)
            for chosen in permutations(late, len(open_slots))
            if legal(chosen, keep_absent=keep_absent)
        ]
        if totals:
            return fixed + max(totals)
    return None
