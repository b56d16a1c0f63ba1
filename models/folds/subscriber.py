"""The fold of a shard of users: what each is told, once a cause and contest, or by his rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Self

import msgspec

from models.alerts.book import AlertBook
from models.alerts.rules import AlertPreferences
from models.decisions import SwapProposal
from models.events import Alert, AnyEvent, LateSwap, SlateOpened

SOURCE = "subscriber"
"""Names the alerts that the system itself tells."""
SWAP_EXPIRES_S = 1800


class Cause(NamedTuple):
    """Why a user is told something: grouping proposals by the player who fell out."""

    user_id: str
    contest_id: str
    player_out: str
    event_id: str


class SubscriberState(msgspec.Struct, frozen=True, kw_only=True):
    """Names to speak of, and the causes users were told of."""

    names: dict[str, str] = {}
    told: frozenset[Cause] = frozenset()
    book: AlertBook = AlertBook()

    def updated(self, events: Iterable[AnyEvent]) -> Self:
        """The state after a batch of events."""
        names, told, batch = self.names, self.told, tuple(events)
        for event in batch:
            match event:
                case SlateOpened():
                    names = {**names, **{p.player_id: p.name for p in event.data.slate.players}}
                case Alert():
                    told |= {_cause_told(event)}
                case _:
                    pass
        book = self.book.updated(batch, names)
        return msgspec.structs.replace(self, names=names, told=told, book=book)

    def alerts(self, events: Iterable[AnyEvent], now: datetime) -> list[Alert]:
        """One alert for each new cause among these events: "Player X is out: 41 entries"."""
        groups: dict[Cause, list[LateSwap]] = defaultdict(list)
        for event in events:
            if isinstance(event, LateSwap) and event.data.state == "proposed":
                for cause in _causes(event.data):
                    groups[cause].append(event)
        return [
            self._alert(cause, swaps, now)
            for cause, swaps in groups.items()
            if cause not in self.told
        ]

    def _alert(self, cause: Cause, swaps: list[LateSwap], now: datetime) -> Alert:
        first = swaps[0]
        name = self.names.get(cause.player_out, cause.player_out)
        entries = len({swap.data.entry_id for swap in swaps})
        gain = sum(swap.data.gain_points for swap in swaps)
        noun = "entry" if entries == 1 else "entries"
        preferences = self.book.preferences.get(cause.user_id, AlertPreferences())
        wanted = preferences.late_swap_channels
        channels = self.book.channels(cause.user_id, wanted, "normal", now)
        return Alert(
            event_id=f"alert:{cause.user_id}:{cause.contest_id}:{cause.player_out}:{cause.event_id}",
            source=SOURCE,
            timestamp=first.timestamp,
            received_at=first.received_at,
            slate_id=first.slate_id,
            player_id=cause.player_out,
            contest_id=cause.contest_id,
            user_id=cause.user_id,
            sport=first.sport,
            mode=first.mode,
            expiration_time=now + timedelta(seconds=SWAP_EXPIRES_S),
            data={
                "kind": "late_swap",
                "title": f"{name} is out: {entries} {noun} can be improved",
                "entries": entries,
                "gain_points": round(gain, 2),
                "cause": cause.event_id,
                "priority": "normal",
                "channels": list(channels),
                "told_at": now.isoformat(),
            },
        )


def _causes(proposal: SwapProposal) -> set[Cause]:
    return {
        Cause(proposal.user_id, proposal.contest_id, move.player_out, event_id)
        for move in proposal.moves
        for event_id in move.events
    }


def _cause_told(alert: Alert) -> Cause:
    cause = str(alert.data.get("cause", ""))
    return Cause(alert.user_id, alert.contest_id, alert.player_id, cause)
