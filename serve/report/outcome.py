"""What each policy was worth: the sentence, the table, the charts."""

from __future__ import annotations

from html import escape
from typing import Any

from serve.report.charts import Bar, forest, legend, nights
from serve.report.words import NOTHING, between, plain, share, signed, table

Summary = dict[str, Any]
HOLD = "hold"
_APART = 8.0
"""Reaches that differ by more are not read on one axis."""
SERIES = {"only_out": 1, "points": 2, "money": 3}
NAMES = {
    "hold": "hold: the lineup as it finally was",
    "only_out": "only_out: replace who will not play",
    "points": "points: the best lineup by projections",
    "money": "money: the lineup worth most in the contest",
}


def changing(summary: Summary) -> dict[str, Any]:
    """The policies that change anything, by name."""
    return {name: row for name, row in summary["policies"].items() if name != HOLD}


def verdict(summary: Summary) -> str:
    """What can be said, policy by policy: an uplift only where its interval excludes nothing."""
    told = [
        f"<b>{escape(name)}</b> {_points(row)}, {_payout(row)}"
        for name, row in changing(summary).items()
    ]
    if told:
        return "; ".join(told) + "."
    if not summary["policies"]:
        return "No night has all that payouts need: swaps are judged in points, further down."
    return "Nothing was compared with holding."


def _points(row: dict[str, Any]) -> str:
    ends, value = row["uplift_points_ci95"], row["uplift_points"]
    amount = f"{abs(value):.2f} points an entry"
    if ends is None:
        return f"{signed(value, 2)} points an entry on one night"
    if ends[0] > 0:
        return f"gains {amount}"
    return f"loses {amount}" if ends[1] < 0 else f"shows no clear change in points ({value:+.2f})"


def _payout(row: dict[str, Any]) -> str:
    ends = row["uplift_ci95"]
    if ends is None:
        return "and says nothing of payouts"
    value = signed(row["uplift_payout_pct"], 1, " %")
    if ends[0] > 0 or ends[1] < 0:
        return f"payout {value} ({between(ends, 1, ' %')})"
    return f"payout {value}, which is not told from luck ({between(ends, 1, ' %')})"


def sections(summary: Summary) -> list[str]:
    """The part of the page about what policies were worth; nothing without any payout."""
    if not summary["policies"]:
        return []
    return [_policies(summary), _by_night(summary), _abstained(summary)]


def _policies(summary: Summary) -> str:
    rows = [
        (
            name,
            f"{row['changed']:,}",
            (share(row["roi"]), between(_percent(row["roi_ci95"]), 1, " %")),
            (signed(row["uplift_points"], 2), between(row["uplift_points_ci95"], 2)),
            (signed(row["uplift_places"], 0), between(row["uplift_places_ci95"], 0)),
            (signed(row["uplift_payout_pct"], 1, " %"), between(row["uplift_ci95"], 1, " %")),
            (
                signed(row["uplift_together_pct"], 1, " %"),
                between(row["uplift_together_ci95"], 1, " %"),
            ),
            (_nights(row["nights_to_see_5_pct"]), _nights(row["one_user"]["nights_to_see_5_pct"])),
        )
        for name, row in summary["policies"].items()
    ]
    head = (
        "policy", "entries changed", "ROI", "points over hold", "places over hold",
        "payout over hold", "with own entries", "nights to see +5 %: all, one user",
    )  # fmt: skip
    names = "".join(f"<li>{escape(NAMES.get(n, n))}</li>" for n in summary["policies"])
    return (
        f"<h2>Policies</h2><ul class='soft'>{names}</ul>{table(head, rows)}"
        f"{_nights_needed(summary)}{_forests(summary)}"
    )


