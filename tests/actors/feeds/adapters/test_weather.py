"""Weather feeds: every recorded payload by value, and each trap of the services by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from payloads import NOW, parse, utc

from actors.feeds.adapters.weather_units import converted, wind_text
from models.events import WeatherChange
from models.weather import Weather

FOLDER = "weather"


def readings(parsed):
    """The weather told, with the check that it is told as weather."""
    assert all(isinstance(event, WeatherChange) for event in parsed.events)
    return [Weather.of(event.data) for event in parsed.events]


def test_a_point_names_its_grid_cell_and_where_its_forecasts_are(read):
    parsed = read("weather.nws_points", "nws_points.json")
    cell = "https://api.weather.gov/gridpoints/TAE/58,65"
    assert readings(parsed) == [
        Weather(
            kind="place",
            place="TAE/58,65",
            zones=("FLZ015",),
            extra={
                "forecast": f"{cell}/forecast",
                "forecastHourly": f"{cell}/forecast/hourly",
                "forecastGridData": cell,
                "observationStations": f"{cell}/stations",
                "zone": "America/New_York",
                "city": "Sumatra",
                "state": "FL",
                "latitude": 30.0,
                "longitude": -85.0,
            },
        )
    ]
    assert parsed.rejected == []
    assert parsed.events[0].timestamp == NOW


def test_a_forecast_has_a_reading_for_each_period(read):
    parsed = read("weather.nws_forecast", "nws_forecast.json")
    assert readings(parsed) == [
        Weather(
            kind="forecast", place="29.9950,-84.9560",
            starts=utc("2019-10-13T18:00"), ends=utc("2019-10-13T22:00"),
            temperature_c=5.0, wind_kmh=16.09, wind_from_deg=180.0,
            precipitation_chance=0.2, humidity=0.63, sky="Chance Showers And Thunderstorms",
            extra={"name": "This Afternoon", "generator": "BaselineForecastGenerator"},
        ),
        Weather(
            kind="forecast", place="29.9950,-84.9560",
            starts=utc("2019-10-13T22:00"), ends=utc("2019-10-14T10:00"),
            temperature_c=20.0, wind_kmh=8.05, wind_least_kmh=0.0, wind_from_deg=180.0,
            humidity=0.63, sky="Mostly Clear",
            extra={"name": "Tonight", "generator": "BaselineForecastGenerator"},
        ),
    ]  # fmt: skip
    assert {event.timestamp for event in parsed.events} == {utc("2019-10-13T18:16:20")}
    assert [event.expiration_time for event in parsed.events] == [
        utc("2019-10-13T22:00"), utc("2019-10-14T10:00"),
    ]  # fmt: skip


def test_a_forecasts_address_names_its_grid_cell(shared):
    body = (shared / "feeds/weather/nws_forecast_hourly.json").read_bytes()
    url = "https://api.weather.gov/gridpoints/TAE/58,65/forecast/hourly"
    told = parse("weather.nws_forecast", body, url)
    assert {reading.extra["grid"] for reading in readings(told)} == {"TAE/58,65"}


def test_an_hourly_forecast_is_read_like_any_other(read):
    first, second = readings(read("weather.nws_forecast", "nws_forecast_hourly.json"))
    assert first == Weather(
        kind="forecast", place="29.9950,-84.9560",
        starts=utc("2019-10-15T00:00"), ends=utc("2019-10-15T01:00"),
        temperature_c=25.56, wind_kmh=0.0, wind_from_deg=180.0, precipitation_chance=0.2,
        humidity=0.63, sky="Partly Cloudy", extra={"generator": "HourlyForecastGenerator"},
    )  # fmt: skip
    assert (second.starts, second.temperature_c, second.wind_from_deg) == (
        utc("2019-10-15T01:00"), 25.0, 225.0,
    )  # fmt: skip


def test_numbers_sent_as_texts_are_the_same_reading(read):
    texts = read("weather.nws_forecast", "nws_forecast_strings.json")
    numbers = read("weather.nws_forecast", "nws_forecast.json")
    assert texts.events == numbers.events[:1]
    assert texts.rejected == []


def test_a_period_of_nulls_is_refused_with_its_place(read):
    parsed = read("weather.nws_forecast", "nws_forecast_empty.json")
    assert parsed.events == []
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("properties.periods[0].startTime", "needs a time with its zone, has nothing")
    ]


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("5 to 10 mph", (16.09, 8.05)),
        ("10 mph", (16.09, None)),
        ("10 to 20 km/h", (20.0, 10.0)),
        ("", (None, None)),
        ("Calm", (None, None)),
    ],
)
def test_wind_in_words_gives_both_ends_of_its_range(words, ends):
    assert wind_text(words) == ends


LATEST = Weather(
    kind="observation", place="KFLL", starts=utc("2022-03-02T23:53"), temperature_c=22.8,
    feels_like_c=23.11, wind_kmh=7.56, wind_from_deg=20.0, humidity=0.7577, pressure_hpa=1018.7,
    visibility_m=16090.0, sky="Mostly Cloudy",
    extra={"raw": "KFLL 022353Z 02004KT 10SM FEW026 BKN055 23/18 A3008 RMK AO2 SLP187 60000 "
                  "T02280183 10244 20228 53008 $"},
)  # fmt: skip


def test_null_is_a_normal_value_of_an_observation(read):
    parsed = read("weather.nws_observations", "nws_station_observation_latest.json")
    assert readings(parsed) == [LATEST]
    assert LATEST.gust_kmh is None
    assert parsed.events[0].timestamp == utc("2022-03-02T23:53")
    assert parsed.rejected == []


def test_observations_without_any_value_are_refused(read):
    parsed = read("weather.nws_observations", "nws_observation_missing_value.json")
    assert parsed.events == []
    assert [r.where for r in parsed.rejected] == ["features[0].properties.station"]


OF_1053 = Weather(
    kind="observation", place="KFLL", starts=utc("2019-06-27T10:53"), temperature_c=10.0,
    feels_like_c=10.0, wind_kmh=36.0, gust_kmh=36.0, wind_from_deg=10.0, humidity=0.1,
    pressure_hpa=1000.0, visibility_m=10000.0, sky="Mostly Clear",
    extra={"raw": "KFLL 271053Z 35005KT 10SM FEW025 FEW250 26/23 A3005 RMK AO2 SLP176 T02560228"},
)  # fmt: skip


def test_older_unit_codes_mean_the_same(read):
    assert readings(read("weather.nws_observations", "nws_station_observations.json")) == [OF_1053]


def test_unsorted_and_repeated_observations_come_once_and_in_order(read):
    parsed = read("weather.nws_observations", "nws_observations_unsorted.json")
    assert [e.timestamp for e in parsed.events] == [
        utc("2019-06-27T10:50"), utc("2019-06-27T10:53"),
    ]  # fmt: skip
    first, second = readings(parsed)
    assert second == OF_1053
    assert (first.temperature_c, first.wind_kmh, first.pressure_hpa) == (-100.0, 3600.0, 0.99)


def test_a_value_that_the_service_marks_as_wrong_is_left_out(shared):
    root = json.loads((shared / "feeds/weather/nws_station_observation_latest.json").read_bytes())
    root["properties"]["temperature"]["qualityControl"] = "X"
    (reading,) = readings(parse("weather.nws_observations", json.dumps(root).encode()))
    assert reading.temperature_c is None
    assert reading.wind_kmh == 7.56


def test_an_unknown_unit_refuses_the_reading_instead_of_guessing(shared):
    root = json.loads((shared / "feeds/weather/nws_station_observation_latest.json").read_bytes())
    root["properties"]["windSpeed"]["unitCode"] = "wmoUnit:furlong_fortnight-1"
    parsed = parse("weather.nws_observations", json.dumps(root).encode())
    assert parsed.events == []
    assert "furlong_fortnight-1, which is unknown" in parsed.rejected[0].reason


ZONES = ("ORZ001", "ORZ006", "WAZ039", "WAZ022", "ORZ005", "ORZ004", "WAZ020", "WAZ021", "ORZ002",
         "ORZ003", "WAZ040")  # fmt: skip


def test_an_alert_says_what_where_until_when_and_which_it_replaces(read):
    parsed = read("weather.nws_alerts", "nws_alerts_active_zone.json")
    (event,), (alert,) = parsed.events, readings(parsed)
    assert event.event_id.startswith("weather.nws_alerts:NWS-IDP-PROD-3965873-3369046:")
    assert (event.timestamp, event.expiration_time) == (
        utc("2019-12-20T21:34"), utc("2019-12-22T18:00"),
    )  # fmt: skip
    assert (alert.event, alert.severity, alert.zones) == ("Flood Watch", "Severe", ZONES)
    assert (alert.starts, alert.ends) == (utc("2019-12-20T21:34"), utc("2019-12-22T18:00"))
    assert alert.replaces == tuple(
        f"NWS-IDP-PROD-{n}"
        for n in ("3964821-3368352", "3965324-3368680", "3965155-3368578", "3963421-3367361")
    )
    assert alert.headline == (
        "Flood Watch issued December 20 at 1:34PM PST until December 22 at 10:00AM PST "
        "by NWS Portland OR"
    )
    assert not alert.cancelled
    assert (alert.extra["id"], alert.extra["message"]) == (
        "NWS-IDP-PROD-3965873-3369046", "Update",
    )  # fmt: skip


def test_two_alerts_of_one_warning_are_two_events(read):
    one = read("weather.nws_alerts", "nws_alerts_active_zone.json")
    two = read("weather.nws_alerts", "nws_alerts_active_zone_second.json")
    assert two.events[0] == one.events[0]
    assert Weather.of(two.events[1].data).extra["id"] == "NWS-IDP-PROD-3965873-001"
    assert len(two.events) == 2


def test_only_actual_alerts_count_and_a_test_is_refused(read):
    parsed = read("weather.nws_alerts", "nws_alerts_status_test_HANDMADE.json")
    assert [alert.event for alert in readings(parsed)] == ["Heat Advisory"]
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("features[0].properties.status", "Test: no actual alert")
    ]


def test_a_cancelled_alert_is_told_as_cancelled(shared):
    root = json.loads((shared / "feeds/weather/nws_alerts_active_zone.json").read_bytes())
    root["features"][0]["properties"]["messageType"] = "Cancel"
    parsed = parse("weather.nws_alerts", json.dumps(root).encode())
    (alert,) = readings(parsed)
    assert alert.cancelled
    assert alert.replaces
    assert parsed.events[0].expiration_time is None  # news also when it would be over by itself


@pytest.fixture
def toronto(shared):
    return (shared / "feeds/weather/open_meteo_forecast_toronto_local_20260304.json").read_bytes()


def test_columns_become_a_reading_for_each_time(toronto):
    root = json.loads(toronto)
    told = readings(parse("weather.open_meteo", toronto))
    assert len(told) == 1 + 192 + 8
    hourly = root["hourly"]
    for row, reading in enumerate(told[1:193]):
        local = datetime.fromisoformat(hourly["time"][row])
        assert reading.starts == (local + timedelta(hours=5)).replace(tzinfo=UTC)
        assert reading.temperature_c == pytest.approx(
            (hourly["temperature_2m"][row] - 32) / 1.8, abs=0.006
        )
        assert reading.gust_kmh == pytest.approx(
            hourly["wind_gusts_10m"][row] * 1.609344, abs=0.006
        )
        assert reading.precipitation_mm == pytest.approx(
            hourly["precipitation"][row] * 25.4, abs=0.006
        )
        assert reading.precipitation_chance == hourly["precipitation_probability"][row] / 100
        assert reading.wind_from_deg == hourly["wind_direction_10m"][row]
        assert reading.extra["weather_code"] == hourly["weather_code"][row]


def test_what_is_current_and_what_a_day_brings_are_told_apart(toronto):
    told = readings(parse("weather.open_meteo", toronto))
    assert told[0] == Weather(
        kind="observation", place="43.7045,-79.4046",
        starts=utc("2026-03-06T02:00"), ends=utc("2026-03-06T02:15"), temperature_c=0.33,
        feels_like_c=-5.28, wind_kmh=21.24, gust_kmh=53.59, sky="Overcast",
        extra={"weather_code": 3},
    )  # fmt: skip
    assert told[193] == Weather(
        kind="day", place="43.7045,-79.4046",
        starts=utc("2026-03-04T05:00"), ends=utc("2026-03-05T05:00"), temperature_c=9.0,
        wind_kmh=13.04, gust_kmh=25.91, precipitation_mm=0.0, precipitation_chance=0.0,
        sky="Overcast", extra={"weather_code": 3, "temperature_least_c": -2.06},
    )  # fmt: skip


def test_local_times_keep_one_offset_across_the_change_of_daylight_saving(toronto):
    """The saved answer has 02:00 on 2026-03-08, an hour that Toronto's clocks skip."""
    starts = [reading.starts for reading in readings(parse("weather.open_meteo", toronto))[1:193]]
    assert utc("2026-03-08T07:00") in starts
    assert {later - sooner for sooner, later in pairwise(starts)} == {timedelta(hours=1)}


