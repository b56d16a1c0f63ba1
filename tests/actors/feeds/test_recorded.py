"""Recorded nights: what the site's files say, at the moment from which it could be known."""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from actors.feeds.folders import UnplayableNightError, find_night
from actors.feeds.recorded import load_night
from config.rules import load_rules
from models import codec
from models.evening import draw_evening, night_files
from models.events import (
    ContestOpened,
    EntriesUploaded,
    GameFinal,
    GameStart,
    LiveScore,
    OwnershipUpdate,
    PlayerInjury,
)
from models.files.entries import read_entries
from models.files.names import name_key, team_key
from models.files.standings import read_standings

RULES = load_rules("draftkings/nba/classic")
WITH_FINAL = [
    "2024-12-07", "2024-12-11", "2024-12-12", "2024-12-13", "2024-12-14", "2024-12-15",
    "2024-12-20", "2024-12-21", "2024-12-22", "2024-12-23", "2024-12-26", "2025-01-01",
    "2025-01-12",
]  # fmt: skip


def folders(shared):
    data = shared / "data"
    return [
        *sorted((data / "nba-2024-25" / "slates").iterdir()),
        *sorted(path for path in data.glob("nba-2017-11/*/*") if path.is_dir()),
        *sorted(path for path in data.glob("nba-2026-03/*") if path.is_dir()),
    ]


def of_type(night, *types):
    return [event for event in (*night.opening, *night.timeline) if isinstance(event, types)]


@pytest.fixture(scope="module")
def nights(shared):
    """Every night of the shared data that can be played, by its folder."""
    loaded = {}
    for folder in folders(shared):
        if (folder / "DKSalaries.csv").exists():
            loaded[folder] = load_night(folder)
    return loaded


@pytest.fixture(scope="module")
def finals(nights):
    """Nights whose final standings were kept."""
    chosen = {f: n for f, n in nights.items() if find_night(f).final is not None}
    assert {f.name for f in chosen} >= set(WITH_FINAL)
    return chosen


def mended_key(name):
    """The key of a name, also of those that files of 2017 hold as UTF-8 read as Latin-1."""
    try:
        return name_key(name.encode("latin-1").decode())
    except UnicodeError:
        return name_key(name)


def final_standings(folder):
    file = find_night(folder).final
    return read_standings(file.read_bytes(), file.name)


def test_events_of_every_night_come_in_order_and_under_their_own_ids(nights):
    assert len(nights) > 70
    for night in nights.values():
        events = [*night.opening, *night.timeline]
        received = [event.received_at for event in events]
        assert received == sorted(received)
        assert len({event.event_id for event in events}) == len(events)
        assert all(event.mode == "replay" and event.sport == "nba" for event in events)
        assert all(event.received_at.utcoffset() == timedelta(0) for event in events)
        assert night.ends - night.begins < timedelta(hours=16)


def test_loading_twice_gives_the_same_bytes(nights, shared):
    folder = shared / "data/nba-2024-25/slates/2025-01-12"
    first, second = nights[folder], load_night(folder)
    for one, other in zip(
        (*first.opening, *first.timeline), (*second.opening, *second.timeline), strict=True
    ):
        assert codec.encode(one) == codec.encode(other)


def test_every_lineup_of_every_final_is_legal(finals):
    slots = RULES.slot_names
    for folder, night in finals.items():
        players = {p.player_id: p for p in night.opening[0].data.slate.players}
        for entry in next(iter(of_type(night, EntriesUploaded))).data.entries:
            if not any(entry.lineup):
                continue
            held = [players[player_id] for player_id in entry.lineup]
            assert sum(p.salary for p in held) <= RULES.salary_cap, (folder, entry)
            assert len(set(entry.lineup)) == len(slots), (folder, entry)
            fits = all(s in p.roster_slots for s, p in zip(slots, held, strict=True))
            assert fits, (folder, entry)


