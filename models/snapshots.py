"""Snapshots: a fold's state as bytes that say what they are; older forms are lifted on read.

``[kind, form, state]`` in MessagePack. A change of a state's struct that defaults do not cover
raises its form and adds a lift from the form before, as plain values; lifts follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

State = TypeVar("State", bound=msgspec.Struct)
Lift = Callable[[Any], Any]
Lifts = Mapping[tuple[str, int], Lift]

FORMS: dict[str, int] = {"slate": 1, "contest": 2, "subscriber": 1, "supervisor": 1}
"""The form that this version writes, by kind of state."""


def _only_doubts(contest: Any) -> Any:
    """Who is certain is no longer listed, so that a report and its end leave nothing."""
    held = contest.get("confidence", {})
    return contest | {"confidence": {p: c for p, c in held.items() if c < 1.0}}


LIFTS: Lifts = {("contest", 1): _only_doubts}
"""From (kind, form) to the plain value of the next form."""

_pack = msgspec.msgpack.Encoder()
_sorted = msgspec.msgpack.Encoder(order="sorted")


class UnreadableSnapshot(ValueError):  # noqa: N818  # a state, as its reader reads it
    """A snapshot that this version cannot read: the state is rebuilt from the log instead."""


class _Form(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    form: int
    state: msgspec.Raw


_unpack = msgspec.msgpack.Decoder(_Form)


def pack(kind: str, state: msgspec.Struct) -> bytes:
    """Encode a state of a kind, in the form of this version."""
    return _pack.encode(_Form(kind, FORMS[kind], msgspec.Raw(_pack.encode(state))))


def unpack(body: bytes, kind: str, type_: type[State], lifts: Lifts = LIFTS) -> State:
    """Decode a snapshot, lifting it from an older form.

    Raises UnreadableSnapshot for another kind, a newer form, or a body that does not fit.
    """
    try:
        found = _unpack.decode(body)
        if found.kind != kind:
            raise UnreadableSnapshot(f"a snapshot of {found.kind!r} is none of {kind!r}")
        if found.form == FORMS[kind]:
            return msgspec.msgpack.decode(found.state, type=type_)
        return msgspec.convert(_lifted(found, lifts), type_)
    except msgspec.MsgspecError as error:
        raise UnreadableSnapshot(f"snapshot of {kind!r}: {error}") from error


def _lifted(found: _Form, lifts: Lifts) -> Any:
    """The state in today's form, as plain values."""
    plain = msgspec.msgpack.decode(found.state)
    for form in range(found.form, FORMS[found.kind]):
        lift = lifts.get((found.kind, form))
        if lift is None:
            raise UnreadableSnapshot(f"nothing lifts {found.kind!r} from form {form}")
        plain = lift(plain)
    if found.form > FORMS[found.kind]:
        raise UnreadableSnapshot(f"{found.kind!r} of form {found.form} is from a newer version")
    return plain


def state_hash(state: msgspec.Struct) -> str:
    """32 hex digits, equal for states of equal content, in whatever order sets and maps grew."""
    return blake2b(_sorted.encode(state), digest_size=16).hexdigest()
