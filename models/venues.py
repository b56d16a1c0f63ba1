"""Where games are played, as far as weather can touch them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from models.files.names import team_key
from models.identity.teams import team_code


class Venue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A team's home ground."""

    name: str
    latitude: Annotated[float, msgspec.Meta(ge=-90.0, le=90.0)]
    """Degrees north."""
    longitude: Annotated[float, msgspec.Meta(ge=-180.0, le=180.0)]
    """Degrees east."""
    roof: Literal["open", "retractable", "closed"]
    zone: str
    """IANA name of its time zone."""
    station: Annotated[str, msgspec.Meta(pattern="^[A-Z][A-Z0-9]{3}$")]
    """The nearest station that files METARs."""

    @property
    def has_weather(self) -> bool:
        """Whether its sky can be seen from the field."""
        return self.roof != "closed"


Venues = Mapping[tuple[str, str], Venue]
"""By sport and the home team's code."""


def venue_of(venues: Venues, home: str, sport: str) -> Venue | None:
    """The home ground of a team, named by code or in full; None for one that is not known."""
    return venues.get((sport, team_key(team_code(home, sport))))
