"""The book of a shard of users: their rules, what waits to be told, what was told and arrived.

A fold of the log, like every state. What is to be told waits here until its group is complete and
the rule has room; the alert that tells it comes back as an event, and takes it off. An alert is
named by the first event that it tells: told twice, it is stored once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Self, get_args

import msgspec

from models.alerts.matching import KINDS, is_told, matches, subject_of, title_of
from models.alerts.rules import ALERTING, AlertPreferences, AlertRule, Channel, Priority
from models.codec import event_type
from models.events import (
    Alert,
    AlertDelivery,
    AlertPreferencesSet,
    AlertRead,
    AlertRuleSet,
    AnyEvent,
    DeliveryReport,
    EntriesUploaded,
    LineMovement,
    LineupChange,
    Mode,
    PlayerActive,
    PlayerInjury,
    RuleText,
    SlateChanged,
    WeatherChange,
)

KEPT = 200
"""Alerts that are remembered of each user."""
REMEMBERED = 50_000
"""Subjects of which it is remembered what was said last."""
MOST_WAITING = 500
"""Events that wait for one rule; of more, the oldest are not told."""
MOST_UNRATED = 200
"""Events of which it is still awaited what they do."""
MOST_SENT = 120
"""Alerts of one user in an hour that go over channels; more stand on the page alone. Addresses are
what a user says: nobody else is to be flooded through us."""
GROUP = 50
"""Events that one alert names; more are counted."""
HOUR = timedelta(hours=1)
Rateable = PlayerInjury | PlayerActive | LineupChange | WeatherChange | LineMovement
"""Events whose impact the slate works out (``models.impact``)."""
RATEABLE = get_args(Rateable)


class Said(msgspec.Struct, frozen=True, array_like=True):
    """What was said last of a subject, and when its source said so."""

    says: str
    timestamp: datetime


class Noted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event on its way into an alert."""

    event_id: str
    kind: str
    title: str
    timestamp: datetime
    received_at: datetime
    expires: datetime | None = None
    slate_id: str = ""
    player_id: str = ""
    game_id: str = ""
    contest_id: str = ""
    sport: str = ""
    impact: float = 0.0
    mode: Mode = "live"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What a user's rule has caught and not told."""

    user_id: str
    rule_id: str
    events: tuple[Noted, ...]


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alert as its user sees it, with what became of it."""

    alert_id: str
    data: dict[str, Any]
    received_at: datetime
    slate_id: str = ""
    mode: Mode = "live"
    expires: datetime | None = None
    read_at: datetime | None = None
    deliveries: dict[str, DeliveryReport] = {}
    """The newest attempt over each channel."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels that it was meant for."""
        return tuple(self.data.get("channels", ()))

    @property
    def told_at(self) -> datetime | None:
        """When it was told; None of an alert that was handed in."""
        told_at = self.data.get("told_at")
        return datetime.fromisoformat(told_at) if isinstance(told_at, str) else None


