"""``lateswap feeds``: names, events as JSON lines, refusals on standard error."""

import gzip
import json

import pytest
from typer.testing import CliRunner

from actors.feeds.adapters import ADAPTERS
from serve.cli import app


@pytest.fixture
def command():
    """The command's exit code, the events and the refusals it printed."""

    def run(*arguments):
        result = CliRunner().invoke(app, ["feeds", *map(str, arguments)])
        return result.exit_code, result.stdout, result.stderr

    return run


def test_list_names_every_adapter(command):
    code, out, _ = command("list")
    assert code == 0
    assert out.split() == sorted(ADAPTERS)
    code, out, _ = command("list", "--json")
    assert json.loads(out) == sorted(ADAPTERS)


def test_parse_prints_events_as_json_lines(command, shared):
    file = shared / "feeds/espn/injuries_wnba_20260708.json"
    code, out, err = command(
        "parse", "espn.injuries", file, "--received-at", "2026-07-08T23:34:00Z"
    )
    events = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [event["player_id"] for event in events] == [
        "espn:4597509", "espn:4433386", "espn:4433404", "espn:3065570",
    ]  # fmt: skip
    assert {event["received_at"] for event in events} == {"2026-07-08T23:34:00Z"}
    assert events[0]["data"]["designation"] == "OUT"


def test_packed_files_and_several_of_them_are_read(command, shared, tmp_path):
    plain = shared / "feeds/nba/cdn_odds_todaysGames.json"
    packed = tmp_path / "odds.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    code, out, _ = command("parse", "nba.cdn_odds", plain, packed)
    assert code == 0
    ids = [json.loads(line)["event_id"] for line in out.splitlines()]
    assert len(ids) == 4
    assert ids[:2] == ids[2:]


def test_refused_readings_go_to_standard_error_with_their_place(command, tmp_path):
    file = tmp_path / "injuries.json"
    rows = [{"status": "Out"}, {"status": "Out", "athlete": {"id": 3}}]
    file.write_text(json.dumps({"injuries": [{"injuries": rows}]}))
    code, out, err = command("parse", "espn.injuries", file)
    assert code == 0
    assert len(out.splitlines()) == 1
    (refused,) = map(json.loads, err.splitlines())
    assert refused["where"] == "injuries[0].injuries[0].athlete"
    assert refused["feed"] == "espn.injuries"
    assert refused["file"] == str(file)


def test_one_unreadable_file_does_not_stop_the_others(command, shared, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_bytes(b"<html>403</html>")
    cut = tmp_path / "cut.json.gz"
    cut.write_bytes(gzip.compress(b"{}" * 1000)[:20])
    good = shared / "feeds/nba/cdn_odds_todaysGames.json"
    code, out, err = command("parse", "nba.odds", broken, cut, tmp_path / "missing.json", good)
    assert code == 1
    assert len(out.splitlines()) == 2
    assert "cut.json.gz" in err
    assert "missing.json" in err
    assert json.loads(err.splitlines()[0])["where"] == ""


def test_an_unknown_feed_is_told_what_there_is(command, tmp_path):
    code, _, err = command("parse", "espn.injurys", tmp_path / "x")
    assert code == 2
    assert "did you mean espn.injuries" in err
    code, _, err = command("parse", "zzz", tmp_path / "x")
    assert code == 2
    assert "feeds list" in err


def test_a_time_without_zone_is_refused(command, tmp_path):
    code, _, err = command(
        "parse", "espn.news", tmp_path / "x", "--received-at", "2026-07-08T23:34:00"
    )
    assert code == 2
    assert "write it like" in err


def test_an_address_says_what_the_payload_does_not(command, shared):
    file = shared / "feeds/sleeper/trending_add.json"
    url = "https://api.sleeper.app/v1/players/nfl/trending/drop"
    _, out, _ = command("parse", "sleeper.trending", file, "--url", url)
    assert json.loads(out.splitlines()[0])["data"]["extra"]["trend"] == "drop"
