"""Nothing of a night that a decision could not know changes it."""

from __future__ import annotations

import csv
from datetime import UTC, timedelta
from io import StringIO, TextIOWrapper
from zipfile import ZipFile

import numpy as np
import pytest

from actors.backtest.evening import Options, run_evening, season_models

OPTIONS = Options(entries=40, samples=400)
LATER = ("realised_points", "realised_money", "realised_paid")


def decisions(night):
    """What was decided on a night, without what came of it."""
    found = run_evening(night.folder, str(night.day), OPTIONS, season_models())
    assert set(found.entries["policy"].to_pylist()) == {"hold", "only_out", "points", "money"}
    return found.decisions.drop_columns(list(LATER)).to_pylist()


@pytest.fixture(scope="module")
def decided(generated):
    rows = decisions(generated)
    assert {row["policy"] for row in rows} == {"only_out", "points", "money"}
    return rows


def test_what_players_did_that_night_changes_nothing(make_night, decided):
    night = make_night("data")
    done = night.evening.scores.final
    night.write_box_scores(np.where(done > 0, 1.0 + done[::-1].round(), done))
    assert decisions(night) == decided


def test_news_of_later_changes_nothing_before_it(make_night, decided):
    night = make_night("data")
    (first, known), (second, later) = night.latest_out()
    night.write_news([(first, known), (second, later + timedelta(minutes=7))])
    before = [row for row in decided if row["decided_at"] < later.astimezone(UTC)]
    again = [row for row in decisions(night) if row["decided_at"] < later.astimezone(UTC)]
    assert again == before
    assert before


def test_whom_others_hold_and_nobody_sees_yet_changes_nothing(make_night, decided):
    night = make_night("data")
    own = {row["entry_id"] for row in decided}
    hidden_moved = exchange_hidden(night, own)
    assert hidden_moved > 50
    assert decisions(night) == decided


def exchange_hidden(night, own):
    """Have other entries exchange their players of the last wave, slot by slot."""
    evening, rng = night.evening, np.random.default_rng(8)
    name = f"contest-standings-{evening.contest.contest_id}"
    with ZipFile(night.folder / f"{name}.zip") as archive, archive.open(f"{name}.csv") as file:
        rows = list(csv.reader(TextIOWrapper(file, encoding="utf-8-sig")))
    starts = {game.game_id: game.start for game in night.slate.games}
    last = max(starts.values())
    late = {p.name for p in night.slate.players if starts[p.game_id] == last}
    slots = ("C", "F", "G", "PF", "PG", "SF", "SG", "UTIL")
    lineups = {n: lineup_of(row[5], slots) for n, row in enumerate(rows) if n and row[1] not in own}
    moved = 0
    for slot in range(len(slots)):
        holders = [n for n, lineup in lineups.items() if lineup[slot] in late]
        names = [lineups[n][slot] for n in holders]
        for n, new in zip(holders, rng.permutation(names).tolist(), strict=True):
            moved += lineups[n][slot] != new
            lineups[n][slot] = new
    for n, lineup in lineups.items():
        rows[n][5] = " ".join(f"{s} {p}" for s, p in zip(slots, lineup, strict=True))
    text = StringIO()
    csv.writer(text).writerows(rows)
    with ZipFile(night.folder / f"{name}.zip", "w") as archive:
        archive.writestr(f"{name}.csv", text.getvalue())
    return moved


def lineup_of(text, slots):
    """Names by slot of ``C Name F Name ...``; no generated name is a slot."""
    names, slot = {}, ""
    for word in text.split(" "):
        if word in slots and word not in names:
            slot = word
            names[slot] = []
        else:
            names[slot].append(word)
    return [" ".join(names[slot]) for slot in slots]
