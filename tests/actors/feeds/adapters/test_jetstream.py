"""Bluesky's Jetstream: every recorded message by value, and each of its traps by name."""

from __future__ import annotations

import json

import pytest
from payloads import parse, utc

from actors.feeds.adapters.news_jetstream import cursor_of
from models.events import BreakingNews


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


def test_what_a_message_holds_may_be_handed_on_alone():
    held = json.loads(_second(
        rev="r2", operation="delete", collection="app.bsky.feed.post", rkey="k1",
    ))["payload"]  # fmt: skip
    body = json.dumps(held).encode()
    (gone,) = parse("news.jetstream", body).events
    assert gone.data.retracts == "news.jetstream:at://did:plc:a/app.bsky.feed.post/k1"
    assert parse("news.jetstream", _second(kind="account", account={"active": False})) == ([], [])


def test_an_old_post_seen_for_the_first_time_is_no_status():
    link = "https://www.rotowire.com/football/player/a-b-7"
    record = {"text": "A B: Officially ruled out", "embed": {"external": {"uri": link}}}
    for created, told in (("2026-05-25T14:23:00Z", 2), ("2026-01-04T15:00:00Z", 1)):
        body = json.dumps(_commit(record=record | {"createdAt": created})).encode()
        parsed = parse("news.jetstream", body, received_at=utc("2026-05-25T14:24:00"))
        assert len(parsed.events) == told


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
