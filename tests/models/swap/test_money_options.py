"""What a user may ask of money: exposure, a least gain, steadiness, several contests, only who is out."""

from collections import Counter

import msgspec
import numpy as np
import pytest

from models.contest import Prize
from models.files import read_entries
from models.swap import late_swap

KEY = "draftkings/nba/classic"


def exposure(report) -> Counter[str]:
    return Counter(i for entry in report.entries for i in entry.after.lineup.values())


def free_exposure(night, report) -> dict[str, int]:
    """Entries that hold each player whose game is still to come."""
    return {i: n for i, n in exposure(report).items() if i in night.late}


def test_no_player_of_a_later_game_goes_above_the_exposure_asked_for(invented):
    night = invented(KEY, seed=4, own=12, out=1)
    free = late_swap(night.case(risk=1.0)).report
    held = Counter(i for e in free.entries for i in e.before.lineup.values())
    limited = late_swap(night.case(risk=1.0, max_exposure=0.4)).report
    most = 4  # of 12
    assert max(free_exposure(night, free).values()) > most
    assert any(entry.swaps for entry in limited.entries)
    assert all(n <= max(most, held[i]) for i, n in free_exposure(night, limited).items())
    over = {i for i, n in free_exposure(night, limited).items() if n > most}
    assert not over & {i for e in limited.entries for s in e.swaps for i in [s.player_in]}
    assert any("at most 4 may hold him" in entry.reason for entry in limited.entries)


def test_exposure_above_the_limit_by_locked_players_is_said_and_stops_nothing(invented):
    night = invented(KEY, seed=4, own=12, out=1)
    report = late_swap(night.case(max_exposure=0.1)).report
    locked = Counter(e.after.lineup[slot] for e in report.entries for slot in e.locked_slots)
    assert max(locked.values()) > 1
    [facts] = report.simulations
    assert any("locked, where at most 1 were asked for" in note for note in facts.notes)
    assert night.broken(late_swap(night.case(max_exposure=0.1))) == []


def test_no_swap_gains_less_than_what_is_asked_for(invented):
    night = invented(KEY, seed=6, own=12)
    free = {e.entry_id: e for e in late_swap(night.case()).report.entries}
    gains = sorted(e.gain_money for e in free.values() if e.swaps)
    assert len(gains) >= 3
    least = round((gains[0] + gains[-1]) / 2, 2)
    asked = late_swap(night.case(min_gain=least)).report.entries
    assert all(e.gain_money >= least for e in asked if e.swaps)
    assert sum(bool(e.swaps) for e in asked) < len(gains)
    told = [e.reason for e in asked if not e.swaps and free[e.entry_id].swaps]
    assert any(f"no swap gains the ${least:.2f} asked for: the best, " in text for text in told)


def test_two_contests_of_one_file_are_paid_by_their_own_tables(invented, double_up):
    night = invented(KEY, seed=2, own=10, contests=("17", "23"), out=1)
    case = night.case()
    tables = {"17": night.table((Prize(first=1, last=60, amount=30.0),)),
              "23": night.table(double_up)}  # fmt: skip
    report = late_swap(msgspec.structs.replace(case, payouts_by_contest=tables)).report
    first, second = report.simulations
    assert [first.contest_id, second.contest_id] == ["17", "23"]
    assert (first.own_entries, second.own_entries) == (5, 5)
    assert (first.paid_places, second.paid_places) == (60, 90)
    assert first.field.hidden_slots > 0
    assert second.field.generated == second.field.opponents == 192
    of = {c: [e for e in report.entries if e.contest_id == c] for c in ("17", "23")}
    for contest, prize in (("17", 30.0), ("23", 8.0)):
        for entry in of[contest]:
            assert 0 <= entry.after.money <= prize
            assert entry.before.money == pytest.approx(prize * entry.before.cash_rate, rel=0.1)
    assert max(e.after.money for e in of["17"]) > 8.0
    assert sum(e.before.money for e in of["17"]) == pytest.approx(first.money_before, abs=1e-4)
    assert sum(e.before.money for e in of["23"]) == pytest.approx(second.money_before, abs=1e-4)


def test_a_contest_without_prizes_is_solved_by_points_beside_one_with_prizes(invented):
    night = invented(KEY, seed=2, own=6, contests=("17", "23"), out=1)
    case = night.case()
    only = {"23": case.payouts_by_contest["23"]}
    report = late_swap(msgspec.structs.replace(case, payouts_by_contest=only)).report
    by_points = late_swap(night.case(objective="points")).report
    for entry, pointed in zip(report.entries, by_points.entries, strict=True):
        if entry.contest_id == "17":
            assert entry.before.money is None
            assert entry.after == pointed.after
            assert "the prizes of its contest are not given" in entry.reason
        else:
            assert entry.before.money is not None


