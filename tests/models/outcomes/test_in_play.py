"""One real game, minute by minute: what is said of the rest against what then came."""

import csv
import gzip
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from config.outcomes import load_outcome_model
from models.files import read_box_scores
from models.files.box_scores import draftkings_nba_points
from models.files.names import name_key
from models.outcomes import Draws, Forecast, outcomes
from models.outcomes.fit import fit
from models.outcomes.forecast import still_expected
from models.outcomes.past import PastGames
from models.outcomes.shapes import middles

NIGHT = date(2025, 1, 6)
QUARTERS = (12.0, 24.0, 36.0)
PLACE = {"rebound": 1, "assist": 2, "steal": 3, "block": 4, "turnover": 5}
Plays = dict[str, list[tuple[float, int, int]]]


@pytest.fixture(scope="module")
def plays(shared: Path) -> Plays:
    """Minute, statistic and count of everything that scores, by player."""
    file = shared / "data/nba-pbp/0022400500.csv.gz"
    found: Plays = defaultdict(list)
    with gzip.open(file, "rt") as lines:
        for row in csv.DictReader(lines):
            clock = re.match(r"PT(\d+)M([\d.]+)S", row["clock"])
            minute = 12 * int(row["period"]) - int(clock[1]) - float(clock[2]) / 60
            name, kind = row["playerNameI"], row["actionType"]
            if row["shotResult"] == "Made":
                worth = {"2pt": 2, "3pt": 3, "freethrow": 1}[kind]
                found[name] += [(minute, 6, worth), (minute, 0, worth == 3)]
                if helper := re.search(r"\(([^()]+?) \d+ AST\)", row["description"]):
                    found[helper[1]].append((minute, 2, 1))
            elif name and kind in PLACE:
                found[name].append((minute, PLACE[kind], 1))
    return found


def points_at(plays: list[tuple[float, int, int]], minute: float) -> float:
    stats = [0.0] * 7
    for when, stat, count in plays:
        stats[stat] += count if when <= minute else 0
    return draftkings_nba_points(stats)


@pytest.fixture(scope="module")
def scored(shared: Path, plays: Plays, past: PastGames):
    """(P,) expectation before the game and (P, quarters + 1) points, the last final."""
    file = shared / "data/nba-2024-25/box_scores.csv.gz"
    box = read_box_scores(file.read_bytes(), file.name).games
    here = past.day == NIGHT.toordinal()
    means = dict(zip(past.pick(here).names, past.pick(here).mean.tolist(), strict=True))
    rows = []
    for game in box:
        first, _, family = game.player.partition(" ")
        known = plays.get(f"{first[0]}. {family}")
        if game.on == NIGHT and game.team in {"LAC", "MIN"} and known:
            assert points_at(known, 48.0) == game.points
            if name_key(game.player) in means:
                course = [points_at(known, minute) for minute in (*QUARTERS, 48.0)]
                rows.append((means[name_key(game.player)], course))
    mean, course = zip(*rows, strict=True)
    earlier = fit(past.pick(past.day < NIGHT.toordinal()), load_outcome_model("nba"))
    base, slope = earlier.line
    return earlier.model, base + slope * np.array(mean), np.array(course)


def test_what_is_still_expected_comes_nearer_than_pace_and_no_farther_than_the_old_rate(scored):
    model, mean, course = scored
    errors = []
    for quarter, minute in enumerate(QUARTERS):
        left, seen = 1.0 - minute / 48.0, course[:, quarter]
        came = course[:, -1] - seen
        ours = still_expected(model, mean, scored=seen, left=left)
        rivals = (ours, seen / (1.0 - left) * left, mean * left)
        errors.append([np.abs(came - rival).mean() for rival in rivals])
    ours, pace, old = np.mean(errors, axis=0)
    assert len(mean) == 18
    assert ours < pace
    assert ours < 1.05 * old


def test_the_spread_of_what_is_left_is_of_the_right_size(scored):
    model, mean, course = scored
    draws = Draws(
        ids=("",) * len(mean),
        ranks=(middles(400) * 65536).astype(np.uint16)[None],
        person=np.zeros(len(mean), np.int32),
        kind=np.zeros(len(mean), np.int16),
        keys=np.zeros(1, np.uint64),
    )
    inside, widths = [], []
    for quarter, minute in enumerate(QUARTERS):
        left, seen = 1.0 - minute / 48.0, course[:, quarter]
        expected = still_expected(model, mean, scored=seen, left=left)
        drawn = outcomes(draws, Forecast.of(expected, scored=seen, left=left), model, 0.25) * 0.25
        low, high = drawn[:, 40], drawn[:, 359]
        inside.append((course[:, -1] >= low) & (course[:, -1] <= high))
        widths.append((high - low).mean())
    assert 0.6 < np.mean(inside) < 0.95  # 54 intervals of 80 %, of one game
    assert widths[0] > widths[1] > widths[2] > 0