class AlertBook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that is known of what a shard of users wants to be told, by user."""

    rules: dict[str, dict[str, AlertRule]] = {}
    preferences: dict[str, AlertPreferences] = {}
    held: dict[str, frozenset[str]] = {}
    """Players of each user's entries."""
    said: dict[str, Said] = {}
    unrated: dict[str, Rateable] = {}
    """The newest events whose effect on their slate is not known yet, by id."""
    waiting: dict[str, Waiting] = {}
    sent: dict[str, tuple[datetime, ...]] = {}
    """When each rule has told something in its last hour."""
    lately: dict[str, tuple[datetime, ...]] = {}
    """When alerts of each user went over channels in their last hour, by whatever rule."""
    told: dict[str, dict[str, Told]] = {}

    def updated(self, events: Iterable[AnyEvent], names: Mapping[str, str]) -> Self:
        """The book after some events; ``names`` of players are for the titles."""
        copied = {name: dict(getattr(self, name)) for name in self.__struct_fields__}
        book = msgspec.structs.replace(self, **copied)
        for event in events:
            book._take(event, names)
        return book

    def _take(self, event: AnyEvent, names: Mapping[str, str]) -> None:
        match event:
            case AlertRuleSet():
                self._set_rule(event.user_id, event.data)
            case AlertPreferencesSet():
                self.preferences[event.user_id] = event.data
            case EntriesUploaded():
                for entry in event.data.entries:
                    known = self.held.get(entry.user_id, frozenset())
                    self.held[entry.user_id] = known | frozenset(filter(None, entry.lineup))
            case Alert():
                self._tell(event)
            case AlertRead():
                self._read(event)
            case AlertDelivery():
                self._delivered(event)
            case SlateChanged():
                self._rate(event.data.impact, names)
            case _:
                self._note(event, names)

    def _set_rule(self, user_id: str, said: RuleText) -> None:
        rules = dict(self.rules.get(user_id, {}))
        rules.pop(said.rule_id, None)
        self.waiting.pop(key_of(user_id, said.rule_id), None)
        if said.rule is not None:
            rules[said.rule_id] = said.rule
        self.rules[user_id] = rules

    def _rate(self, impacts: Mapping[str, float], names: Mapping[str, str]) -> None:
        """What events did is known now: whom a lower rating did not concern, this one may."""
        for event_id in [one for one in impacts if one in self.unrated]:
            event, impact = self.unrated.pop(event_id), impacts[event_id]
            if abs(impact) > abs(event.impact_rating):
                rated = msgspec.structs.replace(event, impact_rating=impact)
                self._note(rated, names, above=abs(event.impact_rating))

    def _note(self, event: AnyEvent, names: Mapping[str, str], above: float = -1.0) -> None:
        """Let the event wait for whoever asks for it, of the rules with a threshold ``above``."""
        if not (self.rules and event_type(event) in ALERTING and is_told(event)):
            return
        if above < 0 and isinstance(event, RATEABLE):
            self.unrated[event.event_id] = event
            while len(self.unrated) > MOST_UNRATED:
                del self.unrated[next(iter(self.unrated))]
        subject = subject_of(event, names)
        for user_id, rules in self.rules.items():
            held = self.held.get(user_id, frozenset())
            for rule_id, rule in rules.items():
                if rule.impact_threshold <= above or not matches(rule, event, user_id, held):
                    continue
                key = key_of(user_id, rule_id)
                last = self.said.pop(f"{key} {subject.about}", None)
                new = last is None or (
                    last.says != subject.says and last.timestamp <= event.timestamp
                )
                if new or rule.every:
                    self._wait(key, user_id, rule_id, _noted(event, names))
                    last = Said(subject.says, event.timestamp)
                if last is not None:
                    self.said[f"{key} {subject.about}"] = last
        while len(self.said) > REMEMBERED:
            del self.said[next(iter(self.said))]

    def _wait(self, key: str, user_id: str, rule_id: str, noted: Noted) -> None:
        waiting = self.waiting.get(key)
        before = () if waiting is None else waiting.events
        if noted.event_id not in {one.event_id for one in before}:
            events = (*before, noted)[-MOST_WAITING:]
            self.waiting[key] = Waiting(user_id=user_id, rule_id=rule_id, events=events)

    def _tell(self, alert: Alert) -> None:
        key = key_of(alert.user_id, str(alert.data.get("rule_id", "")))
        self._take_off(key, frozenset(alert.data.get("events", ())))
        told = Told(
            alert_id=alert.event_id,
            data=alert.data,
            received_at=alert.received_at,
            slate_id=alert.slate_id,
            mode=alert.mode,
            expires=alert.expiration_time,
        )
        if (at := told.told_at) is not None:
            self.sent[key] = _in_the_last_hour(self.sent.get(key, ()), at)
            if told.channels:
                earlier = self.lately.get(alert.user_id, ())
                self.lately[alert.user_id] = _in_the_last_hour(earlier, at)
        mine = dict(self.told.get(alert.user_id, {}))
        mine.setdefault(alert.event_id, told)
        while len(mine) > KEPT:
            del mine[next(iter(mine))]
        self.told[alert.user_id] = mine

    def _take_off(self, key: str, told: frozenset[str]) -> None:
        waiting = self.waiting.pop(key, None)
        left = () if waiting is None else waiting.events
        left = tuple(one for one in left if one.event_id not in told)
        if waiting is not None and left:
            self.waiting[key] = msgspec.structs.replace(waiting, events=left)

    def _read(self, event: AlertRead) -> None:
        mine = dict(self.told.get(event.user_id, {}))
        for alert_id in event.data.alert_ids or tuple(mine):
            one = mine.get(alert_id)
            if one is not None and one.read_at is None:
                mine[alert_id] = msgspec.structs.replace(one, read_at=event.data.at)
        self.told[event.user_id] = mine

    def _delivered(self, event: AlertDelivery) -> None:
        mine = dict(self.told.get(event.user_id, {}))
        one, report = mine.get(event.data.alert_id), event.data
        if one is not None:
            last = one.deliveries.get(report.channel)
            if last is None or last.attempt <= report.attempt:
                deliveries = {**one.deliveries, report.channel: report}
                mine[one.alert_id] = msgspec.structs.replace(one, deliveries=deliveries)
        self.told[event.user_id] = mine

    def rule_of(self, waiting: Waiting) -> AlertRule | None:
        """The rule that caught it, if it still stands."""
        return self.rules.get(waiting.user_id, {}).get(waiting.rule_id)

    def has_room(self, key: str, rule: AlertRule, now: datetime) -> bool:
        """Whether a rule may tell something now; a critical one always may."""
        lately = sum(now - one < HOUR for one in self.sent.get(key, ()))
        return rule.priority == "critical" or lately < rule.most_an_hour

    def channels(
        self, user_id: str, wanted: tuple[Channel, ...], priority: Priority, now: datetime
    ) -> tuple[Channel, ...]:
        """Those of the wanted channels that may be used now; none for who was sent enough."""
        if sum(now - at < HOUR for at in self.lately.get(user_id, ())) >= MOST_SENT:
            return ()
        preferences = self.preferences.get(user_id, AlertPreferences())
        return preferences.open_channels(wanted, priority, now)

    def alert(self, key: str, now: datetime, source: str) -> Alert | None:
        """What waits under a key, in one alert; None where all of it has expired."""
        waiting = self.waiting[key]
        rule = self.rule_of(waiting)
        events = [one for one in waiting.events if one.expires is None or one.expires > now]
        if rule is None or not events:
            return None
        first = events[0]
        channels = self.channels(waiting.user_id, rule.channels, rule.priority, now)
        only = len(events) == 1
        return Alert(
            event_id=f"alert:{waiting.user_id}:{waiting.rule_id}:{first.event_id}",
            source=source,
            timestamp=first.timestamp,
            received_at=first.received_at,
            slate_id=first.slate_id,
            player_id=first.player_id if only else "",
            game_id=first.game_id if only else "",
            contest_id=first.contest_id if only else "",
            user_id=waiting.user_id,
            sport=first.sport,
            mode=first.mode,
            impact_rating=max((one.impact for one in events), key=abs),
            expiration_time=now + timedelta(seconds=rule.expires_s),
            data={
                "kind": KINDS.get(first.kind, "contest"),
                "title": first.title if only else f"{len(events)} alerts: {first.title}, ...",
                "lines": [one.title for one in events[:GROUP]],
                "count": len(events),
                "events": [one.event_id for one in waiting.events],
                "rule_id": waiting.rule_id,
                "rule": rule.name,
                "priority": rule.priority,
                "channels": list(channels),
                "told_at": now.isoformat(),
            },
        )

    def escalating(self, now: datetime) -> Iterable[tuple[str, Told, AlertRule]]:
        """Alerts that were not read in time, by user, with the rule that says whom to tell then."""
        for user_id, mine in self.told.items():
            rules = self.rules.get(user_id, {})
            for one in mine.values():
                rule = rules.get(str(one.data.get("rule_id", "")))
                told_at = one.told_at
                if rule is None or one.read_at is not None or told_at is None:
                    continue
                age = (now - told_at).total_seconds()
                if rule.escalate_after_s and rule.escalate_after_s <= age < rule.expires_s:
                    yield user_id, one, rule


def key_of(user_id: str, rule_id: str) -> str:
    """Under what a user's rule is kept."""
    return f"{rule_id} {user_id}"


def _in_the_last_hour(times: tuple[datetime, ...], at: datetime) -> tuple[datetime, ...]:
    """Those of the times that are not over, and this one."""
    return (*(one for one in times if at - one < HOUR), at)


def _noted(event: AnyEvent, names: Mapping[str, str]) -> Noted:
    return Noted(
        event_id=event.event_id,
        kind=event_type(event),
        title=title_of(event, names),
        timestamp=event.timestamp,
        received_at=event.received_at,
        expires=event.expiration_time,
        slate_id=event.slate_id,
        player_id=event.player_id,
        game_id=event.game_id,
        contest_id=event.contest_id,
        sport=event.sport,
        impact=event.impact_rating,
        mode=event.mode,
    )
