"""An invented league of two teams, and the real season."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from models.files import BoxScore, read_box_scores
from models.projections.learned import Table, season_table
from models.projections.season import Season

FIRST = date(2024, 10, 22)
TEAM_MATES = ("Al Ba", "Bo Ce", "Cy De", "Di El", "Em Fo", "Fy Go", "Gu Ho", "Ha In")


def box(name: str, team: str, on: date, minutes: float, points: float, **more) -> BoxScore:
    opponent = "BKN" if team == "PHX" else "PHX"
    return BoxScore(name, team, opponent, on, minutes, points, points, **more)


def two_teams(days: int, absent: Sequence[tuple[int, str]] = (), seed: int = 0) -> list[BoxScore]:
    """Every second day a game; whoever is absent leaves his minutes to the others in equal parts.

    Everybody makes one point a minute and a little noise.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(days):
        for team in ("PHX", "BKN"):
            names = [f"{name} {team}" for name in TEAM_MATES]
            there = [n for n in names if (day, n) not in set(absent)]
            for name in there:
                minutes = 240 / len(there)
                points = minutes + float(rng.normal(0, 3))
                rows.append(box(name, team, FIRST + timedelta(2 * day), minutes, points))
    return rows


@pytest.fixture(scope="session")
def real_games(shared: Path) -> tuple[BoxScore, ...]:
    file = shared / "data/nba-2024-25/box_scores.csv.gz"
    return read_box_scores(file.read_bytes(), file.name).games


@pytest.fixture(scope="session")
def real_season(real_games) -> Season:
    return Season.of(real_games)


@pytest.fixture(scope="session")
def real_table(real_season) -> Table:
    return season_table(real_season)
