"""What ``lateswap swap`` prints for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from models.files import EASTERN
from models.swap import EntryReport, SwapCase, SwapReport
from models.swap.report import FieldFacts, SimulationFacts
from models.swap.words import dollars, gained

_BASIS = {
    "file": "your projections",
    "box_scores": "projections from box scores and salaries",
    "salary": "projections from salaries and the site's averages alone",
}
_MOST_LINES = 30
"""Lines of entries and of problems; the JSON holds all."""


def summary(case: SwapCase, report: SwapReport, out: str) -> str:
    """A short account: what was decided on, which entries changed and how, what was odd."""
    return "\n".join([*_head(case, report), *_entries(case, report), *_foot(report, out), ""])


def _head(case: SwapCase, report: SwapReport) -> list[str]:
    return [
        f"{case.rules.title} at {_both_times(case.at)}, {_basis(report)}",
        _starts(case),
        *(line for contest in report.simulations or () for line in _contest(contest)),
    ]


def _basis(report: SwapReport) -> str:
    contests = report.simulations or ()
    if contests and all(contest.estimator == "final" for contest in contests):
        return "nothing left to play"
    return _BASIS[report.projection_basis]


def _both_times(at: datetime) -> str:
    """Eastern, as the sites write it, and UTC.

    >>> from datetime import UTC
    >>> _both_times(datetime(2025, 1, 13, 0, 30, tzinfo=UTC))
    '2025-01-12 07:30 PM ET (2025-01-13 00:30 UTC)'
    """
    return f"{at.astimezone(EASTERN):%Y-%m-%d %I:%M %p} ET ({at:%Y-%m-%d %H:%M} UTC)"


def _starts(case: SwapCase) -> str:
    ahead = sorted(
        game.start
        for game in case.slate.games
        if game.state == "scheduled" and game.start is not None and game.start > case.at
    )
    if not ahead:
        return f"{len(case.slate.games)} games, none known to be ahead"
    return f"{len(case.slate.games)} games, {len(ahead)} ahead, the next at {_both_times(ahead[0])}"


def _contest(facts: SimulationFacts) -> Iterable[str]:
    """What one contest's money rests on."""
    entries = f"contest {facts.contest_id}: {facts.entries:,} entries, {facts.paid_places:,} paid"
    if facts.estimator == "final":
        yield f"{entries}; over: money is what was won"
        return
    yield (
        f"{entries}; {_opponents(facts.field)}; {facts.samples:,} samples, "
        f"{facts.estimator} payouts"
    )
    yield from (f"  {note}" for note in facts.notes)


def _opponents(field: FieldFacts) -> str:
    if field.generated:
        return f"{field.generated:,} opponents drawn from ownership"
    if not field.completed:
        return f"all {field.visible:,} opponents shown"
    return (
        f"{field.visible:,} opponents shown whole, {field.completed:,} with "
        f"{field.hidden_slots:,} hidden slots drawn"
    )


def _entries(case: SwapCase, report: SwapReport) -> Iterable[str]:
    names = {player.player_id: player.name for player in case.slate.players}
    told = [entry for entry in report.entries if entry.swaps or entry.status == "infeasible"]
    if report.simulations and len(report.entries) <= _MOST_LINES:
        told = list(report.entries)  # by money it is worth telling why nothing changes
    for entry in told[:_MOST_LINES]:
        yield from _entry(entry, names)
    if len(told) > _MOST_LINES:
        yield f"... and {len(told) - _MOST_LINES} more; --json FILE holds all"


def _entry(entry: EntryReport, names: dict[str, str]) -> Iterable[str]:
    if not entry.swaps:
        worth = "" if entry.before.money is None else f" {dollars(entry.before.money)}"
        yield f"{entry.entry_id} {worth} {entry.status.replace('_', ' ')}: {entry.reason}"
        return
    moves = ", ".join(
        f"{swap.slot} {names.get(swap.player_out, 'open')} -> {names[swap.player_in]}"
        for swap in entry.swaps
    )
    if entry.before.money is None or entry.after.money is None:
        yield (
            f"{entry.entry_id}  {entry.gain_points:+.2f} "
            f"({entry.before.points:.2f} -> {entry.after.points:.2f}): {moves}"
        )
        return
    yield (
        f"{entry.entry_id}  {gained(entry.gain_money or 0.0)} "
        f"({dollars(entry.before.money)} -> {dollars(entry.after.money)}): {moves}"
    )
    yield f"    {entry.reason}"


def _foot(report: SwapReport, out: str) -> list[str]:
    counted = Counter(entry.status.replace("_", " ") for entry in report.entries)
    states = ", ".join(f"{count} {state}" for state, count in counted.most_common())
    lines = [f"problem: {p.file} row {p.row}: {p.message}" for p in report.problems[:_MOST_LINES]]
    if len(report.problems) > _MOST_LINES:
        lines.append(f"... and {len(report.problems) - _MOST_LINES} more problems")
    return [
        *lines,
        f"{len(report.entries)} entries: {states or 'none'}; {_total(report)}",
        f"wrote {out} in {report.elapsed_s:.2f} s",
    ]


def _total(report: SwapReport) -> str:
    gain = sum(entry.gain_points for entry in report.entries)
    points = f"{gain:+.2f} projected points"
    contests = report.simulations or ()
    if not contests:
        return points
    before = sum(contest.money_before for contest in contests)
    after = sum(contest.money_after for contest in contests)
    fees = sum(contest.entry_fee * contest.own_entries for contest in contests)
    if all(contest.estimator == "final" for contest in contests):
        return f"{dollars(before)} won for {dollars(fees)} in fees"
    return (
        f"{dollars(before)} -> {dollars(after)} expected together, for {dollars(fees)} in fees; "
        f"{points}"
    )
