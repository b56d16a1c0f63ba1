"""Events of the log as rows of the lake: columns to search by, the data as JSON, the body itself.

The same columns stand in the warm table and in the cold Parquet parts, where ``event_type`` and
``day`` are in the path (``event_type=live_score/day=2025-01-12/...``) instead of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa

from actors.log.offsets import offset_key
from actors.log.port import Logged
from models import codec
from models.events import AnyEvent

_TIME = pa.timestamp("us", tz="UTC")

SCHEMA = pa.schema(
    [
        ("epoch", pa.int64()),
        ("sequence", pa.int64()),
        ("partition", pa.string()),
        ("event_id", pa.string()),
        ("event_type", pa.string()),
        ("source", pa.string()),
        ("timestamp", _TIME),
        ("received_at", _TIME),
        ("archived_at", _TIME),
        ("slate_id", pa.string()),
        ("player_id", pa.string()),
        ("game_id", pa.string()),
        ("contest_id", pa.string()),
        ("user_id", pa.string()),
        ("sport", pa.string()),
        ("mode", pa.string()),
        ("impact_rating", pa.float64()),
        ("confidence", pa.float64()),
        ("data", pa.string()),
        ("body", pa.binary()),
    ]
)
"""``epoch`` and ``sequence`` are the offset and the order; ``data`` is JSON; ``body`` is what was
appended, byte for byte. Of an event that this version cannot read only its type is known."""

_FROM_EVENT = (
    *("source", "timestamp", "received_at", "slate_id", "player_id", "game_id", "contest_id"),
    *("user_id", "sport", "mode", "impact_rating", "confidence"),
)

UNKNOWN = "unknown"


def table(records: Sequence[Logged], archived_at: datetime | None = None) -> pa.Table:
    """Records as rows, in their order."""
    moment = archived_at or datetime.now(UTC)
    return pa.Table.from_pylist([_row(record, moment) for record in records], SCHEMA)


def _row(record: Logged, archived_at: datetime) -> dict[str, Any]:
    epoch, sequence = offset_key(record.offset)
    event = _decoded(record.body)
    known = {name: getattr(event, name) for name in _FROM_EVENT} if event is not None else {}
    return {
        "epoch": epoch,
        "sequence": sequence,
        "partition": record.partition,
        "event_id": record.event_id,
        "event_type": codec.event_type(event) if event is not None else _type_of(record.body),
        "archived_at": archived_at,
        "received_at": archived_at,  # of one that is not known better
        "data": codec.to_json(event.data).decode() if event is not None else None,
        "body": record.body,
        **known,
    }


def _decoded(body: bytes) -> AnyEvent | None:
    try:
        return codec.decode(body)
    except msgspec.MsgspecError:
        return None


def _type_of(body: bytes) -> str:
    try:
        return codec.type_of(body)
    except msgspec.MsgspecError:
        return UNKNOWN


def records(rows: pa.Table) -> list[Logged]:
    """The records that rows were made of; at least their offset, id, partition and body."""
    columns = ("epoch", "sequence", "event_id", "body", "partition")
    return [
        Logged(f"{epoch}-{sequence}", event_id, body, partition)
        for epoch, sequence, event_id, body, partition in zip(
            *(rows.column(name).to_pylist() for name in columns), strict=True
        )
    ]
