"""Whether gains that were stated came true: by size and cause, and by the time left."""

from __future__ import annotations

from typing import Any

from serve.report.charts import Dot, claims, legend
from serve.report.outcome import SERIES
from serve.report.words import NOTHING, between, plain, share, signed, table

Summary = dict[str, Any]


def sections(summary: Summary) -> list[str]:
    """The part of the page about claims; nothing where nothing was claimed."""
    if not summary["claims"]:
        return []
    return [_pooled(summary), _by_size(summary), _to_lock(summary)]


def _pooled(summary: Summary) -> str:
    rows = [
        (
            row["policy"],
            f"{row['swaps']:,}",
            signed(row["claimed"], 2),
            signed(row["realised"], 2),
            between(row["realised_ci95"], 2),
            plain(row["ratio"], 2),
            between(row["ratio_ci95"], 2),
            share(row["gained"]),
        )
        for row in summary["claims_pooled"]
    ]
    head = (
        "policy", "swaps", "claimed", "realised", "95 %", "realised / claimed", "95 %", "gained",
    )  # fmt: skip
    return (
        "<h2>Stated gains against what came</h2><p>Every swap that was proposed and followed, in "
        "points of its entry. A claim is honest where realised / claimed is near 1.</p>"
        + table(head, rows)
        + _in_dollars(summary)
    )


def _in_dollars(summary: Summary) -> str:
    rows = [
        (
            row["policy"],
            signed(row["money"]["claimed"], 3, " $"),
            signed(row["money"]["realised"], 3, " $"),
            between(row["money"]["realised_ci95"], 3, " $"),
            plain(row["money"]["ratio"], 2),
            between(row["money"]["ratio_ci95"], 2),
        )
        for row in summary["claims_pooled"]
        if row["money"]
    ]
    if not rows:
        return ""
    head = ("policy", "claimed a swap", "realised", "95 %", "realised / claimed", "95 %")
    return (
        "<p>The same in dollars, where swaps were priced:</p>"
        + table(head, rows)
        + _paid(summary["claims_pooled"])
    )


def _paid(pooled: list[dict[str, Any]]) -> str:
    """Whether entries were paid as often as their samples said."""
    rows = [
        (
            row["policy"],
            share(row["paid"]["claimed"]),
            share(row["paid"]["realised"]),
            between([100 * end for end in row["paid"]["ci95"]], 1, " %")
            if row["paid"]["ci95"]
            else NOTHING,
        )
        for row in pooled
        if row["paid"]
    ]
    head = ("policy", "to be paid, by the samples", "were paid", "95 %")
    return "<p>How often the entry swapped was to win anything, and did:</p>" + table(head, rows)


def _by_size(summary: Summary) -> str:
    found = summary["claims"]
    dots = [
        Dot(
            row["claimed"],
            row["realised"],
            row["realised_ci95"],
            row["swaps"],
            f"{row['policy']}, {row['cause']}, {_range(row)}: claimed {row['claimed']:.1f}, "
            f"realised {row['realised']:.1f}, {row['swaps']:,} swaps on {row['nights']} nights",
            SERIES.get(row["policy"], 0),
        )
        for row in found
    ]
    rows = [
        (
            row["policy"],
            row["cause"],
            _range(row),
            f"{row['swaps']:,}",
            row["nights"],
            signed(row["claimed"], 2),
            signed(row["realised"], 2),
            between(row["realised_ci95"], 2),
            plain(row["ratio"], 2),
        )
        for row in found
    ]
    head = (
        "policy", "cause", "claimed points", "swaps", "nights", "claimed", "realised", "95 %",
        "ratio",
    )  # fmt: skip
    return (
        legend([(name, number) for name, number in SERIES.items() if name in summary["policies"]])
        + f"<figure>{claims(dots, 'Realised against claimed points')}<figcaption>Realised points "
        "against claimed ones by size and cause; on the dashed line claims come true. Cause "
        "<i>out</i>: somebody leaves who will not play.</figcaption></figure>"
        + table(head, rows, numbers_from=2)
    )


def _range(row: dict[str, Any]) -> str:
    above = row["claimed_below"]
    return (
        f"from {row['claimed_from']:g}"
        if above is None
        else f"{row['claimed_from']:g} to {above:g}"
    )


def _to_lock(summary: Summary) -> str:
    rows = [
        (
            row["policy"],
            f"{row['hours_from']:g}",
            f"{row['swaps']:,}",
            signed(row["claimed"], 2),
            signed(row["realised"], 2),
            between(row["realised_ci95"], 2),
            share(row["gained"]),
            signed(row["payout"], 2, " $"),
        )
        for row in summary["by_hours_to_lock"]
    ]
    head = (
        "policy", "hours to lock from", "swaps", "claimed", "realised", "95 %", "gained",
        "payout a swap",
    )  # fmt: skip
    return "<h2>By time to lock</h2>" + table(head, rows)
