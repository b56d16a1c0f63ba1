"""News and vendors: every recorded payload by value, and each trap of the sources by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.news_jetstream import cursor_of
from actors.feeds.adapters.news_rss import published
from actors.feeds.adapters.news_sse import server_sent
from actors.feeds.adapters.port import Payload
from models.events import BreakingNews, PlayerActive, PlayerInjury

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def parse(feed, body, url=""):
    return ADAPTERS[feed](Payload(body, NOW, url))


@pytest.fixture
def raw(shared):
    return lambda file: (shared / "feeds" / file).read_bytes()


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- Jetstream


@pytest.mark.parametrize("file", ["jetstream_v1_golden.jsonl", "jetstream_v1_sequence.jsonl"])
def test_posts_are_news_and_whatever_else_is_written_is_not(raw, file):
    body = raw(f"news/{file}")
    posts = [
        message
        for message in map(json.loads, body.splitlines())
        if message["kind"] == "commit" and message["commit"]["collection"] == "app.bsky.feed.post"
    ]
    parsed = parse("news.jetstream", body)
    assert [
        (e.event_id, e.data.text, e.data.retracts, round(e.timestamp.timestamp() * 1e6))
        for e in parsed.events
    ] == [
        (
            _post_id(post) + ("" if _is_new(post) else f"@{post['commit']['rev']}"),
            post["commit"].get("record", {}).get("text", "").strip(),
            "" if _is_new(post) else _post_id(post),
            post["time_us"],
        )
        for post in posts
    ]
    assert all(isinstance(event, BreakingNews) for event in parsed.events)
    assert parsed.rejected == []


def _post_id(post):
    return f"news.jetstream:at://{post['did']}/app.bsky.feed.post/{post['commit']['rkey']}"


def _is_new(post):
    return post["commit"]["operation"] == "create"


def test_a_post_counts_by_the_servers_clock_and_keeps_its_authors(raw):
    (event,) = parse("news.jetstream", raw("news/jetstream_v1_golden.jsonl")).events
    assert event.timestamp == utc("2026-05-25T14:23:29.157119")
    assert event.data.text == "Try RSV for a good time !!"
    assert event.data.url == (
        "https://bsky.app/profile/did:plc:q235v55g5unth4zjjdpacfdr/post/3mmoojp4cd223"
    )
    assert event.data.extra == {
        "did": "did:plc:q235v55g5unth4zjjdpacfdr", "created_at": "2026-05-25T14:23:28.757Z",
        "languages": ["en"],
        "reply_to": "at://did:plc:j76trmiofvaxxpvx2vnb2vwf/app.bsky.feed.post/3mmojbrjwbs26",
    }  # fmt: skip


def _commit(**changes):
    commit = {
        "rev": "r2", "operation": "create", "collection": "app.bsky.feed.post", "rkey": "k1",
        "record": {"text": "Out tonight."},
    } | changes  # fmt: skip
    return {"did": "did:plc:a", "time_us": 1779719009157119, "kind": "commit", "commit": commit}


def test_a_deleted_post_retracts_its_news():
    told = parse("news.jetstream", json.dumps(_commit()).encode()).events
    taken = parse(
        "news.jetstream", json.dumps(_commit(operation="delete", record=None)).encode()
    ).events
    assert taken[0].data.retracts == told[0].event_id
    assert taken[0].event_id != told[0].event_id


def test_an_edited_post_is_another_event_that_names_the_first():
    first = "news.jetstream:at://did:plc:a/app.bsky.feed.post/k1"
    (edited,) = parse("news.jetstream", json.dumps(_commit(operation="update")).encode()).events
    assert edited.event_id == f"{first}@r2"
    assert edited.data.extra["updates"] == first


@pytest.mark.parametrize("kind", ["identity", "account"])
def test_kinds_without_a_commit_ignore_the_filter_and_are_no_news(kind):
    message = {"did": "did:plc:a", "time_us": 1, "kind": kind, kind: {"active": False}}
    assert parse("news.jetstream", json.dumps(message).encode()) == ([], [])


def _second(**payload):
    kind = payload.pop("kind", "commit")
    held = {
        "$type": f"network.bsky.jetstream.subscribeEvents#{kind}", "seq": 12345,
        "did": "did:plc:a", "time": "2024-09-09T19:46:02.329308Z",
    } | payload  # fmt: skip
    return json.dumps({"$type": "message", "payload": held}).encode()


def test_the_second_version_tells_the_same_news_under_the_same_id():
    first = parse("news.jetstream", json.dumps(_commit()).encode()).events[0]
    body = _second(
        rev="r2", operation="create", collection="app.bsky.feed.post", rkey="k1",
        record={"text": "Out tonight."},
    )  # fmt: skip
    (event,) = parse("news.jetstream", body).events
    assert event.event_id == first.event_id
    assert event.timestamp == utc("2024-09-09T19:46:02.329308")
    assert (event.data.text, event.data.extra["seq"]) == ("Out tonight.", 12345)


def test_an_error_frame_says_why_the_stream_ends(raw):
    parsed = parse("news.jetstream", raw("news/jetstream_v2_frames_from_docs.jsonl"))
    assert parsed.events == []  # its message is a like
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("line 2.error", "the stream ends: ConsumerTooSlow ...")
    ]


def test_an_outdated_cursor_is_told_as_news_that_were_missed():
    parsed = parse("news.jetstream", _second(kind="info", name="OutdatedCursor"))
    assert "OutdatedCursor: messages were missed" in parsed.rejected[0].reason


def test_accounts_to_follow_are_no_messages_of_the_stream(raw):
    parsed = parse("news.jetstream", raw("news/bluesky_nfl_accounts_20260907.json"))
    assert parsed.events == []
    assert [r.reason for r in parsed.rejected] == ["nothing is unknown"]


def test_the_cursor_is_where_a_stream_resumes(raw):
    last = json.loads(raw("news/jetstream_v1_golden.jsonl").splitlines()[-1])
    assert cursor_of(raw("news/jetstream_v1_golden.jsonl")) == last["time_us"]
    assert cursor_of(_second()) == 12345
    assert cursor_of(b"{", 7) == 7
    error = b'{"$type":"error","error":"ConsumerTooSlow"}'
    assert cursor_of(error, 7) == 7


# --- Mastodon


def test_a_stream_of_statuses_edits_and_deletions(raw):
    parsed = parse("news.mastodon", raw("news/mastodon_test_stream_user_direct.sse"))
    first = "news.mastodon:117024236332527350"
    assert [
        (e.event_id, e.timestamp, e.data.text, e.data.retracts) for e in parsed.events
    ] == [
        (first, utc("2026-08-02T05:22:17.399"), "only real cars respond.", ""),
        (f"{first}@2026-08-02T05:22:24.192Z", utc("2026-08-02T05:22:24.192"),
         "only real animals respond.", ""),
        (f"{first}@delete", NOW, "", first),
    ]  # fmt: skip
    assert parsed.events[0].data.extra["account"] == "mastodonpy_test"


def test_what_is_not_meant_for_the_public_is_refused(raw):
    parsed = parse("news.mastodon", raw("news/mastodon_test_stream_user_direct.sse"))
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("line 8.visibility", "direct: not meant for the public")
    ]


def test_a_conversation_concerns_the_account_alone(raw):
    assert parse("news.mastodon", raw("news/mastodon_test_stream_direct.sse")) == ([], [])


def test_a_bare_id_is_a_deletion_and_undefined_nothing(raw):
    parsed = parse("news.mastodon", raw("news/mastodon_docs_events.sse"))
    assert [e.data.retracts for e in parsed.events] == [
        "news.mastodon:107214471804101576", "news.mastodon:108914398911648589",
        "news.mastodon:108914430312582020",
    ]  # fmt: skip
    assert parsed.rejected == []


def test_comments_keep_a_line_alive_and_are_no_messages(raw):
    sent = list(server_sent(raw("news/mastodon_docs_events.sse")))
    assert [(m.event, m.data) for m in sent[:1]] == [("filters_changed", "undefined")]
    assert list(server_sent(b":thump\n\n:)\n\n")) == []


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_messages_end_in_any_line_end_and_last_ids_stay(end):
    body = end.join([b"id: 7", b"event: update", b"data: a", b"data:b", b"", b"data: c", b"", b""])
    assert [(m.event, m.data, m.last_id) for m in server_sent(body)] == [
        ("update", "a\nb", "7"), ("message", "c", "7"),
    ]  # fmt: skip


def test_ids_are_a_servers_own():
    body = b"event: delete\ndata: 17\n\n"
    (here,) = parse("news.mastodon", body, "https://one.example/api/v1/streaming/public").events
    (there,) = parse("news.mastodon", body, "https://two.example/api/v1/streaming/public").events
    assert here.event_id == "news.mastodon:one.example:17@delete"
    assert here.data.retracts != there.data.retracts


# --- RSS


def test_twelve_hours_and_a_zone_by_name_are_read_right(raw):
    for case in json.loads(raw("news/rotowire_pubdate_cases.json")):
        assert published(case["pubDate"]) == datetime.fromisoformat(case["utc"])


@pytest.mark.parametrize(
    "written",
    ["Mon, 07 Sep 2026 10:04:00", "Mon, 07 Sep 2026 13:04:00 PM PDT", "", "yesterday",
     "Mon, 31 Feb 2026 1:00:00 PM PST", "Mon, 07 Sep 2026 1:04:00 PM XYZ"],
)  # fmt: skip
def test_a_date_that_names_no_moment_is_none(written):
    assert published(written) is None


def test_ordinary_dates_are_read_as_they_are():
    assert published("Mon, 07 Sep 2026 22:04:00 -0700") == utc("2026-09-08T05:04:00")
    assert published("2026-09-07T22:04:00Z") == utc("2026-09-07T22:04:00")


def test_rotowires_items_name_the_player_the_sport_and_the_moment(raw):
    parsed = parse("news.rotowire", raw("news/rotowire_rss_shape_TRANSCRIBED.xml"))
    assert [
        (e.player_id, e.sport, e.timestamp, e.data.headline, e.data.extra) for e in parsed.events
    ] == [
        ("rotowire:16683", "nfl", utc("2026-09-08T05:04"),
         "Christian Gonzalez: Inks extension with Patriots",
         {"guid": "nfl636384", "name": "Christian Gonzalez",
          "player_headline": "Inks extension with Patriots"}),
        ("rotowire:11690", "nfl", utc("2026-09-08T04:00"),
         "Christian McCaffrey: Fully dressed for latest practice",
         {"guid": "nfl636381", "name": "Christian McCaffrey",
          "player_headline": "Fully dressed for latest practice"}),
        ("", "nba", utc("2026-06-29T16:45"), "Andrew Wiggins: To sign three-year extension",
         {"guid": "nba531201", "name": "Andrew Wiggins",
          "player_headline": "To sign three-year extension"}),
    ]  # fmt: skip
    assert parsed.rejected == []


def test_a_misread_date_costs_its_item_and_no_other(raw):
    body = raw("news/rotowire_rss_shape_TRANSCRIBED.xml").replace(b"9:00:00 PM PDT", b"9 o'clock")
    parsed = parse("news.rotowire", body)
    assert [r.where for r in parsed.rejected] == ["channel.item[1].pubDate"]
    assert len(parsed.events) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss><channel/></rss>",
        b"<html></html>",
        b"<rss><channel>",
        b"",
        b"\xff",
    ],
)
def test_what_is_no_news_feed_is_one_refusal(body):
    parsed = parse("news.rss", body)
    assert parsed.events == []
    assert len(parsed.rejected) == 1


# --- Vendors


def test_balldontlie_lists_its_injured_by_value(raw):
    body = raw("vendors/balldontlie_player_injuries_nba.json")
    parsed = parse("vendors.balldontlie", body)
    words = {"Day-To-Day": "GAME_TIME", "Out": "OUT"}
    assert [
        (
            e.player_id, e.data.status, e.data.designation, e.data.headline,
            e.data.extra["name"], e.data.extra["team_id"], e.data.extra["return_date"],
        )
        for e in parsed.events
    ] == [
        (
            f"balldontlie:{row['player']['id']}", row["status"], words[row["status"]],
            row["description"], f"{row['player']['first_name']} {row['player']['last_name']}",
            str(row["player"]["team_id"]), row["return_date"],
        )
        for row in json.loads(body)["data"]
    ]  # fmt: skip
    assert {type(e) for e in parsed.events} == {PlayerInjury}
    assert parsed.rejected == []


def test_a_date_without_a_year_stays_words(raw):
    parsed = parse("vendors.balldontlie", raw("vendors/balldontlie_player_injuries_nba.json"))
    assert parsed.events[3].data.extra["return_date"] == "Feb 1"
    assert parsed.events[3].data.extra["told_on"] == "Jul 3"
    assert parsed.events[3].expiration_time is None
    assert {e.timestamp for e in parsed.events} == {NOW}


def test_scrambled_trial_data_is_refused():
    rows = [
        {"PlayerID": 1, "Name": "Scrambled", "InjuryStatus": "Scrambled"},
        {"PlayerID": 20000571, "Name": "Nikola Jokic", "Team": "DEN", "InjuryStatus": "Out",
         "InjuryBodyPart": "Wrist", "Updated": "2026-01-05T18:30:00"},
        {"PlayerID": 3, "Name": "Well", "InjuryStatus": None},
    ]  # fmt: skip
    url = "https://api.sportsdata.io/v3/nba/projections/json/InjuredPlayers"
    parsed = parse("vendors.sportsdataio", json.dumps(rows).encode(), url)
    assert [r.where for r in parsed.rejected] == ["[0]"]
    hurt, well = parsed.events
    assert (type(hurt), hurt.player_id, hurt.sport) == (
        PlayerInjury, "sportsdataio:20000571", "nba",
    )  # fmt: skip
    assert (hurt.data.designation, hurt.data.injury) == ("OUT", "Wrist")
    assert (type(well), well.data.designation) == (PlayerActive, "AVAILABLE")


def test_times_of_sportsdataio_are_eastern():
    row = {"PlayerID": 1, "InjuryStatus": "Out", "Updated": "2026-01-05T18:30:00"}
    (event,) = parse("vendors.sportsdataio", json.dumps([row]).encode()).events
    assert event.timestamp == utc("2026-01-05T23:30")
