"""What is let in, what is kept apart, and what is known as said before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from models.events import LineMovement, WeatherChange
from models.quality.gate import Admitted, Gate, Repeated
from models.quality.quarantine import Quarantined, Refusals

RECEIVED = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""After everything recorded."""


def judged(gate, event):
    return gate.admit(event, event.received_at)


def test_a_status_that_flips_and_flips_back_is_told_three_times_with_three_ids(gate, says):
    ids = [says(word, n).event.event_id for n, word in enumerate(("OUT", "ACTIVE", "OUT"))]
    assert len(set(ids)) == 3
    assert ids[2].startswith(ids[0] + "~")


def test_the_same_payload_delivered_again_after_a_crash_gets_the_same_id(fresh_gate, reading):
    words = ("OUT", "ACTIVE", "OUT")
    events = [
        reading("player_injury", n, player_id="7", data={"status": word})
        for n, word in enumerate(words)
    ]
    first, second = fresh_gate(), fresh_gate()
    assert [judged(first, e).event for e in events] == [judged(second, e).event for e in events]


def test_a_poll_that_says_the_same_again_is_a_repetition(says):
    says("OUT", 0)
    assert [type(says("OUT", n)) for n in (1, 2, 60)] == [Repeated] * 3


def test_the_same_content_under_another_id_is_a_repetition(says):
    says("OUT", 0, event_id="a")
    assert isinstance(says("OUT", 1, event_id="b"), Repeated)


def test_two_rows_on_one_player_are_repeated_together_poll_after_poll(gate, reading):
    def poll(minutes):
        rows = [{"status": "OUT", "injury": "knee"}, {"status": "QUESTIONABLE", "injury": "flu"}]
        events = [reading("player_injury", minutes, player_id="7", data=row) for row in rows]
        return [type(judged(gate, event)) for event in events]

    assert poll(0) == [Admitted, Admitted]
    assert [poll(n) for n in range(1, 5)] == [[Repeated, Repeated]] * 4


def test_other_sources_and_other_kinds_are_no_repetition(gate, reading, says):
    says("OUT", 0)
    assert isinstance(says("OUT", 1, source="news"), Admitted)
    lineup = reading("lineup_change", 2, player_id="7", data={"status": "OUT"})
    assert isinstance(judged(gate, lineup), Admitted)


def test_news_is_told_once_by_its_id(gate, reading):
    one = reading("breaking_news", 0, data={"headline": "a"})
    other = reading("breaking_news", 1, data={"headline": "b"})
    again = msgspec.structs.replace(one, received_at=other.received_at)
    assert [type(judged(gate, e)) for e in (one, other, again)] == [Admitted, Admitted, Repeated]


def test_a_reading_older_than_the_sources_last_is_kept_and_not_believed(gate, says, minute):
    says("ACTIVE", 5, "league", own=4)
    late = says("OUT", 6, "league", own=3)
    assert (late.stage, late.reason) == ("order", "late")
    assert gate.held("7", minute(6)).status == "ACTIVE"
    assert gate.refusals.newest(reason="late")[0].event.data.status == "OUT"


def test_an_older_reading_that_was_taken_before_is_a_repetition(says):
    says("OUT", 1, own=0)
    says("ACTIVE", 5, own=4)
    assert isinstance(says("OUT", 6, own=0), Repeated)


def test_a_source_without_a_clock_is_never_late(says):
    says("ACTIVE", 5)
    assert isinstance(says("OUT", 6), Admitted)


def test_lines_of_one_game_do_not_stand_in_each_others_way(gate, reading):
    def line(minutes, book, decimal, own):
        data = {"book": book, "market": "h2h", "selection": "A", "decimal": decimal}
        return judged(gate, reading("line_movement", minutes, game_id="g", data=data, own=own))

    assert isinstance(line(1, "x", 1.9, 0.9), Admitted)
    assert isinstance(line(1, "y", 1.8, 0.5), Admitted)
    assert isinstance(line(2, "x", 1.9, 0.9), Repeated)
    assert isinstance(line(3, "x", 1.95, 2.9), Admitted)


