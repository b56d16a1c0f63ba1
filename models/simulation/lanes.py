# ruff: noqa: ARG001  # signatures are the compiler's own
"""Vectors of 64 lanes for the kernels: a lineup's points in 64 samples at a time.

The points of every player in 64 samples form a tile ``(Q, 64)`` that stays in the nearest caches; a
lineup in all lanes is a sum of R of its rows. The functions here emit LLVM code for just that, on
vectors of 64 lanes which LLVM cuts to the registers of the machine, so that a sum is never stored
before it is done. Arrays are flat and contiguous; elements are int16 or int32 alike.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils as _cgutils
from numba.extending import intrinsic as _intrinsic

LANES = 64

cgutils: Any = _cgutils
intrinsic: Any = _intrinsic
"""What it makes is called with the arguments after the first."""


def _pointer(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.make_array(kind)(context, builder, value).data


def _lanes(element: Any) -> Any:
    return ir.VectorType(element, LANES)


def _load(context: Any, builder: Any, kind: Any, value: Any, at: Any = None) -> Any:
    """64 elements of an array from row ``at`` of 64 on."""
    element = context.get_value_type(kind.dtype)
    pointer = _pointer(context, builder, kind, value)
    if at is not None:
        first = builder.mul(at, ir.Constant(at.type, LANES))
        pointer = builder.gep(pointer, [first], source_etype=element)
    return builder.load(pointer, align=kind.dtype.bitwidth // 8, typ=_lanes(element))


def _store(context: Any, builder: Any, kind: Any, value: Any, lanes: Any, at: Any = None) -> None:
    """Set 64 elements of an array from row ``at`` of 64 on."""
    pointer = _pointer(context, builder, kind, value)
    if at is not None:
        first = builder.mul(at, ir.Constant(at.type, LANES))
        pointer = builder.gep(pointer, [first], source_etype=lanes.type.element)
    wide = builder.bitcast(pointer, lanes.type.as_pointer())
    builder.store(lanes, wide, align=kind.dtype.bitwidth // 8)


def _sum(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """Lineup ``at`` in all lanes, less ``minus``; modulo the width of an element."""
    tile, rows, _, slots, minus = sig.args[:5]
    kind = context.get_value_type(rows.dtype)
    lineup = builder.gep(
        _pointer(context, builder, rows, args[1]),
        [builder.mul(args[2], args[3])],
        source_etype=kind,
    )
    less = _load(context, builder, minus, args[4])
    total = cgutils.alloca_once_value(builder, builder.sub(ir.Constant(less.type, None), less))
    with cgutils.for_range(builder, args[3], intp=context.get_value_type(slots)) as loop:
        row = builder.load(builder.gep(lineup, [loop.index], source_etype=kind), typ=kind)
        more = _load(context, builder, tile, args[0], builder.sext(row, ir.IntType(64)))
        builder.store(builder.add(builder.load(total, typ=less.type), more), total)
    return builder.load(total, typ=less.type)


def _splat(builder: Any, vector: Any, value: Any) -> Any:
    """``value`` in every lane; a value too large for an element is never given."""
    value = builder.trunc(value, vector.element) if vector.element.width < 64 else value
    lane = ir.Constant(ir.IntType(32), 0)
    none = ir.Constant(vector, ir.Undefined)
    return builder.shuffle_vector(
        builder.insert_element(none, value, lane), none, ir.Constant(_lanes(lane.type), None)
    )


def _above(builder: Any, score: Any) -> Any:
    return builder.icmp_signed(">", score, ir.Constant(score.type, None))


def _least(builder: Any, left: Any, right: Any) -> Any:
    return builder.select(builder.icmp_signed("<", left, right), left, right)


def _cell(builder: Any, score: Any, last: Any, shift: Any, first: Any) -> Any:
    """The cell of a score above the floor, between 0 and ``last``, from the lane's first on.

    A cell holds ``2 ** shift`` scores; those above the floor begin in cell 1.
    """
    zero = ir.Constant(score.type, None)
    score = builder.select(builder.icmp_signed("<", score, zero), zero, score)
    one = ir.Constant(shift.type, 1)
    up = _splat(builder, score.type, builder.sub(builder.shl(one, shift), one))
    score = builder.lshr(builder.add(score, up), _splat(builder, score.type, shift))
    score = _least(builder, score, _splat(builder, score.type, last))
    wide = score if score.type == first.type else builder.zext(score, first.type)
    return builder.add(wide, first)


@intrinsic
def sum_lanes(
    typing: Any, tile: Any, rows: Any, at: Any, slots: Any, minus: Any, out: Any, row: Any
) -> Any:
    """Row ``row`` of ``out`` becomes lineup ``at`` of ``rows`` in all lanes, less ``minus``."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        score = _sum(context, builder, sig, args)
        _store(context, builder, out, args[5], score, args[6])
        return context.get_dummy_value()

    return types.void(tile, rows, types.intp, types.intp, minus, out, types.intp), code


