"""What a policy is worth by what its user knows: generated nights whose truth is known.

The figures lie beside this file and come from ``python -m benchmarks.information``: they are of
no reader's own nights.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

import msgspec

from serve.report.charts import Curve, Whisker, curves, legend
from serve.report.outcome import SERIES
from serve.report.words import between, plain, signed, table

FILE = "information.json"
_USUAL = 0.06
Interval = tuple[float, float | None, float | None]


class Knows(msgspec.Struct, frozen=True):
    """What is known, and by whom: shares, and minutes until news is heard (None: never)."""

    error: float
    crowd: float
    delay: float | None


class Cell(msgspec.Struct, frozen=True):
    """A policy in one state of knowledge, over holding."""

    knowledge: Knows
    policy: str
    points: Interval
    came_true: tuple[float | None, float | None, float | None]


class Size(msgspec.Struct, frozen=True):
    """How much was played."""

    nights: int
    entries: int
    field: int


class Grid(msgspec.Struct, frozen=True):
    """All of it."""

    size: Size
    cells: tuple[Cell, ...]

    def where(self, policy: str, **knows: float | None) -> list[Cell]:
        """Cells of a policy in which these things are known so."""
        return [
            cell
            for cell in self.cells
            if cell.policy == policy
            and all(getattr(cell.knowledge, name) == value for name, value in knows.items())
        ]


class _Side(NamedTuple):
    """One thing that varies while the others are as usual."""

    fixed: dict[str, float | None]
    varies: str
    title: str


_SIDES = (
    _Side({"crowd": _USUAL, "delay": 0.0}, "error", "error of the user's projections, per player"),
    _Side({"crowd": _USUAL, "error": _USUAL}, "delay", "minutes until he hears who is out"),
)


def section() -> str:
    """The part of the page, or nothing where the figures are not shipped."""
    file = files("serve.report").joinpath(FILE)
    if not file.is_file():
        return ""
    grid = msgspec.json.decode(file.read_bytes(), type=Grid)
    size = grid.size
    figures = "".join(_figure(grid, side) for side in _SIDES)
    return (
        "<h2>Where the value comes from</h2>"
        "<p><b>Generated nights, not yours:</b> invented players and contests whose truth is "
        f"known, {size.nights} nights, {size.entries} entries in contests of {size.field:,}, "
        "played by the same folds, policies and judge. Nobody looked after the entries held: the "
        "sizes are not those of the nights above, the order of things carries over. Points an "
        "entry over holding, 95 % over nights; unless told otherwise projections are off by 6 % a "
        "player, so are the crowd's, and news is heard at once.</p>"
        + legend([(name, number) for name, number in SERIES.items()])
        + figures
        + f"<details><summary>Every state of knowledge</summary>{_all(grid)}</details>"
    )


def _figure(grid: Grid, side: _Side) -> str:
    usual = [grid.where(policy, **side.fixed) for policy in SERIES]
    cells = [sorted(some, key=lambda cell: _order(cell, side.varies)) for some in usual]
    labels = [_label(cell, side.varies) for cell in cells[0]]
    lines = [
        Curve(policy, [_whisker(cell) for cell in some], SERIES[policy])
        for policy, some in zip(SERIES, cells, strict=True)
    ]
    chart = curves(labels, lines, f"Points an entry over holding by {side.title}")
    return f"<figure>{chart}<figcaption>By {side.title}.</figcaption></figure>"


def _order(cell: Cell, name: str) -> float:
    value: float | None = getattr(cell.knowledge, name)
    return float("inf") if value is None else value


def _label(cell: Cell, name: str) -> str:
    value: float | None = getattr(cell.knowledge, name)
    if value is None:
        return "never"
    return f"{value:.0f} min" if name == "delay" else f"{100 * value:.0f} %"


def _whisker(cell: Cell) -> Whisker:
    value, low, high = cell.points
    return Whisker(value, None if low is None or high is None else (low, high))


def _all(grid: Grid) -> str:
    rows = [
        (
            cell.policy,
            f"{100 * cell.knowledge.error:.0f} %",
            f"{100 * cell.knowledge.crowd:.0f} %",
            _label(cell, "delay"),
            signed(cell.points[0], 1),
            between(_ends(cell.points), 1),
            plain(cell.came_true[0], 2),
        )
        for cell in grid.cells
        if cell.policy != "hold"
    ]
    head = (
        "policy", "user's error", "crowd's error", "news after", "points", "95 %",
        "realised / claimed",
    )  # fmt: skip
    return table(head, rows)


def _ends(told: Sequence[float | None]) -> list[float] | None:
    low, high = told[1], told[2]
    return None if low is None or high is None else [low, high]
