"""NOAA's METAR files: one UTC time line, then the report; the whole file is replaced each time.

A file may be left over from an older day, so that the day and minute in the report itself are held
against the time line, as the weather service asks its readers to do. Format: WMO FM 15, as in the
Federal Meteorological Handbook No. 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from actors.feeds.adapters.messages import lines_of, present
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import Unusable
from actors.feeds.adapters.telling import Reading, Teller, adapter
from models.events import AnyEvent, WeatherChange
from models.weather import KNOT, Weather

FEED = "weather.metar"

_LINE_TIME = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d)")
_REPORT = re.compile(
    r"^(?:(?:METAR|SPECI)\s+)?(?:COR\s+)?([A-Z][A-Z0-9]{3})\s+(\d\d)(\d\d)(\d\d)Z\b"
)
_WIND = re.compile(r"\b(\d{3}|VRB)(\d{2,3})(?:G(\d{2,3}))?(KT|MPS|KMH)\b")
_MILES = re.compile(r"(?<!\S)M?(?:(\d{1,2}) )?(?:(\d{1,2})/(\d{1,2})|(\d{1,2}))SM\b")
_METRES = re.compile(r"Z .*?KT(?: \d{3}V\d{3})? (\d{4})\b")
_WARMTH = re.compile(r"(?<!\S)(M?\d\d)/(M?\d\d)?(?!\S)")
_EXACT_WARMTH = re.compile(r"\bT([01])(\d{3})([01])(\d{3})\b")
_INCHES = re.compile(r"\bA(\d{4})\b")
_HECTOPASCAL = re.compile(r"\bQ(\d{4})\b")
_HOURLY_RAIN = re.compile(r"\bP(\d{4})\b")
_CLOUD = re.compile(r"\b(?:SKC|CLR|NSC|CAVOK|(?:FEW|SCT|BKN|OVC|VV)\d{3}(?:CB|TCU)?)\b")
_PRESENT = re.compile(
    r"(?<!\S)(?:[-+]|VC)?(?:MI|PR|BC|DR|BL|SH|TS|FZ)?"
    r"(?:DZ|RA|SN|SG|IC|PL|GR|GS|UP|BR|FG|FU|VA|DU|SA|HZ|PY|PO|SQ|FC|SS|DS|TS)+(?!\S)"
)
_MILE = 1609.344
_LONGEST = 2_000
"""Characters of a report; the longest have some 400."""
_SPEEDS = {"KT": KNOT, "MPS": 3.6, "KMH": 1.0}
_APART = timedelta(hours=1)
"""A report may be filed some minutes before the time line says."""
_DAY = timedelta(days=1)


def measured(line: str) -> dict[str, Any]:
    """What a report measures, by the fields of ``Weather``; empty for what is no report."""
    if _REPORT.match(line) is None or len(line) > _LONGEST:
        return {}
    return _Report(None, line, None).measured()


def _reports(body: bytes) -> Iterator[tuple[int, str]]:
    """Lines with their number; an indented one goes on with the report before it."""
    held: tuple[int, str] | None = None
    for number, line in enumerate(lines_of(body), 1):
        goes_on = line[:1].isspace() and not _REPORT.match(line.strip())
        if goes_on and held and _REPORT.match(held[1]) and len(held[1]) < _LONGEST:
            held = held[0], f"{held[1]} {line.strip()}".strip()
            continue
        if held:
            yield held
        held = number, line.strip()
    if held:
        yield held


def _readings(payload: Payload) -> Iterator[Reading]:
    filed: datetime | None = None
    found = False
    for number, line in _reports(payload.body):
        if stamp := _LINE_TIME.fullmatch(line):
            filed = _stamped(stamp)
        elif line:
            found = True
            report = _Report(payload.received_at, line, filed)
            yield Reading(f"line {number}", line, report.events)
    if not found:
        raise Unusable("", "the file holds no report")


def _stamped(stamp: re.Match[str]) -> datetime | None:
    try:
        return datetime(*map(int, stamp.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None


class _Report:
    """One report, whose own time says day, hour and minute only."""

    def __init__(self, received_at: datetime | None, line: str, filed: datetime | None) -> None:
        self._received_at = received_at or datetime.min.replace(tzinfo=UTC)
        self._line = line
        self._filed = filed
        self._body, _, self._remarks = line.partition(" RMK ")

    def events(self) -> Iterator[AnyEvent]:
        head = _REPORT.match(self._line)
        if len(self._line) > _LONGEST:
            raise Unusable("", f"a report of {len(self._line)} characters")
        if head is None:
            raise Unusable("", "no METAR: station and time are missing")
        taken = self._taken(*(int(part) for part in head.groups()[1:]))
        weather = self._weather(head[1], taken)
        if not weather.is_measured:
            raise Unusable("", "the report measures nothing")
        teller = Teller(FEED, self._received_at)
        yield teller.tell(WeatherChange, weather.plain(), about=head[1], when=taken)

    def _taken(self, day: int, hour: int, minute: int) -> datetime:
        """The report's time: next to the time line, or else the last such day before receipt."""
        near = self._filed or self._received_at
        for back in range(-1, 32):
            try:
                on = near - back * _DAY
                taken = on.replace(hour=hour, minute=minute, second=0, microsecond=0)
            except (ValueError, OverflowError):
                continue
            if taken.day == day and taken - near <= _APART:
                break
        else:
            raise Unusable("", f"day {day:02} {hour:02}:{minute:02}Z is in no calendar")
        if self._filed is not None and abs(taken - self._filed) > _APART:
            raise Unusable(
                "", f"the report is of {taken:%Y-%m-%d %H:%MZ}, the file of "
                f"{self._filed:%Y-%m-%d %H:%MZ}: a left-over report",
            )  # fmt: skip
        return taken

    def _weather(self, station: str, taken: datetime) -> Weather:
        return Weather(
            kind="observation",
            place=station,
            starts=taken,
            sky=" ".join(_PRESENT.findall(self._body) + _CLOUD.findall(self._body)),
            extra=present(raw=self._line),
            **self.measured(),
        )

    def measured(self) -> dict[str, Any]:
        """Every quantity, None where the report has none."""
        return {
            "temperature_c": self._temperature(),
            "pressure_hpa": self._pressure(),
            "visibility_m": self._visibility(),
            "precipitation_mm": self._rain(),
            **self._wind(),
        }

    def _wind(self) -> dict[str, Any]:
        found = _WIND.search(self._body)
        if found is None:
            return {}
        unit = _SPEEDS[found[4]]
        return {
            "wind_from_deg": float(found[1]) if found[1] != "VRB" and int(found[2]) else None,
            "wind_kmh": round(int(found[2]) * unit, 2),
            "gust_kmh": round(int(found[3]) * unit, 2) if found[3] else None,
        }

    def _temperature(self) -> float | None:
        """Tenths from the remarks, where a station gives them."""
        if exact := _EXACT_WARMTH.search(self._remarks):
            return int(exact[2]) / (-10.0 if exact[1] == "1" else 10.0)
        found = _WARMTH.search(self._body)
        return float(found[1].replace("M", "-")) if found else None

    def _pressure(self) -> float | None:
        if inches := _INCHES.search(self._body):
            return round(int(inches[1]) / 100.0 * 33.863886, 2)
        found = _HECTOPASCAL.search(self._body)
        return float(found[1]) if found else None

    def _visibility(self) -> float | None:
        if found := _MILES.search(self._body):
            miles = float(found[1] or found[4] or 0)
            if found[2] and int(found[3]):
                miles += int(found[2]) / int(found[3])
            return round(miles * _MILE, 1)
        metres = _METRES.search(self._body)
        return float(metres[1]) if metres else None

    def _rain(self) -> float | None:
        found = _HOURLY_RAIN.search(self._remarks)
        return round(int(found[1]) * 0.254, 2) if found else None


metar: Adapter = adapter(FEED, _readings)
