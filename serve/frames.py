"""Frames: what every client of a stream is sent, encoded once; and the newest one per subject."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import msgspec

from actors.log.offsets import offset_key
from models.codec import frame
from models.events import (
    AnyEvent,
    ContestOpened,
    GameDelay,
    GameFinal,
    GamePostponed,
    GameStart,
    LineMovement,
    LineupChange,
    LiveScore,
    OwnershipUpdate,
    PlayerActive,
    PlayerInjury,
    SlateChanged,
    SlateOpened,
    SourceStatus,
    WeatherChange,
)
from serve.subscription import Subject

LINE = ("book", "market", "participant", "selection", "side", "point")
"""What tells one line of a game from another."""


class Frame:
    """One event of the log on its way to clients."""

    __slots__ = ("_body", "event", "key", "offset", "subject", "wired")

    def __init__(self, offset: str, event: AnyEvent, subject: Subject) -> None:
        self.offset = offset
        self.key = offset_key(offset)
        self.event = event
        self.subject = subject
        self.wired: dict[str, bytes] = {}
        """The bytes of this frame by what carries them, once somebody wanted them."""
        self._body: bytes | None = None

    @property
    def body(self) -> bytes:
        """``{"offset", "type", "data"}`` as JSON, the same object for every client."""
        if self._body is None:
            self._body = frame(self.offset, self.event)
        return self._body

    @property
    def slot(self) -> Hashable:
        """What a later frame may replace while a client does not read: a reading; else itself."""
        match self.event:
            case OwnershipUpdate(contest_id=contest, data=data):
                return "ownership", contest, data.basis
            case LineMovement(game_id=game, data=data):
                return ("line", game, *(str(data.get(name)) for name in LINE))
            case _:
                return self.offset

    def after(self, earlier: Frame) -> Frame:
        """The same frame, with what an earlier one of its slot told and this one does not."""
        return Frame(self.offset, _merged(earlier.event, self.event), self.subject)


class Latest:
    """The newest event about each subject: from these a client that lost its place begins anew."""

    def __init__(self) -> None:
        self._frames: dict[Hashable, Frame] = {}

    def take(self, arrived: Frame) -> None:
        """Replace what is known about the frame's subject; news and proposals are not kept."""
        key = _subject_key(arrived.event)
        if key is None:
            return
        earlier = self._frames.pop(key, None)
        merged = _merged(earlier.event, arrived.event) if earlier else arrived.event
        self._frames[key] = Frame(arrived.offset, merged, arrived.subject)

    def __iter__(self) -> Iterator[Frame]:
        """In the order of the log."""
        return iter(self._frames.values())


def _subject_key(event: AnyEvent) -> Hashable:
    match event:
        case PlayerInjury() | PlayerActive() | LineupChange():
            return "status", event.slate_id, event.player_id
        case GameStart() | GameDelay() | GamePostponed() | GameFinal():
            return "game", event.slate_id, event.game_id
        case LiveScore() | WeatherChange() | LineMovement():
            return type(event), event.slate_id, event.game_id, event.player_id
        case OwnershipUpdate():
            return "ownership", event.contest_id, event.data.basis
        case SlateOpened() | SlateChanged():
            return type(event), event.slate_id
        case ContestOpened():
            return "contest", event.contest_id
        case SourceStatus():
            return "source", event.source
        case _:
            return None


def _merged(earlier: AnyEvent, later: AnyEvent) -> AnyEvent:
    """Where events tell only what changed, the earlier ones' other parts are carried on."""
    match earlier, later:
        case OwnershipUpdate(), OwnershipUpdate():
            levels = {**earlier.data.ownership, **later.data.ownership}
            return msgspec.structs.replace(
                later, data=msgspec.structs.replace(later.data, ownership=levels)
            )
        case SlateChanged(), SlateChanged():
            before, after = earlier.data, later.data
            change = msgspec.structs.replace(
                after,
                players={**before.players, **after.players},
                starts={**before.starts, **after.starts},
                causes={**before.causes, **after.causes},
                reasons={**before.reasons, **after.reasons},
                ratings={**before.ratings, **after.ratings},
                impact={**before.impact, **after.impact},
                locked_games=tuple(dict.fromkeys((*before.locked_games, *after.locked_games))),
                postponed_games=tuple(
                    dict.fromkeys((*before.postponed_games, *after.postponed_games))
                ),
            )
            return msgspec.structs.replace(later, data=change)
        case _:
            return later