def test_without_a_zone_times_are_greenwichs(toronto):
    root = json.loads(toronto)
    root |= {"utc_offset_seconds": 0, "timezone": "GMT"}
    del root["hourly"], root["daily"]
    (reading,) = readings(parse("weather.open_meteo", json.dumps(root).encode()))
    assert reading.starts == utc("2026-03-05T21:00")


def test_several_places_of_one_call_are_kept_apart(toronto):
    root = json.loads(toronto)
    both = json.dumps([root, root | {"latitude": 40.0}]).encode()
    places = {reading.place for reading in readings(parse("weather.open_meteo", both))}
    assert places == {"43.7045,-79.4046", "40.0000,-79.4046"}


def test_a_metar_file_gives_its_report(read):
    parsed = read("weather.metar", "ftp_KFLL.TXT")
    assert readings(parsed) == [
        Weather(
            kind="observation", place="KFLL", starts=utc("2022-03-02T23:53"), temperature_c=22.8,
            wind_kmh=7.41, wind_from_deg=20.0, pressure_hpa=1018.63, visibility_m=16093.4,
            sky="FEW026 BKN055", extra=LATEST.extra,
        )
    ]  # fmt: skip
    assert parsed.events[0].timestamp == utc("2022-03-02T23:53")


def test_a_metar_file_that_did_not_change_is_the_same_event(shared):
    body = (shared / "feeds/weather/ftp_KFLL.TXT").read_bytes()
    early, late = (
        parse("weather.metar", body, received_at=NOW + timedelta(hours=h)) for h in (0, 3)
    )
    assert [e.event_id for e in early.events] == [e.event_id for e in late.events]


