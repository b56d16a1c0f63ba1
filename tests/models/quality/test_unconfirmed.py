"""What is likely and not confirmed yet: told with its probability, told again as that changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.quality.gate import Admitted

VENDOR = 19 / 20
NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)


def minutes(number):
    return NOON + timedelta(minutes=number)


def told(*verdicts):
    return [
        (event.data.standing, event.data.status, round(event.confidence, 2))
        for verdict in verdicts
        for event in (verdict.published if isinstance(verdict, Admitted) else verdict)
    ]


def test_a_vendors_word_is_told_at_once_as_unconfirmed_and_published_when_others_confirm_it(says):
    first = says("OUT", 0)
    assert told(first) == [("unconfirmed", "OUT", 0.95)]
    assert first.event.data.standing == "reading"
    assert told(says("OUT", 4, "site")) == [("published", "OUT", 1.0)]


def test_what_an_unknown_account_or_one_reporter_says_of_himself_is_not_told(says):
    assert told(says("OUT", 0, "cousin"), says("OUT", 1, "news", confidence=0.95)) == []


def test_it_is_told_again_when_another_reporter_makes_it_likelier_and_when_one_denies_it(says):
    events = [
        says("OUT", 0, "news"),
        says("OUT", 1),
        says("ACTIVE", 40, "vendor2"),
    ]
    assert told(*events) == [
        ("unconfirmed", "OUT", 0.9),
        ("unconfirmed", "OUT", 0.98),
        ("withdrawn", "", pytest.approx(0.5, abs=0.5)),
    ]


def test_a_published_status_gives_way_to_a_likely_one_without_being_an_alert(says):
    filed = says("OUT", 0, "league")
    denied = says("ACTIVE", 300)
    assert told(filed) == [("published", "OUT", 0.99)]
    assert {standing for standing, _, _ in told(denied)} <= {"unconfirmed", "withdrawn"}


def test_its_source_falls_silent_and_it_counts_less(gate, reading, minute):
    out = reading("player_injury", 0, source="list", player_id="7", data={"status": "OUT"})
    assert told(gate.admit(out, minute(0))) == [("unconfirmed", "OUT", VENDOR)]
    later = [told([event]) for n in range(1, 120) for event in gate.tick(minute(n))]
    sure = [events[0][2] for events in later]
    assert {events[0][:2] for events in later} == {("unconfirmed", "OUT")}
    assert sure == sorted(sure, reverse=True)
    assert sure[-1] < 0.8


def test_after_a_restart_it_is_not_told_twice(fresh_gate, says, minute):
    first = says("OUT", 0)
    again = fresh_gate()
    again.recall(first.event)
    again.recall(first.published[0])
    assert again.tick(minute(1)) == ()
    assert again.held("7", minute(1)).published == ""


def test_that_somebody_plays_whom_nobody_doubted_is_no_news_before_it_is_sure(gate, says):
    assert told(says("ACTIVE", 0)) == []
    assert told(says("ACTIVE", 1, "site")) == [("published", "ACTIVE", 1.0)]


def test_that_somebody_plays_who_was_marked_is_told_at_once(gate, says):
    gate.statuses.doubt(("", "7"))
    assert told(says("ACTIVE", 0)) == [("unconfirmed", "ACTIVE", VENDOR)]


def test_that_somebody_plays_who_was_said_to_be_out_is_told_at_once(says):
    assert told(says("OUT", 0), says("ACTIVE", 30)) == [
        ("unconfirmed", "OUT", VENDOR),
        ("unconfirmed", "ACTIVE", VENDOR),
    ]


def test_only_what_was_published_is_withdrawn_as_something_that_people_were_told(gate, says):
    first, denied = says("OUT", 0), says("ACTIVE", 40, "vendor2")
    told_only = [*first.published, *denied.published]
    assert [e.data.extra.get("unconfirmed") for e in told_only] == [None, True]
    filed, likely = says("OUT", 60, "league"), says("ACTIVE", 300)
    gone = [e for n in range(1, 40) for e in gate.tick(minutes(300 + 10 * n))]
    standings = [(e.data.standing, "unconfirmed" in e.data.extra) for e in gone]
    assert filed.published[0].data.standing == "published"
    assert [e.data.standing for e in likely.published] in (["unconfirmed"], ["withdrawn"])
    assert all(not flagged for standing, flagged in standings if standing == "withdrawn")
