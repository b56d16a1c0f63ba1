"""Sources without an adapter of their own: JSON, CSV and webhooks by a mapping."""

from __future__ import annotations

import json

import msgspec
import pytest
from payloads import NOW, utc

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.generic_adapters import csv_adapter, json_adapter, webhook_adapter
from actors.feeds.adapters.generic_mapping import FieldMapping
from actors.feeds.adapters.port import Payload
from models.events import LiveScore, OwnershipUpdate, PlayerActive, PlayerInjury

INJURIES = FieldMapping(
    source="acme",
    rows="league.report",
    event_type="kind",
    event_types={"hurt": "player_injury", "fit": "player_active"},
    envelope={"player_id": "who.id", "timestamp": "seen", "sport": "=nba"},
    data={"status": "word", "injury": "who.parts.0", "name": "who.name"},
    prefix="acme",
    zone="America/New_York",
)
REPORT = {
    "league": {
        "report": [
            {
                "kind": "hurt", "word": "Out", "seen": "2026-11-20T06:30:00",
                "who": {"id": 17, "name": "Ann Bo", "parts": ["knee"]},
            },
            {"kind": "fit", "word": "Active", "seen": "2026-11-20T11:31:00Z", "who": {"id": 18}},
        ]
    }
}  # fmt: skip


def parse(adapter, body, headers=None):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return adapter(Payload(body, NOW, "", headers or {}))


def test_paths_lead_to_the_fields_of_an_event():
    parsed = parse(json_adapter(INJURIES), REPORT)
    assert [
        (type(e), e.player_id, e.source, e.sport, e.timestamp, e.data.status, e.data.injury)
        for e in parsed.events
    ] == [
        (PlayerInjury, "acme:17", "acme", "nba", utc("2026-11-20T11:30:00"), "Out", "knee"),
        (PlayerActive, "acme:18", "acme", "nba", utc("2026-11-20T11:31:00"), "Active", ""),
    ]
    assert parsed.events[0].data.extra == {"name": "Ann Bo"}
    assert parsed.rejected == []


def test_the_same_reading_twice_is_one_event():
    first, again = (parse(json_adapter(INJURIES), REPORT).events for _ in range(2))
    assert [e.event_id for e in first] == [e.event_id for e in again]
    assert len({e.event_id for e in first}) == 2


def test_a_reading_that_does_not_fit_is_refused_with_its_field():
    rows = REPORT["league"]["report"]
    body = {"league": {"report": [rows[0] | {"kind": "odd"}, rows[1], rows[1] | {"seen": "noon"}]}}
    parsed = parse(json_adapter(INJURIES), body)
    assert len(parsed.events) == 1
    assert [r.where for r in parsed.rejected] == [
        "league.report[0].event_type", "league.report[2].timestamp",
    ]  # fmt: skip


def test_a_time_without_a_zone_is_refused_unless_the_mapping_names_one():
    mapping = msgspec.structs.replace(INJURIES, zone="")
    parsed = parse(json_adapter(mapping), REPORT)
    assert [e.player_id for e in parsed.events] == ["acme:18"]
    assert parsed.rejected[0].reason == "has no zone; name one in the mapping"


@pytest.mark.parametrize(("time", "value"), [("seconds", 1779719009), ("milliseconds", "1779719009000")])  # fmt: skip
def test_times_may_count_from_the_epoch(time, value):
    mapping = FieldMapping(
        event_type="=player_injury", envelope={"player_id": "p", "timestamp": "t"},
        data={"status": "s"}, time=time,
    )  # fmt: skip
    (event,) = parse(json_adapter(mapping), {"p": "1", "t": value, "s": "Q"}).events
    assert event.timestamp == utc("2026-05-25T14:23:29")


def test_percent_become_shares_by_their_scale():
    mapping = FieldMapping(
        event_type="=ownership_update", envelope={"player_id": "id", "contest_id": "contest"},
        data={"ownership": "owned"}, scale={"ownership": 0.01},
    )  # fmt: skip
    (event,) = parse(csv_adapter(mapping), b"id,contest,owned\r\n17,c1,12.5\r\n").events
    assert isinstance(event, OwnershipUpdate)
    assert (event.contest_id, event.data.ownership) == ("c1", {"17": 0.125})


def test_a_table_is_read_by_its_titles_and_a_bad_row_costs_itself():
    mapping = FieldMapping(
        event_type="=live_score", envelope={"player_id": "Player ID"},
        data={"points": "FPTS", "name": "Name"}, scale={"points": 1.0},
    )  # fmt: skip
    body = b'\xef\xbb\xbfName,Player ID,FPTS\n"Bo, Ann",17,"1,034.5"\nCy,18,\nDi,19,lots\n'
    parsed = parse(csv_adapter(mapping), body.replace(b'"1,034.5"', b"34.5"))
    assert [(type(e), e.player_id, e.data.points) for e in parsed.events] == [
        (LiveScore, "17", 34.5)
    ]
    assert [(r.where.partition(".")[0], r.raw) for r in parsed.rejected] == [
        ("line 3", "Cy,18,"), ("line 4", "Di,19,lots"),
    ]  # fmt: skip


def test_a_webhook_may_say_in_its_headers_what_it_is_about():
    mapping = FieldMapping(
        event_type="@X-Event", event_types={"injury": "player_injury"},
        envelope={"player_id": "id", "event_id": "@x-delivery"}, data={"status": "status"},
    )  # fmt: skip
    headers = {"x-event": "injury", "x-delivery": "d-1"}
    (event,) = parse(webhook_adapter(mapping), {"id": 5, "status": "GTD"}, headers).events
    assert (type(event), event.event_id, event.player_id) == (PlayerInjury, "d-1", "5")