def test_a_report_left_over_from_another_day_is_refused():
    body = b"2022/03/05 23:53\nKFLL 022353Z 02004KT 10SM FEW026 23/18 A3008\n"
    parsed = parse("weather.metar", body)
    assert parsed.events == []
    assert parsed.rejected[0].where == "line 2"
    assert "left-over report" in parsed.rejected[0].reason


def test_a_report_by_itself_is_dated_before_its_receipt():
    (event,) = parse("weather.metar", b"METAR KBOS 312354Z VRB03KT 1/2SM -SN M05/M07 A2992").events
    assert event.timestamp == utc("2026-10-31T23:54")
    reading = Weather.of(event.data)
    assert (reading.temperature_c, reading.wind_from_deg, reading.wind_kmh) == (-5.0, None, 5.56)
    assert (reading.visibility_m, reading.sky) == (804.7, "-SN")


def test_a_calm_blows_from_nowhere_and_half_miles_add_up():
    (event,) = parse("weather.metar", b"KORD 201151Z AUTO 00000KT 1 1/2SM CLR 03/M01 A3010").events
    reading = Weather.of(event.data)
    assert (reading.wind_kmh, reading.wind_from_deg, reading.visibility_m) == (0.0, None, 2414.0)
    assert (reading.temperature_c, reading.sky) == (3.0, "CLR")