def test_only_out_keeps_somebody_whom_the_salary_cannot_replace_and_values_the_entry(invented):
    night = invented(KEY, seed=8, own=4, out=1)
    [gone] = night.out
    cheapest = min(p.salary for p in night.slate.players)
    players = tuple(
        msgspec.structs.replace(p, salary=cheapest - 600) if p.player_id == gone else p
        for p in night.slate.players
    )
    names = {p.player_id: p for p in players}
    case = msgspec.structs.replace(
        night.case(only_out=True), slate=msgspec.structs.replace(night.slate, players=players)
    )
    held = [e for e in case.entries.entries if gone in e.lineup]
    assert held
    spent = {e.entry_id: sum(names[i].salary for i in e.lineup) for e in held}
    cap = min(spent.values()) + 500
    rules = msgspec.structs.replace(case.rules, salary_cap=cap)
    report = late_swap(msgspec.structs.replace(case, rules=rules)).report
    stuck = [e for e in report.entries if e.entry_id in spent and spent[e.entry_id] <= cap]
    assert stuck
    for entry in stuck:
        assert entry.after.lineup == entry.before.lineup
        assert gone in entry.after.lineup.values()
        assert entry.before.money >= 0
        assert entry.status == "already_best"
    for entry in report.entries:
        assert {s.player_out for s in entry.swaps} <= {gone}


def test_only_out_replaces_nobody_else_by_money(invented):
    night = invented(KEY, seed=8, own=10, out=2)
    report = late_swap(night.case(only_out=True)).report
    assert any(entry.swaps for entry in report.entries)
    for entry in report.entries:
        assert {swap.player_out for swap in entry.swaps} <= set(night.out)


def winnings(night, lineups, prizes) -> np.ndarray:
    """(S,) of these lineups together on evenings that chose nothing."""
    from models.outcomes import draw, outcomes
    from models.simulation import Scoring, exact_pay, simulate
    from models.swap import situation_of
    from models.swap.money.forecast import forecast_of
    from models.swap.standing import standing_of

    case = night.case()
    row = {player_id: n for n, player_id in enumerate(night.pool.ids)}
    own = np.array([[row[i] for i in lineup.values()] for lineup in lineups], np.int32)
    standing = standing_of(case.standings, case.slate, case.rules)
    forecast = forecast_of(case, situation_of(case), standing, case.outcome_model)
    drawn = draw(case.slate, night.pool, case.outcome_model, samples=4_000, seed=99)
    step = case.rules.points_step
    points = outcomes(drawn, forecast, case.outcome_model, step)
    entries = len(own) + night.opponents
    result = simulate(
        points, night.field, own, exact_pay(prizes, entries), own=own.astype(np.int16),
        owner=np.arange(len(own), dtype=np.int32), keep=points.shape[1],
        scoring=Scoring.of(night.pool, case.rules),
    )  # fmt: skip
    return result.payouts.sum(axis=0, dtype=np.float64)


@pytest.mark.parametrize("seed", [11, 12, 15])
def test_winnings_vary_less_where_risk_is_shunned_in_a_double_up(invented, double_up, seed: int):
    night = invented(KEY, seed=seed, own=24, opponents=175, out=1, apart=0.04)
    spread, mean = [], []
    for risk in (0.0, 1.0):
        report = late_swap(night.case(double_up, risk=risk, samples=2_000)).report
        together = winnings(night, [e.after.lineup for e in report.entries], double_up)
        spread.append(float(together.std()))
        mean.append(float(together.mean()))
    assert spread[0] < 0.95 * spread[1]
    assert mean[0] > 0.95 * mean[1]


def test_blank_and_unreadable_rows_beside_priced_ones_harm_nobody(invented):
    night = invented(KEY, seed=2, own=4, out=1)
    case = night.case()
    lines = case.entries.source.decode().split("\r\n")
    lines[2:2] = ["4999999998,Night,17,$4,,,,,,,,,,", "4999999999,Night,17,$4,Nobody (1),,,,,,,,,"]
    entries = read_entries("\r\n".join(lines).encode(), "DKEntries.csv")
    report = late_swap(msgspec.structs.replace(case, entries=entries)).report
    found = {e.entry_id: e for e in report.entries}
    assert found["4999999998"].status == "blank"
    assert found["4999999999"].status == "infeasible"
    assert sum(e.before.money is not None for e in report.entries) >= 4


def test_a_prize_table_of_a_smaller_contest_is_noticed(invented):
    night = invented(KEY, seed=2, own=4)
    case = night.case()
    assert late_swap(case).report.problems == ()
    table = msgspec.structs.replace(case.payouts_by_contest["17"], field_size=90)
    report = late_swap(msgspec.structs.replace(case, payouts_by_contest={"17": table})).report
    [problem] = report.problems
    assert problem.message == (
        "the prizes are of a contest of 90 entries, contest 17 has 191; give its own table"
    )