@pytest.mark.parametrize("feed", ["generic.json", "generic.webhook"])
def test_without_a_mapping_events_come_in_our_own_form(feed):
    body = {
        "event_type": "player_injury", "source": "mine", "player_id": 7,
        "timestamp": "2026-11-20T11:00:00Z", "data": {"status": "OUT", "note": "x"},
    }  # fmt: skip
    (event,) = parse(ADAPTERS[feed], [body]).events
    assert (event.source, event.player_id, event.data.status) == ("mine", "7", "OUT")
    assert event.data.extra == {"note": "x"}
    assert event.event_id.startswith(f"{feed}:7:")


def test_a_table_in_our_own_form_has_data_columns():
    body = b"event_type,player_id,data.status\nplayer_injury,7,OUT\n,,\nplayer_injury,8,Q\n"
    parsed = parse(ADAPTERS["generic.csv"], body)
    assert [(e.player_id, e.source, e.data.status) for e in parsed.events] == [
        ("7", "generic.csv", "OUT"), ("8", "generic.csv", "Q"),
    ]  # fmt: skip


def table(*rows):
    return "\n".join(("event_type,player_id,data.status", *rows)).encode()


def test_a_row_shifted_or_cut_off_is_refused():
    body = table("player_injury,7,Out", "player_injury,Smith, Jr.,Out", "player_injury,8", "")
    parsed = parse(ADAPTERS["generic.csv"], body)
    assert [e.player_id for e in parsed.events] == ["7"]
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("line 3", "has 4 cells under 3 titles"), ("line 4", "has 2 cells under 3 titles"),
    ]  # fmt: skip
    assert len(parse(ADAPTERS["generic.csv"], table("player_injury,7,Out,,")).events) == 1


def test_a_cell_may_hold_line_ends_and_a_quote_left_open_refuses_the_rest():
    body = table('player_injury,7,"Out\nside"', "player_injury,8,Q", 'player_injury,9,"Out', "x")
    parsed = parse(ADAPTERS["generic.csv"], body)
    assert [(e.player_id, e.data.status) for e in parsed.events] == [("7", "Out\nside"), ("8", "Q")]
    assert [r.where for r in parsed.rejected] == ["line 5"]


@pytest.mark.parametrize(
    "body",
    [b"<html><body>502</body></html>", b"\n\n", b"a,b\n1,2\n", b"event_type,a,a\nx,1,2\n"],
)
def test_another_table_than_the_one_expected_is_one_refusal(body):
    parsed = parse(ADAPTERS["generic.csv"], body)
    assert (parsed.events, [r.where for r in parsed.rejected]) == ([], ["line 1"])


def test_values_that_no_json_may_hold_are_refused_however_deep_they_stand():
    body = b'{"event_type": "player_active", "player_id": 1, "data": {"extra": {"a": [1, NaN]}}}'
    parsed = parse(ADAPTERS["generic.json"], body)
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("data.extra.a[1]", "is no finite number")
    ]
    deep = body.replace(b"NaN", b"[" * 900 + b"]" * 900)
    assert "nested deeper" in parse(ADAPTERS["generic.json"], deep).rejected[0].reason


def test_an_id_is_one_whether_it_comes_as_a_number_or_a_text_and_never_an_object():
    ids = [17, 17.0, " 17 ", {"id": 17}, [17], True]
    report = [{"kind": "fit", "word": "x", "who": {"id": one}} for one in ids]
    parsed = parse(json_adapter(INJURIES), {"league": {"report": report}})
    assert {e.player_id for e in parsed.events} == {"acme:17"}
    assert [r.where for r in parsed.rejected] == [
        f"league.report[{n}].player_id" for n in (3, 4, 5)
    ]


def test_what_only_the_system_tells_is_not_taken_from_a_source():
    body = {"event_type": "slate_opened", "source": "x", "data": {}}
    parsed = parse(ADAPTERS["generic.json"], body)
    assert parsed.events == []
    assert "not taken from outside" in parsed.rejected[0].reason


def test_lines_of_json_are_readings_of_their_own():
    line = json.dumps({"event_type": "player_active", "player_id": 1, "data": {}}).encode()
    parsed = parse(ADAPTERS["generic.json"], line + b"\r\n{oops\r\n" + line.replace(b"1", b"2"))
    assert [e.player_id for e in parsed.events] == ["1", "2"]
    assert [r.where for r in parsed.rejected] == ["line 2"]


def test_a_mapping_is_written_as_plain_values_and_misspelt_fields_are_told():
    written = msgspec.to_builtins(INJURIES)
    assert msgspec.convert(written, FieldMapping) == INJURIES
    with pytest.raises(msgspec.ValidationError, match="envelop"):
        msgspec.convert({"envelop": {}}, FieldMapping)


def test_an_unknown_zone_names_itself():
    parsed = parse(json_adapter(msgspec.structs.replace(INJURIES, zone="Moon/Base")), REPORT)
    assert parsed.rejected[0].reason == "Moon/Base is no zone; write it like America/New_York"


@pytest.mark.parametrize("between", [b",\n", b",", b"\n,\n"])
def test_one_list_over_several_lines_is_one_message(between):
    one = b'{"event_type": "player_active", "player_id": 1, "data": {}}'
    body = b"[" + one + between + one.replace(b"1", b"2") + b"]"
    parsed = parse(ADAPTERS["generic.json"], body)
    assert [e.player_id for e in parsed.events] == ["1", "2"]
    assert parsed.rejected == []


def test_one_broken_message_over_many_lines_is_one_refusal():
    body = json.dumps([{"event_type": "player_active", "n": n} for n in range(9)], indent=1)
    assert len(parse(ADAPTERS["generic.json"], body[:-1].encode()).rejected) == 1