def test_gusts_metric_pressure_and_rain_of_a_metar():
    line = b"SPECI EGLL 201150Z 24015G28KT 9999 +TSRA BKN012CB 08/06 Q0998 RMK P0010"
    (event,) = parse("weather.metar", line).events
    reading = Weather.of(event.data)
    assert (reading.wind_kmh, reading.gust_kmh, reading.pressure_hpa) == (27.78, 51.86, 998.0)
    assert (reading.visibility_m, reading.precipitation_mm) == (9999.0, 2.54)
    assert reading.sky == "+TSRA BKN012CB"


@pytest.mark.parametrize("body", [b"", b"\n\n", b"<html>", b"2022/03/02 23:53\n", b"\xff\xfe"])
def test_a_file_without_a_report_is_one_refusal(body):
    parsed = parse("weather.metar", body)
    assert parsed.events == []
    assert len(parsed.rejected) == 1


def test_a_unit_without_name_is_not_guessed():
    with pytest.raises(ValueError, match="no unit"):
        converted(3.0, "")


def grid(**layers):
    """A synthetic raw grid."""
    made = {name: {"uom": uom, "values": [{"validTime": when, "value": value}
                   for when, value in values]} for name, (uom, values) in layers.items()}  # fmt: skip
    corner = [[-82.0243, 26.5833], [-82.0, 26.0]]
    return {
        "geometry": {"type": "Polygon", "coordinates": [corner]},
        "properties": {"gridId": "TBW", "gridX": "93", "gridY": 38,
                       "updateTime": "2026-02-03T19:22:03+00:00", **made},
    }  # fmt: skip