FAULTY = [
    ("schema", "nameless", "breaking_news", {"source": ""}),
    ("schema", "long_id", "breaking_news", {"game_id": "x" * 201}),
    ("schema", "no_player", "player_injury", {"data": {"status": "OUT"}}),
    ("schema", "value", "breaking_news", {"data": {"extra": {"a": "\x00"}}}),
    ("schema", "value", "weather_change", {"data": {"wind_kmh": float("nan")}}),
    ("range", "confidence", "breaking_news", {"confidence": 1.5}),
    ("range", "confidence", "breaking_news", {"confidence": float("nan")}),
    ("range", "impact_rating", "breaking_news", {"impact_rating": -11.0}),
    ("range", "points", "live_score", {"data": {"points": {"7": 5000.0}}}),
    ("range", "points", "live_score", {"data": {"points": float("inf")}}),
    (
        "range",
        "minutes_remaining",
        "live_score",
        {"data": {"points": 1.0, "minutes_remaining": -1}},
    ),
    ("range", "ownership", "ownership_update", {"data": {"ownership": {"7": 31.0}}}),
    (
        "range",
        "ownership_sum",
        "ownership_update",
        {"data": {"ownership": {str(n): 0.9 for n in range(30)}}},
    ),
    ("range", "decimal", "line_movement", {"data": {"decimal": 0.5}}),
    ("range", "wind_kmh", "weather_change", {"data": {"wind_kmh": 900}}),
    ("consistency", "clock_ahead", "breaking_news", {"own": 60.0}),
    (
        "consistency",
        "contradicts_itself",
        "player_injury",
        {"player_id": "7", "data": {"status": "Out", "participation": "CONFIRMED_IN"}},
    ),
]


@pytest.mark.parametrize(("stage", "reason", "kind", "fields"), FAULTY)
def test_a_faulty_reading_is_kept_apart_with_its_reason(gate, reading, stage, reason, kind, fields):
    refused = judged(gate, reading(kind, 0, **fields))
    assert isinstance(refused, Quarantined)
    assert (refused.stage, refused.reason) == (stage, reason)
    assert gate.refusals.counts() == {f"{stage}.{reason}": 1}
    assert gate.refusals.newest() == [refused]


def test_a_naive_time_is_refused(gate, reading):
    event = reading("breaking_news", 0)
    naive = msgspec.structs.replace(event, timestamp=datetime(2026, 1, 10, 12))  # noqa: DTZ001
    assert gate.admit(naive, event.received_at).reason == "naive_time"


def test_a_reading_that_has_expired_is_refused(gate, reading, minute):
    event = reading("breaking_news", 5, own=1, expiration_time=minute(4))
    assert judged(gate, event).reason == "expired"


def test_a_game_that_its_source_called_final_does_not_start_again(gate, reading):
    judged(gate, reading("game_final", 0, game_id="g", source="site"))
    assert judged(gate, reading("game_start", 1, game_id="g", source="site")).reason == "game_over"
    assert isinstance(
        judged(gate, reading("game_start", 1, game_id="g", source="league")), Admitted
    )


def test_a_refused_reading_does_not_count_as_heard(gate, reading, says):
    wrong = reading(
        "player_injury", 0, player_id="7", data={"status": "OUT"}, confidence=2.0, source="vendor"
    )
    judged(gate, wrong)
    assert isinstance(says("OUT", 1), Admitted)


def test_a_jump_is_held_back_and_counts_when_it_is_said_again(gate, reading):
    def price(minutes, decimal):
        data = {"book": "x", "market": "h2h", "selection": "A", "decimal": decimal}
        return judged(gate, reading("line_movement", minutes, game_id="g", data=data))

    for n in range(60):
        assert isinstance(price(n, 1.90 + 0.01 * (n % 3)), Admitted)
    jump = price(60, 9.0)
    assert (jump.stage, jump.reason) == ("anomaly", "jump")
    assert isinstance(price(61, 9.0), Admitted)


def test_a_single_glitch_is_forgotten(gate, reading):
    def scored(minutes, points):
        return judged(gate, reading("live_score", minutes, player_id="7", data={"points": points}))

    for n in range(40):
        scored(n, 0.5 * n)
    assert scored(40, 400.0).stage == "anomaly"
    assert isinstance(scored(41, 20.5), Admitted)


def test_other_readings_are_as_sure_as_their_source_is_reliable(gate, reading):
    league = judged(gate, reading("game_start", 0, game_id="g", source="league"))
    cousin = judged(gate, reading("game_start", 0, game_id="g", source="cousin"))
    assert league.event.confidence == pytest.approx(0.995)
    assert cousin.event.confidence == pytest.approx(0.6)


def test_the_quarantine_is_bounded_and_its_counts_are_not(reading):
    refusals = Refusals(keep=3)
    for n in range(10):
        event = reading("breaking_news", n, source=f"s{n % 2}")
        refusals.add(
            Quarantined(event=event, stage="range", reason="x", message="", at=event.received_at)
        )
    assert len(refusals.newest()) == 3
    assert (refusals.counts(), refusals.counts("s0")) == ({"range.x": 10}, {"range.x": 5})
    assert [q.event.source for q in refusals.newest(source="s1")] == ["s1", "s1"]


