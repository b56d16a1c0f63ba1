"""Who is who: by ids, then name with team and position, else a question."""

import csv
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from models.files.names import name_key
from models.identity.crosswalk import Crosswalk, Learned, Question, Resolved, linked
from models.identity.people import Person, Sighting, people_of_slate, sighting_of
from models.identity.review import Review
from models.identity.tables import chadwick, dynastyprocess, ffb_ids, merge, shared_names, sleeper
from models.slate import Player

JOKIC = Person(
    key="1", name="Nikola Jokić", team="DEN", position="C", sport="nba", ids={"nba": "203999"}
)
PAYTON = Person(key="2", name="Gary Payton II", team="GSW", position="G", sport="nba")
WASHINGTON = Person(key="3", name="P.J. Washington", team="DAL", position="PF", sport="nba")
JALEN_WILLIAMS = Person(
    key="4", name="Jalen Williams", team="OKC", position="SF", sport="nba", birth_date="2001-04-14"
)
JAYLIN_WILLIAMS = Person(key="5", name="Jaylin Williams", team="OKC", position="C", sport="nba")
JOHNSONS = [
    Person(key="6", name="Keldon Johnson", team="SAS", position="SF", sport="nba"),
    Person(key="7", name="Jalen Johnson", team="ATL", position="SF", sport="nba"),
    Person(
        key="8",
        name="Jalen Johnson",
        team="PHX",
        position="SF",
        sport="nba",
        birth_date="1996-03-05",
    ),
]
EVERYBODY = [JOKIC, PAYTON, WASHINGTON, JALEN_WILLIAMS, JAYLIN_WILLIAMS, *JOHNSONS]
CROSSWALK = Crosswalk(EVERYBODY)


def seen(name="", **said):
    return Sighting(**{"player_id": "espn:1", "name": name, "sport": "nba", **said})


def key_of(found):
    return found.person.key if isinstance(found, Resolved) else None


def test_an_id_goes_before_the_name():
    found = CROSSWALK.resolve(seen("Somebody Else", player_id="nba:203999"))
    assert isinstance(found, Resolved)
    assert (found.person, found.how) == (JOKIC, "id")


def test_an_id_may_come_beside_the_one_spoken_of():
    found = CROSSWALK.resolve(seen("", player_id="sleeper:5", ids={"nba": "203999"}))
    assert key_of(found) == "1"


def test_ids_of_two_people_are_a_question():
    people = [JOKIC, Person(key="9", name="X Y", ids={"espn": "1"}, sport="nba")]
    found = Crosswalk(people).resolve(
        seen("Nikola Jokic", player_id="espn:1", ids={"nba": "203999"})
    )
    assert isinstance(found, Question)
    assert {person.key for person in found.candidates} == {"1", "9"}


def test_the_same_number_in_another_sport_is_somebody_else():
    found = CROSSWALK.resolve(seen("A B", player_id="nba:203999", sport="nfl"))
    assert isinstance(found, Question)


@pytest.mark.parametrize(
    ("name", "team", "position", "key"),
    [
        ("Nikola Jokic", "DEN", "C", "1"),
        ("NIKOLA  JOKIĆ", "DEN", "", "1"),
        ("Gary Payton", "GS", "SG", "2"),
        ("PJ Washington Jr.", "DAL", "F", "3"),
        ("Jalen Johnson", "PHO", "F", "8"),
        ("Jalen Johnson", "ATL", "SF", "7"),
    ],
)
def test_accents_suffixes_and_team_codes_do_no_harm(name, team, position, key):
    found = CROSSWALK.resolve(seen(name, team=team, position=position))
    assert (key_of(found), found.how) == (key, "name")


@pytest.mark.parametrize(
    ("sighting", "reason"),
    [
        (seen("Nikola Jokic"), "team and position do not say it"),
        (seen("Nikola Jokic", team="LAL", position="C"), "team and position do not say it"),
        (seen("Nikola Jokic", team="DEN", position="PG"), "team and position do not say it"),
        (seen("Gary Payton Sr.", team="GSW", position="G"), "nobody bears the name"),
        (seen("Nikola Jokich", team="DEN", position="C"), "nobody bears the name"),
        (seen("", player_id="espn:77"), "no name"),
        (
            seen("Nikola Jokic", team="DEN", position="C", player_id="nba:5"),
            "nobody bears the name",
        ),
    ],
)
def test_nobody_is_matched_by_likeness(sighting, reason):
    found = CROSSWALK.resolve(sighting)
    assert isinstance(found, Question)
    assert reason in found.reason


