"""The words of the feeds, on the axis of what reports list a player as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.status import designation, listing

WORDS = {
    "AVAILABLE": ["Active", "Available", "healthy", "Note", "Activated", "INJURY_STATUS_ACTIVE"],
    "PROBABLE": ["PROBABLE", "Probable", "P"],
    "QUESTIONABLE": ["Questionable", "Q", "INJURY_STATUS_QUESTIONABLE"],
    "GAME_TIME": ["DAYTODAY", "Day-To-Day", "GTD", "DTD", "INJURY_STATUS_DAYTODAY"],
    "DOUBTFUL": ["Doubtful", "D"],
    "OUT": ["Out", "O", "OUT", "INJURY_STATUS_OUT", "ruled out"],
    "RESERVE": [
        "IR", "7DAYIL", "10-Day IL", "60-Day-IL", "INJURY_STATUS_15DAYIL", "PUP", "COV", "DNR", "DL",
        "C19", "IL", "NFI", "Injured Reserve", "Injured 10-Day", "15-day injured list", "PUP-R",
        "INJURY_STATUS_IR", "INJURY_STATUS_7DAYIL", "INJURY_STATUS_60DAYIL", "10-day IL", "IR-NR",
    ],
    "SUSPENDED": ["SUSPENSION", "Sus", "League Suspension", "restricted list"],
    "PERSONAL": ["BEREAVEMENT", "PATERNITY", "paternity list", "INJURY_STATUS_PATERNITY"],
    "NOT_WITH_TEAM": ["NA", "G League - Two-Way", "G League - On Assignment"],
    "WITHDRAWN": ["WD", "W/D", "Withdrawn", "Withdrawal", "DQ", "Disqualified", "DNS"],
    "CUT": ["MC", "MDF", "CUT", "Missed Cut", "Made Cut Did Not Finish"],
}  # fmt: skip


@pytest.mark.parametrize(("meant", "word"), [(m, w) for m, words in WORDS.items() for w in words])
def test_every_word_of_every_feed_is_listed(meant, word):
    assert listing(word) == meant
    assert listing(meant) == meant


def test_a_listing_is_no_participation():
    assert listing("INACTIVE") is None
    assert listing("STARTING") is None
    assert (designation("INACTIVE"), designation("STARTING")) == ("OUT", "ACTIVE")


@given(st.text(max_size=12))
def test_a_word_has_a_designation_where_it_has_a_listing(word):
    assert listing(word) is None or designation(word) != "UNKNOWN"