def _nights_needed(summary: Summary) -> str:
    """What the column of nights means, and how much worse it is without a comparison."""
    held = summary["policies"][HOLD]
    everybody, user = held["nights_by_payout_alone"], held["one_user"]["nights_by_payout_alone"]
    return (
        "<p class='soft'><i>Nights to see +5 %</i>: after so many nights an uplift of 5 % in "
        "payout would be told from none (two-sided 5 %, power 80 %), by how much nights of that "
        "policy differ from holding the same entries. A policy that changes few entries is seen "
        "soon, and can hardly gain so much. Whoever has payouts alone, and no such comparison, "
        f"would need {_nights(everybody)} nights of all these entries, one user "
        f"{_nights(user)}.</p>"
    )


def _nights(count: int | None) -> str:
    return NOTHING if count is None else f"{count:,}"


def _percent(ends: list[float] | None) -> list[float] | None:
    return None if ends is None else [100 * end for end in ends]


def _forests(summary: Summary) -> str:
    kinds = (
        ("uplift_points", "uplift_points_ci95", " points", "Points an entry over holding", 2),
        ("uplift_payout_pct", "uplift_ci95", " %", "Payout over holding", 1),
    )
    figures = []
    for value, ends, unit, title, digits in kinds:
        every = [
            Bar(
                name,
                row[value],
                row[ends],
                f"{signed(row[value], digits, unit)} ({between(row[ends], digits, unit)})",
                SERIES.get(name, 0),
            )
            for name, row in changing(summary).items()
        ]
        charts = "".join(forest(bars, unit, title) for bars in _of_one_scale(every))
        figures.append(
            f"<figure>{charts}<figcaption>{title}, pooled, with 95 % intervals over nights; each "
            "chart has a scale of its own.</figcaption></figure>"
        )
    return "".join(figures)


def _of_one_scale(bars: list[Bar]) -> list[list[Bar]]:
    """Bars that can be read on one axis together, in groups."""
    groups: dict[float, list[Bar]] = {}
    for bar in bars:
        reach = max((abs(v) for v in (bar.value or 0.0, *(bar.ends or ()))), default=0.0)
        scale = next((s for s in groups if s / _APART <= reach <= s * _APART), reach)
        groups.setdefault(scale, []).append(bar)
    return list(groups.values())


def _by_night(summary: Summary) -> str:
    compared = changing(summary)
    if not compared:
        return ""
    days = [row["slate"] for row in summary["policies"][HOLD]["by_slate"]]
    series = [
        (name, [night["uplift_points"] for night in row["by_slate"]])
        for name, row in compared.items()
    ]
    chart = nights(days, series, " points", "Points an entry over holding, by night")
    rows = [
        (
            day,
            f"{held['entries']:,}",
            plain(held["mean_points"]),
            share(held["roi"]),
            *_gains(compared, n),
        )
        for n, (day, held) in enumerate(
            zip(days, summary["policies"][HOLD]["by_slate"], strict=True)
        )
    ]
    head = ("night", "entries", "points held", "ROI held")
    gains = [f"{name}: {what}" for name in compared for what in ("points", "payout")]
    return (
        "<h2>Night by night</h2>"
        + legend([(name, SERIES.get(name, 0)) for name in compared])
        + f"<figure>{chart}<figcaption>Uplift over holding in points an entry.</figcaption>"
        + "</figure>"
        + table((*head, *gains), rows)
    )


def _gains(compared: dict[str, Any], night: int) -> list[str]:
    cells = []
    for row in compared.values():
        found = row["by_slate"][night]
        cells += [
            signed(found["uplift_points"], 2),
            signed(found["uplift_payout_pct"], 1, " %"),
        ]
    return cells


def _abstained(summary: Summary) -> str:
    rows = [
        (
            row["policy"],
            f"{row['asked']:,}",
            f"{row['found']:,}",
            f"{row['followed']:,}",
            share(row["abstained"]),
        )
        for row in summary["abstentions"]
        if row["asked"]
    ]
    head = ("policy", "entries looked at", "swaps found", "followed", "left as they were")
    return (
        "<h2>Abstentions</h2><p>An entry is looked at anew at every moment at which it may change; "
        "leaving it alone is an answer.</p>" + table(head, rows)
    )
