"""What a policy is worth by what its user knows, as one chart."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from models.backtest.worth import Knowledge, Worth
from serve.report.charts import Bar, forest
from serve.report.outcome import SERIES
from serve.report.words import between, signed


def chart(found: Sequence[Worth], title: str = "Points an entry over holding") -> str:
    """Points over holding, one row for each policy and each state of knowledge, as inline SVG."""
    bars = [_bar(row) for row in found if row.policy != "hold"]
    return forest(bars, " points", title)


def _bar(row: Worth) -> Bar:
    ends = [row.points.low, row.points.high] if isfinite(row.points.low) else None
    told = f"{signed(row.points.value, 2)} points ({between(ends, 2)})"
    label = f"{row.policy}: {_knows(row.knowledge)}"
    return Bar(label, row.points.value, ends, told, SERIES.get(row.policy, 0))


def _knows(knows: Knowledge) -> str:
    """``6 %, crowd 6 %, 5 min``: the user's error, the crowd's, the delay of news."""
    late = f"{knows.delay:.0f} min" if isfinite(knows.delay) else "never"
    return f"{100 * knows.error:.0f} %, crowd {100 * knows.crowd:.0f} %, {late}"
