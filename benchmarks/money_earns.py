"""What the choice by money earns over the choice by points, on nights whose truth is known.

``python -m benchmarks.money_earns`` prints every figure; ``rows()`` is what ``lateswap bench``
collects. Each night (``money_night``) the user decides once, at the moment of the news, from what
he can see and believes; the judge then pays every strategy's lineups together in the contest
against the field as it really ends, on samples of his own under the true projections: other random
numbers, other means, opponents whose open slots the user has never seen.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.money_night import Floats, Night, draw_night
from config.outcomes import load_outcome_model
from models.contest import Prize
from models.evening.prizes import prize_table
from models.field import Completion, react
from models.optimiser import Lineups, SwapLimits, SwapTable, solve
from models.outcomes import draw, outcomes
from models.portfolio import Candidates, Choice, PortfolioRules, Report, candidates, choose
from models.simulation import Pay, Simulation, exact_pay, simulate, simulate_portfolio, smoothed_pay

NIGHTS = 8
SAMPLES = 10_000
JUDGED = 10_000
TOP = 40
T_975 = 2.365
"""Of Student's distribution for eight nights: an interval of 95 %."""
CHOICE_MS, CANDIDATES_MS = 50.0, 25.0
STRATEGIES = ("hold", "out alone", "points", "money")


class Kind(NamedTuple):
    """A kind of contest, and how the user plays it."""

    name: str
    opponents: int
    own: int
    fee: float
    prizes: tuple[Prize, ...]
    risk: float
    sampled: int = 0
    """Opponents simulated in place of all, their payouts smoothed; 0 simulates every one."""
    completions: int = 1
    """Fields that the user imagines, each against its share of the samples."""

    def pay(self) -> Pay:
        """How the user estimates payouts."""
        entries = self.opponents + self.own
        if self.sampled:
            return smoothed_pay(self.prizes, entries, self.sampled)
        return exact_pay(self.prizes, entries)


def kinds() -> tuple[Kind, ...]:
    """A top-heavy tournament, a small one, and a double-up played for safety."""
    steps = (250, 180, 130, 100, 80, 65, 50, 45, 40, 35, 30, 25, 22, 20, 18, 17, 16, 15, 15, 15)
    small = tuple(Prize(first=i, last=i, amount=float(p)) for i, p in enumerate(steps, 1))
    large = prize_table(20_000, 5.0)
    double = (Prize(first=1, last=450, amount=20.0),)
    return (
        Kind("tournament of 20,000", 19_850, 150, 5.0, large, 0.5, sampled=6_000),
        Kind("100 entries, 20 paid", 90, 10, 12.5, small, 0.5, completions=8),
        Kind("double-up of 1,000, risk 0", 960, 40, 10.0, double, 0.0, completions=4),
    )


class Outcome(NamedTuple):
    """What a strategy's entries earn together in one night."""

    payout: float
    """Expected dollars of all entries."""
    sd: float
    """Standard deviation of that sum."""
    cash: float
    """Share of the entries that are paid."""


class Claim(NamedTuple):
    """The gain over holding of the lineups chosen by money, in dollars of all entries."""

    claimed: float
    """On the half of the samples that chose."""
    reported: float
    """On the other half, for what was tested."""
    shown: float
    """Believed of what was chosen in the end."""
    real: float
    """By the judge."""


class Judged(NamedTuple):
    """One kind of contest over all nights."""

    kind: Kind
    nights: list[dict[str, Outcome]]
    claims: list[Claim]

    def of(self, strategy: str, field: str = "payout") -> Floats:
        """(nights,) one figure of a strategy."""
        return np.array([getattr(night[strategy], field) for night in self.nights])

    def ratio(self, peer: str, field: str = "payout") -> tuple[float, float, float]:
        """Money over a peer: geometric mean over nights, and its 95 % interval."""
        logs = np.log(self.of("money", field) / self.of(peer, field))
        width = T_975 * logs.std(ddof=1) / np.sqrt(len(logs))
        low, middle, high = np.exp(logs.mean() + width * np.array([-1.0, 0.0, 1.0]))
        return float(middle), float(low), float(high)


