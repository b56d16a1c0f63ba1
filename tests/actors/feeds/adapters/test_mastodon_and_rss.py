"""Mastodon and RSS: every recorded payload by value, and each trap by name."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from payloads import NOW, parse, utc

from actors.feeds.adapters.news_rss import player_of, published
from actors.feeds.adapters.news_sse import server_sent


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


def test_a_deletion_that_is_cut_off_takes_back_nothing():
    parsed = parse("news.mastodon", b"event: delete\ndata: 17\n\nevent: delete\ndata: 1702")
    assert [e.data.retracts for e in parsed.events] == ["news.mastodon:17"]
    assert [r.where for r in parsed.rejected] == ["line 4"]


def test_ids_are_a_servers_own():
    body = b"event: delete\ndata: 17\n\n"
    (here,) = parse("news.mastodon", body, "https://one.example/api/v1/streaming/public").events
    (there,) = parse("news.mastodon", body, "https://two.example/api/v1/streaming/public").events
    assert here.event_id == "news.mastodon:one.example:17@delete"
    assert here.data.retracts != there.data.retracts


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


@pytest.mark.parametrize(
    ("link", "player"),
    [
        ("https://www.rotowire.com/football/player/christian-gonzalez-16683", "rotowire:16683"),
        ("https://www.rotowire.com/football/player.php?id=8687", "rotowire:8687"),
        ("https://www.rotowire.com/golf/player/j-j-spaun-10166/?utm=x-9", "rotowire:10166"),
        ("https://www.rotowire.com/football/player/16683", "rotowire:16683"),
        ("https://www.rotowire.com/football/article/top-10-players-99", ""),
        ("https://example.org/football/player/christian-gonzalez-16683", ""),
    ],
)
def test_a_players_page_ends_in_his_id(link, player):
    assert player_of(link) == player


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
