"""What the tables of a backtest say: DuckDB asks them, nights are drawn again for intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import msgspec
import numpy as np
from numpy.typing import ArrayLike

from actors.backtest import queries
from actors.backtest.parts import FACTS, TABLES
from models.backtest.clusters import Ratio, nights_needed, pooled_ratio
from models.backtest.policies import HOLD, POLICIES

EFFECT = 0.05
"""The uplift in payout of which it is told how many nights would show it."""
SIZES = (0.0, 2.0, 5.0, 10.0, 15.0, 25.0)
"""Lower ends of the buckets of claimed points."""
HOURS = (0.0, 0.1, 1.0, 2.0, 4.0)
"""Lower ends of the buckets of hours to the next lock."""

Row = dict[str, Any]


class Results:
    """The tables of one output folder."""

    def __init__(self, out: Path) -> None:
        self._db = duckdb.connect()
        for table in TABLES:
            file = str(out / f"{table}.parquet").replace("'", "''")
            self._db.execute(f"create view {table} as from read_parquet('{file}')")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._db.close()

    def rows(self, query: str) -> list[Row]:
        """The rows of a query as dictionaries."""
        found = self._db.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def policies(self) -> dict[str, Row]:
        """Each policy's results, and its uplift over holding, pooled and by night."""
        by_night: dict[str, list[Row]] = {}
        for row in self.rows(queries.BY_NIGHT):
            by_night.setdefault(row.pop("policy"), []).append(row)
        users: dict[str, list[Row]] = {}
        for row in self.rows(queries.BY_USER):
            users.setdefault(row["policy"], []).append(row)
        return {
            policy: {**_policy(by_night[policy]), "one_user": _one_user(users[policy])}
            for policy in POLICIES
            if policy in by_night
        }

    def projection(self) -> Row:
        """How far expectations were from what came, over those who played.

        The absolute error is that of the median, which is the forecast it asks for.
        """
        row = self.rows(queries.PROJECTION)[0]
        return {name: _rounded(value) for name, value in row.items()}

    def projection_by_size(self) -> list[Row]:
        """The same by what was expected."""
        return [_plain(row) for row in self.rows(queries.PROJECTION_BY_SIZE)]

    def sampled_tenths(self) -> list[float]:
        """Shares of the players who played that scored within each tenth of their samples."""
        counted = {row["tenth"]: row["players"] for row in self.rows(queries.SAMPLES)}
        players = sum(counted.values())
        return [round(counted.get(n, 0) / players, 6) for n in range(10)] if players else []

    def claims(self) -> list[Row]:
        """Claimed against realised gain in points, by policy, cause and size."""
        nights: dict[tuple[str, str, int], list[Row]] = {}
        for row in self.rows(queries.CLAIMS.format(sizes=_bucket("believed_points", SIZES))):
            nights.setdefault((row["policy"], row["cause"], row["size"]), []).append(row)
        return [
            {"policy": policy, "cause": cause, **_size(size), **_claimed(rows)}
            for (policy, cause, size), rows in sorted(nights.items())
        ]

    def claims_pooled(self) -> list[Row]:
        """The same by policy and kind of claim alone: points, and dollars where priced."""
        nights: dict[str, list[Row]] = {}
        for row in self.rows(queries.CLAIMS_POOLED):
            nights.setdefault(row["policy"], []).append(row)
        return [
            {
                "policy": policy,
                **_claimed(rows),
                "money": _claimed_money(rows),
                "paid": _claimed_paid(rows),
            }
            for policy, rows in sorted(nights.items())
        ]

    def contests(self) -> list[Row]:
        """Each contest with each policy's figures."""
        return [_plain(row) for row in self.rows(queries.BY_CONTEST)]

    def to_lock(self) -> list[Row]:
        """Swaps that were followed, by the time left to the next lock."""
        nights: dict[tuple[str, int], list[Row]] = {}
        for row in self.rows(queries.TO_LOCK.format(hours=_bucket("hours_to_lock", HOURS))):
            nights.setdefault((row["policy"], row["hours"]), []).append(row)
        return [
            {"policy": policy, "hours_from": HOURS[hours], **_claimed(rows), "payout": _paid(rows)}
            for (policy, hours), rows in sorted(nights.items())
        ]

    def worst(self, most: int = 12) -> list[Row]:
        """The followed swaps that lost the most points."""
        return [_plain(row) for row in self.rows(queries.WORST.format(most=most))]

    def abstentions(self) -> list[Row]:
        """How many of the entries asked about were left as they were, by policy."""
        return [_plain(row) for row in self.rows(queries.ABSTENTIONS)]