def test_every_entry_of_the_final_is_there_with_its_own_players(finals):
    for folder, night in finals.items():
        names = {p.player_id: name_key(p.name) for p in night.opening[0].data.slate.players}
        entries = {e.entry_id: e for e in next(iter(of_type(night, EntriesUploaded))).data.entries}
        standings = final_standings(folder)
        assert len(entries) == len(standings.entries)
        exact = 0
        for row in standings.entries:
            mine = {names[player_id] for player_id in entries[row.entry_id].lineup if player_id}
            exact += mine == set(map(mended_key, row.lineup))
        assert exact == len(entries)


def site_shares(standings):
    """Shares by name with their rounding error, of players whose rows the file has all of.

    Files list a player once, or (2026) once per slot that he fills; some of those rows are missing.
    """
    listed = defaultdict(dict)
    for player in standings.players:
        listed[mended_key(player.name)][player.slot] = player.drafted
    filled = defaultdict(set)
    for entry in standings.entries:
        for slot, name in zip(standings.slots, entry.lineup, strict=False):
            filled[mended_key(name)].add(slot)
    per_slot = any(len(shares) > 1 for shares in listed.values())
    return {
        name: (sum(shares.values()), 0.00005 * len(shares) + 1e-9)
        for name, shares in listed.items()
        if not per_slot or filled[name] <= shares.keys()
    }


def test_revealed_ownership_is_the_sites_own_within_its_rounding(finals):
    compared = 0
    for folder, night in finals.items():
        names = {p.player_id: name_key(p.name) for p in night.opening[0].data.slate.players}
        said = site_shares(final_standings(folder))
        for player_id, share in of_type(night, OwnershipUpdate)[-1].data.ownership.items():
            if names[player_id] in said:
                compared += 1
                drafted, rounding = said[names[player_id]]
                assert abs(drafted - share) <= rounding, (folder, names[player_id])
    assert compared > 5_000


def test_ownership_is_revealed_after_each_wave_and_of_everybody_locked_by_then(finals):
    for night in finals.values():
        slate = night.opening[0].data.slate
        starts = {g.game_id: g.start for g in slate.games}
        reveals = of_type(night, OwnershipUpdate)
        assert len(reveals) == len({start for start in starts.values() if start})
        for event in reveals:
            locked = {g for g, s in starts.items() if s is None or s < event.received_at}
            expected = {p.player_id for p in slate.players if p.game_id in locked}
            assert set(event.data.ownership) == expected


def played_that_night(shared, folder):
    with gzip.open(shared / "data/nba-2024-25/box_scores.csv.gz", "rt", encoding="utf-8-sig") as f:
        rows = [row for row in csv.DictReader(f) if row["date"] == folder.name]
    return {(name_key(row["Player"]), team_key(row["Tm"])) for row in rows}


def test_those_who_are_out_are_in_no_box_score_of_that_night(nights, shared):
    wrong = []
    told = 0
    for folder, night in nights.items():
        if folder.parent.name != "slates" or folder.name > "2025-02-06":
            continue
        played = played_that_night(shared, folder)
        players = {p.player_id: p for p in night.opening[0].data.slate.players}
        for event in of_type(night, PlayerInjury):
            told += 1
            player = players[event.player_id]
            if (name_key(player.name), team_key(player.team)) in played:
                wrong.append((folder.name, player.name))
    assert told > 800
    # one report of the source itself was wrong: an honest replay believes it, too
    assert wrong == [("2025-01-17", "Svi Mykhailiuk")]


def test_spelling_makes_nobody_absent(nights, shared):
    """Alex and Alexandre Sarr, Ron and Ronald Holland, Mo and Mohamed Bamba are one person each."""
    folder = shared / "data/nba-2024-25/slates/2024-12-21"
    night = nights[folder]
    names = {p.player_id: p.name for p in night.opening[0].data.slate.players}
    out = {names[event.player_id] for event in of_type(night, PlayerInjury)}
    assert not out & {"Alexandre Sarr", "Ronald Holland", "Mo Bamba"}


