"""Charts as inline SVG: intervals beside each other, nights, claims against what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import floor, log10
from typing import NamedTuple

WIDTH = 720
_LEFT, _RIGHT, _TOP, _ROW = 190, 24, 12, 26
_SIDE = 420


class Bar(NamedTuple):
    """One estimate with its interval."""

    label: str
    value: float | None
    ends: Sequence[float] | None
    told: str
    """What stands beside it."""
    series: int = 0
    """Number of its colour."""


class Dot(NamedTuple):
    """One estimate against what was claimed."""

    claimed: float
    realised: float
    ends: Sequence[float] | None
    swaps: int
    told: str
    series: int = 0


class Whisker(NamedTuple):
    """One estimate with its interval, where it is known."""

    value: float
    ends: Sequence[float] | None


class Curve(NamedTuple):
    """Estimates along an axis of named places."""

    name: str
    at: Sequence[Whisker]
    series: int


def forest(bars: Sequence[Bar], unit: str, title: str) -> str:
    """Estimates as points with their intervals, one row each, around a line at nothing."""
    known = [v for b in bars for v in (b.value, *(b.ends or ())) if v is not None]
    low, high = _padded(min([0.0, *known]), max([0.0, *known]))
    height = _TOP + _ROW * len(bars) + 34
    x = _scale(low, high, _LEFT, WIDTH - _RIGHT)
    parts = [*_grid(x, low, high, _TOP, height - 30, unit)]
    for row, bar in enumerate(bars):
        parts += _interval_row(bar, x, _TOP + _ROW * row + _ROW / 2)
    return _svg(WIDTH, height, title, parts)


def _interval_row(bar: Bar, x: Callable[[float], float], y: float) -> Iterable[str]:
    yield f'<text class="label" x="{_LEFT - 10}" y="{y + 4:.1f}">{escape(bar.label)}</text>'
    if bar.value is None:
        return
    told = f"<title>{escape(f'{bar.label}: {bar.told}')}</title>"
    if bar.ends is not None:
        yield (
            f'<line class="s{bar.series} whisker" x1="{x(bar.ends[0]):.1f}" y1="{y:.1f}" '
            f'x2="{x(bar.ends[1]):.1f}" y2="{y:.1f}">{told}</line>'
        )
    at = f'cx="{x(bar.value):.1f}" cy="{y:.1f}"'
    yield f'<circle class="s{bar.series}" {at} r="5">{told}</circle>'


def nights(
    days: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], unit: str, title: str
) -> str:
    """One row a night, one point for each of the ``series`` (name, values by night)."""
    known = [v for _, values in series for v in values if v is not None]
    low, high = _padded(min([0.0, *known]), max([0.0, *known]))
    height = _TOP + 22 * len(days) + 34
    x = _scale(low, high, 110, WIDTH - _RIGHT)
    parts = [*_grid(x, low, high, _TOP, height - 30, unit)]
    for row, day in enumerate(days):
        y = _TOP + 22 * row + 11
        parts.append(f'<text class="label" x="100" y="{y + 4}">{escape(day)}</text>')
        for number, (name, values) in enumerate(series, 1):
            value = values[row]
            if value is not None:
                told = escape(f"{day}, {name}: {value:+.2f}{unit}")
                apart = 4 * (number - (len(series) + 1) / 2)  # equal ones stay to be seen
                parts.append(
                    f'<circle class="s{number}" cx="{x(value):.1f}" cy="{y + apart}" r="4">'
                    f"<title>{told}</title></circle>"
                )
    return _svg(WIDTH, height, title, parts)


def tenths(shares: Sequence[float], title: str) -> str:
    """Ten bars around a line at a tenth each."""
    high, low, left = max(0.2, *shares), 150.0, 60
    y = _scale(0.0, high, low, 12)
    wide = (WIDTH - _RIGHT - left) / 10
    parts = []
    for tick in (0.0, 0.05, 0.1, 0.15, 0.2):
        at, kind = f"{y(tick):.1f}", "diagonal" if tick == 0.1 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{left}" y1="{at}" x2="{WIDTH - _RIGHT}" y2="{at}"/>'
        )
        told = f"{100 * tick:.0f} %"
        parts.append(f'<text class="label" x="{left - 8}" y="{y(tick) + 4:.1f}">{told}</text>')
    for n, share in enumerate(shares):
        x, top = left + n * wide, y(share)
        parts.append(
            f'<rect class="s1 bar" x="{x + 4:.1f}" y="{top:.1f}" width="{wide - 8:.1f}" '
            f'height="{low - top:.1f}"><title>{100 * share:.1f} % of the players</title></rect>'
            f'<text class="tick" x="{x + wide / 2:.1f}" y="{low + 18}">'
            f"{10 * n}–{10 * n + 10}</text>"
        )
    return _svg(WIDTH, low + 28, title, parts)


def claims(dots: Sequence[Dot], title: str) -> str:
    """Realised against claimed with intervals; on the diagonal a claim comes true."""
    values = [v for d in dots for v in (d.claimed, d.realised, *(d.ends or ()))]
    low, high = _padded(min([0.0, *values]), max([1.0, *values]))
    right = max([1.0, *(d.claimed for d in dots)]) * 1.08
    x, y = _scale(0.0, right, 60, WIDTH - _RIGHT), _scale(low, high, _SIDE - 44, 22)
    parts = [
        *_grid(x, 0.0, right, 22, _SIDE - 44, " claimed"),
        *_side_grid(y, low, high),
        '<text class="tick" x="60" y="10">realised</text>',
        _diagonal(x, y, min(right, high)),
    ]
    for dot in dots:
        told = f"<title>{escape(dot.told)}</title>"
        at = f"{x(dot.claimed) + 5 * (dot.series - 2):.1f}"  # equal ones stay to be seen
        if dot.ends is not None:
            parts.append(
                f'<line class="s{dot.series} whisker" x1="{at}" y1="{y(dot.ends[0]):.1f}" '
                f'x2="{at}" y2="{y(dot.ends[1]):.1f}">{told}</line>'
            )
        size = 3.5 + min(log10(max(dot.swaps, 1)), 5)
        parts.append(
            f'<circle class="s{dot.series}" cx="{at}" cy="{y(dot.realised):.1f}" '
            f'r="{size:.1f}">{told}</circle>'
        )
    return _svg(WIDTH, _SIDE, title, parts)


def curves(labels: Sequence[str], lines: Sequence[Curve], title: str) -> str:
    """Estimates with intervals over named places, the points of each line joined."""
    known = [v for line in lines for at in line.at for v in (at.value, *(at.ends or ()))]
    low, high = _padded(min([0.0, *known]), max([1.0, *known]))
    height, left = 300.0, 60
    y = _scale(low, high, height - 40, 12)
    wide = (WIDTH - _RIGHT - left) / max(len(labels), 1)
    parts = list(_side_grid(y, low, high))
    for n, label in enumerate(labels):
        middle = f"{left + (n + 0.5) * wide:.1f}"
        parts.append(f'<text class="tick" x="{middle}" y="{height - 14}">{escape(label)}</text>')
    for row, line in enumerate(lines):
        apart = 14 * (row - (len(lines) - 1) / 2)
        xs = [left + (n + 0.5) * wide + apart for n in range(len(line.at))]
        path = " ".join(f"{x:.1f},{y(at.value):.1f}" for x, at in zip(xs, line.at, strict=True))
        parts.append(f'<polyline class="s{line.series} thread" points="{path}"/>')
        for x, at, label in zip(xs, line.at, labels, strict=True):
            parts += _upright(line, x, at, y, label)
    return _svg(WIDTH, height, title, parts)


def _upright(
    line: Curve, x: float, at: Whisker, y: Callable[[float], float], label: str
) -> Iterable[str]:
    between = f" ({at.ends[0]:+.1f} to {at.ends[1]:+.1f})" if at.ends else ""
    told = f"<title>{escape(f'{line.name}, {label}: {at.value:+.1f}{between}')}</title>"
    if at.ends:
        yield (
            f'<line class="s{line.series} whisker" x1="{x:.1f}" x2="{x:.1f}" '
            f'y1="{y(at.ends[0]):.1f}" y2="{y(at.ends[1]):.1f}">{told}</line>'
        )
    centre = f'cx="{x:.1f}" cy="{y(at.value):.1f}"'
    yield f'<circle class="s{line.series}" {centre} r="4.5">{told}</circle>'


def _diagonal(x: Callable[[float], float], y: Callable[[float], float], end: float) -> str:
    start, stop = f'x1="{x(0):.1f}" y1="{y(0):.1f}"', f'x2="{x(end):.1f}" y2="{y(end):.1f}"'
    return f'<line class="diagonal" {start} {stop}/>'


def legend(names: Sequence[tuple[str, int]]) -> str:
    """Which colour is what."""
    items = "".join(
        f'<li><svg width="12" height="12" aria-hidden="true"><circle class="s{number}" cx="6" '
        f'cy="6" r="5"/></svg>{escape(name)}</li>'
        for name, number in names
    )
    return f'<ul class="legend">{items}</ul>'


def _svg(width: int, height: float, title: str, parts: Iterable[str]) -> str:
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {width} {height:.0f}" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _grid(
    x: Callable[[float], float], low: float, high: float, top: float, bottom: float, unit: str
) -> Iterable[str]:
    for tick in _ticks(low, high):
        kind = "zero" if tick == 0 else "grid"
        at = f"{x(tick):.1f}"
        yield f'<line class="{kind}" x1="{at}" y1="{top}" x2="{at}" y2="{bottom}"/>'
        told = escape(f"{tick:+g}{unit}" if tick else f"0{unit}")
        yield f'<text class="tick" x="{at}" y="{bottom + 18}">{told}</text>'


def _side_grid(y: Callable[[float], float], low: float, high: float) -> Iterable[str]:
    for tick in _ticks(low, high):
        kind = "zero" if tick == 0 else "grid"
        at = f"{y(tick):.1f}"
        yield f'<line class="{kind}" x1="60" y1="{at}" x2="{WIDTH - _RIGHT}" y2="{at}"/>'
        yield f'<text class="label" x="52" y="{y(tick) + 4:.1f}">{tick:+g}</text>'


def _scale(low: float, high: float, first: float, last: float) -> Callable[[float], float]:
    return lambda value: first + (value - low) / (high - low) * (last - first)


def _padded(low: float, high: float) -> tuple[float, float]:
    room = 0.06 * (high - low) or 1.0
    return low - (room if low < 0 else 0.0), high + room


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers within the range, about six of them.

    >>> _ticks(-1.0, 9.0)
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    rough = (high - low) / 6
    size = 10.0 ** floor(log10(rough))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= rough)
    first = -floor(-low / step)
    return [round(n * step, 10) for n in range(first, floor(high / step) + 1)]