def _bucket(column: str, ends: Sequence[float]) -> str:
    steps = " + ".join(f"({column} >= {end})::int" for end in ends[1:])
    return f"({steps})"


def _policy(rows: Sequence[Row]) -> Row:
    sums = {name: sum(row[name] for row in rows) for name in rows[0] if name != "slate"}
    columns = {name: np.array([row[name] for row in rows], np.float64) for name in sums}
    payout, fees, held = columns["payout"], columns["fees"], columns["held_payout"]
    roi = pooled_ratio(payout - fees, fees)
    money = pooled_ratio(100 * columns["more_payout"], held)
    together = pooled_ratio(100 * columns["more_together"], held)
    more_roi = pooled_ratio(100 * columns["more_payout"], fees)
    points = pooled_ratio(columns["more_points"], columns["entries"])
    places = pooled_ratio(columns["places"], columns["entries"])
    return {
        "entries": sums["entries"],
        "changed": sums["changed"],
        "fees": round(sums["fees"], 2),
        "payout": round(sums["payout"], 4),
        "roi": _rounded(roi.value),
        "roi_ci95": _ends(roi),
        "mean_points": _rounded(sums["points"] / sums["entries"]),
        "cashed": _rounded(sums["paid"] / sums["entries"]),
        "swaps": sums["swaps"],
        "uplift_points": _rounded(points.value),
        "uplift_points_ci95": _ends(points),
        "uplift_places": _rounded(places.value),
        "uplift_places_ci95": _ends(places),
        "uplift_roi_points": _rounded(more_roi.value),
        "uplift_roi_ci95": _ends(more_roi),
        "uplift_payout_pct": _rounded(money.value),
        "uplift_ci95": _ends(money),
        "uplift_together_pct": _rounded(together.value),
        "uplift_together_ci95": _ends(together),
        "nights_to_see_5_pct": nights_needed(columns["more_payout"], held, EFFECT),
        "nights_by_payout_alone": _by_payout_alone(payout, fees),
        "by_slate": [_slate(row) for row in rows],
    }


def _by_payout_alone(payout: ArrayLike, fees: ArrayLike) -> int | None:
    """Nights until 5 % more payout were seen by whoever cannot compare with holding."""
    paid, spent = np.asarray(payout, np.float64), np.asarray(fees, np.float64)
    if not paid.any():
        return None
    return nights_needed(paid, spent, EFFECT * float(paid.sum() / spent.sum()))


def _one_user(rows: Sequence[Row]) -> Row:
    """How long one user with the entries that users have would have to play to see the effect."""
    more, held = ([row[name] for row in rows] for name in ("more_payout", "held_payout"))
    return {
        "users": len(rows),
        "entries": _rounded(sum(row["entries"] for row in rows) / len(rows)),
        "nights_to_see_5_pct": nights_needed(more, held, EFFECT),
        "nights_by_payout_alone": _by_payout_alone(held, [row["fees"] for row in rows]),
    }


def _slate(row: Row) -> Row:
    entries, held = row["entries"], row["held_payout"]
    return {
        "slate": row["slate"],
        "entries": entries,
        "changed": row["changed"],
        "fees": round(row["fees"], 2),
        "payout": round(row["payout"], 4),
        "roi": _rounded(row["payout"] / row["fees"] - 1) if row["fees"] else None,
        "mean_points": _rounded(row["points"] / entries),
        "swaps": row["swaps"],
        "uplift_points": _rounded(row["more_points"] / entries),
        "uplift_places": _rounded(row["places"] / entries),
        "uplift_payout": round(row["more_payout"], 4),
        "uplift_payout_pct": _rounded(100 * row["more_payout"] / held) if held else None,
    }


