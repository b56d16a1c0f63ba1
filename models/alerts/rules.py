"""What a user asks to be told: rules, the hours in which they hold, and where he is reached."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

AlertType = Literal[
    "player_injury",
    "player_active",
    "lineup_change",
    "breaking_news",
    "weather_change",
    "line_movement",
    "ownership_shift",
    "game_start",
    "game_delay",
    "game_postponed",
    "game_final",
    "late_swap",
    "source_status",
]
ALERTING: frozenset[str] = frozenset(get_args(AlertType))
"""Types of events that a rule may be about."""
Priority = Literal["low", "normal", "critical"]
Channel = Literal["email", "webhook", "chat"]
"""Besides the page and the streams, which carry every alert."""

Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
Text = Annotated[str, msgspec.Meta(max_length=200)]
Ids = Annotated[tuple[Text, ...], msgspec.Meta(max_length=1000)]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Annotated[int, msgspec.Meta(ge=0, le=6)]


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of the day in a time zone; they may run over midnight.

    >>> from datetime import UTC
    >>> night = Window(start="22:00", end="07:00", time_zone="America/New_York")
    >>> night.holds(datetime(2026, 1, 10, 3, 30, tzinfo=UTC))
    True
    >>> night.holds(datetime(2026, 1, 10, 12, 30, tzinfo=UTC))
    False
    """

    start: ClockTime = "00:00"
    end: ClockTime = "00:00"
    """Not included; equal to ``start``: the whole day."""
    time_zone: str = "America/New_York"
    days: tuple[Weekday, ...] = ()
    """0 is Monday; the day on which the window begins. None: every day."""

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (LookupError, ValueError, OSError) as error:
            raise ValueError(
                f"time_zone {self.time_zone!r} is none: write it as America/New_York"
            ) from error

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies within it."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        clock, day = f"{local:%H:%M}", local.weekday()
        if self.start < self.end:
            return self.start <= clock < self.end and self._is_on(day)
        if self.start == self.end or clock >= self.start:
            return self._is_on(day)
        return clock < self.end and self._is_on((day - 1) % 7)

    def _is_on(self, day: int) -> bool:
        return not self.days or day in self.days


class AlertRule(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One thing that a user wants to be told; what is left empty does not restrict."""

    name: Text = ""
    event_types: Annotated[tuple[AlertType, ...], msgspec.Meta(min_length=1)]
    impact_threshold: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.0
    """Of types that are rated, the size of the impact from which on they count."""
    min_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    sports: Ids = ()
    player_ids: Ids = ()
    contest_ids: Ids = ()
    my_players: bool = False
    """Nobody but players of the user's own entries."""
    windows: Annotated[tuple[Window, ...], msgspec.Meta(max_length=20)] = ()
    """When the rule holds; none: always."""
    priority: Priority = "normal"
    """``critical`` waits for nothing: no grouping, no limit, no quiet hours."""
    channels: tuple[Channel, ...] = ()
    group_s: Seconds = 5
    """What comes within so many seconds is told together."""
    most_an_hour: Count = 20
    """What comes beyond that is told together when there is room again."""
    escalate_after_s: Seconds = 0
    """Unread for so long, it goes to ``escalate_to`` as well; 0: never."""
    escalate_to: tuple[Channel, ...] = ()
    expires_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 3600
    """What could not be delivered by then is not delivered any more."""
    enabled: bool = True
    every: bool = False
    """A stored subscription: what repeats what was told is told again."""


class AlertPreferences(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Where a user is reached, and when he is left alone."""

    email: Annotated[str, msgspec.Meta(max_length=254, pattern=r"^([^@\s,;<>]+@[^@\s,;<>]+)?$")] = (
        ""
    )
    webhook: Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^(https?://\S+)?$")] = ""
    webhook_secret: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Signs what is sent there; left empty, one is drawn."""
    chat: Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^(\w+://\S+)?$")] = ""
    """Address in the form of apprise: ``discord://...``, ``tgram://...``, ``ntfy://topic``."""
    quiet_hours: Annotated[tuple[Window, ...], msgspec.Meta(max_length=20)] = ()
    """Alerts of these hours stand on the page and go nowhere else, unless they are critical."""
    late_swap_channels: tuple[Channel, ...] = ()
    """Where swaps that are proposed for one's entries are told."""

    def address(self, channel: Channel) -> str:
        """Where a channel leads; empty where the user has not said."""
        return {"email": self.email, "webhook": self.webhook, "chat": self.chat}[channel]

    def open_channels(
        self, wanted: tuple[Channel, ...], priority: Priority, at: datetime
    ) -> tuple[Channel, ...]:
        """Those of the wanted channels that lead somewhere and may be used now."""
        quiet = priority != "critical" and any(window.holds(at) for window in self.quiet_hours)
        if quiet:
            return ()
        return tuple(channel for channel in dict.fromkeys(wanted) if self.address(channel))
