"""Folders as people have them: something missing, something odd; one bad night stops no other."""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
from datetime import date, timedelta
from io import StringIO
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from serve.cli import app

OPTIONS = ("--workers", "1", "--samples", "200", "--policies", "hold,only_out,money")


class Folder:
    """A data folder whose nights are one generated night, told again on other dates."""

    def __init__(self, night, data):
        self.first, self.data, self.folders = night, data, {}
        (data / "slates").mkdir(parents=True)
        shutil.copytree(night.data / "payouts", data / "payouts")
        self.box_scores = gzip.decompress((night.data / "box_scores.csv.gz").read_bytes()).decode()
        self.news = (night.data / "news_intervals.csv").read_text()
        self.days: list[date] = []

    def night(self, name):
        """The folder of one more night."""
        day = self.first.day + timedelta(days=40 * (1 + len(self.days)))
        self.days.append(day)
        self.folders[name] = folder = self.data / "slates" / str(day)
        shutil.copytree(self.first.folder, folder)
        rewrite(folder / "DKSalaries.csv", lambda text: self.told_on(day, text))
        return folder

    def told_on(self, day, text):
        """The same on another date: those of games (US), of box scores and news (ISO)."""
        apart = day - self.first.day
        text = text.replace(f"{self.first.day:%m/%d/%Y}", f"{day:%m/%d/%Y}")
        return re.sub(
            r"\d{4}-\d\d-\d\d", lambda found: str(date.fromisoformat(found[0]) + apart), text
        )

    def write_season(self, *, without=()):
        """Box scores and news of all nights; none of the night itself for some."""
        kept = [
            day for name, day in zip(self.folders, self.days, strict=True) if name not in without
        ]
        lines = self.box_scores.splitlines()
        few = {str(self.first.day - timedelta(days=back)) for back in range(4)}  # to learn nothing
        recent = "\n".join(line for line in lines[1:] if line.split(",")[3] in few)
        games = [line for day in kept for line in self.told_on(day, recent).splitlines()]
        body = "\n".join([lines[0] + ",Note", *(f"{game},x" for game in games)])
        (self.data / "box_scores.csv.gz").write_bytes(gzip.compress(body.encode()))
        told = [line for day in kept for line in self.told_on(day, self.news).splitlines()[1:]]
        told = [line for line in told if not line.startswith(str(self.day_of("no_news")))]
        header = self.news.splitlines()[0]
        (self.data / "news_intervals.csv").write_text("\n".join([header, *told]) + "\n")

    def day_of(self, name):
        return date.fromisoformat(self.folders[name].name)


def rewrite(file, change):
    file.write_text(change(file.read_text()))


def standings_of(folder):
    """Name and rows of a night's standings."""
    (file,) = folder.glob("contest-standings-*.zip")
    with ZipFile(file) as archive:
        (name,) = archive.namelist()
        text = archive.read(name).decode("utf-8-sig")
    return file, name, list(csv.reader(StringIO(text)))


def write_standings(folder, rows):
    file, name, _ = standings_of(folder)
    text = StringIO()
    csv.writer(text).writerows(rows)
    with ZipFile(file, "w") as archive:
        archive.writestr(name, text.getvalue())


def note(folder, **changes):
    told = json.loads((folder / "slate.json").read_text())
    (folder / "slate.json").write_text(json.dumps(told | changes))


def spelt_oddly(name):
    """With an accent, and without its suffix."""
    return re.sub(r" (Jr\.|Sr\.|II|III|IV)$", "", name).replace("o", "ó", 1)


def odd_names(folder):
    """Standings that spell everybody otherwise than the salary file does."""
    _, _, rows = standings_of(folder)
    names = sorted({row[7] for row in rows[1:] if row[7]}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, names)))
    for row in rows[1:]:
        row[5] = pattern.sub(lambda found: spelt_oddly(found[0]), row[5])
        row[7] = spelt_oddly(row[7])
    write_standings(folder, rows)


def one_entry(folder):
    _, _, rows = standings_of(folder)
    write_standings(folder, [*rows[:2], *(["", "", "", "", "", "", *row[6:]] for row in rows[2:])])


def twice_the_same_number(folder):
    _, _, rows = standings_of(folder)
    rows[3][1] = rows[2][1]
    write_standings(folder, rows)


def extra_columns(folder):
    rewrite(
        folder / "DKSalaries.csv",
        lambda text: "\n".join(
            line + (",Notes" if not n else ",anything, at all"[:10])
            for n, line in enumerate(text.splitlines())
        ),
    )


