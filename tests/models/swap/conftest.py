"""Invented nights of every game type: half the games over, real rules, entries, opponents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import pytest

from config.outcomes import load_outcome_model
from config.rules import load_rules
from models.contest import Prize
from models.field import draw_field
from models.files import (
    HIDDEN,
    EntriesFile,
    PayoutTable,
    Projection,
    Projections,
    Standings,
    StandingsEntry,
    StandingsPlayer,
    read_entries,
)
from models.optimiser import check_legal
from models.pool import PlayerPool
from models.rules import SiteRules
from models.slate import Game, Player, Slate
from models.swap import SwapCase, SwapOptions, SwapOutcome

EARLY = datetime(2030, 1, 12, 17, tzinfo=UTC)
BETWEEN = datetime(2030, 1, 12, 22, tzinfo=UTC)
LATE = datetime(2030, 1, 13, 0, tzinfo=UTC)
FEE = 4.0
TOP_HEAVY = (Prize(first=1, last=1, amount=300.0), Prize(first=2, last=40, amount=9.0))
DOUBLE_UP = (Prize(first=1, last=90, amount=8.0),)


class Invented:
    """One slate at one moment with ``own`` entries, and ``opponents`` in its standings."""

    def __init__(
        self,
        key: str = "draftkings/nba/classic",
        seed: int = 1,
        *,
        own: int = 12,
        opponents: int = 187,
        contests: tuple[str, ...] = ("17",),
        out: int = 0,
        apart: float = 0.3,
    ) -> None:
        """``out``: so many of the players held most in later games are ruled out. ``apart``: how far
        players' worth is from what their salaries say.
        """  # noqa: D205
        self.rules, self.seed, self.opponents = load_rules(key), seed, opponents
        self.rng = np.random.default_rng(seed)
        self.slate = _slate(self.rules, self.rng)
        self.pool = PlayerPool.of(self.slate, self.rules)
        self.single = len(self.slate.games) == 1
        self.late = {p.player_id for p in self.slate.players if p.game_id in ("A1@H1", "A3@H3")}
        salary = self.pool.salary.min(axis=1)
        par = max(self.rules.par_points, 100.0)
        persons = self.rng.lognormal(0, apart, salary.size)[self.pool.person]
        self.value = salary / self.rules.salary_cap * par * persons
        target = self.rng.gamma(0.5, 1.0, salary.size) * self.value
        drawn = draw_field(
            self.rules, self.pool, target, size=own + opponents, seed=seed, value=self.value
        )
        self.own, self.field = drawn[:own], drawn[own:]
        self.contests = [contests[n % len(contests)] for n in range(own)]
        liked = [i for i in np.argsort(-np.bincount(self.own.ravel(), minlength=salary.size))
                 if self.pool.ids[i] in self.late or self.single]  # fmt: skip
        people = set(self.pool.person[liked[:out]].tolist())
        rows = [i for i, person in enumerate(self.pool.person.tolist()) if person in people]
        self.value[rows] = 0.0
        self.out = [self.pool.ids[i] for i in rows]

    def case(self, prizes: tuple[Prize, ...] = TOP_HEAVY, **options: Any) -> SwapCase:
        """By money, the standings known; the fields of ``options`` replace the usual ones."""
        given = {"objective": "money", "samples": 400, "seed": self.seed} | options
        tables = {contest: self.table(prizes) for contest in dict.fromkeys(self.contests)}
        return SwapCase(
            at=LATE if self.single else BETWEEN,
            slate=self.slate,
            rules=self.rules,
            entries=self.entries(),
            options=SwapOptions(**given),
            projections=self.projections(),
            standings=None if self.single else self.standings(),
            payouts_by_contest=tables,
            outcome_model=load_outcome_model(self.rules.sport),
        )

    def table(self, prizes: tuple[Prize, ...]) -> PayoutTable:
        return PayoutTable(
            file="prizes.csv", prizes=prizes, field_size=self.opponents + len(self.own),
            entry_fee=FEE,
        )  # fmt: skip

    def projections(self) -> Projections:
        by_id = {
            i: Projection(player_id=i, points=points)
            for i, points in zip(self.pool.ids, self.value.tolist(), strict=True)
        }
        return Projections(file="mine.csv", by_id=by_id)

    def entries(self) -> EntriesFile:
        names = [player.name for player in self.slate.players]
        rows = [
            f"{4_000_000_000 + n},Night,{contest},${FEE:.0f},"
            + ",".join(f"{names[row]} ({self.pool.ids[row]})" for row in lineup)
            + ",,"
            for n, (lineup, contest) in enumerate(zip(self.own, self.contests, strict=True))
        ]
        slots = ",".join(self.rules.slot_names)
        head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{slots},,Instructions"
        return read_entries("\r\n".join([head, *rows, ""]).encode(), "DKEntries.csv")

    def standings(self) -> Standings:
        """Of the first contest: the early games over, the late ones hidden."""
        columns = sorted(range(len(self.rules.slots)), key=lambda n: self.rules.slot_names[n])
        own = [n for n, contest in enumerate(self.contests) if contest == self.contests[0]]
        ids = [*(4_000_000_000 + n for n in own), *range(5_000_000_000, 5_000_000_000 + 999)]
        lineups = [*self.own[own], *self.field]
        rng = np.random.default_rng(self.seed)
        scored = {i: round(v * rng.gamma(4.0) / 4, 1) for i, v in self.worth.items()}
        entries = [
            self._entry(i, row, columns, scored) for i, row in zip(ids, lineups, strict=False)
        ]
        players = [
            StandingsPlayer(p.name, slot, 0.1, scored[p.player_id])
            for p in self.slate.players
            if p.player_id not in self.late
            for slot in p.roster_slots
        ]
        return Standings(
            file=f"contest-standings-{self.contests[0]}.csv",
            slots=tuple(self.rules.slot_names[n] for n in columns),
            entries=tuple(entries),
            players=tuple(players),
        )

    @property
    def worth(self) -> dict[str, float]:
        return dict(zip(self.pool.ids, self.value.tolist(), strict=True))

    def worth_of_best(self) -> float:
        """Points of the best players that slots and multipliers allow, salaries aside."""
        most = max(slot.points_multiplier for slot in self.rules.slots)
        return float(np.sort(self.value)[-len(self.rules.slots) :].sum() * most)

    def _entry(
        self, entry_id: int, row: Any, columns: list[int], scored: dict[str, float]
    ) -> StandingsEntry:
        ids = [self.pool.ids[row[n]] for n in columns]
        names = {player.player_id: player.name for player in self.slate.players}
        hidden = sum(i in self.late for i in ids)
        points = sum(scored[i] for i in ids if i not in self.late)
        lineup = tuple(HIDDEN if i in self.late else names[i] for i in ids)
        return StandingsEntry(str(entry_id), "user", 1, points, 48.0 * hidden, lineup, 1)

    def broken(self, outcome: SwapOutcome) -> list[str]:
        """Names of the rules that any lineup of the answer breaks."""
        row = {player_id: n for n, player_id in enumerate(self.pool.ids)}
        lineups = [[row[i] for i in e.after.lineup.values()] for e in outcome.report.entries]
        masks = check_legal(self.rules, self.pool, np.array(lineups, np.int32))
        return [name for name, mask in masks.items() if mask.any()]


def _slate(rules: SiteRules, rng: np.random.Generator) -> Slate:
    single = rules.game_type in ("showdown", "single_game")
    games = tuple(
        Game(game_id=f"A{g}@H{g}", away=f"A{g}", home=f"H{g}",
             start=LATE.replace(hour=1) if single else (EARLY, LATE)[g % 2])
        for g in range(1 if single else 4)
    )  # fmt: skip
    fair = rules.salary_cap / len(rules.slots)
    players: list[Player] = []
    for game in games:
        for team in (game.away, game.home):
            for position in rules.hints.positions * 2:
                salary = int(rng.uniform(0.45, 1.55) * fair / rules.salary_step) * rules.salary_step
                name, fits = f"N{len(players)}", rules.slots_for((position,))
                rows = [("CPT",), tuple(s for s in fits if s != "CPT")] if single else [fits]
                for slots in rows:
                    players.append(
                        Player(
                            player_id=str(90_000 + len(players)), name=name, team=team,
                            game_id=game.game_id, positions=(position,), roster_slots=slots,
                            salary=salary * 3 // 2 if slots == ("CPT",) else salary,
                        )
                    )  # fmt: skip
    return Slate(
        slate_id="s", site=rules.site, sport=rules.sport, game_type=rules.game_type,
        players=tuple(players), games=games,
    )  # fmt: skip


@pytest.fixture(scope="session")
def invented() -> Callable[..., Invented]:
    return Invented


@pytest.fixture(scope="session")
def double_up() -> tuple[Prize, ...]:
    return DOUBLE_UP


def money(outcome: SwapOutcome) -> dict[str, Any]:
    """The whole answer but its time, comparable."""
    return msgspec.to_builtins(msgspec.structs.replace(outcome.report, elapsed_s=0.0))


@pytest.fixture(scope="session")
def told() -> Callable[[SwapOutcome], dict[str, Any]]:
    return money
