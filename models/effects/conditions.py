"""What is told of one game's sky and lines: then, when projections were made, and now.

A fold: the newest reading of each hour and book counts by its source's time, in whatever order
readings arrive; whoever holds the same readings holds the same conditions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import NamedTuple, Self

import msgspec

from models.events import LineMovement, WeatherChange
from models.files.names import team_key
from models.identity.teams import team_code
from models.odds import Line
from models.slate import Game
from models.weather import INCH, MPH, Weather

LASTS = timedelta(hours=4)
"""From the start of a game to when its weather matters no more."""
FIRST_LOOK = timedelta(hours=1)
"""A first reading that comes so soon after the projections was known to them."""
LINE_STANDS = timedelta(hours=3)
"""A line so much older than the weather's newest reading has not seen it."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_DAY, _HOUR, _TOTAL, _SPREAD = "day@", "hour@", "total@", "spread@"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The newest reading of one thing, and the one that projections were made with."""

    now: tuple[float | None, ...]
    at: datetime
    event_id: str
    known: tuple[float | None, ...]
    known_at: datetime
    known_id: str

    @classmethod
    def of(cls, values: tuple[float | None, ...], at: datetime, event_id: str) -> Self:
        """The first reading."""
        return cls(
            now=values, at=at, event_id=event_id, known=values, known_at=at, known_id=event_id
        )

    def with_(self, other: Held, made: datetime) -> Held:
        """Both together, for projections made at this time; neither order matters."""
        newest = max(self, other, key=lambda one: (one.at, one.event_id))
        known = max(self, other, key=lambda one: _nearest(one.known_at, one.known_id, made))
        if (newest, known) == (self, self):
            return self
        return Held(
            now=newest.now, at=newest.at, event_id=newest.event_id,
            known=known.known, known_at=known.known_at, known_id=known.known_id,
        )  # fmt: skip

    def anew(self, made: datetime) -> Held:
        """For projections made later: what is held by then was known to them."""
        if self.at > made:
            return self
        return msgspec.structs.replace(
            self, known=self.now, known_at=self.at, known_id=self.event_id
        )


def _nearest(at: datetime, event_id: str, made: datetime) -> tuple[bool, float, str]:
    """The last before projections were made comes first, then the earliest after."""
    before = (at - made).total_seconds()
    return before <= 0, -abs(before), event_id


Then = tuple[float | None, float | None]
"""What projections knew, and what is known now; None where nobody said."""


class Difference(NamedTuple):
    """One game's conditions as projections knew them, and as they are."""

    wind: Then = (None, None)
    """mph."""
    rain: Then = (None, None)
    """Inches."""
    warmth: Then = (None, None)
    """Degrees Celsius."""
    total: Then = (None, None)
    hourly: bool = False
    """Whether the sky is that of the game's hours; else it is the day's."""
    spread: tuple[float, float] = (0.0, 0.0)
    """Of the home team: negative where it is favoured."""
    lined: bool = False
    """Whether a line stands that has seen the weather."""


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of one game."""

    sky: dict[str, Held] = {}
    """(wind in mph, rain in inches, degrees Celsius) by kind and hour."""
    lines: dict[str, Held] = {}
    """(points,) by market and book; a spread is the home team's."""

    def with_weather(self, event: WeatherChange, game: Game, made: datetime) -> Self:
        """One reading more; one that says nothing of the game's hours changes nothing."""
        try:
            weather = Weather.of(event.data)
        except msgspec.ValidationError:
            return self
        told = _sky(weather)
        if told is None or not _touches(weather, event.timestamp, game):
            return self
        hour = (weather.starts or event.timestamp).astimezone(UTC)
        key = f"{_DAY if weather.kind == 'day' else _HOUR}{hour:%Y-%m-%dT%H}"
        sky = _entered(self.sky, key, Held.of(told, event.timestamp, event.event_id), made)
        return self if sky is self.sky else msgspec.structs.replace(self, sky=sky)

    def with_line(self, event: LineMovement, game: Game, sport: str, made: datetime) -> Self:
        """One price more; props, other markets and a game under way change nothing."""
        found = _line(event, game, sport)
        if found is None:
            return self
        key, point = found
        lines = _entered(self.lines, key, Held.of((point,), event.timestamp, event.event_id), made)
        return self if lines is self.lines else msgspec.structs.replace(self, lines=lines)

    def anew(self, made: datetime) -> Self:
        """For projections made at this later time."""
        return msgspec.structs.replace(
            self,
            sky={key: held.anew(made) for key, held in self.sky.items()},
            lines={key: held.anew(made) for key, held in self.lines.items()},
        )

    def difference(self, made: datetime, *, looked: bool) -> Difference:
        """Then and now; books' moves by their median, the day's wind as its strongest hour's.

        ``looked``: whoever made the projections knew what weather was told by then.
        """
        hours = [held for key, held in self.sky.items() if not key.startswith(_DAY)]
        skies = hours or list(self.sky.values())
        before = [h for h in skies if looked and h.known_at <= made + FIRST_LOOK]
        totals = [h for key, h in self.lines.items() if key.startswith(_TOTAL)]
        spreads = [h for key, h in self.lines.items() if key.startswith(_SPREAD)]
        return Difference(
            wind=(_most(h.known[0] for h in before), _most(h.now[0] for h in skies)),
            rain=(_sum(h.known[1] for h in before), _sum(h.now[1] for h in skies)),
            warmth=(_mean(h.known[2] for h in before), _mean(h.now[2] for h in skies)),
            total=_moved(totals) or (None, None),
            spread=_moved(spreads) or (0.0, 0.0),
            hourly=bool(hours),
            lined=bool(totals) and _newest(totals) + LINE_STANDS >= _newest(skies),
        )

    def behind(self) -> tuple[str, ...]:
        """Ids of the newest readings, the newest last."""
        newest = [max(held.values(), key=lambda one: (one.at, one.event_id))
                  for held in (self.sky, self.lines) if held]  # fmt: skip
        return tuple(one.event_id for one in sorted(newest, key=lambda one: (one.at, one.event_id)))


