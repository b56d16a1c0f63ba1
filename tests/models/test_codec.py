"""Events on the wire: what goes in comes out, and what is unknown stops nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import codec
from models.events import AnyEvent, Event, PlayerInjury, StatusReport

KINDS = get_args(AnyEvent)
MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
TEXT = st.text(max_size=20)

injuries = st.builds(
    PlayerInjury,
    event_id=TEXT,
    source=TEXT,
    timestamp=MOMENTS,
    received_at=MOMENTS,
    player_id=TEXT,
    confidence=st.floats(0, 1),
    impact_rating=st.floats(-10, 10),
    data=st.builds(
        StatusReport,
        status=TEXT,
        headline=TEXT,
        extra=st.dictionaries(TEXT, st.integers(-(2**63), 2**63 - 1)),
    ),
)


@given(injuries)
def test_an_event_survives_the_log_and_the_stream(event):
    assert codec.decode(codec.encode(event)) == event
    frame = msgspec.json.decode(codec.frame("7-1", event))
    assert (frame["offset"], frame["type"]) == ("7-1", "player_injury")
    assert msgspec.convert(frame["data"], PlayerInjury, strict=False) == event


def test_every_type_of_the_contract_has_its_class():
    contract = {
        "player_injury", "player_active", "lineup_change", "weather_change", "line_movement",
        "ownership_shift", "ownership_update", "game_start", "game_delay", "game_postponed",
        "game_final", "live_score", "breaking_news", "late_swap", "alert", "source_status",
    }  # fmt: skip
    assert contract <= {kind.__struct_config__.tag for kind in KINDS}


def test_no_two_types_share_a_name():
    assert len({kind.__struct_config__.tag for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_fields_of_the_envelope_are_the_same_everywhere(kind):
    assert set(Event.__struct_fields__) | {"data"} == set(kind.__struct_fields__)


def test_a_type_from_the_future_is_refused_by_name():
    unknown = msgspec.msgpack.encode({"event_type": "mind_read", "event_id": "2"})
    with pytest.raises(msgspec.ValidationError, match="mind_read"):
        codec.decode(unknown)
    assert codec.type_of(unknown) == "mind_read"


def test_a_newer_version_may_add_fields():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    plain = {
        "event_type": "player_injury", "event_id": "1", "source": "s", "timestamp": moment,
        "received_at": moment, "colour": "blue", "data": {"status": "OUT", "mood": "bad"},
    }  # fmt: skip
    assert codec.decode(msgspec.msgpack.encode(plain)).data.status == "OUT"
