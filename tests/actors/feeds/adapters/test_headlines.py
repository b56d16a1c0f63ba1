"""Headlines that say a status beyond doubt, and the many that do not; RotoWire's own notes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import parse

from actors.feeds.adapters.headlines import said_in
from models.events import BreakingNews, PlayerActive, PlayerInjury

SUNDAY = datetime(2026, 11, 22, 16, 35, tzinfo=UTC)
"""Eastern half past eleven."""


@pytest.mark.parametrize(
    ("headline", "word", "participation"),
    [
        ("Ruled out Sunday", "Out", "UNKNOWN"),
        ("Officially ruled out", "Out", "UNKNOWN"),
        ("Won't play Sunday", "Out", "UNKNOWN"),
        ("Won\u2019t suit up Sunday", "Out", "UNKNOWN"),
        ("Out for Week 12", "Out", "UNKNOWN"),
        ("Not playing Sunday", "Out", "UNKNOWN"),
        ("Inactive Sunday", "Inactive", "CONFIRMED_OUT"),
        ("Officially inactive Week 12", "Inactive", "CONFIRMED_OUT"),
        ("Listed as inactive", "Inactive", "CONFIRMED_OUT"),
        ("Active for Week 12", "Playing", "CONFIRMED_IN"),
        ("Active vs. Cowboys", "Playing", "CONFIRMED_IN"),
        ("Ruled out with back injury", "Out", "UNKNOWN"),
        ("Officially active Sunday", "Playing", "CONFIRMED_IN"),
        ("Will play Sunday", "", "EXPECTED"),
    ],
)
def test_what_leaves_no_doubt_is_a_status(headline, word, participation):
    said = said_in(headline, SUNDAY, "nfl")
    assert (said.word, said.participation) == (word, participation)


@pytest.mark.parametrize(
    "headline",
    [
        "Not ruled out for Sunday", "Hasn't been ruled out", "Could be ruled out Sunday",
        "Expected to be inactive", "Likely out Sunday", "Won't return Sunday",
        "Ruled out for second half", "Ruled out for remainder of Sunday's game",
        "Out of walking boot", "Out for Thursday's practice", "Sitting out practice",
        "Was inactive Sunday", "Inactive last Sunday", "Will he play Sunday?", "Isn't inactive",
        "Won't play unless cleared", "Questionable for Sunday", "Doubtful for Sunday",
        "Inks extension with Patriots", "Fully dressed for latest practice", "Activated from IR",
        "Will play Sunday, won't play Thursday", "Trade talks: not playing", "Ruled out" + "!" * 300,
        "", "Active", "Scores twice, ruled out late in third quarter", "No longer sidelined",
        "Back after being sidelined", "Active on ground in win", "Active for 12 snaps",
        "Won't play next Sunday", "Inactive yesterday", "Inactive in Week 11 loss",
        "Scratched from first game", "Won't play in nightcap", "Not playing in doubleheader opener",
    ],
)  # fmt: skip
def test_what_is_hedged_past_or_about_something_else_is_none(headline):
    assert said_in(headline, SUNDAY, "nfl") is None


def test_a_named_day_must_be_the_next_games():
    assert said_in("Won't play Sunday", SUNDAY - timedelta(days=2), "nfl") is not None
    assert said_in("Won't play Sunday", SUNDAY - timedelta(days=2), "nba") is None
    assert said_in("Ruled out Sunday", SUNDAY + timedelta(days=1), "nfl") is None  # it was played
    assert said_in("Inactive Sunday", SUNDAY + timedelta(days=1), "nfl") is None
    assert said_in("Active Sunday", SUNDAY - timedelta(days=1), "nfl") is None  # not known yet
    late = datetime(2026, 11, 23, 3, tzinfo=UTC)  # Sunday evening there, Monday in UTC
    assert said_in("Won't play Sunday", late, "nba") is not None
    assert said_in("Won't play Monday", late, "nba") is None


def test_it_holds_until_the_night_is_over_also_when_clocks_change():
    autumn = datetime(2026, 10, 31, 20, tzinfo=UTC)  # the night to Sunday has 25 hours
    ends = datetime(2026, 11, 1, 11, tzinfo=UTC)  # six in the morning, an hour later than before
    assert said_in("Out tonight", autumn, "nba").until == ends
    assert said_in("Ruled out", datetime(2026, 11, 1, 5, tzinfo=UTC), "nba").until == ends
    assert said_in("Ruled out", autumn, "nfl").until == autumn + timedelta(hours=30)
    assert said_in("Won't play Saturday", autumn, "nba").until == datetime(
        2026, 11, 1, 11, tzinfo=UTC
    )
    assert said_in("Won't play Sunday", SUNDAY, "nfl").until == datetime(
        2026, 11, 23, 11, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "moment", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]
)
@pytest.mark.parametrize("headline", ["Ruled out", "Ruled out Friday", "Ruled out Monday"])
@pytest.mark.parametrize("sport", ["nfl", "nba"])
def test_at_the_ends_of_the_calendar_nothing_is_said(moment, headline, sport):
    assert said_in(headline, moment, sport) is None


@pytest.mark.parametrize("year", ["0001", "2027", "9999"])
def test_a_note_of_another_year_is_news_and_no_status(year):
    body = item("A B: Ruled out", date=f"Fri, 20 Nov {year} 10:00:00 AM UTC")
    assert [type(e) for e in parse("news.rotowire", body.encode()).events] == [BreakingNews]


def item(
    title,
    *,
    date="Fri, 20 Nov 2026 3:30:00 AM PST",
    link="football/player/christian-gonzalez-16683",
):
    return f"""<rss><channel><item><guid>nfl636384</guid><title>{title}</title>
    <link>https://www.rotowire.com//{link}</link><pubDate>{date}</pubDate></item></channel></rss>"""


