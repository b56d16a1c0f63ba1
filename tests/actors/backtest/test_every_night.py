"""Recorded nights, one by one: what is later changes nothing, and payouts are true to the cent.

One night as a rule; ``LATESWAP_EVERY_NIGHT=1`` takes them all, with more entries of each.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from actors.backtest.evening import Options, run_evening, season_models
from actors.feeds.folders import find_night
from actors.feeds.recorded import load_recording
from models.backtest.moments import moments_of
from models.recording import GAME_LENGTH, night_of

EVERY = bool(os.environ.get("LATESWAP_EVERY_NIGHT"))
NIGHTS = ("2024-12-07", "2024-12-11", "2024-12-12", "2024-12-13", "2024-12-14", "2024-12-15",
          "2024-12-20", "2024-12-21", "2024-12-22", "2024-12-23", "2024-12-26", "2025-01-01",
          "2025-01-12")  # fmt: skip
SAMPLED = ("2025-01-12",)
OPTIONS = Options(entries=1_000 if EVERY else 150, samples=200)
LATER = ("realised_points", "realised_money", "realised_paid")
SLOTS = ("C", "F", "G", "PF", "PG", "SF", "SG", "UTIL")


class Copied:
    """A recorded night in a folder of the test's own, to be changed there."""

    def __init__(self, shared: Path, night: str, root: Path) -> None:
        source = shared / "data/nba-2024-25"
        self.folder = root / "slates" / night
        shutil.copytree(source / "slates" / night, self.folder)
        self.folder.chmod(0o755)
        (root / "payouts").symlink_to(source / "payouts")
        for name in ("box_scores.csv.gz", "news_intervals.csv"):
            shutil.copyfile(source / name, root / name)
        self.root, self.night = root, night
        self.recording = load_recording(find_night(self.folder), projected=False)
        self.starts = {g.game_id: g.start for g in self.recording.slate.games}
        note = json.loads((self.folder / "slate.json").read_text())
        self.final = self.folder / next(
            s["file"] for s in note["snapshots"] if s["kind"] == "final"
        )
        self.table = source / "payouts" / note["payout_table"]

    def decisions(self):
        """What was decided, without what came of it."""
        found = run_evening(self.folder, self.night, OPTIONS, season_models())
        return found, found.decisions.drop_columns(list(LATER)).to_pylist()

    def moment(self) -> datetime:
        """One in the middle of the evening."""
        moments = moments_of(night_of(self.recording))
        return moments[len(moments) // 2].at

    def change_all_that_is_later_than(self, moment: datetime, own: set[str]) -> Counter[str]:
        """Box scores of the day and of all later ones, news, points, lineups not yet shown."""
        changed: Counter[str] = Counter()
        self._box_scores(changed)
        self._news(moment, changed)
        self._standings(moment, own, changed)
        return changed

    def _box_scores(self, changed):
        """What was done from that day on goes to other players; who played stays."""
        file = self.root / "box_scores.csv.gz"
        rows = list(csv.reader(StringIO(gzip.decompress(file.read_bytes()).decode("utf-8-sig"))))
        head = rows[0]
        who = {head.index(name) for name in ("Player", "Tm", "Opp", "date")}
        later = [row for row in rows[1:] if row[head.index("date")] >= self.night]
        for row, other in zip(later, [row[:] for row in reversed(later)], strict=True):
            for column in set(range(len(head))) - who:
                changed["box scores"] += row[column] != other[column]
                row[column] = other[column]
        text = StringIO()
        csv.writer(text).writerows(rows)
        file.chmod(0o644)
        file.write_bytes(gzip.compress(text.getvalue().encode()))

    def _news(self, moment, changed):
        """What was told later is told another hour later, about somebody else of the day."""
        file = self.root / "news_intervals.csv"
        rows = list(csv.DictReader(StringIO(file.read_text("utf-8-sig"))))
        for row in rows:
            told = row["not_after_utc"]
            if row["date"] != self.night or not told or told.startswith("OUT"):
                continue
            at = datetime.fromisoformat(told)
            if at > moment:
                row["not_after_utc"] = f"{at + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
                changed["news"] += 1
        text = StringIO()
        writer = csv.DictWriter(text, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        file.chmod(0o644)
        file.write_text(text.getvalue())

    def _standings(self, moment, own, changed):
        """Hidden slots of others exchanged among them, points of games not over turned round."""
        with ZipFile(self.final) as archive:
            (name,) = archive.namelist()
            rows = list(csv.reader(StringIO(archive.read(name).decode("utf-8-sig"))))
        begun = {p.name: self._begun(p, moment) for p in self.recording.slate.players}
        over = {p.name: self._begun(p, moment - GAME_LENGTH) for p in self.recording.slate.players}
        rng = np.random.default_rng(3)
        theirs = {n: lineup_of(r[5]) for n, r in enumerate(rows) if n and r[5] and r[1] not in own}
        for slot in range(len(SLOTS)):
            holders = [n for n, lineup in theirs.items() if not begun.get(lineup[slot], True)]
            names = [theirs[n][slot] for n in holders]
            for n, new in zip(holders, rng.permutation(names).tolist(), strict=True):
                changed["lineups"] += theirs[n][slot] != new
                theirs[n][slot] = new
        for n, lineup in theirs.items():
            rows[n][5] = " ".join(f"{s} {p}" for s, p in zip(SLOTS, lineup, strict=True))
        late = [row for row in rows[1:] if len(row) > 10 and not over.get(row[7], True)]
        for row, points in zip(late, [row[10] for row in reversed(late)], strict=True):
            changed["points"] += row[10] != points
            row[10] = points
        text = StringIO()
        csv.writer(text).writerows(rows)
        self.final.chmod(0o644)
        with ZipFile(self.final, "w") as archive:
            archive.writestr(name, text.getvalue())

    def _begun(self, player, moment):
        start = self.starts[player.game_id]
        return start is None or start <= moment


def lineup_of(text):
    """Names in the order of the slots of ``C Name F Name ...``."""
    names, slot = {}, ""
    for word in text.split(" "):
        if word in SLOTS and word not in names:
            slot = word
            names[slot] = []
        else:
            names[slot].append(word)
    return [" ".join(names[slot]) for slot in SLOTS]


@pytest.fixture(scope="module", params=NIGHTS if EVERY else SAMPLED)
def played(request, shared, tmp_path_factory):
    night = Copied(shared, request.param, tmp_path_factory.mktemp(request.param))
    return night, *night.decisions()


def test_nothing_later_changes_a_decision(played, shared, tmp_path):
    night, found, decided = played
    moment = night.moment()
    changed = Copied(shared, night.night, tmp_path)
    own = set(found.entries["entry_id"].to_pylist())
    touched = changed.change_all_that_is_later_than(moment, own)
    assert min(touched[kind] for kind in ("box scores", "lineups", "points")) > 20
    again = changed.decisions()[1]
    before = [row for row in decided if row["decided_at"] <= moment.astimezone(UTC)]
    later = [row for row in again if row["decided_at"] <= moment.astimezone(UTC)]
    assert later == before
    assert before


def test_every_decision_knows_nothing_later(played):
    _, found, _ = played
    for table in (found.decisions, found.moments):
        for row in table.select(["decided_at", "newest_at"]).to_pylist():
            assert row["newest_at"] <= row["decided_at"]


def test_every_payout_is_that_of_the_standings_and_the_prize_table(played):
    """Recomputed from the files by other code: place by place, ties share what they span."""
    night, found, _ = played
    with ZipFile(night.final) as archive:
        (name,) = archive.namelist()
        rows = list(csv.reader(StringIO(archive.read(name).decode("utf-8-sig"))))
    real = {row[1]: (int(row[0]), float(row[4])) for row in rows[1:] if row[1]}
    prizes = np.zeros(len(real) + 1)
    with night.table.open(encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            place, prize = row["Place"], float(row["Payout"].replace("$", "").replace(",", ""))
            first, _, last = place.partition("-")
            prizes[int(first) - 1 : int(last or first)] = prize
    ahead = Counter(points for _, points in real.values())
    field = np.sort(np.array(list(real.values()))[:, 1])
    for row in found.entries.to_pylist():
        rank, was = real[row["entry_id"]]
        now = row["points"]
        above = int((field > now).sum()) - (was > now)
        tied = ahead[now] - (was == now)
        assert row["rank"] == above + 1
        assert row["payout"] == pytest.approx(prizes[above : above + tied + 1].mean(), abs=0.005)
        if row["policy"] == "hold":
            assert (row["rank"], now) == (rank, was)
