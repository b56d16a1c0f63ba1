"""The sources file: what is on, what is wrong with it, and what never leaves it."""

from __future__ import annotations

import pytest

from actors.feeds.adapters import ADAPTERS
from config.sources import Sources, SourcesError, filled, load_sources, missing, parse_sources

ONE = """
contact = "https://lateswap.example"
[[source]]
name = "a"
adapter = "generic.json"
{more}
[[source.connections]]
kind = "{kind}"
options = {options}
"""


def parse(more: str = "", kind: str = "polling", options: str = '{ url = "http://x" }') -> Sources:
    return parse_sources(ONE.format(more=more, kind=kind, options=options).encode(), "s.toml")


def test_the_shipped_sources_need_no_key_to_begin_with():
    sources = load_sources()
    ready = sources.ready({})
    assert len(ready) >= 12
    assert all(not source.needs and not source.blanks for source in ready)
    assert [source.priority for source in ready] == sorted(source.priority for source in ready)


def test_the_shipped_sources_name_adapters_that_exist():
    assert {source.adapter for source in load_sources().source} <= set(ADAPTERS)


def test_a_source_is_on_once_its_key_is_set():
    sources = load_sources()
    odds = next(s for s in sources.source if s.name == "odds.the_odds_api.nba")
    assert missing(odds, {}) == ("ODDS_API_KEY",)
    assert odds not in sources.ready({"ODDS_API_KEY": ""})
    assert odds in sources.ready({"ODDS_API_KEY": "k"})


def test_a_pattern_is_opened_for_what_fills_it():
    live = next(s for s in load_sources().source if s.name == "mlb.live")
    assert live.blanks == ("game_pk",)
    assert live not in load_sources().ready({})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ({"options": '{ url = "http://x?k=${A_KEY}" }'}, "connections[0].url holds a key"),
        ({"more": "priority = 11"}, "priority 11 is not from 1 to 10"),
        ({"more": "times = { day = 0 }"}, "times must be positive"),
        ({"more": "colour = 1"}, "unknown field `colour`"),
        ({"kind": "pigeon"}, "Invalid enum value 'pigeon'"),
        ({"more": "budget = { quota = 20 }"}, "missing required field `provider`"),
    ],
)
def test_what_is_wrong_is_named(text, message):
    with pytest.raises(SourcesError) as error:
        parse(**text)
    assert str(error.value).startswith("s.toml: source")
    assert message in str(error.value)


def test_a_database_keeps_its_password_in_its_address():
    assert parse(kind="postgres", options='{ dsn = "${DSN}" }').source[0].needs == ("DSN",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"contact = ", "s.toml: "),
        (b"\xff", "s.toml: "),
        (b'contact = " "', "contact: is empty"),
        (b"source = []", "missing required field `contact`"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content, message):
    with pytest.raises(SourcesError) as error:
        parse_sources(content, "s.toml")
    assert message in str(error.value)


def test_a_name_that_stands_twice_is_refused():
    text = ONE.format(more="", kind="polling", options="{}")
    second = text.replace('contact = "https://lateswap.example"', "")
    with pytest.raises(SourcesError, match="stands twice"):
        parse_sources((text + second).encode(), "s.toml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourcesError, match=r"none\.toml: cannot be read"):
        load_sources(tmp_path / "none.toml")


def test_what_is_not_given_is_named():
    with pytest.raises(KeyError, match="game_pk"):
        filled({"url": "http://x/{game_pk}"}, {}, {})
