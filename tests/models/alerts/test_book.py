"""What is caught, told once, kept waiting, and taken off again: the book as a fold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from models.alerts import AlertPreferences, AlertRule, Window
from models.alerts.book import MOST_SENT, MOST_WAITING, AlertBook, key_of
from models.alerts.effect import effect_of
from models.events import (
    AlertDelivery,
    AlertPreferencesSet,
    AlertRead,
    AlertRuleSet,
    BreakingNews,
    DeliveryReport,
    EntriesUploaded,
    EntryLineup,
    EntryUpload,
    GameStart,
    LineMovement,
    News,
    PlayerActive,
    PlayerInjury,
    ReadMark,
    RuleText,
    SlateChange,
    SlateChanged,
    StatusReport,
)
from models.events.games import GameReport

NOON = datetime(2026, 1, 10, 17, 0, tzinfo=UTC)
"""Noon of a Saturday in New York."""
NAMES = {"1": "Nikola Jokic", "2": "Jamal Murray", "7": "Nikola Jokic"}
INJURIES = AlertRule(event_types=("player_injury", "player_active"), group_s=0)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def envelope(event_id, seconds=0, **more):
    return {
        "event_id": event_id,
        "source": "wire",
        "timestamp": at(seconds),
        "received_at": at(seconds),
        **more,
    }


def rule_set(rule, user="ann", rule_id="r", **more):
    data = RuleText(rule_id=rule_id, rule=rule)
    return AlertRuleSet(**envelope(f"set {rule_id} {user}", **more), user_id=user, data=data)


def out(
    event_id, seconds=0, player="1", status="OUT", kind=PlayerInjury, standing="published", **more
):
    data = StatusReport(status=status, standing=standing)
    usual = {"player_id": player, "sport": "nba", "impact_rating": -8.0, **more}
    return kind(**envelope(event_id, seconds, **usual), data=data)


def book_of(*events, names=NAMES):
    return AlertBook().updated(events, names)


def waiting(book, user="ann", rule_id="r"):
    found = book.waiting.get(key_of(user, rule_id))
    return [] if found is None else [one.event_id for one in found.events]


def told(book, now=NOON, user="ann", rule_id="r"):
    """The book after what waits was told, and the alert."""
    alert = book.alert(key_of(user, rule_id), now, "subscriber")
    return book.updated([alert], NAMES), alert


def test_out_then_active_late_and_out_of_order_is_one_alert_and_one_correction():
    book = book_of(rule_set(INJURIES), out("a", 10), out("b", 11))
    assert waiting(book) == ["a"]
    book, alert = told(book)
    assert alert.data["title"] == "Nikola Jokic: OUT"
    assert (alert.event_id, alert.user_id) == ("alert:ann:r:a", "ann")
    book = book.updated([out("c", 20, status="ACTIVE", kind=PlayerActive)], NAMES)
    assert waiting(book) == ["c"]
    book, _ = told(book)
    book = book.updated(
        [out("late", 5), out("again", 21, status="ACTIVE", kind=PlayerActive)], NAMES
    )
    assert waiting(book) == []


def test_a_player_on_several_slates_is_told_once():
    book = book_of(rule_set(INJURIES), out("a", player="1"), out("b", player="7"))
    assert waiting(book) == ["a"]


def test_events_folded_twice_and_alerts_told_twice_change_nothing():
    events = [rule_set(INJURIES), out("a"), out("x", player="2")]
    book = book_of(*events)
    assert book.updated(events[1:], NAMES) == book
    book, alert = told(book)
    assert book.updated([alert], NAMES).told == book.told
    assert waiting(book) == []


def test_what_comes_together_is_told_together_and_the_rest_later():
    book = book_of(rule_set(INJURIES), out("a"), out("b", player="2"))
    alert = book.alert(key_of("ann", "r"), NOON, "subscriber")
    assert alert.data["count"] == 2
    assert alert.data["title"] == "2 alerts: Nikola Jokic: OUT, ..."
    book = book.updated([out("c", 1, player="3"), alert], NAMES)
    assert waiting(book) == ["c"]


@pytest.mark.parametrize(
    ("rule", "caught"),
    [
        ({"impact_threshold": 8}, True),
        ({"impact_threshold": 8.5}, False),
        ({"min_confidence": 0.95}, False),
        ({"sports": ("NBA",)}, True),
        ({"sports": ("nfl",)}, False),
        ({"player_ids": ("2", "1")}, True),
        ({"player_ids": ("2",)}, False),
        ({"my_players": True}, True),
        ({"contest_ids": ("c",)}, False),
        ({"enabled": False}, False),
        ({"windows": (Window(start="11:00", end="13:00"),)}, True),
        ({"windows": (Window(start="11:00", end="12:00"),)}, False),
        ({"windows": (Window(days=(6,)), Window(days=(5,)))}, True),
        ({"windows": (Window(days=(6,)),)}, False),
    ],
)
def test_a_rule_catches_what_it_asks_for(rule, caught):
    asked = AlertRule(event_types=("player_injury",), **rule)
    entries = EntryUpload(entries=(EntryLineup(entry_id="e", user_id="ann", lineup=("1", "")),))
    upload = EntriesUploaded(**envelope("up", contest_id="c"), data=entries)
    book = book_of(upload, rule_set(asked), out("a", confidence=0.9))
    assert waiting(book) == (["a"] if caught else [])


def test_players_of_others_are_not_mine_and_the_start_of_a_game_names_nobody():
    asked = AlertRule(event_types=("player_injury", "game_start"), my_players=True)
    start = GameStart(**envelope("g", game_id="LAL@DEN"), data=GameReport())
    book = book_of(rule_set(asked), out("a"), start)
    assert waiting(book) == ["g"]


@pytest.mark.parametrize(("extra", "alerts"), [({}, 1), ({"unconfirmed": True}, 0)])
def test_what_was_never_an_alert_is_not_taken_back_by_one(extra, alerts):
    data = StatusReport(standing="withdrawn", headline="OUT is not held any more", extra=extra)
    gone = PlayerInjury(**envelope("gone", 5), player_id="1", sport="nba", data=data)
    assert len(waiting(book_of(rule_set(INJURIES), gone))) == alerts


@pytest.mark.parametrize("standing", ["reading", "unconfirmed"])
def test_what_nobody_could_confirm_is_no_alert(standing):
    assert waiting(book_of(rule_set(INJURIES), out("a", standing=standing))) == []


def test_a_limit_keeps_waiting_what_goes_beyond_it_and_critical_has_none():
    rule = msgspec.structs.replace(INJURIES, most_an_hour=1)
    book, _ = told(book_of(rule_set(rule), out("a")))
    book = book.updated([out("b", 1, player="2")], NAMES)
    key = key_of("ann", "r")
    assert not book.has_room(key, rule, at(60))
    assert book.has_room(key, rule, at(3601))
    assert book.has_room(key, msgspec.structs.replace(rule, priority="critical"), at(60))
    assert waiting(book) == ["b"]


def test_what_expired_while_it_waited_is_not_told():
    book = book_of(rule_set(INJURIES), out("a", expiration_time=at(10)), out("b", player="2"))
    alert = book.alert(key_of("ann", "r"), at(20), "subscriber")
    assert alert.data["lines"] == ["Jamal Murray: OUT"]
    assert waiting(book.updated([alert], NAMES)) == []
    alone = book_of(rule_set(INJURIES), out("a", expiration_time=at(10)))
    assert alone.alert(key_of("ann", "r"), at(20), "subscriber") is None


def test_quiet_hours_leave_the_page_alone_and_let_critical_through():
    quiet = AlertPreferences(email="a@b.example", quiet_hours=(Window(start="11:00", end="13:00"),))
    said = AlertPreferencesSet(**envelope("p"), user_id="ann", data=quiet)
    rule = msgspec.structs.replace(INJURIES, channels=("email", "webhook"))
    for priority, at_noon in (("normal", []), ("critical", ["email"])):
        asked = msgspec.structs.replace(rule, priority=priority)
        book = book_of(said, rule_set(asked), out("a"))
        _, alert = told(book)
        assert alert.data["channels"] == at_noon
        _, evening = told(book, at(6 * 3600))
        assert evening.data["channels"] == ["email"]


def test_unread_alerts_escalate_between_their_hour_and_their_end():
    rule = msgspec.structs.replace(
        INJURIES, escalate_after_s=60, escalate_to=("email",), expires_s=600
    )
    book, alert = told(book_of(rule_set(rule), out("a")))
    assert list(book.escalating(at(59))) == []
    assert [one.alert_id for _, one, _ in book.escalating(at(61))] == [alert.event_id]
    assert list(book.escalating(at(601))) == []
    mark = AlertRead(**envelope("m"), user_id="ann", data=ReadMark(at=at(30)))
    read = book.updated([mark], NAMES)
    assert list(read.escalating(at(61))) == []
    assert effect_of(read.told["ann"].values())["median_s_to_read"] == 30.0


def test_the_newest_attempt_over_a_channel_stands_in_the_history():
    book, alert = told(book_of(rule_set(INJURIES), out("a")))
    for attempt, state in ((2, "delivered"), (1, "failed")):
        data = DeliveryReport(
            alert_id=alert.event_id, channel="email", state=state, attempt=attempt, at=at(4)
        )
        book = book.updated(
            [AlertDelivery(**envelope(f"d{attempt}"), user_id="ann", data=data)], NAMES
        )
    (one,) = book.told["ann"].values()
    assert (one.deliveries["email"].state, one.deliveries["email"].attempt) == ("delivered", 2)
    effect = effect_of([one])
    assert (effect["delivered"], effect["median_s_to_deliver"]) == (1, 4.0)


def test_a_removed_rule_tells_nothing_and_floods_stay_bounded():
    flood = [
        BreakingNews(**envelope(f"n{i}", i), data=News(headline=f"news {i}"))
        for i in range(MOST_WAITING + 20)
    ]
    news = AlertRule(event_types=("breaking_news",))
    book = book_of(rule_set(news), *flood)
    assert len(waiting(book)) == MOST_WAITING
    assert waiting(book)[-1] == flood[-1].event_id
    gone = book.updated([rule_set(None)], NAMES)
    assert gone.waiting == {}
    assert waiting(gone.updated([out("z")], NAMES)) == []


def test_a_user_is_not_sent_more_than_an_address_bears():
    said = AlertPreferencesSet(
        **envelope("p"), user_id="ann", data=AlertPreferences(email="a@b.example")
    )
    rule = msgspec.structs.replace(INJURIES, every=True, channels=("email",), priority="critical")
    book = book_of(said, rule_set(rule))
    sent = []
    for number in range(MOST_SENT + 2):
        book = book.updated([out(f"e{number}", number)], NAMES)
        book, alert = told(book, at(number))
        sent.append(alert.data["channels"])
    assert sent == [["email"]] * MOST_SENT + [[]] * 2
    book = book.updated([out("later", 5000)], NAMES)
    assert told(book, at(5000))[1].data["channels"] == ["email"]


def test_a_subscription_is_told_whatever_was_told_before():
    book = book_of(rule_set(msgspec.structs.replace(INJURIES, every=True)), out("a"), out("b", 1))
    assert waiting(book) == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (
            {
                "book": "Beta",
                "market": "total",
                "selection": "over",
                "point": 220.5,
                "decimal": 2.25,
            },
            "AUS@TAM total over 220.5: 2.25 (Beta)",
        ),
        ({"price": 2}, "a line of AUS@TAM moved: price 2"),
    ],
)
def test_a_line_is_told_as_a_bettor_writes_it(data, title):
    rule = AlertRule(event_types=("line_movement",))
    line = LineMovement(**envelope("l", game_id="AUS@TAM"), data=data)
    assert told(book_of(rule_set(rule), line))[1].data["title"] == title


def test_the_book_survives_its_snapshot():
    book, _ = told(book_of(rule_set(INJURIES), out("a"), out("b", player="2")))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(book), type=AlertBook)
    assert again == book


@pytest.mark.parametrize(
    "preferences",
    [
        {"email": "a@b, c@d"},
        {"email": "a@b\nBcc: c@d"},
        {"webhook": "file:///etc/passwd"},
        {"quiet_hours": [{"time_zone": "Mars/Base"}]},
    ],
)
def test_addresses_that_lead_elsewhere_are_refused(preferences):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(preferences, AlertPreferences)


def rated(event_id="e", impact=-6.0, seconds=1):
    data = SlateChange(as_of="1-1", clock=at(seconds), impact={event_id: impact})
    return SlateChanged(**envelope(f"changed {event_id} {impact}", seconds), data=data)


def test_a_threshold_is_held_against_what_an_event_did_as_soon_as_that_is_known():
    low, high = (AlertRule(event_types=("player_injury",), impact_threshold=t) for t in (5, 7))
    events = (
        *(rule_set(INJURIES), rule_set(low, rule_id="low"), rule_set(high, rule_id="high")),
        out("e", impact_rating=0.0),
    )
    before = book_of(*events)
    assert [waiting(before, rule_id=r) for r in ("r", "low", "high")] == [["e"], [], []]
    after = before.updated([rated()], NAMES)
    assert [waiting(after, rule_id=r) for r in ("r", "low", "high")] == [["e"], ["e"], []]
    assert after.waiting[key_of("ann", "low")].events[0].impact == -6.0
    assert after.updated([rated(impact=-9.0)], NAMES) == after  # it is rated once
    assert book_of(*events, rated()) == after


def test_what_a_source_rated_higher_is_not_told_again():
    rule = AlertRule(event_types=("player_injury",), impact_threshold=5, every=True)
    book, _ = told(book_of(rule_set(rule), out("e", impact_rating=-8.0)))
    assert waiting(book.updated([rated()], NAMES)) == []
    assert waiting(book.updated([rated(impact=-9.0)], NAMES)) == []