def test_a_raw_grid_is_told_hour_by_hour():
    hour = "2026-02-03T18:00:00+00:00"
    root = grid(
        temperature=("wmoUnit:degC", [(f"{hour}/PT2H", 26.111), ("2026-02-03T20:00:00-05:00/PT1H", 10)]),
        windSpeed=("wmoUnit:km_h-1", [(f"{hour}/PT3H", 18.52)]),
        quantitativePrecipitation=("wmoUnit:mm", [(f"{hour}/PT2H", 5.0)]),
        probabilityOfPrecipitation=("wmoUnit:percent", [(f"{hour}/PT1H", None)]),
        weather=("", [(f"{hour}/PT1H", [{"coverage": "chance", "weather": "rain_showers",
                                         "intensity": "light"}, {"weather": None}])]),
    )  # fmt: skip
    parsed = parse("weather.nws_forecast", json.dumps(root).encode())
    assert parsed.rejected == []
    assert {event.timestamp for event in parsed.events} == {utc("2026-02-03T19:22:03")}
    told = readings(parsed)
    assert told[0] == Weather(
        kind="forecast", place="26.5833,-82.0243", starts=utc("2026-02-03T18:00"),
        ends=utc("2026-02-03T19:00"), temperature_c=26.11, wind_kmh=18.52, precipitation_mm=2.5,
        sky="chance light rain showers", extra={"grid": "TBW/93,38"},
    )  # fmt: skip
    assert [(w.starts, w.temperature_c, w.wind_kmh, w.precipitation_mm) for w in told[1:]] == [
        (utc("2026-02-03T19:00"), 26.11, 18.52, 2.5),
        (utc("2026-02-03T20:00"), None, 18.52, None),
        (utc("2026-02-04T01:00"), 10.0, None, None),
    ]


@pytest.mark.parametrize(
    "when",
    [
        "2026-02-03T18:00:00+00:00", "2026-02-03T18:00:00/PT1H", "x/PT1H",
        "2026-02-03T18:00:00+00:00/P99D", "2026-02-03T18:00:00+00:00/PT0H",
        "9999-12-31T23:00:00+00:00/PT24H", "2026-02-03T18:00:00+00:00/P9999999999D",
    ],
)  # fmt: skip
def test_an_interval_of_a_grid_that_is_none_costs_its_value(when):
    good = ("2026-02-03T18:00:00+00:00/PT1H", 5)
    root = grid(temperature=("wmoUnit:degC", [(when, 1), good]))
    parsed = parse("weather.nws_forecast", json.dumps(root).encode())
    assert [w.temperature_c for w in readings(parsed)] == [5.0]
    assert [r.where for r in parsed.rejected] == ["properties.temperature.values[0].validTime"]


def test_a_grid_without_end_is_read_as_far_as_a_grid_goes():
    values = [("2026-02-03T18:00:00+00:00/P14D", n) for n in range(100)]
    root = grid(temperature=("wmoUnit:degC", values))
    parsed = parse("weather.nws_forecast", json.dumps(root).encode())
    assert len(parsed.events) == 14 * 24
    assert "more than" in parsed.rejected[-1].reason


def test_what_the_service_leaves_out_of_an_observation_is_read_from_its_report():
    taken = "2026-06-12T10:57:00+00:00"
    found = {
        "station": "https://api.weather.gov/stations/PHNG", "timestamp": taken,
        "rawMessage": "PHNG 121057Z 08017G25KT 10SM FEW023 26/20 A3001 RMK AO2 T02560200",
        "temperature": {"value": None, "unitCode": "unit:degC", "qualityControl": "qc:Z"},
        "windSpeed": {"value": None, "unitCode": "unit:m_s-1", "qualityControl": "qc:X"},
        "visibility": {"value": 16090, "unitCode": "unit:m", "qualityControl": "qc:C"},
    }  # fmt: skip
    root = {"features": [{"properties": found}]}
    (reading,) = readings(parse("weather.nws_observations", json.dumps(root).encode()))
    assert (reading.temperature_c, reading.gust_kmh, reading.wind_from_deg) == (25.6, 46.3, 80.0)
    assert reading.wind_kmh is None  # marked as wrong: not to be had from anywhere
    assert reading.visibility_m == 16090.0
    del found["rawMessage"], found["visibility"]
    assert parse("weather.nws_observations", json.dumps(root).encode()).events == []


