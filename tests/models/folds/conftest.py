"""A slate small enough to reason about: two games, eight players, three roster slots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from models.codec import decode
from models.contest import Contest
from models.events import (
    AnyEvent,
    ContestOpened,
    EntriesUploaded,
    EntryLineup,
    EntryUpload,
    SlateOpened,
    SlateOpening,
)
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
RULES = SiteRules(
    site="draftkings",
    sport="nba",
    game_type="classic",
    title="Three players",
    salary_cap=20_000,
    slots=(
        RosterSlot(name="G", positions=("G",)),
        RosterSlot(name="F", positions=("F",)),
        RosterSlot(name="UTIL", positions=("G", "F")),
    ),
)


def _player(number: int, team: str, game: str, salary: int) -> Player:
    position = "GF"[number % 2]
    return Player(
        player_id=str(number),
        name=f"Player {number}",
        team=team,
        game_id=game,
        positions=(position,),
        roster_slots=(position, "UTIL"),
        salary=salary,
    )


@pytest.fixture
def opening() -> SlateOpened:
    """Two games an hour apart; players 0 to 3 play the early one, 4 to 7 the late one."""
    slate = Slate(
        slate_id="s",
        site="draftkings",
        sport="nba",
        game_type="classic",
        players=tuple(
            _player(n, "ABCD"[n // 2], "A@B" if n < 4 else "C@D", 5000 + 500 * (n % 4))
            for n in range(8)
        ),
        games=(
            Game(game_id="A@B", away="A", home="B", start=NOON + timedelta(hours=1)),
            Game(game_id="C@D", away="C", home="D", start=NOON + timedelta(hours=2)),
        ),
        mode="replay",
    )
    return SlateOpened(
        event_id="open",
        source="test",
        timestamp=NOON,
        received_at=NOON,
        slate_id="s",
        mode="replay",
        data=SlateOpening(
            slate=slate,
            projections={str(n): 10.0 + n for n in range(8)},
            projection_basis="given",
            rules=RULES,
        ),
    )


@pytest.fixture
def contest() -> ContestOpened:
    """A contest on that slate."""
    return ContestOpened(
        event_id="contest",
        source="test",
        timestamp=NOON,
        received_at=NOON,
        contest_id="c",
        data=Contest(contest_id="c", slate_id="s", field_size=100),
    )


@pytest.fixture
def upload() -> EntriesUploaded:
    """Entry ``e1`` holds 0, 1, 4 and ``e2`` holds 4, 5, 6."""
    lineups = {"e1": ("0", "1", "4"), "e2": ("4", "5", "6")}
    return EntriesUploaded(
        event_id="entries",
        source="test",
        timestamp=NOON,
        received_at=NOON,
        contest_id="c",
        data=EntryUpload(
            entries=tuple(
                EntryLineup(entry_id=e, user_id="u", lineup=lineup) for e, lineup in lineups.items()
            )
        ),
    )


@pytest.fixture
def event() -> Callable[..., AnyEvent]:
    """An event from its type, minutes after noon, and fields; unknown ids are numbered."""
    count = iter(range(1_000_000))

    def make(event_type: str, minutes: float = 0, **fields: Any) -> AnyEvent:
        moment = NOON + timedelta(minutes=minutes)
        plain = {
            "event_type": event_type,
            "event_id": f"e{next(count)}",
            "source": "test",
            "timestamp": moment,
            "received_at": moment,
            "data": {},
            **fields,
        }
        return decode(msgspec.msgpack.encode(plain))

    return make