def test_two_who_share_name_team_and_position_are_told_apart_by_suffix_or_birth_date_or_not():
    father = Person(key="s", name="Tim Hardaway Sr.", team="DAL", position="G")
    son = Person(
        key="j", name="Tim Hardaway Jr.", team="DAL", position="G", birth_date="1992-03-16"
    )
    both = Crosswalk([father, son])
    assert key_of(both.resolve(seen("Tim Hardaway Jr", team="DAL", position="G"))) == "j"
    born = both.resolve(seen("Tim Hardaway", team="DAL", birth_date="1992-03-16"))
    assert (key_of(born), born.how) == ("j", "birth_date")
    assert isinstance(both.resolve(seen("Tim Hardaway", team="DAL", position="G")), Question)


def test_a_birth_date_decides_where_the_team_does_not():
    found = CROSSWALK.resolve(seen("Jalen Johnson", team="MIA", birth_date="1996-03-05"))
    assert (key_of(found), found.how) == ("8", "birth_date")


def test_what_was_learned_for_a_draft_group_holds_there_only():
    taught = CROSSWALK.learn(Learned(player_id="espn:1", key="1", scope="dg-1", by="me"))
    assert key_of(taught.resolve(seen("N. Jokic"), scope="dg-1")) == "1"
    assert isinstance(taught.resolve(seen("N. Jokic"), scope="dg-2"), Question)
    assert isinstance(CROSSWALK.resolve(seen("N. Jokic"), scope="dg-1"), Question)
    stored = Crosswalk(EVERYBODY, taught.learned)
    assert stored.resolve(seen("N. Jokic"), scope="dg-1").how == "learned"


def test_what_was_learned_everywhere_gives_way_to_the_draft_group():
    taught = CROSSWALK.learn(
        Learned(player_id="espn:1", key="1"), Learned(player_id="espn:1", key="2", scope="dg-1")
    )
    assert key_of(taught.resolve(seen("x"), scope="dg-1")) == "2"
    assert key_of(taught.resolve(seen("x"), scope="dg-9")) == "1"


def test_who_was_decided_to_be_nobody_of_ours_stays_it():
    taught = CROSSWALK.learn(Learned(player_id="espn:1", key=""))
    found = taught.resolve(seen("Nikola Jokic", team="DEN", position="C"))
    assert isinstance(found, Question)
    assert found.candidates == ()


def test_learning_a_key_that_is_nobodys_is_refused():
    with pytest.raises(KeyError, match="nobody"):
        CROSSWALK.learn(Learned(player_id="espn:1", key="nobody"))


def test_a_question_is_asked_once_and_its_answer_takes_it_away():
    question = CROSSWALK.resolve(seen("N. Jokic"))
    review = Review().asked(question, "dg-1").asked(question, "dg-1").asked(question, "dg-2")
    assert [(entry.scope, entry.times) for entry in review.listed()] == [("dg-1", 2), ("dg-2", 1)]
    answered = review.answered(Learned(player_id="espn:1", key="1", scope="dg-1"))
    assert [entry.scope for entry in answered.listed()] == ["dg-2"]
    assert review.answered(Learned(player_id="espn:1", key="1")).listed() == []


def row(player_id, name, team, slot):
    return Player(
        player_id=player_id, name=name, team=team, game_id="A@B", positions=("QB",), roster_slots=(slot,), salary=1
    )  # fmt: skip


def test_captain_and_flex_rows_are_one_person_with_two_ids():
    rows = [
        row("c", "A B", "KC", "CPT"),
        row("f", "A B", "KC", "FLEX"),
        row("x", "A B", "LV", "FLEX"),
    ]
    people = people_of_slate(rows, "nfl")
    assert [(person.key, person.rows) for person in people] == [("c", ("c", "f")), ("x", ("x",))]


@pytest.fixture(scope="module")
def tables(shared):
    """The tables of ids, as published."""
    ids = shared / "feeds/ids"
    players = json.loads((shared / "feeds/sleeper/players_nfl_sample.json").read_bytes())
    return {
        "dynastyprocess": dynastyprocess(
            (ids / "db_playerids_dynastyprocess_2021.csv").read_text()
        ),
        "ffb": ffb_ids((ids / "ffb_ids_player_ids_2026.csv").read_text()),
        "chadwick": chadwick((ids / "chadwick_register_mlb_2024plus.csv").read_text()),
        "sleeper": sleeper(players),
    }


def test_the_tables_are_read_whole(tables):
    assert {name: len(people) for name, people in tables.items()} == {
        "dynastyprocess": 10_514, "ffb": 3_297, "chadwick": 1_596, "sleeper": 6,
    }  # fmt: skip
    lawrence = tables["dynastyprocess"][0]
    assert (lawrence.name, lawrence.team, lawrence.position) == ("Trevor Lawrence", "JAC", "QB")
    assert (lawrence.birth_date, lawrence.ids["sleeper"]) == ("1999-10-06", "7523")
    assert "gsis" not in lawrence.ids  # NA is no id
    assert "stats_global" not in lawrence.ids  # 0 is none, either
    miller = tables["chadwick"][0]
    assert (miller.key, miller.name, miller.birth_date) == (
        "mlb:680911",
        "Owen Miller",
        "1996-11-15",
    )
    assert miller.ids == {
        "mlb": "680911",
        "retro": "millo002",
        "bbref": "milleow01",
        "fangraphs": "24655",
    }
    assert tables["sleeper"][0].ids["sportradar"] == "9beb72c5-5a81-413c-ada3-ff4854c95cf4"


