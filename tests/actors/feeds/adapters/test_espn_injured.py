"""ESPN's lists of the hurt, and its news, in forms that no recording has; all synthetic."""

from __future__ import annotations

import pytest

from models.events import PlayerActive


def hurt(status, **more):
    return {"injuries": [{"displayName": "T", "injuries": [
        {"status": status, "athlete": {"id": 7}, **more}
    ]}]}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "part", "designation"),
    [
        ("Injured Reserve", "Suspension", "SUSPENDED"), ("Out", "Suspension", "SUSPENDED"),
        ("Injured Reserve", "Hip", "RESERVE"), ("Active", "Suspension", "AVAILABLE"),
    ],
)  # fmt: skip
def test_a_suspension_may_stand_among_the_injuries(spoken, status, part, designation):
    (event,) = spoken("espn.injuries", hurt(status, details={"type": part})).events
    assert (event.data.designation, event.data.provider_status) == (designation, status)


@pytest.mark.parametrize(
    ("pages", "player"),
    [
        (["nfl/team/_/id/11/indianapolis-colts", "nfl/player/_/id/4242335/j-t"], "espn:4242335"),
        (["nfl/player/news/_/id/4242335/j-t"], "espn:4242335"),
        (["nhl/player/_/id/4565270"], "espn:4565270"),
        (["nba/player/gamelog/_/id/7?season=2026"], "espn:7"),
        (["nfl/team/_/id/11/indianapolis-colts"], ""),
        (["nfl/player/_/idx/5/x"], ""),
    ],
)
def test_a_players_page_is_told_from_his_teams(spoken, pages, player):
    links = [{"href": f"https://www.espn.com/{page}"} for page in pages]
    parsed = spoken("espn.injuries", hurt("Out", athlete={"displayName": "A", "links": links}))
    assert [e.player_id for e in parsed.events] == ([player] if player else [])
    assert len(parsed.rejected) == (not player)


def test_a_teams_injuries_in_another_form_are_refused_not_read_as_none(spoken):
    parsed = spoken("espn.injuries", {"injuries": [{"displayName": "T", "injuries": {"a": 1}}]})
    assert (parsed.events, [r.where for r in parsed.rejected]) == ([], ["injuries[0].injuries"])
    roster = {"athletes": [{"id": 7, "status": {"name": "Active"}, "injuries": {"status": "Out"}}]}
    parsed = spoken("espn.roster", roster)
    assert (parsed.events, [r.where for r in parsed.rejected]) == ([], ["athletes[0].injuries"])


@pytest.mark.parametrize(
    ("headline", "player"),
    [
        ("Falcons QB Michael Penix Jr. (knee) out", "espn:12"),
        ("Source: Drake London (hip) out", ""),
        ("Drake London (hip), Michael Penix Jr. (knee) out", ""),
        ("Falcons rule out starters", "espn:12"),
    ],
)
def test_whom_an_article_tags_is_not_always_whom_its_headline_names(spoken, headline, player):
    tag = {"type": "athlete", "athleteId": 12, "description": "Michael Penix Jr."}
    article = {"id": 1, "headline": headline, "categories": [tag]}
    (event,) = spoken("espn.news", {"articles": [article]}).events
    assert event.player_id == player


def test_an_article_without_an_id_goes_by_its_address_or_its_headline(spoken):
    page = {"links": {"web": {"href": "https://www.espn.com/nfl/story/_/id/341/x"}}}
    articles = [{"headline": "A", **page}, {"headline": "B", "dataSourceIdentifier": "c31"},
                {"headline": "C"}, {"id": 4}]  # fmt: skip
    parsed = spoken("espn.news", {"articles": articles})
    assert [e.data.extra.get("article_id") for e in parsed.events] == ["341", "c31", None]
    assert [r.where for r in parsed.rejected] == ["articles[3].headline"]


@pytest.mark.parametrize(
    ("word", "designation"),
    [
        ("ACTIVE", "AVAILABLE"), ("PROBABLE", "PROBABLE"), ("QUESTIONABLE", "QUESTIONABLE"),
        ("DAYTODAY", "GAME_TIME"), ("DOUBTFUL", "DOUBTFUL"), ("OUT", "OUT"), ("IR", "RESERVE"),
        ("7DAYIL", "RESERVE"), ("10DAYIL", "RESERVE"), ("15DAYIL", "RESERVE"),
        ("60DAYIL", "RESERVE"), ("SUSPENSION", "SUSPENDED"), ("BEREAVEMENT", "PERSONAL"),
        ("PATERNITY", "PERSONAL"),
    ],
)  # fmt: skip
def test_every_type_of_injury_designates_and_none_confirms(spoken, word, designation):
    (event,) = spoken("espn.injuries", hurt("", type={"name": f"INJURY_STATUS_{word}"})).events
    assert (event.data.designation, event.data.participation) == (designation, "UNKNOWN")
    assert isinstance(event, PlayerActive) == (designation == "AVAILABLE")