def judged(kind: Kind, nights: int = NIGHTS) -> Judged:
    """Play and judge this many nights."""
    results, claims = [], []
    for seed in range(nights):
        night = draw_night(seed, field=kind.opponents, own=kind.own)
        lineups, choice = decided(night, kind, seed)
        paid = {name: _paid(night, kind, rows) for name, rows in lineups.items()}
        results.append(paid)
        real = paid["money"].payout - paid["hold"].payout
        claims.append(Claim(choice.claimed.sum(), choice.reported.sum(), choice.gain.sum(), real))
    return Judged(kind, results, claims)


def decided(night: Night, kind: Kind, seed: int) -> tuple[dict[str, NDArray[np.int32]], Choice]:
    """Every strategy's lineups, and how money chose."""
    table, lineups = _table(night), Lineups(night.held, night.played[night.held])
    alone = solve(table, lineups, SwapLimits(only_out=True)).players[:, 0]
    found = candidates(table, lineups, top=TOP)
    choice = chosen(night, kind, found, Imagined(night, kind, seed))
    return {
        "hold": night.held,
        "out alone": np.where((alone < 0).any(axis=1, keepdims=True), night.held, alone),
        "points": solve(table, lineups).players[:, 0],
        "money": found.lineups[choice.chosen],
    }, choice


def chosen(night: Night, kind: Kind, found: Candidates, contest: Imagined) -> Choice:
    """The choice by money: on one half, tested on the other beside what the others become."""
    first = contest.priced(found, night.held)
    return choose(
        found,
        np.concatenate([run.payouts for run in first], axis=1),
        lambda lineups: reported(contest.priced(found, lineups)),
        PortfolioRules(risk=kind.risk),
        pool=night.pool,
        fees=kind.fee,
    )


def reported(runs: list[Simulation]) -> Report:
    """The second halves of all runs together."""
    return Report(
        np.mean([run.halves[1] for run in runs], axis=0),
        np.mean([run.gain[1] for run in runs], axis=0),
        np.sqrt(np.sum([run.gain_error[1] ** 2 for run in runs], axis=0)) / len(runs),
    )


class Imagined:
    """The contest as the user imagines it: his projections, his idea of the hidden lineups."""

    def __init__(self, night: Night, kind: Kind, seed: int) -> None:
        model = load_outcome_model(night.rules.sport)
        draws = draw(night.slate, night.pool, model, samples=SAMPLES, seed=seed)
        step = night.rules.points_step
        self.points = outcomes(draws, night.forecast(night.believed), model, step)
        self.fields = _fields(night, kind, seed)
        self.kind = kind

    def priced(self, found: Candidates, own: NDArray[np.int32]) -> list[Simulation]:
        """Every candidate beside these lineups of the user's (E, R)."""
        return [
            simulate(
                np.ascontiguousarray(self.points[:, part :: len(self.fields)]),
                field,
                found.lineups,
                self.kind.pay(),
                own=own,
                owner=found.owner,
                baseline=found.hold[found.owner],
                keep=SAMPLES // len(self.fields) // 2,
                rates=False,
            )
            for part, field in enumerate(self.fields)
        ]


def _table(night: Night) -> SwapTable:
    table = SwapTable(night.rules, night.pool)
    table.load(night.believed, night.available, locked_points=night.scored)
    return table


def _fields(night: Night, kind: Kind, seed: int) -> list[NDArray[np.int16]]:
    """The opponents as the user imagines them: hidden slots completed, the news reacted to."""
    shown, rng = night.shown, np.random.default_rng(seed)
    if kind.sampled:
        shown = shown[rng.choice(len(shown), kind.sampled, replace=False)]
    completion = Completion(
        night.rules,
        night.pool,
        shown,
        open_rows=~night.played,
        target=night.guessed,
        value=night.believed,
        seed=seed,
    )
    return [
        react(
            night.rules,
            night.pool,
            completion.draw(100 * seed + part),
            out=night.out,
            open_rows=night.available,
            value=night.believed,
            seed=seed,
        )[0]
        for part in range(kind.completions)
    ]


def _paid(night: Night, kind: Kind, lineups: NDArray[np.int32]) -> Outcome:
    """The judge: the true means, the true field, everybody in the contest together."""
    model = load_outcome_model(night.rules.sport)
    draws = draw(night.slate, night.pool, model, samples=JUDGED, seed=10_000_000)
    points = outcomes(draws, night.forecast(night.truth), model, night.rules.points_step)
    pay = exact_pay(kind.prizes, kind.opponents + kind.own)
    found = simulate_portfolio(points, night.field, lineups, pay)
    return Outcome(found.mean, found.sd, float(found.entries.cash.mean()))