def _entered(held: dict[str, Held], key: str, reading: Held, made: datetime) -> dict[str, Held]:
    earlier = held.get(key)
    both = reading if earlier is None else earlier.with_(reading, made)
    return held if both is earlier else {**held, key: both}


def _sky(weather: Weather) -> tuple[float | None, ...] | None:
    """None for a warning or a place: these measure nothing."""
    if weather.kind in {"alert", "place"} or not weather.is_measured:
        return None
    wind, rain, warmth = weather.wind_kmh, weather.precipitation_mm, weather.temperature_c
    return (
        None if wind is None else wind / MPH,
        None if rain is None else rain / INCH,
        warmth,
    )


def _touches(weather: Weather, at: datetime, game: Game) -> bool:
    """Whether a reading is of the hours of the game."""
    if game.start is None:
        return True
    starts = weather.starts or at
    ends = weather.ends or starts + timedelta(hours=24 if weather.kind == "day" else 1)
    return starts < game.start + LASTS and ends > game.start


def _line(event: LineMovement, game: Game, sport: str) -> tuple[str, float] | None:
    """Which of our lines it is, and its point."""
    try:
        line = Line.of(event.data)
    except msgspec.ValidationError:
        return None
    under_way = line.live or (game.start is not None and event.timestamp >= game.start)
    if line.point is None or line.participant or line.withdrawn or under_way:
        return None
    if line.market == "totals" and line.point > 0 and line.selection.casefold() != "under":
        return f"{_TOTAL}{line.book}", line.point
    if line.market != "spreads":
        return None
    side = line.selection.casefold()
    team = team_key(team_code(line.selection, sport))
    if side == "home" or team == team_key(game.home):
        return f"{_SPREAD}{line.book}", line.point
    if side == "away" or team == team_key(game.away):
        return f"{_SPREAD}{line.book}", -line.point
    return None


def _moved(held: Sequence[Held]) -> tuple[float, float] | None:
    """The median then, and that moved by the median move: a book that is far off moves nobody."""
    pairs = [(h.known[0], h.now[0]) for h in held]
    points = [(then, now) for then, now in pairs if then is not None and now is not None]
    if not points:
        return None
    before = median(then for then, _ in points)
    return before, before + median(now - then for then, now in points)


def _newest(held: Iterable[Held]) -> datetime:
    return max((one.at for one in held), default=_NEVER)


def _most(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _sum(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return math.fsum(found) if found else None


def _mean(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return math.fsum(found) / len(found) if found else None
