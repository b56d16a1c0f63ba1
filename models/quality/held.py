"""What is held of a player on both axes, and the events that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from models.events import PlayerActive, PlayerInjury, StatusReport
from models.quality.belief import NOTHING, Belief
from models.quality.claims import Axis, Claim, StatusEvent
from models.status import Designation

PUBLISHED = 0.99
"""A status held so surely is published."""
TOLD = 0.9
"""One held so surely is told as unconfirmed until then: it changes projections, and is no alert."""
RETOLD = 0.05
"""What is told as unconfirmed is told again when its probability has changed by so much."""
DROPPED = 0.5
"""A published status that is held less surely than this is withdrawn."""
GATE = "quality"
"""Source of what is published."""
_TONIGHT: dict[str, Designation] = {"CONFIRMED_OUT": "OUT", "CONFIRMED_IN": "ACTIVE"}

Published = PlayerInjury | PlayerActive


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of one player now."""

    player_id: str
    slate_id: str = ""
    status: str
    """A designation; empty where nothing is held that would mean one."""
    confidence: float
    designation: Belief
    participation: Belief
    published: str = ""
    """What was published of him last; empty: nothing, it was withdrawn, or is not confirmed."""

    @property
    def because(self) -> tuple[Claim, ...]:
        """Claims that say so."""
        for belief in (self.participation, self.designation):
            if _meant(belief) == self.status:
                return belief.claims
        return ()


def _meant(belief: Belief) -> str:
    """The designation that a belief amounts to; an expectation amounts to none."""
    if belief.value in {"EXPECTED", NOTHING}:
        return ""
    return _TONIGHT.get(belief.value, belief.value)


def status_of(beliefs: Mapping[Axis, Belief]) -> tuple[str, float]:
    """The designation held by both axes, and how surely: tonight's goes first if it is as sure."""
    tonight, listed = beliefs["participation"], beliefs["designation"]
    decided = _meant(tonight)
    if decided and (tonight.confidence >= PUBLISHED or tonight.confidence >= listed.confidence):
        return decided, tonight.confidence
    return _meant(listed), listed.confidence


def still(status: str, held: Held) -> float:
    """How surely a status is held on either axis."""
    tonight = {_TONIGHT.get(v, ""): p for v, p in held.participation.shares.items()}
    other = max((p for v, p in tonight.items() if v not in {"", status}), default=0.0)
    listed = held.designation.shares.get(status, 0.0)
    return max(tonight.get(status, 0.0), listed if other < DROPPED else 0.0)


def published(
    about: StatusEvent,
    held: Held,
    now: datetime,
    standing: Literal["published", "unconfirmed"] = "published",
) -> Published:
    """The event that tells what is held, with whom it rests on and how long that took."""
    because = held.because
    kind = PlayerActive if held.status == "ACTIVE" else PlayerInjury
    newest = because[-1].report
    return _told(
        about,
        kind,
        now,
        confidence=held.confidence,
        data=msgspec.structs.replace(
            newest,
            status=held.status,
            standing=standing,
            extra=newest.extra
            | {
                "because": [claim.event_id for claim in because],
                "sources": [claim.source for claim in because],
                "waited_s": (now - min(claim.since for claim in because)).total_seconds(),
            },
        ),
    )


def withdrawn(
    about: StatusEvent, held: Held, before: str, now: datetime, *, unconfirmed: bool
) -> Published:
    """The event that tells that what was told does not hold, nor anything else surely."""
    return _told(
        about,
        PlayerInjury,
        now,
        confidence=1.0 - still(before, held),
        data=StatusReport(
            standing="withdrawn",
            headline=f"{before} is not held any more",
            extra={"withdrawn": before} | ({"unconfirmed": True} if unconfirmed else {}),
        ),
    )


def _told(
    about: StatusEvent,
    kind: type[PlayerInjury | PlayerActive],
    now: datetime,
    *,
    confidence: float,
    data: StatusReport,
) -> Published:
    said = data.status or "nothing"
    if data.standing == "unconfirmed":
        said = f"{said}:{confidence:.2f}"  # told again as its probability changes
    return kind(
        event_id=f"{GATE}:{about.player_id}:{said}:{now:%Y%m%dT%H%M%S%f}",
        source=GATE,
        timestamp=now,
        received_at=now,
        slate_id=about.slate_id,
        player_id=about.player_id,
        game_id=about.game_id,
        sport=about.sport,
        impact_rating=about.impact_rating if data.status else 0.0,
        confidence=confidence,
        mode=about.mode,
        data=data,
    )
