"""Invented slates of every game type that the rule files know."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from config.rules import all_rules
from models.optimiser import check_legal
from models.pool import PlayerPool
from models.rules import SiteRules
from models.slate import Game, Player, Slate


class Night(NamedTuple):
    """One slate with what people think of its players."""

    rules: SiteRules
    pool: PlayerPool
    value: NDArray[np.float64]
    target: NDArray[np.float64]


def slate_of_kind(rules: SiteRules, rng: np.random.Generator, games: int, each: int) -> Slate:
    """``each`` players of every position in each team; captains on rows of their own at DraftKings."""
    single = rules.game_type in ("showdown", "single_game")
    played = tuple(
        Game(game_id=f"A{g}@H{g}", away=f"A{g}", home=f"H{g}", start=None)
        for g in range(1 if single else games)
    )
    own_rows = rules.site == "draftkings" and rules.slots[0].salary_multiplier > 1
    players: list[Player] = []
    fair = rules.salary_cap / len(rules.slots) / rules.salary_step
    low, high = int(0.45 * fair), int(1.55 * fair)
    for game in played:
        for team in (game.away, game.home):
            for position in rules.hints.positions:
                for _ in range(each):
                    step = rules.salary_step
                    salary = int(rng.integers(low, high)) * step
                    fits = rules.slots_for((position,))
                    rows = [("CPT",), tuple(s for s in fits if s != "CPT")] if own_rows else [fits]
                    name = f"N{len(players)}"
                    players += [
                        Player(
                            player_id=f"{len(players) + i}",
                            name=name,
                            team=team,
                            game_id=game.game_id,
                            positions=(position,),
                            roster_slots=slots,
                            salary=salary * 3 // 2 // step * step if slots == ("CPT",) else salary,
                        )
                        for i, slots in enumerate(rows)
                        if slots
                    ]
    return Slate(
        slate_id="s",
        site=rules.site,
        sport=rules.sport,
        game_type=rules.game_type,
        players=tuple(players),
        games=played,
    )


def night_of(key: str, seed: int, games: int = 4, each: int = 2) -> Night:
    rules, rng = all_rules()[key], np.random.default_rng(seed)
    slate = slate_of_kind(rules, rng, games, each)
    pool = PlayerPool.of(slate, rules)
    salary = pool.salary.min(axis=1)
    value = (
        salary / rules.salary_cap * max(rules.par_points, 100) * rng.lognormal(0, 0.3, salary.size)
    )
    target = rng.gamma(0.5, 1.0, salary.size) * value
    return Night(rules, pool, value, target / target.sum() * len(rules.slots))


def broken(night: Night, field: NDArray[np.int16]) -> list[str]:
    """Names of the rules that any lineup breaks."""
    masks = check_legal(night.rules, night.pool, field.astype(np.int32))
    return [name for name, mask in masks.items() if mask.any()]


@pytest.fixture(scope="session")
def tonight() -> Callable[..., Night]:
    return night_of


@pytest.fixture(scope="session")
def rules_broken() -> Callable[[Night, NDArray[np.int16]], list[str]]:
    return broken
