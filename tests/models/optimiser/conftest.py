"""Random slates of every kind, and an independent solver to hold the optimiser against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import highspy
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from models.optimiser import Lineups, SwapLimits, SwapTable
from models.pool import VALUE_SCALE, PlayerPool, Roster
from models.rules import RosterSlot, SiteRules, TeamLimit, TeamMinimum
from models.slate import Game, Player, Slate

TIP_OFF = datetime(2025, 1, 12, 23, tzinfo=UTC)


def slots(text: str) -> tuple[RosterSlot, ...]:
    """``"PG G:PG/SG CPT:QB/WR*1.5"``: name, positions, multiplier."""
    made = []
    for word in text.split():
        name, _, rest = word.partition(":")
        positions, _, multiplier = (rest or name).partition("*")
        made.append(
            RosterSlot(
                name=name,
                positions=tuple(positions.split("/")),
                points_multiplier=float(multiplier or 1),
                salary_multiplier=float(multiplier or 1),
            )
        )
    return tuple(made)


def rules(sport: str, text: str, **fields: Any) -> SiteRules:
    return SiteRules(
        site="any",
        sport=sport,
        game_type="classic",
        title=sport,
        slots=slots(text),
        **({"salary_cap": 50_000} | fields),
    )


HITTERS = ["C", "1B", "2B", "3B", "SS", "OF"]
SKILL = "QB/RB/WR/TE/DST"
RULES = {
    "nba": rules("nba", "PG SG SF PF C G:PG/SG F:SF/PF UTIL:PG/SG/SF/PF/C", min_games=2),
    "nfl": rules("nfl", "QB RB RB WR WR WR TE FLEX:RB/WR/TE DST", min_games=2),
    "mlb": rules(
        "mlb",
        "P P C 1B 2B 3B SS OF OF OF",
        min_games=2,
        team_limits=(TeamLimit(most=5, except_positions=("P",)),),
    ),
    "nhl": rules(
        "nhl",
        "C C W W W D D G UTIL:C/W/D",
        min_games=2,
        team_minimum=TeamMinimum(teams=3, except_positions=("G",)),
    ),
    "pga": rules("pga", "G G G G G G"),
    "showdown": rules(
        "showdown",
        f"CPT:{SKILL}*1.5 FLEX:{SKILL} FLEX:{SKILL} FLEX:{SKILL} FLEX:{SKILL} FLEX:{SKILL}",
        team_minimum=TeamMinimum(teams=2),
    ),
    "mvp": rules(
        "mvp",
        "MVP:A/B*2 STAR:A/B*1.5 UTIL:A/B UTIL:A/B",
        salary_cap=30_000,
        team_limits=(TeamLimit(most=3),),
    ),
    "fanduel nba": rules(
        "fanduel nba",
        "PG PG SG SG SF SF PF PF C",
        salary_cap=60_000,
        team_limits=(TeamLimit(most=4),),
        team_minimum=TeamMinimum(teams=3),
    ),
}
SHORTEST = {"nba": 2, "fanduel nba": 2}
"""Sports in which players have more than one position: at most this many."""


class Case(NamedTuple):
    """One slate at one moment, with entries and what is asked of them."""

    rules: SiteRules
    pool: PlayerPool
    points: NDArray[np.float64]
    available: NDArray[np.bool_]
    lineups: Lineups
    limits: SwapLimits


def random_slate(rng: np.random.Generator, site: SiteRules, size: int) -> Slate:
    """About ``size`` players of 2 to 6 games in three waves; showdown lists captains apart."""
    names = sorted({p for slot in site.slots for p in slot.positions})
    count = int(rng.integers(1, 3) if site.sport in ("showdown", "mvp") else rng.integers(2, 7))
    games = tuple(
        Game(
            game_id=f"A{g}@H{g}",
            away=f"A{g}",
            home=f"H{g}",
            start=TIP_OFF + timedelta(hours=2 * int(rng.integers(0, 3))),
        )
        for g in range(count)
    )
    players: list[Player] = []
    for i in range(size):
        game = games[int(rng.integers(0, count))]
        many = int(rng.integers(1, SHORTEST.get(site.sport, 1) + 1))
        listed = tuple(dict.fromkeys([names[i % len(names)], *rng.choice(names, many - 1)]))
        salary = int(rng.integers(25, 110)) * 100
        team = game.away if rng.random() < 0.5 else game.home
        for kinds in _rows(site, listed):
            captain = kinds == ("CPT",)
            players.append(
                Player(
                    player_id=str(len(players)),
                    name=f"N{i}",
                    team=team,
                    game_id=game.game_id,
                    positions=listed,
                    roster_slots=kinds,
                    salary=salary * 3 // 2 // 100 * 100 if captain else salary,
                )
            )
    return Slate(
        slate_id="s",
        site=site.site,
        sport=site.sport,
        game_type="classic",
        players=tuple(players),
        games=games,
    )


def _rows(site: SiteRules, positions: tuple[str, ...]) -> list[tuple[str, ...]]:
    fits = tuple(
        dict.fromkeys(s.name for s in site.slots if not set(s.positions).isdisjoint(positions))
    )
    return [("CPT",), ("FLEX",)] if site.sport == "showdown" else [fits]


def random_lineups(
    rng: np.random.Generator, pool: PlayerPool, site: SiteRules, locked_games: set[int], count: int
) -> Lineups:
    """Lineups of eligible players, the cap mostly disregarded; blanks and all, locks by game."""
    kinds = Roster.of(site).slot_type
    players = np.full((count, kinds.size), -1, np.int32)
    for lineup in players:
        taken: set[int] = set()
        for slot in rng.permutation(kinds.size).tolist():
            fits = np.nonzero(pool.eligible[:, kinds[slot]])[0]
            fits = [int(p) for p in fits if int(pool.person[p]) not in taken]
            if fits and rng.random() > 0.03:
                some = rng.choice(fits, 2)  # the cheaper of two, so that most lineups can be paid
                lineup[slot] = min(some, key=lambda p: pool.salary[p, kinds[slot]])
                taken.add(int(pool.person[lineup[slot]]))
    locked = np.isin(pool.game[players], list(locked_games)) & (players >= 0)
    return Lineups(players, locked)


def random_case(rng: np.random.Generator, sport: str, size: int, entries: int) -> Case:
    """A slate with some games locked, some players out, and random wishes."""
    site = RULES[sport]
    cap = int(site.salary_cap * rng.choice([0.8, 0.9, 1, 1, 1, 1.2])) // 100 * 100
    site = msgspec.structs.replace(site, salary_cap=cap, min_games=int(rng.integers(1, 4)))
    if site.sport in ("showdown", "mvp"):
        site = msgspec.structs.replace(site, min_games=1)
    if rng.random() < 0.3:
        site = msgspec.structs.replace(site, team_limits=(TeamLimit(most=int(rng.integers(2, 4))),))
    return random_moment(rng, site, PlayerPool.of(random_slate(rng, site, size), site), entries)


def random_moment(
    rng: np.random.Generator, site: SiteRules, pool: PlayerPool, entries: int
) -> Case:
    """Some games of the slate locked, some players out, entries and what is asked of them."""
    games = int(pool.game.max()) + 1
    locked = set(rng.choice(games, int(rng.integers(0, games)), replace=False).tolist())
    rows = len(pool.ids)
    points = np.round(pool.salary.min(axis=1) / 200 + rng.normal(0, 5, rows), 2)
    out = rng.random(rows) < 0.08
    points[out] = 0
    available = ~out & ~np.isin(pool.game, list(locked))
    lineups = random_lineups(rng, pool, site, locked, entries)
    return Case(site, pool, points, available, lineups, _random_limits(rng, entries, pool, lineups))


def _random_limits(
    rng: np.random.Generator, entries: int, pool: PlayerPool, lineups: Lineups
) -> SwapLimits:
    rows = len(pool.ids)
    excluded = rng.random((entries, rows)) < rng.choice([0, 0.02, 0.1], (entries, 1))
    swaps = rng.choice([-1, -1, 0, 1, 2, 3], entries).astype(np.int32)
    pinned = np.zeros((entries, rows), np.bool_)
    for entry in np.nonzero(rng.random(entries) < 0.15)[0]:
        pinned[entry, rng.integers(0, rows)] = True
    return SwapLimits(
        max_swaps=swaps if rng.random() < 0.4 else None,
        only_out=bool(rng.random() < 0.15),
        excluded=excluded if rng.random() < 0.5 else None,
        pinned=pinned & ~excluded if rng.random() < 0.3 else None,
        fill_blank=True,
    )


def table_of(case: Case) -> SwapTable:
    table = SwapTable(case.rules, case.pool)
    table.load(case.points, case.available)
    return table


class Model:
    """One entry of a case as a mixed-integer program in HiGHS, written from the rules alone."""

    def __init__(self, case: Case, entry: int) -> None:
        self.case, self.pool = case, case.pool
        kinds = Roster.of(case.rules).slot_type.astype(int)
        self.lineup, self.locked = case.lineups.players[entry], case.lineups.locked[entry]
        self.open = [int(k) for k in kinds[~self.locked]]
        self.fixed = [(int(p), int(k)) for p, k in zip(self.lineup, kinds, strict=True) if p >= 0]
        self.fixed = [
            pair
            for pair, held in zip(self.fixed, self.locked[self.lineup >= 0], strict=True)
            if held
        ]
        self.old = {
            self.label(int(p), int(k))
            for p, k, held in zip(self.lineup, kinds, self.locked, strict=True)
            if p >= 0 and not held
        }
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("threads", 1)
        for heuristic in ("rins", "rens", "root_reduced_cost"):  # costly, and proofs need none
            self.highs.setOptionValue(f"mip_heuristic_run_{heuristic}", False)
        self.highs.setOptionValue("mip_allow_restart", False)
        self.highs.setOptionValue("mip_root_presolve_only", True)
        self.columns: list[tuple[int, int]] = []
        self._add_columns(entry)
        self._add_rules()
        self._add_wishes(entry)

    def label(self, row: int, kind: int) -> tuple[int, int, float]:
        """What makes a chosen player different: his row, what he costs and how he scores."""
        return row, int(self.pool.salary[row, kind]), float(self.pool.multiplier[row, kind])

    def value(self, row: int, kind: int) -> int:
        return round(self.case.points[row] * self.pool.multiplier[row, kind] * VALUE_SCALE)

    def _add_columns(self, entry: int) -> None:
        limits = self.case.limits
        own = {int(p) for p in self.lineup[~self.locked] if p >= 0}
        out = ~self.case.available
        gone = self._left_by_force(entry, own)
        for row in range(len(self.pool.ids)):
            stays = row in own and (
                (limits.pinned is not None and limits.pinned[entry, row])
                or (limits.only_out and not out[row])
            )
            banned = limits.excluded is not None and limits.excluded[entry, row]
            offered = self.case.available[row] and not banned
            for kind in sorted(set(self.open)):
                label_kept = self.label(row, kind) in self.old
                if self.pool.eligible[row, kind] and (
                    offered or stays or (row in gone and label_kept)
                ):
                    self.columns.append((row, kind))
        for row, kind in self.columns:
            self.highs.addCol(-self.value(row, kind) / VALUE_SCALE, 0, 1, 0, [], [])
        for i in range(len(self.columns)):
            self.highs.changeColIntegrality(i, highspy.HighsVarType.kInteger)

    def _left_by_force(self, entry: int, own: set[int]) -> set[int]:
        """Players out who may stay because there are more of them than swaps."""
        limits = self.case.limits
        if limits.max_swaps is None or limits.max_swaps[entry] < 0:
            return set()
        banned = {p for p in own if limits.excluded is not None and limits.excluded[entry, p]}
        pinned = {
            p
            for p in own
            if (limits.pinned is not None and limits.pinned[entry, p])
            or (limits.only_out and self.case.available[p])
        }
        able = {p for p in own - banned if self.case.available[p]} | pinned
        if len(able) >= len(self.open) - limits.max_swaps[entry]:
            return set()
        return own - banned - able

    def row(self, low: float, high: float, terms: dict[int, float]) -> None:
        self.highs.addRow(low, high, len(terms), list(terms), list(terms.values()))

    def where(self, test: Callable[[int, int], bool]) -> dict[int, float]:
        return {i: 1.0 for i, (row, kind) in enumerate(self.columns) if test(row, kind)}

    def _add_rules(self) -> None:
        site, pool, inf = self.case.rules, self.pool, highspy.kHighsInf
        for kind in sorted(set(self.open)):
            many = self.open.count(kind)
            self.row(many, many, self.where(lambda _, k, kind=kind: k == kind))
        used = {int(pool.person[row]) for row, _ in self.fixed}
        options: dict[int, dict[int, float]] = {}
        for i, (row, _) in enumerate(self.columns):
            options.setdefault(int(pool.person[row]), {})[i] = 1.0
        for person, terms in options.items():
            self.row(-inf, 0 if person in used else 1, terms)
        money = site.salary_cap - sum(int(pool.salary[row, kind]) for row, kind in self.fixed)
        cost = {i: float(pool.salary[row, kind]) for i, (row, kind) in enumerate(self.columns)}
        self.row(-inf, money, cost)
        for limit in site.team_limits:
            self._limit_teams(limit)
        self._ask_for(site.min_games, pool.game, np.ones(len(pool.ids), np.bool_))
        if site.team_minimum:
            left_out = set(site.team_minimum.except_positions)
            counts = np.array([left_out.isdisjoint(p) for p in pool.positions])
            self._ask_for(site.team_minimum.teams, pool.team, counts)

    def _limit_teams(self, limit: TeamLimit) -> None:
        pool = self.pool

        def counts(row: int) -> bool:
            listed = set(pool.positions[row])
            wanted = not limit.positions or not listed.isdisjoint(limit.positions)
            return wanted and listed.isdisjoint(limit.except_positions)

        for team in range(len(pool.team_names)):
            held = sum(counts(row) and pool.team[row] == team for row, _ in self.fixed)
            terms = self.where(lambda r, _, t=team: bool(counts(r) and pool.team[r] == t))
            if terms:  # a team that is locked beyond its limit keeps what it has
                self.row(-highspy.kHighsInf, max(limit.most - held, 0), terms)

    def _ask_for(self, least: int, group: NDArray[np.int16], counts: NDArray[np.bool_]) -> None:
        held = {int(group[row]) for row, _ in self.fixed if counts[row]}
        others = {int(group[row]) for row, _ in self.columns if counts[row]} - held
        shown = {}
        for label in others:
            column = self.highs.getNumCol()
            self.highs.addCol(0, 0, 1, 0, [], [])
            terms = self.where(lambda r, _, x=label: bool(counts[r] and group[r] == x))
            self.row(-highspy.kHighsInf, 0, {column: 1.0} | dict.fromkeys(terms, -1.0))
            self.highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
            shown[column] = 1.0
        self.row(least - len(held), highspy.kHighsInf, shown)

    def _add_wishes(self, entry: int) -> None:
        limits, inf = self.case.limits, highspy.kHighsInf
        locked = {row for row, _ in self.fixed}
        if limits.pinned is not None:
            for row in set(np.nonzero(limits.pinned[entry])[0].tolist()) - locked:
                self.row(1, inf, self.where(lambda r, _, x=row: r == x))
        if limits.only_out:
            for row, salary, multiplier in self.old:
                if self.case.available[row]:
                    stays = (row, salary, multiplier)
                    pinned = limits.pinned is not None and limits.pinned[entry, row]
                    self.row(
                        1,
                        inf,
                        self.where(
                            lambda r, k, s=stays, p=pinned: (
                                (r == s[0]) if p else self.label(r, k) == s
                            )
                        ),
                    )
        if limits.max_swaps is not None and limits.max_swaps[entry] >= 0:
            least = len(self.open) - int(limits.max_swaps[entry])
            self.row(least, inf, self.where(lambda r, k: self.label(r, k) in self.old))

    def solve(self) -> tuple[int, frozenset[tuple[int, int, float]]] | None:
        """Exact points of the whole lineup in millionths, and the set chosen; None if there is none."""
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        chosen = np.array(self.highs.getSolution().col_value[: len(self.columns)]) > 0.5
        picks = [pair for pair, picked in zip(self.columns, chosen, strict=True) if picked]
        total = sum(self.value(row, kind) for row, kind in [*picks, *self.fixed])
        return total, frozenset(self.label(row, kind) for row, kind in picks)

    def forbid(self, labels: frozenset[tuple[int, int, float]]) -> None:
        """Cut off one set of players, whatever their slots."""
        inside = self.where(lambda r, k: self.label(r, k) in labels)
        self.row(-highspy.kHighsInf, len(labels) - 1, inside)


class World(NamedTuple):
    """What the tests of this folder share."""

    rules: dict[str, SiteRules]
    slate: Callable[..., Slate]
    lineups: Callable[..., Lineups]
    case: Callable[..., Case]
    moment: Callable[..., Case]
    table: Callable[[Case], SwapTable]
    model: type[Model]
    Case: type[Case]


@pytest.fixture(scope="session")
def world() -> World:
    return World(
        RULES, random_slate, random_lineups, random_case, random_moment, table_of, Model, Case
    )
