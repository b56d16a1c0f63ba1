"""A generated evening: the same from the same seed, legal, in three waves, and told in order."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from models import codec
from models.evening import draw_evening, generate, night_files, night_of
from models.evening.evening import slate_of
from models.evening.rosters import SLOTS
from models.events import (
    ContestOpened,
    EntriesUploaded,
    FieldShown,
    GameDelay,
    GameFinal,
    GameStart,
    LineupChange,
    LiveScore,
    OwnershipUpdate,
    PlayerActive,
    PlayerInjury,
    SlateOpened,
)
from models.files.entries import read_entries
from models.files.payouts import read_payouts
from models.files.salaries import read_salaries
from models.files.standings import read_standings

SEEDS = (1, 2, 7)
POSITIONS_OF = {
    "PG": {"PG"},
    "SG": {"SG"},
    "SF": {"SF"},
    "PF": {"PF"},
    "C": {"C"},
    "G": {"PG", "SG"},
    "F": {"SF", "PF"},
    "UTIL": {"PG", "SG", "SF", "PF", "C"},
}


@pytest.fixture(scope="module", params=SEEDS)
def evening(request):
    return draw_evening(request.param, field=2_000)


@pytest.fixture(scope="module")
def night(evening):
    return night_of(evening)


def of_type(night, *types):
    return [event for event in (*night.opening, *night.timeline) if isinstance(event, types)]


def faults(slate, lineup):
    """What is illegal about a lineup of ids, judged from the slate alone."""
    players = {p.player_id: p for p in slate.players}
    held = [players[player_id] for player_id in lineup]
    wrong = [
        f"{p.name} in {slot}"
        for slot, p in zip(SLOTS, held, strict=True)
        if not POSITIONS_OF[slot] & set(p.positions) or slot not in p.roster_slots
    ]
    if sum(p.salary for p in held) > 50_000:
        wrong.append("over the cap")
    if len({p.player_id for p in held}) != 8 or len({p.game_id for p in held}) < 2:
        wrong.append("repeats a player, or one game only")
    return wrong


def test_the_same_seed_gives_the_same_bytes():
    first, second = generate(3, field=500), generate(3, field=500)
    assert first.title == second.title
    for one, other in zip(
        (*first.opening, *first.timeline), (*second.opening, *second.timeline), strict=True
    ):
        assert codec.encode(one) == codec.encode(other)


def test_another_seed_gives_another_evening_and_a_larger_field_the_same_players():
    def players(**how):
        return generate(**how).opening[0].data.slate.players

    assert players(seed=3, field=500) != players(seed=4, field=500)
    assert players(seed=3, field=500) == players(seed=3, field=900)


def test_every_event_is_named_generated_and_zoned(night):
    assert night.mode == "generated"
    assert "generated" in night.title.lower()
    events = [*night.opening, *night.timeline]
    assert len({event.event_id for event in events}) == len(events)
    for event in events:
        assert event.mode == "generated"
        assert event.source.startswith("generated: ")
        assert event.sport == "nba"
        assert event.slate_id == night.opening[0].slate_id
        assert event.received_at.utcoffset() == timedelta(0)
        assert event.timestamp < event.received_at
        assert codec.decode(codec.encode(event)) == event


def test_events_come_in_the_order_of_their_receipt(night):
    received = [event.received_at for event in (*night.opening, *night.timeline)]
    assert received == sorted(received)


def test_games_lock_in_three_waves(night):
    slate = night.opening[0].data.slate
    starts = Counter(game.start for game in slate.games)
    assert len(starts) == 3
    assert 10 <= len(slate.games) <= 11
    assert night.begins == min(starts) - timedelta(minutes=75)


def test_the_pool_looks_like_a_real_one(night):
    slate = night.opening[0].data.slate
    teams = Counter(player.team for player in slate.players)
    salaries = [player.salary for player in slate.players]
    assert all(13 <= count <= 15 for count in teams.values())
    assert min(salaries) == 3_000
    assert 9_500 <= max(salaries) <= 11_500
    assert all(salary % 100 == 0 for salary in salaries)
    assert len({player.name for player in slate.players}) == len(slate.players)
    assert any(len(player.positions) > 1 for player in slate.players)
    assert all(len(player.player_id) == 8 for player in slate.players)


def test_every_lineup_of_the_user_and_of_the_field_is_legal(evening):
    slate = slate_of(evening)
    ids = np.array(evening.rosters.ids)
    lineups = np.concatenate([evening.own, evening.opponents])
    assert len(lineups) == evening.contest.field_size
    wrong = [w for lineup in lineups for w in faults(slate, ids[lineup])]
    assert wrong == []


def test_lineups_leave_little_of_the_cap_and_nobody_enters_a_known_absentee(evening):
    spent = evening.rosters.salary[evening.own].sum(1)
    assert spent.min() >= 49_400
    assert not evening.rosters.known_out[evening.own].any()
    assert len(np.unique(np.sort(evening.own, 1), axis=0)) > 0.9 * len(evening.own)


def test_the_users_entries_are_better_than_the_field_by_the_projections(evening):
    before_news = evening.projection
    own, field = before_news[evening.own].sum(1), before_news[evening.opponents].sum(1)
    assert np.median(own) > np.median(field)


def test_prizes_are_85_percent_of_the_fees_and_never_rise(night):
    (opened,) = of_type(night, ContestOpened)
    prizes = opened.data.prizes
    paid = sum((p.last - p.first + 1) * p.amount for p in prizes)
    assert paid == pytest.approx(0.85 * opened.data.field_size * opened.data.entry_fee)
    assert [p.first for p in prizes] == [1, *(p.last + 1 for p in prizes[:-1])]
    assert all(a.amount > b.amount for a, b in pairwise(prizes))


def test_late_news_falls_before_the_lock_of_its_game(evening, night):
    slate = slate_of(evening)
    starts = {game.game_id: game.start for game in slate.games}
    hurt = evening.rosters.ids[evening.script.leaves_early]
    news = of_type(night, PlayerInjury, PlayerActive, LineupChange)
    late = [e for e in news if e.received_at >= starts[e.game_id] and e.player_id != hurt]
    assert late == []
    ahead = [
        starts[e.game_id] - e.received_at
        for e in news
        if isinstance(e, PlayerInjury) and e.data.status == "OUT" and e.player_id != hurt
    ]
    assert min(ahead) < timedelta(minutes=6)


def test_those_who_are_out_score_nothing_and_false_alarms_play(evening, night):
    final = {}
    for event in of_type(night, LiveScore):
        final |= event.data.points
    said = {}
    for event in of_type(night, PlayerInjury, PlayerActive):
        said.setdefault(event.player_id, []).append(event)
    hurt = evening.rosters.ids[evening.script.leaves_early]
    for player_id, events in said.items():
        if events[-1].data.status == "OUT" and player_id != hurt:
            assert player_id not in final
        elif events[-1].data.status == "ACTIVE":
            assert player_id in final
    denied = [e for e in said.values() if [x.data.status for x in e] == ["OUT", "ACTIVE"]]
    assert len(denied) == 2
    assert {e[0].confidence for e in denied} == {0.4, 0.6}
    assert all(e[1].confidence > e[0].confidence for e in denied)


def test_the_user_holds_players_who_are_scratched_later(evening):
    turns = [t.player for t in evening.script.turns if t.plot in {"scratch", "doubt_out"}]
    holders = [(evening.own == player).any(1).mean() for player in turns]
    assert len(turns) >= 10
    assert sum(share > 0 for share in holders) >= 8
    assert max(holders) > 0.15
    first = evening.script.turns[0]
    assert first.plot == "scratch"
    assert first.minute < -60


def test_ownership_is_revealed_at_lock_for_those_locked_and_no_others(evening, night):
    begun = set()
    slate = slate_of(evening)
    game_of = {p.player_id: p.game_id for p in slate.players}
    share = dict(zip(evening.rosters.ids, evening.owned, strict=True))
    reveals = 0
    for event in night.timeline:
        if isinstance(event, GameStart):
            begun.add(event.game_id)
        if isinstance(event, OwnershipUpdate):
            reveals += 1
            assert event.data.basis == "observed"
            shown = event.data.ownership
            assert set(shown) == {p for p, game in game_of.items() if game in begun}
            assert all(abs(shown[p] - share[p]) < 1e-6 for p in shown)
    assert reveals == 4  # three waves, and the delayed game's own
    assert sum(evening.owned) == pytest.approx(8)


def test_everybodys_lineups_are_shown_once_every_game_has_begun(evening, night):
    (shown,) = of_type(night, FieldShown)
    assert shown.received_at > max(e.received_at for e in of_type(night, GameStart))
    players = [p.player_id for p in slate_of(evening).players]
    lineups = np.frombuffer(shown.data.lineups, np.int16).reshape(-1, 8)
    files = night_files(evening)
    name = next(name for name in files if name.startswith("contest-standings"))
    standings = read_standings(files[name], name).by_id
    assert list(shown.data.entry_ids) == sorted(standings)
    names = {p.player_id: p.name for p in slate_of(evening).players}
    for entry_id, lineup in zip(shown.data.entry_ids, lineups.tolist(), strict=True):
        assert {names[players[row]] for row in lineup} == set(standings[entry_id].lineup)


def test_live_scores_only_add_up_to_the_final_ones(evening, night):
    finals = {e.game_id: e.received_at for e in of_type(night, GameFinal)}
    starts = {e.game_id: e.received_at for e in of_type(night, GameStart)}
    left: dict[str, float] = {}
    newest: dict[str, float] = {}
    for event in of_type(night, LiveScore):
        assert starts[event.game_id] < event.received_at < finals[event.game_id]
        assert event.data.minutes_remaining <= left.get(event.game_id, 48.0)
        left[event.game_id] = event.data.minutes_remaining
        newest |= event.data.points
    assert set(left.values()) == {0.0}
    final = dict(zip(evening.rosters.ids, evening.scores.final, strict=True))
    assert all(newest[player] == final[player] for player in newest)


def test_the_delayed_game_starts_when_the_delay_said(night):
    (delay,) = of_type(night, GameDelay)
    start = next(e for e in of_type(night, GameStart) if e.game_id == delay.game_id)
    scheduled = {g.game_id: g.start for g in night.opening[0].data.slate.games}[delay.game_id]
    assert delay.received_at < scheduled
    assert start.data.start == delay.data.start == scheduled + timedelta(minutes=20)


def test_its_files_read_back_as_what_they_were_made_from(evening, night):
    files = night_files(evening)
    slate = slate_of(evening)
    pool = read_salaries(files["DKSalaries.csv"], "DKSalaries.csv")
    assert [(p.player_id, p.name, p.salary) for p in pool.players] == [
        (p.player_id, p.name, p.salary) for p in slate.players
    ]
    assert {g.game_id: g.start for g in pool.games} == {g.game_id: g.start for g in slate.games}
    (upload,) = of_type(night, EntriesUploaded)
    entries = read_entries(files["DKEntries.csv"], "DKEntries.csv")
    assert upload.data.file == files["DKEntries.csv"]
    assert [(e.entry_id, e.lineup) for e in entries.entries] == [
        (e.entry_id, e.lineup) for e in upload.data.entries
    ]
    assert entries.problems == ()
    assert len(entries.pool.players) == len(slate.players)
    payouts = read_payouts(files["payouts.csv"], "payouts.csv")
    assert payouts.prizes == evening.contest.prizes


def test_its_standings_add_up(evening):
    files = night_files(evening)
    name = next(name for name in files if name.startswith("contest-standings"))
    standings = read_standings(files[name], name)
    assert standings.problems == ()
    points = {player.name: player.points for player in standings.players}
    assert len(standings.entries) == evening.contest.field_size
    for entry in standings.entries:
        assert entry.points == pytest.approx(sum(points[n] for n in entry.lineup))
    held = Counter(n for entry in standings.entries for n in entry.lineup)
    for player in standings.players:
        assert player.drafted == pytest.approx(held[player.name] / len(standings.entries), abs=5e-5)
    assert [e.rank for e in standings.entries] == sorted(e.rank for e in standings.entries)


def test_the_opening_has_projections_for_everybody_and_none_for_absentees(night):
    (opened,) = of_type(night, SlateOpened)
    projected = opened.data.projections
    for player in opened.data.slate.players:
        assert (projected[player.player_id] == 0) == (player.designation == "O")


def test_one_entry_in_a_field_of_one_still_makes_an_evening():
    night = generate(5, entries=1, field=1)
    assert len(next(e for e in night.opening if isinstance(e, EntriesUploaded)).data.entries) == 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"sport": "nfl"}, "nfl"),
        ({"entries": 10, "field": 5}, "field of 5"),
        ({"first_lock": datetime(2026, 1, 1, 19)}, "zone"),  # noqa: DTZ001 - the point
    ],
)
def test_what_cannot_be_generated_is_refused_by_name(wrong, named):
    with pytest.raises(ValueError, match=named):
        generate(1, **wrong)


def test_the_evening_moves_with_its_first_lock():
    lock = datetime(2026, 2, 1, 18, 30, tzinfo=UTC)
    night = generate(1, field=200, first_lock=lock)
    assert min(g.start for g in night.opening[0].data.slate.games) == lock
