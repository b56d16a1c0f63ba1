"""What a real contest's standings tell as events, against the file's own numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from config.rules import load_rules
from models.events import FieldShown, GameFinal, LiveScore, OwnershipUpdate
from models.field import HIDDEN
from models.files import NameIndex, read_salaries, read_standings, slate_of
from models.shown import told_by

NIGHT = "data/nba-2024-25/slates/2025-01-12"
FINAL = "contest-standings-173036248.zip"
LIVE = "contest-standings-173036248-20250113T004802Z.zip"
AT = datetime(2025, 1, 13, tzinfo=UTC)
_AS_WRITTEN = 6e-5
"""The file writes percent with two digits."""


@pytest.fixture(scope="module")
def slate(shared):
    rules = load_rules("draftkings/nba/classic")
    return slate_of(read_salaries((shared / NIGHT / "DKSalaries.csv").read_bytes(), "s"), rules)


def read(shared, name):
    return read_standings((shared / NIGHT / name).read_bytes(), name)


def told(standings, slate):
    envelope = {"event_id": "x", "source": "file", "timestamp": AT, "received_at": AT}
    return told_by(standings, slate, load_rules(slate.rules_key), envelope).events


def test_final_standings_end_every_game_and_count_everybody(shared, slate):
    standings = read(shared, FINAL)
    owned, *_ = events = told(standings, slate)
    assert isinstance(owned, OwnershipUpdate)
    assert owned.data.field_size == len(standings.entries)
    names = NameIndex(slate.players)
    told_share = owned.data.ownership
    for player in standings.players:
        (row,) = names.find(player.name)
        assert told_share[row.player_id] == pytest.approx(player.drafted, abs=_AS_WRITTEN)
    assert {e.game_id for e in events if isinstance(e, GameFinal)} == {
        game.game_id for game in slate.games
    }
    points = {p: v for e in events if isinstance(e, LiveScore) for p, v in e.data.points.items()}
    shown = next(e for e in events if isinstance(e, FieldShown))
    lineups = np.frombuffer(shown.data.lineups, np.int16).reshape(-1, 8)
    scored = np.array([points.get(p.player_id, 0.0) for p in slate.players] + [0.0])
    assert shown.data.entry_ids == tuple(entry.entry_id for entry in standings.entries)
    assert scored[lineups].sum(1) == pytest.approx([e.points for e in standings.entries], abs=0.01)


def test_live_standings_hide_whose_games_have_not_begun(shared, slate):
    standings = read(shared, LIVE)
    events = told(standings, slate)
    assert not any(isinstance(e, GameFinal) for e in events)
    games = {e.game_id for e in events if isinstance(e, LiveScore)}
    shown = next(e for e in events if isinstance(e, FieldShown))
    lineups = np.frombuffer(shown.data.lineups, np.int16).reshape(-1, 8)
    assert (lineups == HIDDEN).any()
    seen = np.unique(lineups[lineups >= 0])
    assert {slate.players[row].game_id for row in seen} == games
    assert games < {game.game_id for game in slate.games}
