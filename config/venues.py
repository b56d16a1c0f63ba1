"""The home grounds of ``config/venues.toml``: place, roof, time zone, weather station."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from config.faults import DataFileError
from models.files.names import team_key
from models.identity.teams import team_code
from models.venues import Venue, Venues

SHIPPED = "venues.toml"


@cache
def load_venues() -> Venues:
    """The shipped home grounds. Raises DataFileError."""
    return parse_venues(files("config").joinpath(SHIPPED).read_bytes(), SHIPPED)


def parse_venues(content: bytes, file: str) -> Venues:
    """Decode and check a file of venues. Raises DataFileError naming sport, team and field."""
    try:
        tables = msgspec.convert(tomllib.loads(content.decode()), dict[str, dict[str, Venue]])
    except (ValueError, TypeError) as fault:
        raise DataFileError(file, str(fault)) from fault
    venues = {
        (sport, team_key(team_code(team, sport))): venue
        for sport, teams in tables.items()
        for team, venue in teams.items()
    }
    for (sport, team), venue in venues.items():
        try:
            ZoneInfo(venue.zone)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise DataFileError(file, f"{sport}.{team}.zone: {venue.zone!r} is none") from fault
    return venues
