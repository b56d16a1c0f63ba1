"""A generated night as a folder of the sites' files, with box scores and news of its own."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from models.evening import draw_evening, night_files
from models.evening.evening import Evening, slate_of

BOX_COLUMNS = (
    "Player", "Tm", "Opp", "date", "MP", "3P", "TRB", "AST", "STL", "BLK", "TOV", "PTS",
)  # fmt: skip


class GeneratedNight:
    """A night of one contest on disk, as recorded ones lie there."""

    def __init__(self, data: Path, seed: int, field: int = 400) -> None:
        self.data = data
        self.evening: Evening = draw_evening(seed, entries=20, field=field)
        self.slate = slate_of(self.evening)
        self.day = self.evening.first_lock.astimezone(UTC).date()
        if self.evening.first_lock.astimezone(UTC).hour < 5:
            self.day -= timedelta(days=1)
        self.folder = data / "slates" / str(self.day)
        self.write()

    def write(self) -> None:
        files = night_files(self.evening)
        contest = self.evening.contest
        self.folder.mkdir(parents=True)
        (self.data / "payouts").mkdir()
        (self.folder / "DKSalaries.csv").write_bytes(files["DKSalaries.csv"])
        name = f"contest-standings-{contest.contest_id}"
        with ZipFile(self.folder / f"{name}.zip", "w") as archive:
            archive.writestr(f"{name}.csv", files[f"{name}.csv"])
        (self.data / "payouts" / "prizes.csv").write_bytes(files["payouts.csv"])
        note = {
            "contest_id": contest.contest_id,
            "contest_name": "Generated",
            "entry_fee": contest.entry_fee,
            "snapshots": [{"file": f"{name}.zip", "kind": "final"}],
            "payout_table": "prizes.csv",
        }
        (self.folder / "slate.json").write_text(json.dumps(note))
        self.write_box_scores(self.evening.scores.final)
        self.write_news(self.latest_out())

    def write_box_scores(self, points) -> None:
        """Ten earlier games of everybody around his projection, and the night's own.

        Whoever has no points that night did not play.
        """
        rng = np.random.default_rng(5)
        out = StringIO()
        table = csv.writer(out)
        table.writerow(
            ("Player", "Tm", "Opp", "date", "MP", "3P", "TRB", "AST", "STL", "BLK", "TOV", "PTS")
        )
        rosters = self.evening.rosters
        opponents = self._opponents()
        for row, (name, team) in enumerate(zip(rosters.names, rosters.teams, strict=True)):
            mean = float(self.evening.projection[row])
            games = np.maximum(rng.normal(mean, 4.0, 10), 0.0).round().tolist()
            days = [self.day - timedelta(days=back) for back in range(2, 12)]
            if points[row] > 0:
                games, days = [*games, float(points[row])], [*days, self.day]
            for scored, on in zip(games, days, strict=True):
                minutes = min(max(scored, 3.0), 40.0)
                table.writerow((name, team, opponents[team], on, minutes, *line_of(scored)))
        (self.data / "box_scores.csv.gz").write_bytes(gzip.compress(out.getvalue().encode()))

    def _opponents(self) -> dict[str, str]:
        pairs = [(game.away, game.home) for game in self.slate.games]
        return dict(pairs) | {b: a for a, b in pairs}

    def latest_out(self) -> list[tuple[int, datetime]]:
        """The most held players of the later games with the times at which they were ruled out.

        They did not play, by the box scores; the field holds them on.
        """
        held = np.bincount(self.evening.opponents.ravel(), minlength=len(self.evening.projection))
        starts = {game.game_id: game.start for game in self.slate.games}
        first = min(starts.values())
        later = [
            row
            for row in np.argsort(-held).tolist()
            if starts[self.slate.players[row].game_id] > first
        ]
        return [
            (later[0], first - timedelta(minutes=20)),
            (later[1], first + timedelta(minutes=10)),
        ]

    def write_news(self, news: list[tuple[int, datetime]]) -> None:
        rosters = self.evening.rosters
        lines = ["date,player,team,event,not_before_utc,not_after_utc,source"]
        lines += [
            f"{self.day},{rosters.names[row]},{rosters.teams[row]},OUT,,{at:%Y-%m-%dT%H:%M:%SZ},test"
            for row, at in news
        ]
        (self.data / "news_intervals.csv").write_text("\n".join(lines) + "\n")


def line_of(scored: float) -> tuple[int, ...]:
    """A line of statistics, threes to points, that is worth so many points."""
    quarters = round(4 * scored) % 4
    threes, rebounds = quarters // 2, quarters % 2
    return threes, rebounds, 0, 0, 0, 0, round(scored - 0.5 * threes - 1.25 * rebounds)


@pytest.fixture(scope="session")
def night_at():
    """A night in a folder: ``night_at(folder, seed=4, field=60)``."""
    return GeneratedNight


@pytest.fixture(scope="session")
def generated(tmp_path_factory) -> GeneratedNight:
    """One night that every test may read and none may change."""
    return GeneratedNight(tmp_path_factory.mktemp("recorded"), seed=4)


@pytest.fixture
def make_night(tmp_path):
    """Nights of a test's own."""
    return lambda name, seed=4, field=400: GeneratedNight(tmp_path / name, seed, field)
