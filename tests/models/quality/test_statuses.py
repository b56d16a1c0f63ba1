"""What is held of a player by several sources, what is published of it, and what is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.quality.gate import Admitted
from models.quality.sources import REMEMBERED, Record


def told(*verdicts):
    return [
        event
        for verdict in verdicts
        if isinstance(verdict, Admitted)
        for event in verdict.published
    ]


def published(*verdicts):
    return [
        (event.data.standing, event.data.status)
        for event in told(*verdicts)
        if event.data.standing != "unconfirmed"
    ]


def unconfirmed(*verdicts):
    return [
        (event.data.status, round(event.confidence, 2))
        for event in told(*verdicts)
        if event.data.standing == "unconfirmed"
    ]


def test_a_league_filing_is_published_alone(says):
    verdict = says("OUT", 0, "league")
    assert published(verdict) == [("published", "OUT")]
    assert verdict.published[0].confidence == pytest.approx(0.995)
    assert verdict.published[0].data.extra["waited_s"] == 0.0


def test_one_claim_is_held_as_far_as_its_source_is_reliable_and_is_not_published(
    gate, says, minute
):
    verdict = says("OUT", 0, "vendor")
    assert published(verdict) == []
    assert verdict.event.confidence == pytest.approx(0.95)
    assert verdict.event.data.standing == "reading"
    assert [h.status for h in gate.unconfirmed(minute(0))] == ["OUT"]


def test_further_sources_confirm_and_the_delay_is_told(says):
    told = says("OUT", 0, "vendor"), says("OUT", 2, "news"), says("OUT", 3, "vendor2")
    assert published(*told) == [("published", "OUT")]
    extra = told[2].published[0].data.extra
    assert extra["waited_s"] == 180.0
    assert extra["sources"] == ["vendor", "news", "vendor2"]
    assert extra["because"] == [verdict.event.event_id for verdict in told]


def test_a_site_confirms_a_vendor_in_full(says):
    told = says("OUT", 0, "vendor"), says("OUT", 1, "site", confidence=0.9)
    assert published(*told) == [("published", "OUT")]


def test_any_number_of_unknown_accounts_publishes_nothing(says):
    assert published(*(says("OUT", n / 10, f"account {n}") for n in range(200))) == []


def test_an_account_that_repeats_what_was_said_confirms_nothing(gate, says, minute):
    said = says("OUT", 0, "vendor")
    says("OUT", 1, "cousin")
    assert gate.held("7", minute(1)).confidence == said.event.confidence


def test_a_vendor_confirms_what_an_account_said_first(gate, says, minute):
    says("OUT", 0, "cousin")
    alone = 0.95
    assert says("OUT", 1, "vendor").event.confidence > alone


def test_the_same_claim_is_published_once(says):
    told = [says("OUT", n, s) for n, s in enumerate(("league", "vendor", "news", "site"))]
    assert published(*told) == [("published", "OUT")]


def test_out_then_active_late_and_out_of_order_gives_one_alert_and_one_correction(says):
    told = [
        says("OUT", 1, "league", own=0),
        says("ACTIVE", 30, "league", own=29),
        says("OUT", 31, "league", own=0),
        says("OUT", 32, "league", own=1),
        says("ACTIVE", 33, "league", own=29),
    ]
    print(f"F10: {len(told)} reports, late and out of order: {published(*told)}")
    assert published(*told) == [("published", "OUT"), ("published", "ACTIVE")]


def test_a_rumour_does_not_shake_a_filing(gate, says, minute):
    filed = says("ACTIVE", 0, "league")
    gate.heard("league", minute(119))
    assert published(filed, says("OUT", 120, "cousin")) == [("published", "ACTIVE")]
    assert gate.held("7", minute(120)).status == "ACTIVE"


def test_one_report_against_an_old_filing_is_likely_and_a_second_decides(gate, says, minute):
    filed = says("ACTIVE", 0, "league")
    gate.heard("league", minute(109))
    told = filed, says("OUT", 110, "vendor"), says("OUT", 112, "site")
    assert published(*told) == [("published", "ACTIVE"), ("published", "OUT")]
    assert unconfirmed(told[1]) == [("OUT", pytest.approx(0.9, abs=0.05))]


def test_a_filing_overrules_all_below_it(says):
    told = [says("OUT", n, s) for n, s in enumerate(("vendor", "news", "vendor2"))]
    told.append(says("ACTIVE", 40, "league"))
    assert published(*told) == [("published", "OUT"), ("published", "ACTIVE")]


def test_a_designation_that_left_it_open_gives_way_to_a_decision(says):
    told = says("QUESTIONABLE", 0, "league"), says("OUT", 5, "site")
    assert published(*told) == [("published", "QUESTIONABLE"), ("published", "OUT")]


def test_tonight_goes_before_what_he_is_listed_as(gate, says, reading, minute):
    says("OUT", 0, "vendor")
    dressed = reading(
        "lineup_change", 1, source="league", player_id="7", data={"participation": "CONFIRMED_IN"}
    )
    assert published(gate.admit(dressed, minute(1))) == [("published", "ACTIVE")]
    held = gate.held("7", minute(1))
    assert (held.designation.value, held.participation.value) == ("OUT", "CONFIRMED_IN")


def test_an_expected_line_up_publishes_nothing(gate, reading, minute):
    event = reading(
        "lineup_change", 0, source="league", player_id="7", data={"participation": "EXPECTED"}
    )
    assert published(gate.admit(event, minute(0))) == []


def test_an_injury_in_a_word_that_nobody_knows_leaves_it_open(gate, reading, minute):
    event = reading(
        "player_injury", 0, source="league", player_id="7", data={"provider_status": "Vibing"}
    )
    assert published(gate.admit(event, minute(0))) == [("published", "QUESTIONABLE")]


def retraction(gate, reading, minutes, event_id, source):
    event = reading("breaking_news", minutes, source=source, data={"retracts": event_id})
    return gate.admit(event, event.received_at)


def test_what_its_author_takes_back_counts_no_more(gate, says, reading, minute):
    says("OUT", 0, "vendor")
    before = says("OUT", 1, "news").event.confidence
    post = says("OUT", 2, "vendor2")
    assert published(post) == [("published", "OUT")]
    back = retraction(gate, reading, 5, post.event.event_id, "vendor2")
    assert published(back) == []  # the others' word alone is still likelier than not
    assert gate.held("7", minute(5)).confidence == pytest.approx(before)


def test_a_status_without_anybody_left_who_says_so_is_withdrawn(gate, says, reading):
    post = says("OUT", 0, "site")
    back = retraction(gate, reading, 5, post.event.event_id, "site")
    assert published(post, back) == [("published", "OUT"), ("withdrawn", "")]
    assert back.published[0].data.extra["withdrawn"] == "OUT"


def test_nobody_takes_back_what_another_said(gate, says, reading, minute):
    post = says("OUT", 0, "site")
    assert published(retraction(gate, reading, 1, post.event.event_id, "cousin")) == []
    assert gate.held("7", minute(1)).status == "OUT"


def test_what_was_taken_back_before_it_came_is_not_believed(gate, says, reading):
    retraction(gate, reading, 0, "post-1", "site")
    assert says("OUT", 1, "site", event_id="post-1").reason == "taken_back"


def test_a_claim_ends_with_its_time(gate, says, minute):
    says("OUT", 0, "league", expiration_time=minute(30))
    assert gate.tick(minute(29)) == ()
    assert [e.data.standing for e in gate.tick(minute(31))] == ["withdrawn"]
    assert gate.tick(minute(32)) == ()


def test_confidence_falls_while_a_list_is_silent_and_returns_with_it(gate, says, minute):
    says("OUT", 0, "list")
    sure = [gate.held("7", minute(m)).confidence for m in (0, 2, 32, 62, 600)]
    print("F11: confidence after 0, 2, 32, 62 and 600 silent minutes:", [f"{s:.2f}" for s in sure])
    assert sure[0] == sure[1] == pytest.approx(0.95)
    assert sure[1:] == sorted(sure[1:], reverse=True)
    assert sure[2] == pytest.approx(19**0.5 / (1 + 19**0.5))
    assert sure[-1] >= 0.5
    gate.heard("list", minute(600))
    assert gate.held("7", minute(600)).confidence == pytest.approx(0.95)


def test_a_repeated_reading_keeps_a_list_fresh(gate, says, minute):
    says("OUT", 0, "list")
    says("OUT", 60, "list")
    assert gate.held("7", minute(61)).confidence == pytest.approx(0.95)


def test_yesterdays_post_raises_no_alert(says):
    """F11: a source that plays yesterday again."""
    told = says("OUT", 0, "vendor", own=-24 * 60), says("OUT", 1, "news", own=-24 * 60)
    assert published(*told) == []


def test_a_source_that_proved_right_is_published_alone(gate, says):
    for n in range(200):
        says("OUT", n, "vendor")
        gate.settle("7", played=False)
    assert published(says("OUT", 201, "vendor")) == [("published", "OUT")]


def test_what_a_list_says_on_the_next_day_as_on_the_last_is_weighed_anew(gate, says):
    first = says("OUT", 0, "league")
    gate.settle("7", played=False)
    second = says("OUT", 24 * 60, "league")
    assert published(first, second) == [("published", "OUT")] * 2
    assert first.event.event_id != second.event.event_id


def test_a_site_that_proved_wrong_is_not_published_alone_any_more(gate, says):
    for n in range(10):
        says("OUT", n, "site", event_id=f"x{n}")
        gate.settle("7", played=True)
    assert published(says("OUT", 11, "site", event_id="y")) == []


def test_what_was_said_and_changed_counts_for_and_against(gate, says):
    before = gate.statuses.witness("news").record
    says("OUT", 0, "news")
    says("ACTIVE", 5, "news")
    gate.settle("7", played=True)
    after = gate.statuses.witness("news").record
    assert (after.right - before.right, after.wrong - before.wrong) == (1.0, 1.0)


def test_what_was_left_open_counts_for_nothing(gate, says):
    before = gate.statuses.witness("news").record
    says("QUESTIONABLE", 0, "news")
    gate.settle("7", played=True)
    assert gate.statuses.witness("news").record == before


def test_who_was_first_is_measured_apart(gate, says):
    says("OUT", 0, "news")
    says("OUT", 1, "vendor")
    gate.settle("7", played=True)
    assert {"news", "news+", "vendor"} == set(gate.statuses.records)


def test_old_statements_fade_from_a_record():
    record = Record(1.0, 1.0)
    for n in range(5_000):
        record = record.after(right=n < 4_000)
    assert record.right + record.wrong == pytest.approx(REMEMBERED)
    assert record.reliability < 0.2


def test_a_doubting_source_counts_less(says):
    sure = (
        says("OUT", 0, "site", player_id="8") if False else says("OUT", 0, "site", confidence=0.5)
    )
    assert sure.event.confidence < 0.8
    assert sure.event.data.extra == {"source_confidence": 0.5}


def test_published_events_belong_to_the_game_and_slate_of_their_readings(says, minute):
    told = says("OUT", 3, "league", game_id="g", slate_id="s", sport="nba", impact_rating=-4.0)
    event = told.published[0]
    assert (event.game_id, event.slate_id, event.sport, event.impact_rating) == (
        "g", "s", "nba", -4.0,
    )  # fmt: skip
    assert event.timestamp == event.received_at == minute(3)
    assert event.received_at - minute(0) == timedelta(minutes=3)


def test_a_player_of_two_slates_is_told_of_on_both(gate, says, minute):
    told = [says("OUT", 0, "league", slate_id=slate) for slate in ("s1", "s2")]
    assert [v.published[0].slate_id for v in told] == ["s1", "s2"]
    assert gate.held("7", minute(0), "s2").status == "OUT"
    assert gate.held("7", minute(0)).status == ""
