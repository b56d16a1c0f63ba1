"""Prize tables for a contest of any size, in the shape that large tournaments have."""

from __future__ import annotations

from models.contest import Prize

Band = tuple[int, int]
"""First and last place."""

_PAID_SHARE = 0.22
_RAKE = 0.15
_BANDS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 80, 120, 200, 350, 600, 1_000, 2_000, 4_000, 8_000)
"""Last place of each band."""
_TOP = 30  # places that share what rounding leaves
_DECAY = 0.85  # prize beyond the smallest falls with place to this power


def prize_table(field_size: int, entry_fee: float) -> tuple[Prize, ...]:
    """Prizes by place for that many entries; they sum to 85 % of the fees, to the dollar.

    About a fifth of the field is paid, the smallest prize is twice the fee.

    >>> sum((p.last - p.first + 1) * p.amount for p in prize_table(5_000, 5.0))
    21250.0
    >>> prize_table(3, 5.0)
    (Prize(first=1, last=1, amount=12.0),)
    """
    pool = float(int(field_size * entry_fee * (1 - _RAKE)))
    least = 2 * entry_fee
    paid = min(max(int(field_size * _PAID_SHARE), 1), max(int(pool // least), 1))
    bands = _bands(paid)
    extra = _spread(pool - paid * least, bands, entry_fee)
    top = [band for band in bands if band[1] <= _TOP]
    left = pool - paid * least - _total(extra, bands)
    for i, more in enumerate(_spread(left, top, entry_fee)):
        extra[i] += more
    extra[0] += pool - paid * least - _total(extra, bands)
    prizes = zip(bands, extra, strict=True)
    return _joined([Prize(first=a, last=b, amount=least + more) for (a, b), more in prizes])


def _spread(dollars: float, bands: list[Band], step: float) -> list[float]:
    """What each place of each band gets, in whole steps; less in sum than ``dollars``."""
    weights = [first**-_DECAY for first, _ in bands]
    total = _total(weights, bands)
    return [int(dollars * weight / total / step) * step for weight in weights]


def _total(amounts: list[float], bands: list[Band]) -> float:
    return sum(a * (last - first + 1) for a, (first, last) in zip(amounts, bands, strict=True))


def _joined(prizes: list[Prize]) -> tuple[Prize, ...]:
    """Neighbours of equal amount as one."""
    whole: list[Prize] = []
    for prize in prizes:
        same = whole and whole[-1].amount == prize.amount
        first = whole.pop().first if same else prize.first
        whole.append(Prize(first=first, last=prize.last, amount=prize.amount))
    return tuple(whole)


def _bands(paid: int) -> list[Band]:
    """Places that share a prize, together as many as are paid.

    >>> _bands(6)
    [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)]
    """
    lasts = [last for last in _BANDS if last < paid]
    while lasts and lasts[-1] * 2 < paid and lasts[-1] >= _BANDS[-1]:
        lasts.append(lasts[-1] * 2)
    lasts.append(paid)
    return [(before + 1, last) for before, last in zip([0, *lasts], lasts, strict=False)]
