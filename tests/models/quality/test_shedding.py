"""Of what waited together, values give way to newer ones; nothing critical does."""

from __future__ import annotations

from datetime import UTC, datetime

from models.events import (
    BreakingNews,
    LineMovement,
    LivePoints,
    LiveScore,
    News,
    PlayerInjury,
    StatusReport,
)
from models.quality.shedding import lightened, relieved

NOW = datetime(2026, 1, 17, tzinfo=UTC)


def told(kind, number, data, **more):
    return kind(
        event_id=f"e{number}", source="x", timestamp=NOW, received_at=NOW, data=data, **more
    )


def line(number, selection="home"):
    data = {"book": "b", "market": "m", "selection": selection, "decimal": 2.0 + number}
    return told(LineMovement, number, data, game_id="g")


def ids(events):
    return [event.event_id for event in events]


def test_the_newest_price_of_each_selection_remains_in_the_order_of_its_telling():
    kept, shed = relieved([line(1), line(2, "away"), line(3), line(4)])
    assert (ids(kept), shed) == (["e2", "e4"], 2)


def test_statuses_and_news_are_all_kept_and_come_first():
    out = told(PlayerInjury, 2, StatusReport(status="Out"), player_id="p")
    active = told(PlayerInjury, 4, StatusReport(status="Active"), player_id="p")
    news = told(BreakingNews, 3, News(headline="h"))
    kept, shed = relieved([line(1), out, news, active, line(5)])
    assert (ids(kept), shed) == (["e2", "e3", "e4", "e5"], 1)


def test_scores_that_tell_changes_only_are_all_kept():
    parts = [
        told(LiveScore, n, LivePoints(points={}, extra={"changes_only": True}), player_id="p")
        for n in range(3)
    ]
    whole = [told(LiveScore, n, LivePoints(points=float(n)), player_id="q") for n in (7, 8)]
    kept, shed = relieved([*parts, *whole])
    assert (ids(kept), shed) == (["e0", "e1", "e2", "e8"], 1)


def test_near_the_logs_limits_values_are_left_out_first_and_critical_events_never():
    part = told(LiveScore, 3, LivePoints(points=1.0, extra={"changes_only": True}), player_id="p")
    out = told(PlayerInjury, 2, StatusReport(status="Out"), player_id="p")
    events = [line(1), out, part, line(4)]
    assert ids(lightened(events, 0.79).events) == ["e1", "e2", "e3", "e4"]
    assert (ids(lightened(events, 0.8).events), lightened(events, 0.8).shed) == (["e2", "e3"], 2)
    assert (ids(lightened(events, 7.0).events), lightened(events, 7.0).shed) == (["e2"], 3)