def earnings(result: Judged) -> list[dict[str, Any]]:
    """Rows of one kind of contest."""
    safe = result.kind.risk == 0
    rows = [
        _against(result, peer, 0.97 if safe and peer == "points" else 1.0)
        for peer in ("points", "hold")
    ]
    if safe:
        middle, low, high = result.ratio("points", "sd")
        rows.append(
            _row(
                f"{result.kind.name}: standard deviation of all winnings, money over points"
                f" [{low:.2f} to {high:.2f}]",
                (float(result.of("money", "sd").mean()), "$"),
                ("points", float(result.of("points", "sd").mean())),
                middle,
                "interval below 1",
                ok=high < 1,
            )
        )
    return rows


def _against(result: Judged, peer: str, least: float) -> dict[str, Any]:
    middle, low, high = result.ratio(peer)
    return _row(
        f"{result.kind.name}: expected winnings under the truth, money over {peer},"
        f" {len(result.nights)} nights [{low:.2f} to {high:.2f}]",
        (float(result.of("money").mean()), "$"),
        (peer, float(result.of(peer).mean())),
        middle,
        f"interval above {least:g}",
        ok=low > least,
    )


def _row(
    name: str,
    value: tuple[float, str],
    peer: tuple[str, float],
    ratio: float,
    aim: str,
    *,
    ok: bool,
) -> dict[str, Any]:
    return {
        "name": name,
        "value": value[0],
        "unit": value[1],
        "peer": peer[0],
        "peer_value": peer[1],
        "ratio": ratio,
        "aim": aim,
        "ok": bool(ok),
    }


def speed(kind: Kind) -> list[dict[str, Any]]:
    """CPU milliseconds of 150 entries times 40 candidates, 5,000 samples to choose on."""
    night = draw_night(0, field=kind.opponents, own=kind.own)
    table, lineups = _table(night), Lineups(night.held, night.played[night.held])
    found = candidates(table, lineups, top=TOP)
    runs = Imagined(night, kind, 0).priced(found, night.held)
    payouts, report = np.concatenate([run.payouts for run in runs], axis=1), reported(runs)
    rules = PortfolioRules(risk=kind.risk)
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(5):
        begun = time.process_time()
        candidates(table, lineups, top=TOP)
        between = time.process_time()
        choose(found, payouts, report, rules, pool=night.pool, fees=kind.fee)
        taken[0].append(1e3 * (between - begun))
        taken[1].append(1e3 * (time.process_time() - between))
    named = (f"{len(found.owner):,} candidates of {kind.own} entries", CANDIDATES_MS, min(taken[0]))
    chosen = (f"choice among them on {payouts.shape[1]:,} samples", CHOICE_MS, min(taken[1]))
    return [
        _row(name, (ms, "ms CPU"), ("limit", most), most / ms, f"<= {most:g} ms", ok=ms <= most)
        for name, most, ms in (named, chosen)
    ]


def rows() -> list[dict[str, Any]]:
    """All rows: name, value, unit, peer, peer_value, ratio, aim, ok."""
    every = kinds()
    return [*speed(every[0]), *(row for kind in every for row in earnings(judged(kind)))]


def _tell(result: Judged) -> None:
    print(f"\n{result.kind.name}: ${result.kind.own * result.kind.fee:,.0f} of fees a night")
    for name in STRATEGIES:
        payout, sd, cash = (result.of(name, field) for field in Outcome._fields)
        nights = " ".join(f"{x:6.0f}" for x in payout)
        print(
            f"  {name:10s} {payout.mean():8.1f}  sd {sd.mean():7.1f}  paid {cash.mean():.3f}"
            f"   by night {nights}"
        )
    for peer in STRATEGIES[:-1]:
        middle, low, high = result.ratio(peer)
        print(f"  money over {peer}: {middle:.3f} [{low:.3f} to {high:.3f}]")
    claim = np.array(result.claims).mean(axis=0)
    named = zip(Claim._fields, claim, strict=True)
    print("  gain over hold: " + ", ".join(f"{name} {dollars:.1f}" for name, dollars in named))


if __name__ == "__main__":
    for row in speed(kinds()[0]):
        print(f"{'ok  ' if row['ok'] else 'MISS'} {row['name']}: {row['value']:.1f} {row['unit']}")
    for kind_of_contest in kinds():
        _tell(judged(kind_of_contest))