def test_names_are_not_keys(tables):
    shared_by = shared_names(tables["dynastyprocess"])
    assert len(shared_by) == 937
    assert all(len(keys) > 1 for keys in shared_by.values())


def test_an_id_that_several_people_bear_is_none():
    people = sleeper(
        {"1": {"full_name": "A B", "espn_id": 5}, "2": {"full_name": "C D", "espn_id": 5}}
    )
    assert [person.ids for person in people] == [{"sleeper": "1"}, {"sleeper": "2"}]


def test_merged_tables_hold_everybody_once_and_tell_contradictions(tables):
    merged = merge(tables["sleeper"], tables["ffb"], tables["dynastyprocess"])
    keys = [person.key for person in merged.people]
    assert len(keys) == len(set(keys))
    listed = [pair for person in merged.people for pair in person.ids.items()]
    assert len(listed) == len(set(listed))
    rows = sum(len(tables[name]) for name in ("sleeper", "ffb", "dynastyprocess"))
    assert len(merged.people) < rows - len(merged.conflicts)
    lawrence = next(person for person in merged.people if person.ids.get("sleeper") == "7523")
    assert {"espn", "yahoo", "rotowire", "sportradar"} <= set(lawrence.ids)


def test_another_table_than_the_one_expected_is_refused():
    with pytest.raises(ValueError, match="no column key_mlbam"):
        chadwick("a,b\n1,2\n")


def test_injured_players_of_2023_are_found_by_id_or_name_or_asked_about_and_never_wrongly(
    tables, shared
):
    crosswalk = Crosswalk(merge(tables["ffb"], tables["dynastyprocess"]).people)
    with (shared / "feeds/nflverse/injuries_2023_w1_2.csv").open() as lines:
        rows = {
            r["gsis_id"]: r
            for r in csv.DictReader(lines)
            if r["position"] in {"QB", "RB", "WR", "TE"}
        }
    resolved = 0
    for gsis, injured in rows.items():
        found = crosswalk.resolve(
            Sighting(
                player_id=f"gsis:{gsis}",
                name=injured["full_name"],
                team=injured["team"],
                position=injured["position"],
                sport="nfl",
            )
        )
        if isinstance(found, Resolved):
            resolved += 1
            assert found.person.ids.get("gsis", gsis) == gsis
            same = (
                name_key(found.person.name).split()[-1]
                == name_key(injured["full_name"]).split()[-1]
            )
            assert same or found.how == "id"
        else:
            assert found.reason
    assert len(rows) == 93
    assert resolved >= 50


def test_players_of_a_slate_get_the_ids_of_the_tables_and_events_find_them(tables):
    known = Crosswalk(tables["dynastyprocess"])
    people = people_of_slate([row("dk-1", "Trevor Lawrence", "JAX", "QB")], "nfl")
    (lawrence,) = linked(people, known)
    assert lawrence.ids["sleeper"] == "7523"
    found = Crosswalk([lawrence]).resolve(Sighting(player_id="sleeper:7523", sport="nfl"))
    assert found.person.rows == ("dk-1",)


def test_events_of_adapters_say_whom_they_speak_of(shared):
    path = shared / "feeds/sleeper/players_nfl_sample.json"
    payload = Payload(path.read_bytes(), datetime(2026, 11, 20, tzinfo=UTC))
    event = ADAPTERS["sleeper.players"](payload).events[0]
    found = sighting_of(event)
    assert (found.player_id, found.name, found.team, found.position) == (
        "sleeper:10213", "Tre Tucker", "LV", "WR",
    )  # fmt: skip
    assert found.known_ids["rotowire"] == "16694"
    assert found.known_ids["sleeper"] == "10213"


words = st.sampled_from(
    ["", "DEN", "LAL", "C", "PG", "Nikola Jokic", "Jalen Johnson", "Gary Payton"]
)


@given(name=words, team=words, position=words, own=st.sampled_from(["1", "203999", ""]))
def test_an_answer_never_contradicts_what_was_said(name, team, position, own):
    found = CROSSWALK.resolve(seen(name, team=team, position=position, player_id=f"nba:{own}"))
    if isinstance(found, Resolved):
        assert found.how == "id" or name_key(found.person.name) == name_key(name)
        assert found.person.ids.get("nba", own) == own
    else:
        assert found.sighting.name == name
