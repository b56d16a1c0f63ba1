"""Weather in one set of units."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.weather import Weather, celsius, compass


@given(
    st.builds(
        Weather,
        kind=st.sampled_from(("observation", "forecast", "day", "alert", "place")),
        place=st.text(),
        starts=st.none() | st.datetimes(timezones=st.just(UTC)),
        temperature_c=st.none() | st.floats(-90, 60),
        zones=st.tuples() | st.tuples(st.text(), st.text()),
        cancelled=st.booleans(),
    )
)
def test_a_reading_comes_back_from_the_plain_values_of_its_event(reading):
    assert Weather.of(reading.plain()) == reading


@pytest.mark.parametrize(("fahrenheit", "degrees"), [(32.0, 0.0), (-40.0, -40.0), (98.6, 37.0)])
def test_fahrenheit_becomes_celsius(fahrenheit, degrees):
    assert celsius(fahrenheit) == degrees


def test_points_of_the_compass_are_degrees_where_the_wind_comes_from():
    points = ("N", "e", "SSW", "NNW", "", "VRB")
    assert [compass(point) for point in points] == [0.0, 90.0, 202.5, 337.5, None, None]


def test_a_reading_without_any_quantity_measures_nothing():
    bare = Weather(kind="observation", place="KFLL", starts=datetime(2026, 1, 1, tzinfo=UTC))
    assert not bare.is_measured
    assert Weather(kind="observation", wind_kmh=0.0).is_measured
