"""Prize tables: what each place of a contest is paid."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import msgspec

from models.contest import Prize
from models.files.columns import Columns, find_header
from models.files.problems import Problem, ProblemLog, UnreadableFileError
from models.files.text import read_lines, split_line

_PLACES = re.compile(r"^(\d[\d,]*)\D*?(?:\s*(?:-|–|to)\s*(\d[\d,]*)\D*)?$")
_NO_VALUE = frozenset(("", "na", "n/a", "-"))


class PayoutTable(msgspec.Struct, frozen=True, kw_only=True):
    """The prizes of a contest, best place first; places not listed are paid nothing."""

    file: str
    prizes: tuple[Prize, ...]
    field_size: int = 0
    """0 where the file does not say."""
    entry_fee: float = 0.0
    problems: tuple[Problem, ...] = ()

    @property
    def total(self) -> float:
        """Dollars paid altogether.

        >>> PayoutTable(file="", prizes=(Prize(first=1, last=1, amount=5.0),
        ...                              Prize(first=2, last=11, amount=0.5))).total
        10.0
        """
        return sum((prize.last - prize.first + 1) * prize.amount for prize in self.prizes)


def read_payouts(data: bytes, file: str) -> PayoutTable:
    """Read ``Place,Payout,...`` (places or ranges) or ``Place_lo,Place_hi,Payout``.

    Prizes that are no amount of money (tickets, ``NA``) are reported and left out. Raises
    UnreadableFileError when no row is such a header.
    """
    log = ProblemLog(file)
    rows = [split_line(line) for line in read_lines(data, log)]
    found = find_header(rows, ("place", "placelo", "rank"), ("payout", "prize"))
    if found is None:
        raise UnreadableFileError(file, "no prize table: its header needs Place and Payout")
    header, columns = found
    prizes = [
        prize
        for number, row in enumerate(rows[header + 1 :], header + 2)
        if (prize := _prize(columns, row, number, log)) is not None
    ]
    prizes.sort(key=lambda prize: prize.first)
    _report_overlaps(prizes, log)
    first = rows[header + 1] if len(rows) > header + 1 else []
    return PayoutTable(
        file=file,
        prizes=tuple(prizes),
        field_size=int(_amount(columns.cell(first, "fieldsize", "entries")) or 0),
        entry_fee=_amount(columns.cell(first, "entryfee", "fee")) or 0.0,
        problems=log.taken(),
    )


def _prize(columns: Columns, row: Sequence[str], number: int, log: ProblemLog) -> Prize | None:
    if not any(cell.strip() for cell in row):
        return None
    places = _range(columns, row)
    paid = columns.cell(row, "payout", "prize")
    amount = _amount(paid)
    if places is None:
        log.add(number, "no place in this row, so nobody is paid by it; write 5 or 5-10")
    elif amount is None:
        log.add(
            number,
            f"places {places[0]} to {places[1]}: prize {paid!r} is no amount and counts as "
            "nothing; write what it is worth in dollars",
        )
    else:
        return Prize(first=places[0], last=places[1], amount=amount)
    return None


def _range(columns: Columns, row: Sequence[str]) -> tuple[int, int] | None:
    text = columns.cell(row, "place", "placelo", "rank")
    upper = columns.cell(row, "placehi")
    found = _PLACES.match(f"{text}-{upper}" if upper and text else text)
    if found is None:
        return None
    first = int(found[1].replace(",", ""))
    last = int((found[2] or found[1]).replace(",", ""))
    return (first, last) if 0 < first <= last else None


def _amount(text: str) -> float | None:
    if text.lower() in _NO_VALUE:
        return None
    try:
        amount = float(text.replace("$", "").replace(",", ""))
    except ValueError:
        return None
    return amount if 0 <= amount < float("inf") else None


def _report_overlaps(prizes: Sequence[Prize], log: ProblemLog) -> None:
    for above, below in itertools.pairwise(prizes):
        if below.first <= above.last:
            log.add(0, f"place {below.first} is paid twice; keep one row for each place")