def test_a_report_may_go_on_in_an_indented_line():
    body = (
        b"2026/11/20 11:54\n KATL 201154Z 27010KT 10SM\n     BKN020 12/08 A3001\n"
        b"\n2026/11/20 12:20\nSPECI KATL 201220Z 00000KT 10SM CLR 13/08 A3001\n"
    )
    told = readings(parse("weather.metar", body))
    assert [(w.temperature_c, w.sky) for w in told] == [(12.0, "BKN020"), (13.0, "CLR")]


def forecast(**blocks):
    place = {"latitude": 33.7, "longitude": -84.4, "timezone": "America/New_York",
             "utc_offset_seconds": -14400}  # fmt: skip
    return json.dumps(place | blocks).encode()


def test_times_in_seconds_are_moments_whatever_the_zone():
    body = forecast(
        current={"time": 1_793_520_000, "interval": 900, "temperature_2m": 10.0},
        current_units={"time": "unixtime", "temperature_2m": "°C"},
        daily={"time": [1_793_505_600, "x"], "temperature_2m_max": [20.0, 21.0]},
        daily_units={"time": "unixtime", "temperature_2m_max": "°C"},
    )
    parsed = parse("weather.open_meteo", body)
    assert [(w.kind, w.starts) for w in readings(parsed)] == [
        ("observation", utc("2026-11-01T08:00")), ("day", utc("2026-11-01T04:00")),
    ]  # fmt: skip
    assert [r.where for r in parsed.rejected] == ["daily.time[1].time"]


def test_seconds_without_saying_so_are_no_time():
    body = forecast(
        hourly={"time": [1_793_505_600, 1_712_011_500], "temperature_2m": [1, 2]},
        hourly_units={"time": "iso8601", "temperature_2m": "°C"},
    )
    parsed = parse("weather.open_meteo", body)
    assert (parsed.events, len(parsed.rejected)) == ([], 2)


def test_the_older_block_of_what_is_now_and_quarters_of_an_hour():
    body = forecast(
        current_weather={"time": "2026-07-01T01:00", "temperature": 68.0, "windspeed": 10.0,
                         "winddirection": 90, "weathercode": 61, "is_day": 0},
        current_weather_units={"time": "iso8601", "temperature": "°F", "windspeed": "mp/h",
                               "winddirection": "°"},
        minutely_15={"time": ["2026-07-01T01:15"], "precipitation": [0.4]},
        minutely_15_units={"precipitation": "mm"},
    )  # fmt: skip
    now, quarter = readings(parse("weather.open_meteo", body))
    assert (now.starts, now.temperature_c, now.wind_kmh, now.wind_from_deg, now.sky) == (
        utc("2026-07-01T05:00"), 20.0, 16.09, 90.0, "Light rain",
    )  # fmt: skip
    assert (quarter.kind, quarter.starts, quarter.ends, quarter.precipitation_mm) == (
        "forecast", utc("2026-07-01T05:15"), utc("2026-07-01T05:30"), 0.4,
    )  # fmt: skip


@pytest.mark.parametrize("status", ["Test", "Exercise", "System", "Draft", "actual", ""])
def test_an_alert_that_is_not_actual_is_kept_as_refused(status):
    found = {"event": "Tornado Warning", "status": status, "sent": "2026-05-01T18:00:00-05:00"}
    root = {"type": "FeatureCollection", "features": [{"properties": found}]}
    parsed = parse("weather.nws_alerts", json.dumps(root).encode())
    assert parsed.events == []
    assert "no actual alert" in parsed.rejected[0].reason


def test_an_answer_without_alerts_is_not_one_that_is_missing_them():
    assert parse("weather.nws_alerts", b'{"features": []}') == ([], [])
    problem = b'{"type": "https://api.weather.gov/problems/NotFound", "status": 404}'
    assert len(parse("weather.nws_alerts", problem).rejected) == 1


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "body",
    [
        b"KATL 201154Z " + b"Z " * 300_000,
        b"KATL 201154Z " + b"RA" * 300_000,
        b"KATL 201154Z 00000KT\n" + b" 10SM\n" * 300_000,
    ],
    ids=["Z", "RA", "lines"],
)
def test_a_report_without_end_is_refused_at_once(body):
    parsed = parse("weather.metar", body)
    assert all(len(event.data["extra"]["raw"]) < 2_100 for event in parsed.events)
    assert parsed.rejected
    found = {"station": "x/KATL", "timestamp": "2026-06-12T10:57:00+00:00",
             "rawMessage": body[:20_000].decode(),
             "textDescription": "Clear"}  # fmt: skip
    root = json.dumps({"features": [{"properties": found}]}).encode()
    assert len(parse("weather.nws_observations", root).events) == 1
