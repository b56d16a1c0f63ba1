"""Numbers as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

NOTHING = "–"


def signed(value: float | None, digits: int = 1, unit: str = "") -> str:
    """With its sign, ``+1.2 %``; a dash where it is not known.

    >>> signed(1.234, 1, " %"), signed(None)
    ('+1.2 %', '–')
    """
    return NOTHING if value is None else f"{value:+,.{digits}f}{unit}"


def plain(value: float | None, digits: int = 1, unit: str = "") -> str:
    """Without a sign.

    >>> plain(1234.5, 0), plain(0.25, 2, " $")
    ('1,234', '0.25 $')
    """
    return NOTHING if value is None else f"{value:,.{digits}f}{unit}"


def share(value: float | None, digits: int = 1) -> str:
    """A share as percent.

    >>> share(0.1234)
    '12.3 %'
    """
    return NOTHING if value is None else f"{100 * value:,.{digits}f} %"


def between(ends: Sequence[float] | None, digits: int = 1, unit: str = "") -> str:
    """An interval; a dash where one night says nothing of others.

    >>> between([-1.0, 2.0], 1, " %")
    '-1.0 to +2.0 %'
    """
    if ends is None:
        return NOTHING
    return f"{ends[0]:+,.{digits}f} to {ends[1]:+,.{digits}f}{unit}"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], numbers_from: int = 1) -> str:
    """An HTML table; columns from ``numbers_from`` on are numbers and stand to the right.

    A cell that is a pair has its second part below the first, smaller.
    """
    cells = "".join(
        f'<th scope="col"{_right(i, numbers_from)}>{escape(name)}</th>'
        for i, name in enumerate(head)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{_right(i, numbers_from)}>{_cell(cell)}</td>" for i, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Any) -> str:
    if isinstance(cell, tuple):
        return f"{escape(cell[0])}<small>{escape(cell[1])}</small>"
    return escape(str(cell))


def _right(column: int, numbers_from: int) -> str:
    return ' class="n"' if column >= numbers_from else ""