def _claimed(rows: Sequence[Row]) -> Row:
    """Mean claimed and realised points with the interval of the second, and their ratio."""
    swaps = sum(row["swaps"] for row in rows)
    claimed = [row["claimed"] for row in rows]
    realised = pooled_ratio([row["realised"] for row in rows], [row["swaps"] for row in rows])
    ratio = pooled_ratio([row["realised"] for row in rows], claimed)
    return {
        "nights": len(rows),
        "swaps": swaps,
        "claimed": _rounded(sum(claimed) / swaps),
        "realised": _rounded(realised.value),
        "realised_ci95": _ends(realised),
        "ratio": _rounded(ratio.value),
        "ratio_ci95": _ends(ratio),
        "gained": _rounded(sum(row["gained"] for row in rows) / swaps),
    }


def _paid(rows: Sequence[Row]) -> float | None:
    """Dollars more for each swap, where payouts are known."""
    judged = sum(row["judged"] for row in rows)
    return _rounded(sum(row["money"] or 0.0 for row in rows) / judged) if judged else None


def _claimed_money(rows: Sequence[Row]) -> Row | None:
    priced = [row for row in rows if row["claimed_money"] is not None]
    if not priced:
        return None
    ratio = pooled_ratio(
        [row["realised_money"] for row in priced], [row["claimed_money"] for row in priced]
    )
    swaps = [row["swaps"] for row in priced]
    realised = pooled_ratio([row["realised_money"] for row in priced], swaps)
    return {
        "claimed": _rounded(sum(row["claimed_money"] for row in priced) / sum(swaps)),
        "realised": _rounded(realised.value),
        "realised_ci95": _ends(realised),
        "ratio": _rounded(ratio.value),
        "ratio_ci95": _ends(ratio),
    }


def _claimed_paid(rows: Sequence[Row]) -> Row | None:
    """How often swapped entries were to be paid, and were."""
    priced = [row for row in rows if row["priced"]]
    if not priced:
        return None
    swaps = [row["priced"] for row in priced]
    came = pooled_ratio([row["realised_paid"] for row in priced], swaps)
    claimed = sum(row["claimed_paid"] for row in priced) / sum(swaps)
    return {"claimed": _rounded(claimed), "realised": _rounded(came.value), "ci95": _ends(came)}


def _size(size: int) -> Row:
    above = SIZES[size + 1] if size + 1 < len(SIZES) else None
    return {"claimed_from": SIZES[size], "claimed_below": above}


def _ends(ratio: Ratio) -> list[float] | None:
    ends = [_rounded(ratio.low), _rounded(ratio.high)]
    return None if None in ends else ends


def _rounded(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return round(value, 6) if math.isfinite(value) else None


def _plain(row: Row) -> Row:
    return {name: _rounded(value) for name, value in row.items()}


def facts_of(parts: Sequence[Path]) -> list[Row]:
    """What each night tells of itself."""
    return [msgspec.json.decode((part / FACTS).read_bytes()) for part in parts]


def summary_of(out: Path, parts: Sequence[Path]) -> Row:
    """Everything that ``summary.json`` holds of the tables in ``out``."""
    facts = facts_of(parts)
    judged = [night for night in facts if night["field"]]
    with Results(out) as results:
        policies = results.policies()
        for policy, row in policies.items():
            row["illegal"] = sum(night["illegal"].get(policy, 0) for night in facts)
        return {
            "slates": len({night["slate"] for night in judged}),
            "contests": len(judged),
            "nights_in_points": len(facts) - len(judged),
            "entries": policies[HOLD]["entries"] if policies else 0,
            "policies": policies,
            "projection": results.projection(),
            "sampled_tenths": results.sampled_tenths(),
            "projection_by_size": results.projection_by_size(),
            "claims": results.claims(),
            "claims_pooled": results.claims_pooled(),
            "by_contest": results.contests(),
            "by_hours_to_lock": results.to_lock(),
            "abstentions": results.abstentions(),
            "worst": results.worst(),
            "nights": facts,
        }
