"""The report as one HTML file: what was found, how sure it is, and what it cannot show."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from serve.report import claims, information, outcome
from serve.report.charts import tenths
from serve.report.words import between, plain, share, signed, table

Summary = dict[str, Any]


def report_html(summary: Summary) -> str:
    """The page of a summary as ``summary.json`` holds it; it asks for nothing from outside."""
    parts = [
        _head(summary),
        *outcome.sections(summary),
        *claims.sections(summary),
        _as_claimed(summary),
        _projections(summary),
        information.section(),
        _worst(summary),
        _contests(summary),
        _method(summary),
    ]
    template = files("serve.report").joinpath("page.html").read_text(encoding="utf-8")
    return Template(template).substitute(body="\n".join(part for part in parts if part))


def _head(summary: Summary) -> str:
    judged = [night for night in summary["nights"] if night["field"]] or summary["nights"]
    days = sorted({night["slate"] for night in judged})
    span = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    tiles = "".join(
        f"<li><b>{value}</b>{escape(name)}</li>"
        for value, name in (
            (f"{summary['slates']:,}", f"nights, {span}"),
            (f"{summary['entries']:,}", f"real entries in {summary['contests']:,} contests"),
            (f"{sum(row['illegal'] for row in summary['policies'].values())}", "illegal lineups"),
            (plain(summary["runtime_s"], 0, " s"), "to compute"),
        )
    )
    return (
        "<h1>What late swap would have been worth</h1>"
        '<p class="soft">Recorded nights decided again, each decision with the knowledge of its '
        "moment; every entry judged against the real field, everybody else as he was.</p>"
        f'<ul class="key">{tiles}</ul><p>{outcome.verdict(summary)}</p>'
    )


def _as_claimed(summary: Summary) -> str:
    """What every claim was worth when all were followed: why some are not made."""
    first = summary.get("as_claimed")
    if first is None:
        return ""
    rows = [
        (
            policy,
            f"{row['changed']:,}",
            signed(row["uplift_points"], 2),
            between(row["uplift_points_ci95"], 2),
            signed(row["uplift_payout_pct"], 1, " %"),
            between(row["uplift_ci95"], 1, " %"),
        )
        for policy, row in first["policies"].items()
        if policy != "hold"
    ]
    pooled = [
        (
            row["policy"],
            f"{row['swaps']:,}",
            signed(row["claimed"], 2),
            signed(row["realised"], 2),
            between(row["realised_ci95"], 2),
            plain(row["ratio"], 2),
            between(row["ratio_ci95"], 2),
        )
        for row in first["claims_pooled"]
    ]
    said = [
        f"{row['policy']} left {share(row['abstained'])} of {row['asked']:,} questions unanswered"
        for row in summary["abstentions"]
    ]
    return (
        "<h2>Had every claim been followed</h2><p>Each night was first played as claimed, and its "
        "claims held against what came. The results above believe a claim only as far as the "
        "nights before it bore such claims out, and leave the lineup alone where nothing of it is "
        f"beyond doubt: {escape('; '.join(said))}.</p>"
        + table(("policy", "changed", "points", "95 %", "payout", "95 %"), rows)
        + table(
            ("policy", "swaps", "claimed", "realised", "95 %", "realised / claimed", "95 %"),
            pooled,
        )
    )


def _projections(summary: Summary) -> str:
    found, rows = summary["projection"], summary["projection_by_size"]
    if not found["players"]:
        return ""
    return (
        "<h2>Projections</h2>"
        f"<p>{escape(_sentence(summary['models']))}. Over {found['players']:,} players who played: "
        f"mean absolute error {plain(found['mae'], 2)} points, CRPS {plain(found['crps'], 2)}, the "
        f"80 % interval holds {share(found['coverage80'])}, bias {signed(found['bias'], 2)}. "
        "Judged is what was last expected before a player's game, if he plays.</p>"
        + table(
            ("expected from", "players", "expected", "scored", "absolute error", "inside 80 %"),
            [
                (
                    plain(row["expected_from"], 0),
                    f"{row['players']:,}",
                    plain(row["expected"]),
                    plain(row["scored"]),
                    plain(row["mae"], 2),
                    share(row["coverage80"]),
                )
                for row in rows
            ],
        )
        + _samples(summary["sampled_tenths"])
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _samples(shares: list[float]) -> str:
    if not shares:
        return ""
    chart = tenths(shares, "Share of the players by tenth of their samples")
    return (
        f"<figure>{chart}<figcaption>Where players ended within the samples drawn of them, by "
        "tenths, lowest first. A tenth in each (dashed) is right; high ends mean that samples are "
        "too narrow, a high middle that they are too wide.</figcaption></figure>"
    )


def _worst(summary: Summary) -> str:
    rows = summary["worst"]
    if not rows:
        return ""
    shown = table(
        ("night", "policy", "out", "in", "why", "claimed", "realised", "payout"),
        [
            (
                row["slate"],
                row["policy"],
                ", ".join(row["leaving"]),
                ", ".join(row["coming"]),
                row["cause"],
                signed(row["claimed_points"]),
                signed(row["realised_points"]),
                signed(row["realised_money"], 2, " $"),
            )
            for row in rows
        ],
        numbers_from=5,
    )
    told = "<p>The followed swaps that lost most, each swap once.</p>"
    return f'<h2>Worst cases</h2>{told}<div class="names">{shown}</div>'


def _contests(summary: Summary) -> str:
    names = {night["contest_id"]: night["contest"] for night in summary["nights"]}
    found = summary["by_contest"]
    rows = [
        (
            row["slate"],
            names[row["contest_id"]] or row["contest_id"],
            row["policy"],
            f"{row['changed']:,} of {row['entries']:,}",
            signed(row["uplift_points"], 2),
            signed(row["uplift_places"], 0),
            signed(row["uplift_payout"], 2, " $"),
        )
        for row in found
    ]
    contests = len({row["contest_id"] for row in found})
    head = ("night", "contest", "policy", "changed", "points", "places", "payout")
    return (
        "<h2>By contest</h2><details><summary>"
        f"{contests:,} contests under each policy, uplift over holding</summary>"
        f"{table(head, rows, numbers_from=3)}</details>"
    )


def _method(summary: Summary) -> str:
    left_out = "".join(
        f"<li>{escape(night['slate'])}: {escape(night['reason'])}</li>"
        for night in summary["excluded"]
    )
    points = sum(night["in_points"] for night in summary["excluded"])
    told = f"{len(summary['excluded'])} nights not judged in payouts, and why"
    told += f"; the claims of {points} of them are, in points" if points else ""
    excluded = (
        f"<details><summary>{told}</summary><ul>{left_out}</ul></details>"
        if left_out
        else "<p>No night was left out.</p>"
    )
    return _METHOD.format(
        samples=f"{summary['samples']:,}",
        seed=summary["seed"],
        excluded=excluded + _notes(summary),
    )


def _notes(summary: Summary) -> str:
    """What is to be known of single nights; equal notes once, with their nights."""
    nights: dict[str, list[str]] = {}
    for night in summary["nights"]:
        for note in night["notes"]:
            nights.setdefault(note, []).append(night["slate"])
    said = "".join(
        f"<li>{escape(note)} ({escape(', '.join(dict.fromkeys(where)))})</li>"
        for note, where in nights.items()
    )
    return f"<p>Of single nights:</p><ul>{said}</ul>" if said else ""


_METHOD = """<h2>How it was done</h2>
<p>Events of a night enter the same folds, in the same order, as in the live system; decisions
fall at each known news and one minute before each wave of starts, made by the live system's own
functions, and entries follow every swap at once. Known at a moment: box scores of earlier
dates, news from the time at which it was certainly public, who had been locked and, 150 minutes
after a start, the points of that game. How far a claim is believed is learned from earlier nights
alone, for each policy, cause and size of claim. Absentees without news of their own count as known
out before the first lock where fewer than 2 % of the final field hold them. By money, everybody's
begun slots stand and the others are drawn; {samples} simulated evenings, half to choose and half
to tell; seed {seed}.</p>
<p>Intervals are 95 % and draw whole nights again: entries of one night share its games and are
one observation.</p>
{excluded}
<h2>What this cannot show</h2>
<ul>
<li>The entries are those finally held: their owners had already swapped. What a user who never
swaps would gain is larger and is not measured here.</li>
<li>Entries are judged one by one, everybody else as he was; under <i>with own entries</i> those of
one user change together and take places from each other. Were all users to make the same swap
they would share the prizes they are credited with here.</li>
<li>Payouts of a dozen nights are mostly luck: a single first place outweighs everything else.
Points are the firmer ground; the table says how many nights payouts would need.</li>
<li>News times are upper ends of intervals, and most absences have none: a user with a faster
feed knew earlier, one who was asleep later.</li>
<li>Points of games under way are not recorded and are drawn from the start; ownership of the
hidden is projected.</li>
</ul>"""