def test_news_is_told_no_earlier_than_it_was_known(nights, shared):
    with (shared / "data/nba-2024-25/news_intervals.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    known = {(r["date"], name_key(r["player"])): r["not_after_utc"] for r in rows}
    seen = 0
    for folder, night in nights.items():
        names = {p.player_id: name_key(p.name) for p in night.opening[0].data.slate.players}
        first = min(g.start for g in night.opening[0].data.slate.games if g.start)
        for event in of_type(night, PlayerInjury):
            bound = known.get((folder.name, names[event.player_id]))
            if event.source == "news_intervals":
                seen += 1
                assert event.received_at == datetime.fromisoformat(bound)
            else:
                assert event.source == "absence_rule"
                assert bound is None
                assert event.received_at < first
    assert seen > 50


def test_absence_is_no_news_where_many_hold_the_absentee(nights, shared):
    night = nights[shared / "data/nba-2024-25/slates/2025-01-01"]
    names = {p.player_id: p.name for p in night.opening[0].data.slate.players}
    out = {names[event.player_id]: event for event in of_type(night, PlayerInjury)}
    assert "Miles McBride" not in out  # a late scratch held by 45 % of the field
    assert out["Jalen Brunson"].source == "news_intervals"
    assert "Tari Eason" not in out  # scratched after the last look: nobody knows when


def test_games_start_as_scheduled_and_scores_come_after_the_end(nights):
    for night in nights.values():
        scheduled = {g.game_id: g.start for g in night.opening[0].data.slate.games}
        started = {e.game_id: e.received_at for e in of_type(night, GameStart)}
        assert started == {g: start for g, start in scheduled.items() if start}
        for event in of_type(night, LiveScore, GameFinal):
            start = scheduled[event.game_id]
            assert start is None or event.received_at - start >= timedelta(hours=2)


def test_live_points_are_those_of_the_standings(finals):
    for folder, night in finals.items():
        names = {p.player_id: name_key(p.name) for p in night.opening[0].data.slate.players}
        known = {mended_key(p.name): p.points for p in final_standings(folder).players}
        told = {}
        for event in of_type(night, LiveScore):
            told |= event.data.points
        for player_id, points in told.items():
            assert known.get(names[player_id], points) == points
        assert len(told) >= 0.9 * len(known)


def test_games_without_a_start_were_under_way_from_the_beginning(nights, shared):
    night = nights[shared / "data/nba-2024-25/slates/2024-12-22"]
    games = {g.game_id: g for g in night.opening[0].data.slate.games}
    unknown = {g for g, game in games.items() if game.start is None}
    assert len(unknown) == 4
    assert all(games[g].state == "in_progress" for g in unknown)
    assert not unknown & {e.game_id for e in of_type(night, GameStart)}
    assert unknown < {e.game_id for e in of_type(night, GameFinal)}


def test_prizes_and_sizes_are_the_contests_own(nights, shared):
    night = nights[shared / "data/nba-2024-25/slates/2025-01-12"]
    (opened,) = of_type(night, ContestOpened)
    assert opened.data.contest_id == "173036248"
    assert opened.data.field_size == 5_945
    assert opened.data.entry_fee == 4
    assert sum((p.last - p.first + 1) * p.amount for p in opened.data.prizes) == 20_000


def test_the_file_beside_the_entries_is_one_the_site_could_have_given(shared):
    night = load_night(shared / "data/nba-2024-25/slates/2025-01-12", 150)
    (upload,) = of_type(night, EntriesUploaded)
    sheet = read_entries(upload.data.file, upload.data.file_name)
    assert sheet.problems == ()
    assert [(e.entry_id, e.lineup) for e in sheet.entries] == [
        (e.entry_id, e.lineup) for e in upload.data.entries
    ]


def test_without_final_standings_the_kept_entry_file_is_followed(nights, shared):
    folder = shared / "data/nba-2024-25/slates/2025-01-23"
    night = nights[folder]
    (upload,) = of_type(night, EntriesUploaded)
    kept = folder / "DKEntries-20250124T005730Z.csv"  # the earlier one holds reservations only
    assert upload.data.file == kept.read_bytes()
    assert len(upload.data.entries) == 5
    (shown,) = of_type(night, OwnershipUpdate)
    assert shown.received_at == datetime.fromisoformat("2025-01-24T00:43:16+00:00")


def test_some_entries_are_drawn_by_the_seed_and_ownership_stays_that_of_all(shared):
    folder = shared / "data/nba-2024-25/slates/2025-01-12"
    few, again, others = (load_night(folder, 150, seed=seed) for seed in (1, 1, 2))
    ids = [[e.entry_id for e in of_type(n, EntriesUploaded)[0].data.entries] for n in (few, again)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 150
    assert ids[0] != [e.entry_id for e in of_type(others, EntriesUploaded)[0].data.entries]
    assert of_type(few, ContestOpened)[0].data.field_size == 5_945
    shown = of_type(few, OwnershipUpdate)[-1].data.ownership
    assert sum(shown.values()) == pytest.approx(8, abs=0.05)


@pytest.mark.parametrize(
    "name",
    ["nba-2024-25/slates/2024-12-05", "nba-2024-25/slates/2025-02-05", "nba-2026-03/2026-03-10"],
)
def test_a_night_without_salaries_says_so_and_what_would_help(shared, name):
    with pytest.raises(UnplayableNightError, match=r"DKSalaries\.csv is missing.*put the contest"):
        load_night(shared / "data" / name)


def test_a_night_where_all_reservations_were_blank_plays_without_entries(nights, shared):
    night = nights[shared / "data/nba-2024-25/slates/2024-12-16"]
    assert of_type(night, EntriesUploaded) == []
    assert len(of_type(night, GameStart)) == 6


@pytest.fixture
def generated_folder(tmp_path):
    """A generated evening's files, laid out as a recorded night."""
    evening = draw_evening(4, entries=20, field=300)
    folder = tmp_path / "2026-01-16"
    folder.mkdir()
    files = night_files(evening)
    (folder / "DKSalaries.csv").write_bytes(files["DKSalaries.csv"])
    standings = next(name for name in files if name.startswith("contest-standings"))
    with zipfile.ZipFile(folder / "contest-standings.zip", "w") as archive:
        archive.writestr(standings, files[standings])
    return folder, evening


def test_a_generated_evening_can_be_kept_and_loaded_like_a_real_one(generated_folder):
    folder, evening = generated_folder
    night = load_night(folder)
    entries = of_type(night, EntriesUploaded)[0].data.entries
    assert len(entries) == 300
    own = {e.entry_id: e.lineup for e in entries if e.user_id == "demo"}
    assert len(own) == 20
    shown = of_type(night, OwnershipUpdate)[-1].data.ownership
    for player_id, share in zip(evening.rosters.ids, evening.owned, strict=True):
        assert shown[player_id] == pytest.approx(share)


def test_a_folder_that_is_not_there_or_bears_no_date_is_refused(generated_folder, tmp_path):
    folder, _ = generated_folder
    with pytest.raises(UnplayableNightError, match="no such folder"):
        load_night(tmp_path / "nothing")
    renamed = folder.rename(tmp_path / "some-night")
    with pytest.raises(UnplayableNightError, match="date"):
        load_night(renamed)


def test_a_broken_note_and_a_pool_without_starts_are_refused_by_name(generated_folder):
    folder, _ = generated_folder
    (folder / "slate.json").write_text("{")
    with pytest.raises(UnplayableNightError, match=r"slate\.json"):
        load_night(folder)
    (folder / "slate.json").unlink()
    pool = (folder / "DKSalaries.csv").read_text(encoding="utf-8").splitlines()
    fields = [line.split(",") for line in pool]
    started = [
        ",".join([*f[:6], "In Progress" if i else f[6], *f[7:]]) for i, f in enumerate(fields)
    ]
    (folder / "DKSalaries.csv").write_text("\r\n".join(started), encoding="utf-8")
    with pytest.raises(UnplayableNightError, match="no start"):
        load_night(folder)