NASTY = st.recursive(
    st.sampled_from(
        [
            None,
            True,
            -1,
            10**400,
            2**70,
            0.5,
            1e308,
            float("nan"),
            float("inf"),
            "",
            "x",
            "\x00",
            "\ud800",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "book",
        "market",
        "selection",
        "decimal",
        "point",
        "kind",
        "place",
        "wind_kmh",
        "temperature_c",
    ]
)
TIMES = st.datetimes(timezones=st.none() | st.just(UTC))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([LineMovement, WeatherChange]),
    data=st.dictionaries(NAMES, NASTY, max_size=6),
    times=st.tuples(TIMES, TIMES, st.none() | TIMES),
    confidence=st.floats(),
)
def test_nothing_that_an_event_may_hold_raises(fresh_gate, kind, data, times, confidence):
    timestamp, received, expires = times
    event = kind(
        event_id="e", source="s", game_id="g", timestamp=timestamp, received_at=received,
        expiration_time=expires, confidence=confidence, data=data,
    )  # fmt: skip
    gate = fresh_gate()
    for _ in range(2):
        assert isinstance(gate.admit(event, RECEIVED), Admitted | Quarantined | Repeated)


def test_accounts_without_number_push_out_no_league(gate, says, minute):
    says("OUT", 0, "league")
    for n in range(300):
        says("ACTIVE", 1 + n / 100, f"account {n}")
    held = gate.held("7", minute(4))
    assert held.status == "OUT"
    assert held.because[0].source == "league"


WORDS = st.sampled_from(["OUT", "ACTIVE", "QUESTIONABLE", "STARTING", "on the moon"])
HEARD = st.lists(
    st.tuples(
        st.sampled_from(["league", "site", "vendor", "news", "cousin"]),
        WORDS,
        st.sampled_from(["7", "8"]),
        st.floats(0.1, 1.0),
        st.booleans(),
    ),
    max_size=25,
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(heard=HEARD, cut=st.integers(0, 25))
def test_a_gate_rebuilt_from_what_it_let_in_goes_on_as_if_nothing_had_happened(
    fresh_gate, reading, heard, cut
):
    events = [
        reading(
            "player_injury",
            n / 10,
            source=source,
            player_id=player,
            data={"status": word},
            confidence=sure,
            **({"own": n / 10 - 0.01} if own else {}),
        )
        for n, (source, word, player, sure, own) in enumerate(heard)
    ]
    whole, rebuilt = fresh_gate(), fresh_gate()
    before = [judged(whole, event) for event in events[:cut]]
    for verdict in before:
        for event in told(verdict):
            rebuilt.recall(event)
    assert [told(judged(rebuilt, e)) for e in events[cut:]] == [
        told(judged(whole, e)) for e in events[cut:]
    ]


def told(verdict):
    return [verdict.event, *verdict.published] if isinstance(verdict, Admitted) else []


RECORDED = [
    ("draftkings.draftables", "draftkings/draftables_*.json"),
    ("espn.injuries", "espn/injuries_*.json"),
    ("espn.roster", "espn/roster_*.json"),
    ("espn.scoreboard", "espn/scoreboard_nfl_*.json"),
    ("mlb.schedule", "mlb/schedule*.json"),
    ("nba.boxscore", "nba/boxscore*.json"),
    ("odds.the_odds_api", "odds/the_odds_api_*odds*.json"),
]


@pytest.mark.parametrize(("feed", "pattern"), RECORDED)
def test_a_recorded_payload_is_let_in_once_and_known_at_the_next_polls(shared, feed, pattern):
    files = sorted((shared / "feeds").glob(pattern))
    assert files
    for file in files:
        gate = Gate()
        polls = [_poll(gate, feed, file, n) for n in range(4)]
        assert sum(isinstance(v, Admitted) for v in polls[0]) > 0
        assert not any(isinstance(v, Admitted) for poll in polls[1:] for v in poll)
        assert not any(isinstance(v, Quarantined) for poll in polls[1:] for v in poll)


def _poll(gate, feed, file, number):
    received = RECEIVED + timedelta(minutes=5 * number)
    parsed = ADAPTERS[feed](Payload(file.read_bytes(), received, file.name))
    return [gate.admit(event, received) for event in parsed.events]