def test_a_note_of_rotowires_is_news_and_a_status_of_its_player():
    news, status = parse(
        "news.rotowire", item("Christian Gonzalez: Ruled out Sunday").encode()
    ).events
    assert isinstance(news, BreakingNews)
    assert isinstance(status, PlayerInjury)
    assert status.event_id == f"{news.event_id}!"
    assert (status.player_id, status.sport, status.data.status) == ("rotowire:16683", "nfl", "Out")
    assert (status.timestamp, status.confidence) == (news.timestamp, 0.95)
    assert status.expiration_time == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert "name" not in status.data.extra  # a name without a team proves nothing


@pytest.mark.parametrize(
    "body",
    [
        item("Christian Gonzalez: Fully dressed for latest practice"),
        item("Ruled out Sunday"),
        item("Christian Gonzalez: Ruled out Sunday", date="Fri, 13 Nov 2026 3:30:00 AM PST"),
        item("Christian Gonzalez: Ruled out Sunday", link="football/news.php"),
        item("Christian Gonzalez: Ruled out Sunday").replace("www.rotowire.com", "example.org"),
    ],
)
def test_other_notes_are_news_alone(body):
    (news,) = parse("news.rotowire", body.encode()).events
    assert isinstance(news, BreakingNews)


def post(text, link="https://www.rotowire.com/football/player/christian-gonzalez-16683", **commit):
    embed = {"$type": "app.bsky.embed.external", "external": {"uri": link, "title": ""}}
    return {
        "did": "did:plc:aaaa", "time_us": 1_795_176_000_000_000, "kind": "commit",
        "commit": {
            "rev": "3m1", "operation": "create", "collection": "app.bsky.feed.post", "rkey": "3m1",
            "record": {"$type": "app.bsky.feed.post", "text": text, "embed": embed}, **commit,
        },
    }  # fmt: skip


def test_a_post_that_links_to_its_player_is_a_status_too(spoken):
    news, status = spoken("news.jetstream", post("Christian Gonzalez: Active for Week 12")).events
    assert isinstance(status, PlayerActive)
    assert (status.event_id, status.player_id) == (f"{news.event_id}!", "rotowire:16683")
    assert status.data.participation == "CONFIRMED_IN"


@pytest.mark.parametrize(
    "said",
    [
        post("Christian Gonzalez: Active for Week 12", link="https://example.org/player/x-16683"),
        post(
            "Christian Gonzalez: Active for Week 12",
            link="https://www.rotowire.com/chess/player/x-1",
        ),
        post("Active for Week 12"),
        post("Christian Gonzalez: Active for Week 12", operation="update"),
    ],
)
def test_other_posts_are_news_alone(spoken, said):
    assert [type(e) for e in spoken("news.jetstream", said).events] == [BreakingNews]


WORDS = st.sampled_from(
    [
        "ruled",
        "out",
        "won't",
        "play",
        "inactive",
        "active",
        "Sunday",
        "Monday",
        "for",
        "Week",
        "12",
        "?",
        "not",
    ]
)


@given(
    st.lists(WORDS | st.text(max_size=6), max_size=10),
    st.integers(0, 200_000_000_000),
    st.sampled_from(["nfl", "nba", ""]),
)
def test_no_headline_and_no_moment_breaks_the_reading(words, when, sport):
    moment = datetime.fromtimestamp(when, UTC)
    said = said_in(" ".join(words), moment, sport)
    assert said is None or said.until > moment
