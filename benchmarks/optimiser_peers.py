"""HiGHS and pydfs-lineup-optimizer on the entries of a generated night."""

from __future__ import annotations

import time
import warnings

import numpy as np
from numpy.typing import NDArray

from benchmarks.optimiser_night import Night
from models.pool import Roster


class HighsModel:
    """One model of the open pool for all entries; only right-hand sides change between them."""

    def __init__(self, night: Night) -> None:
        import highspy

        self.night, self.highs = night, highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("threads", 1)
        pool, self.infinity = night.pool, highspy.kHighsInf
        rows = [r for r in range(len(pool.ids)) if night.available[r]]
        self.pairs = [(r, int(k)) for r in rows for k in np.nonzero(pool.eligible[r])[0]]
        for row, _ in self.pairs:
            self.highs.addCol(-float(night.points[row]), 0, 1, 0, [], [])
        for i in range(len(self.pairs)):
            self.highs.changeColIntegrality(i, highspy.HighsVarType.kInteger)
        self.kinds = Roster.of(night.rules).slot_type.astype(int)
        for kind in range(int(self.kinds.max()) + 1):
            self._row(0, [i for i, (_, k) in enumerate(self.pairs) if k == kind])
        for row in rows:
            self._row(1, [i for i, (r, _) in enumerate(self.pairs) if r == row])
        salaries = [float(pool.salary[row, kind]) for row, kind in self.pairs]
        self.money = self.highs.getNumRow()
        self.highs.addRow(-self.infinity, 0, len(salaries), list(range(len(salaries))), salaries)

    def _row(self, most: int, columns: list[int]) -> None:
        self.highs.addRow(-self.infinity, most, len(columns), columns, [1.0] * len(columns))

    def best(self, entry: int) -> float:
        """Points of the best completion of one entry, its locked players included."""
        players, locked = self.night.lineups.players[entry], self.night.lineups.locked[entry]
        for kind in range(int(self.kinds.max()) + 1):
            many = float((self.kinds[~locked] == kind).sum())
            self.highs.changeRowBounds(kind, many, many)
        spent = self.night.pool.salary[players[locked], self.kinds[locked]].sum()
        left = float(self.night.rules.salary_cap - spent)
        self.highs.changeRowBounds(self.money, -self.infinity, left)
        self.highs.run()
        fixed = float(self.night.points[players[locked]].sum())
        return fixed - float(self.highs.getInfo().objective_function_value)


def highs(night: Night, sample: int) -> tuple[float, NDArray[np.float64]]:
    """Seconds per entry and the values of the first entries; building the model counts."""
    begun = time.perf_counter()
    model = HighsModel(night)
    values = np.array([model.best(entry) for entry in range(sample)])
    return (time.perf_counter() - begun) / sample, values


def pydfs(night: Night, sample: int) -> tuple[float, NDArray[np.float64]]:
    """Seconds per entry and values of ``optimize_lineups``, the open tool's late swap."""
    from pydfs_lineup_optimizer import Site, Sport, get_optimizer
    from pydfs_lineup_optimizer.lineup import Lineup
    from pydfs_lineup_optimizer.player import GameInfo, LineupPlayer
    from pydfs_lineup_optimizer.player import Player as TheirPlayer

    sport = {"nba": Sport.BASKETBALL, "nfl": Sport.FOOTBALL}[night.rules.sport]
    games = {
        game.game_id: GameInfo(game.home, game.away, game.start, bool(started))
        for game, started in zip(night.slate.games, _started(night), strict=True)
    }
    players = [
        TheirPlayer(
            player_id=p.player_id,
            first_name=p.name,
            last_name="",
            positions=list(p.positions),
            team=p.team,
            salary=p.salary,
            fppg=float(points),
            game_info=games[p.game_id],
        )
        for p, points in zip(night.slate.players, night.points, strict=True)
    ]
    optimizer = get_optimizer(Site.DRAFTKINGS, sport)
    optimizer.player_pool.load_players(players)
    names = [slot.name for slot in night.rules.slots]
    lineups = [
        Lineup([LineupPlayer(players[p], name) for p, name in zip(row, names, strict=True)])
        for row in night.lineups.players[:sample]
    ]
    with warnings.catch_warnings(record=True):  # it warns of itself, twice per entry
        begun = time.perf_counter()
        values = [found.fantasy_points_projection for found in optimizer.optimize_lineups(lineups)]
        return (time.perf_counter() - begun) / sample, np.array(values)


def _started(night: Night) -> NDArray[np.bool_]:
    started = np.zeros(len(night.slate.games), np.bool_)
    started[night.pool.game[~night.available]] = True
    return started
