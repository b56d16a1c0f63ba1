"""The learned effects of weather and lines: ``config/effects/<sport>.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from config.faults import DataFileError
from config.venues import load_venues
from models.effects.learned import Effects, Ground
from models.slate import Slate
from models.venues import venue_of


@cache
def effects_of(sport: str) -> Effects | None:
    """The effects that came along for a sport; None where none does anything."""
    file = files("config").joinpath("effects", f"{sport}.toml")
    if not file.is_file():
        return None
    found = parse_effects(file.read_bytes(), file.name)
    return found if found.acts else None


def parse_effects(content: bytes, file: str) -> Effects:
    """Decode and check one file; ``file`` is its name. Raises DataFileError."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), Effects)
    except (ValueError, TypeError) as fault:
        raise DataFileError(file, str(fault)) from fault


def grounds_of(slate: Slate) -> dict[str, Ground]:
    """Where each game of a slate is played, by its id; a home team that is not known has none.

    A roof that can be closed counts as closed: it was in 521 of 587 NFL games under such roofs.
    """
    venues = load_venues()
    at_home = {g.game_id: venue_of(venues, g.home, slate.sport) for g in slate.games}
    return {
        game_id: Ground(name=venue.name, roofed=venue.roof != "open")
        for game_id, venue in at_home.items()
        if venue is not None
    }
