"""Rules are data: every file is sound, and a wrong one is named with its field."""

from collections import Counter
from pathlib import Path

import pytest

from config.rules import RulesError, all_rules, detect_rules, load_rules, parse_rules, read_folder

SOUND = """
site = "draftkings"
sport = "curling"
game_type = "classic"
title = "DraftKings Curling Classic"
salary_cap = 50000
[[slots]]
name = "S"
positions = ["S"]
"""


@pytest.mark.parametrize("key", all_rules())
def test_each_game_type_is_named_by_its_place(key: str):
    rules = load_rules(key)
    assert rules.key == key
    assert rules == all_rules()[key]
    assert rules.source


@pytest.mark.parametrize("site", ["draftkings", "fanduel"])
@pytest.mark.parametrize(
    "sport",
    ["nba", "nfl", "mlb", "nhl", "pga", "wnba", "cfb", "cbb", "mma", "nascar", "soccer", "tennis"],
)
def test_every_sport_has_a_classic_game(site: str, sport: str):
    assert f"{site}/{sport}/classic" in all_rules()


def test_the_captured_rules_of_draftkings_agree(shared: Path):
    import json

    folder = shared / "feeds/draftkings"
    captured = json.loads((folder / "gametype_1_rules_nfl_classic.json").read_text())
    rules = load_rules("draftkings/nfl/classic")
    template = [slot["rosterSlot"]["name"] for slot in captured["lineupTemplate"]]
    assert list(rules.slot_names) == template
    assert rules.salary_cap == captured["salaryCap"]["maxValue"]
    assert rules.min_games == captured["gameCount"]["minValue"]
    assert rules.late_swap is captured["allowLateSwap"]
    captain = json.loads((folder / "gametype_159_rules.json").read_text())
    showdown = load_rules("draftkings/nfl/showdown")
    assert list(showdown.slot_names) == [s["rosterSlot"]["name"] for s in captain["lineupTemplate"]]
    assert showdown.team_minimum is not None
    assert showdown.team_minimum.teams == captain["teamCount"]["minValue"]


@pytest.mark.parametrize("key", all_rules())
def test_a_game_type_is_recognised_by_its_own_header_and_positions(key: str):
    rules = load_rules(key)
    found = detect_rules(
        rules.site,
        header=rules.slot_names,
        positions=rules.hints.positions,
        teams=rules.hints.teams[:2],
    )
    assert key in [candidate.key for candidate in found]
    assert all(Counter(c.slot_names) == Counter(rules.slot_names) for c in found)


def test_basketball_of_men_and_women_is_told_apart():
    [showdown] = detect_rules(
        "draftkings", header=("CPT", *["UTIL"] * 5), positions={"G", "F"}, teams={"LVA", "CON"}
    )
    assert showdown.key == "draftkings/wnba/showdown"


def test_an_unknown_game_type_names_those_there_are():
    with pytest.raises(KeyError, match="draftkings/nba/classic"):
        load_rules("draftkings/chess/classic")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("salary_cap = 50000", 'salary_cap = "much"'), "salary_cap"),
        (("salary_cap = 50000", "salary_cap = 50050"), "salary_step"),
        (('positions = ["S"]', "positions = []"), "positions|position"),
        (("title", "titel"), "titel"),
        (("curling", "bowling"), "path"),
        (('name = "S"', 'name = "S"\npoints_multiplier = -1'), "multipliers"),
        (("[[slots]]", "[[slots]"), "Expected"),
        (
            ("[[slots]]", '[[uncertain]]\nfield = "moon"\nnote = "?"\n[[slots]]'),
            "uncertain",
        ),
    ],
)
def test_a_wrong_file_is_named_with_its_field(change: tuple[str, str], complaint: str):
    with pytest.raises(RulesError, match=complaint) as caught:
        parse_rules(SOUND.replace(*change).encode(), "draftkings/curling/classic.toml")
    assert str(caught.value).startswith("draftkings/curling/classic.toml: ")


def test_adding_a_game_type_is_adding_a_file(tmp_path: Path):
    folder = tmp_path / "draftkings" / "curling"
    folder.mkdir(parents=True)
    (folder / "classic.toml").write_text(SOUND)
    (folder / "notes.txt").write_text("no rules")
    assert list(read_folder(tmp_path)) == ["draftkings/curling/classic"]
