"""What two connections both tell is told once; what goes back to what it was is told again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from actors.feeds.repetitions import OVERLAP_S, Repetitions
from models.events import PlayerInjury, StatusReport

NOW = datetime(2026, 1, 16, 22, tzinfo=UTC)


def said(word, *, own_time=False):
    return PlayerInjury(
        event_id=f"x:1:{word}", source="x", player_id="x:1",
        timestamp=NOW - timedelta(minutes=1) if own_time else NOW, received_at=NOW,
        data=StatusReport(status=word),
    )  # fmt: skip


class Source:
    """Tells words over connections at seconds."""

    def __init__(self) -> None:
        self.known = Repetitions()

    def tells(self, second, transport, *words, **more):
        self.known.told(transport, second)
        return [w for w in words if self.known.is_new(said(w, **more), transport, second)]


def test_one_connection_repeats_itself_as_it_likes():
    source = Source()
    assert source.tells(0, "polling", "Out") == ["Out"]
    assert source.tells(1, "polling", "Active") == ["Active"]
    assert source.tells(2, "polling", "Out") == ["Out"]


def test_a_connection_that_takes_over_and_tells_what_it_missed_repeats():
    source = Source()
    source.tells(0, "websocket", "Out", "Active")
    assert source.tells(3600, "sse", "Out", "Active", "Doubtful") == ["Doubtful"]


def test_connections_side_by_side_tell_each_thing_once():
    source = Source()
    source.tells(0, "sse", "Out")
    source.tells(1000, "sse", "Active")
    assert source.tells(1001, "websocket", "Active") == []
    assert source.tells(1002, "websocket", "Doubtful") == ["Doubtful"]
    assert source.tells(1002.5, "sse", "Doubtful") == []


def test_long_after_it_took_over_the_same_status_is_said_anew():
    source = Source()
    source.tells(0, "websocket", "Out", "Active")
    assert source.tells(1, "polling", "Active") == []
    assert source.tells(2 + OVERLAP_S, "polling", "Out") == ["Out"]


def test_what_has_its_sources_own_time_is_left_to_its_id():
    source = Source()
    source.tells(0, "websocket", "Out", own_time=True)
    assert source.tells(1, "sse", "Out", own_time=True) == ["Out"]