@intrinsic
def mark_lanes(
    typing: Any,
    tile: Any,
    rows: Any,
    at: Any,
    slots: Any,
    floor: Any,
    last: Any,
    shift: Any,
    start: Any,
    cells: Any,
    row: Any,
) -> Any:
    """A bit for every lane in which lineup ``at`` is above the floor; row ``row`` of ``cells``."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        score = _sum(context, builder, sig, args)
        cell = _cell(builder, score, args[5], args[6], _load(context, builder, start, args[7]))
        _store(context, builder, cells, args[8], cell, args[9])
        return builder.bitcast(_above(builder, score), ir.IntType(LANES))

    numbers = (types.intp, types.intp)
    given = (tile, rows, *numbers, floor, *numbers, start, cells, types.intp)
    return types.uint64(*given), code


@intrinsic
def pay_lanes(
    typing: Any,
    tile: Any,
    rows: Any,
    at: Any,
    slots: Any,
    floor: Any,
    last: Any,
    shift: Any,
    start: Any,
    cells: Any,
    own: Any,
    rival: Any,
    step: Any,
) -> Any:
    """The ``cells`` that pay candidate ``at``, who replaces row ``rival`` of ``own``.

    They lie ``step`` further where the rival is above him, and twice as far where they tie. Gives a
    bit for every lane in which he is above the floor.
    """

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        score = _sum(context, builder, sig, args)
        other = _load(context, builder, own, args[9], args[10])
        cell = _cell(builder, score, args[5], args[6], _load(context, builder, start, args[7]))
        zero = ir.Constant(cell.type, None)
        once = _splat(builder, cell.type, args[11])
        below = builder.select(builder.icmp_signed("<", score, other), once, zero)
        twice = builder.add(once, once)
        more = builder.select(builder.icmp_signed("==", score, other), twice, below)
        _store(context, builder, cells, args[8], builder.add(cell, more))
        return builder.bitcast(_above(builder, score), ir.IntType(LANES))

    numbers = (types.intp, types.intp)
    given = (tile, rows, *numbers, floor, *numbers, start, cells, own)
    return types.uint64(*given, types.intp, types.intp), code


@intrinsic
def count_lanes(typing: Any, scores: Any, lineups: Any, least: Any, out: Any) -> Any:
    """``out``: how many of the first rows of ``scores`` reach ``least``, lane by lane."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        limit = _load(context, builder, least, args[2])
        total = cgutils.alloca_once_value(builder, ir.Constant(limit.type, None))
        with cgutils.for_range(builder, args[1], intp=args[1].type) as loop:
            row = _load(context, builder, scores, args[0], loop.index)
            reach = builder.sext(builder.icmp_signed(">=", row, limit), limit.type)
            builder.store(builder.sub(builder.load(total, typ=limit.type), reach), total)
        _store(context, builder, out, args[3], builder.load(total, typ=limit.type))
        return context.get_dummy_value()

    return types.void(scores, types.intp, least, out), code


@intrinsic
def lowest_bit(typing: Any, word: Any) -> Any:
    """Number of the lowest bit set."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), code