def of_another_site(folder):
    header = "Id,Position,First Name,Nickname,Last Name,FPPG,Played,Salary,Game,Team,Opponent"
    (folder / "DKSalaries.csv").write_text(f"{header}\n1-2,PG,A,A B,B,20,3,5000,BOS@NYK,BOS,NYK\n")


@pytest.fixture(scope="module")
def written(tmp_path_factory, night_at):
    """One run over all of them: the output folder, the folders by what is odd, and what was told."""
    root = tmp_path_factory.mktemp("folders")
    folder = Folder(night_at(root / "first", seed=4, field=60), root / "data")
    folder.night("plain")
    note(folder.night("no_prizes"), payout_table="lost.csv")
    folder.night("no_box_scores")
    folder.night("no_news")
    extra_columns(folder.night("extra_columns"))
    of_another_site(folder.night("of_another_site"))
    odd_names(folder.night("odd_names"))
    twice_the_same_number(folder.night("twice_the_same_number"))
    one_entry(folder.night("one_entry"))
    (folder.night("no_salaries") / "DKSalaries.csv").unlink()
    (folder.night("no_note") / "slate.json").unlink()
    (folder.night("torn_note") / "slate.json").write_text("{")
    torn, _, _ = standings_of(folder.night("torn_standings"))
    torn.write_bytes(torn.read_bytes()[:200])
    folder.write_season(without=("no_box_scores",))
    out = root / "out"
    arguments = ["backtest", "--data", str(folder.data), "--out", str(out), *OPTIONS]
    ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 0, ran.output
    return out, folder, ran.output


@pytest.fixture(scope="module")
def summary(written):
    return json.loads((written[0] / "summary.json").read_text())


def entries(written, name, policy="hold"):
    out, folder, _ = written
    rows = pq.read_table(out / "entries.parquet").to_pylist()
    day = str(folder.day_of(name))
    return [row for row in rows if row["slate"] == day and row["policy"] == policy]


@pytest.mark.parametrize(
    ("name", "reason", "in_points"),
    [
        ("no_prizes", "no prize table lost.csv", True),
        ("no_box_scores", "no box scores of", False),
        ("of_another_site", "", False),
        ("no_salaries", "DKSalaries.csv is missing", False),
        ("no_note", "no prize table: slate.json names none", True),
        ("torn_note", "slate.json cannot be read", False),
        ("torn_standings", "", False),
    ],
)
def test_what_is_missing_is_told_and_stops_no_other_night(
    written, summary, name, reason, in_points
):
    _, folder, told = written
    left_out = {night["slate"]: night for night in summary["excluded"]}
    night = left_out[f"slates/{folder.day_of(name)}"]
    assert reason in night["reason"]
    assert len(night["reason"]) > 10
    assert night["in_points"] == in_points
    assert night["reason"] in told
    assert not entries(written, name)


@pytest.mark.parametrize("name", ["no_news", "extra_columns", "odd_names"])
def test_oddities_change_nothing_of_what_was_held(written, name):
    plain, odd = entries(written, "plain"), entries(written, name)
    keys = ("entry_id", "points", "rank", "payout")
    assert [[row[key] for key in keys] for row in odd] == [[r[key] for key in keys] for r in plain]
    assert all(all(row["lineup_before"]) for row in odd)


def test_without_news_nobody_is_replaced_before_his_absence_can_be_known(written):
    for row in entries(written, "no_news", "only_out"):
        assert row["swaps"] == 0


def test_of_one_number_twice_the_first_row_counts_and_the_night_says_so(written, summary):
    _, folder, _ = written
    held = entries(written, "twice_the_same_number")
    assert len(held) == len({row["entry_id"] for row in held}) == 59
    assert {row["rank"] for row in held} <= set(range(1, 61))
    day = str(folder.day_of("twice_the_same_number"))
    notes = [
        note for night in summary["nights"] if night["slate"] == day for note in night["notes"]
    ]
    assert any("repeat an entry's number" in note for note in notes)


def test_a_contest_of_one_entry_is_won(written):
    (held,) = entries(written, "one_entry")
    assert held["rank"] == 1
    assert held["payout"] > 0


def test_the_report_of_odd_nights_opens_offline_and_tells_of_them(written, summary):
    page = (written[0] / "report.html").read_text()
    assert len(page) < 1_000_000
    assert not re.search(r"(?:src|href)=|url\(|@import|https?://", page)
    for night in summary["excluded"]:
        assert night["slate"] in page
    assert not re.search(r"\b(?:nan|None|null)\b", page)
