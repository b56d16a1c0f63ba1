"""A file of venues that is wrong says where."""

from __future__ import annotations

import pytest

from config.faults import DataFileError
from config.venues import parse_venues

GOOD = (
    'BOS = { name = "F", latitude = 42.3, longitude = -71.1, roof = "open", '
    'zone = "America/New_York", station = "KBOS" }'
)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("42.3", "142.3"), "`$[...][...].latitude`"),
        (('"open"', '"ajar"'), "Invalid enum value 'ajar'"),
        (("America/New_York", "America/Boston"), "mlb.BOS.zone: 'America/Boston' is none"),
        (('"KBOS"', '"Boston"'), "station"),
        (("BOS =", "BOS ="[:-1]), "v.toml: "),
    ],
)
def test_what_is_wrong_is_named(wrong, message):
    with pytest.raises(DataFileError) as error:
        parse_venues(f"[mlb]\n{GOOD.replace(*wrong)}".encode(), "v.toml")
    assert message in str(error.value)


def test_teams_are_known_by_their_usual_code():
    assert ("mlb", "BOS") in parse_venues(f"[mlb]\n{GOOD}".encode(), "v.toml")
