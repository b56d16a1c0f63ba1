"""Which contest of the entries file a prize table and the standings are of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from models.files import EntryRow, PayoutTable, Standings
from models.swap.case import SwapCase
from models.swap.standing import contest_of

_REMEDY = "give --payouts CONTEST_ID=FILE"


class UnpricedError(ValueError):
    """Nothing says what the entries can win; the message says what to give."""


class PricedContest(NamedTuple):
    """A contest with its prizes, and its standings if they are known."""

    contest_id: str
    entry_fee: float
    payouts: PayoutTable
    standings: Standings | None


def priced_contests(case: SwapCase) -> list[PricedContest]:
    """The contests of the entries file whose prizes are known, in the file's order.

    A table given without a contest is that of the standings' contest; without standings, of the
    only contest, or of the only one with the table's fee. Raises UnpricedError where several fit.
    """
    fees = {e.contest_id: e.fee for e in reversed(_readable(case)) if e.contest_id}
    tables = dict(case.payouts_by_contest)
    unknown = sorted(tables.keys() - fees.keys())
    if unknown:
        raise UnpricedError(
            f"no entry of {case.entries.file} is in contest {', '.join(unknown)}; "
            f"its contests are {', '.join(sorted(fees)) or 'none'}"
        )
    shown = _shown(case)
    if case.payouts is not None:
        tables.setdefault(_contest_of_table(case.payouts, fees, shown), case.payouts)
    return [
        PricedContest(
            contest_id,
            fees[contest_id] or tables[contest_id].entry_fee,
            tables[contest_id],
            case.standings if contest_id == shown else None,
        )
        for contest_id in dict.fromkeys(e.contest_id for e in _readable(case))
        if contest_id in tables
    ]


def _readable(case: SwapCase) -> Sequence[EntryRow]:
    return [entry for entry in case.entries.entries if entry.kind != "malformed"]


def _shown(case: SwapCase) -> str:
    """The contest that the standings are of; where nothing tells, the only one there is."""
    if case.standings is None:
        return ""
    entries = [(entry.entry_id, entry.contest_id) for entry in _readable(case)]
    contests = {contest for _, contest in entries}
    found = contest_of(case.standings, entries)
    return next(iter(contests)) if not found and len(contests) == 1 else found


def _contest_of_table(table: PayoutTable, fees: dict[str, float], shown: str) -> str:
    if shown in fees:
        return shown
    if shown:
        raise UnpricedError(
            f"the standings are of contest {shown}, in which no entry of the file is; {_REMEDY}"
        )
    fitting = [i for i, fee in fees.items() if fee == table.entry_fee] if table.entry_fee else []
    for contests in (list(fees), fitting):
        if len(contests) == 1:
            return contests[0]
    raise UnpricedError(
        f"{table.file} may be the prizes of any of the contests {', '.join(fitting or fees)}; "
        f"{_REMEDY}"
        if fees
        else "no entry names a contest"
    )
