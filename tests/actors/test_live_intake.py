"""The intake: who is known by which ids, answers that are put right, posts that are deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from actors.live_intake import Intake, Tally
from models.events import (
    BreakingNews,
    Decision,
    GameFinal,
    GameReport,
    IdentityDecided,
    News,
    PlayerActive,
    PlayerInjury,
    SlateOpened,
    SlateOpening,
    StatusReport,
)
from models.events.status import SAYS
from models.quality.held import GATE
from models.slate import Game, Player, Slate

NOW = datetime(2026, 11, 22, 16, tzinfo=UTC)
KICKOFF = NOW + timedelta(hours=2)


def row(id_, name, team="ATL", positions=("WR",)):
    return Player(
        player_id=id_, name=name, team=team, game_id="MIA@ATL", positions=positions,
        roster_slots=positions, salary=5000,
    )  # fmt: skip


def opened(name="s1"):
    game = Game(game_id="MIA@ATL", away="MIA", home="ATL", start=KICKOFF)
    slate = Slate(
        slate_id=name, site="draftkings", sport="nfl", game_type="classic", games=(game,),
        players=(row("1", "Drake London"), row("2", "Darnell Mooney"), row("3", "Tyreek Hill", "MIA")),
    )  # fmt: skip
    return SlateOpened(
        event_id=name, source="t", timestamp=NOW, received_at=NOW, slate_id=name,
        data=SlateOpening(slate=slate, projections={}, projection_basis="t"),
    )  # fmt: skip


def status(player_id, word="Out", minute=0, source="espn.injuries", event_id="", **extra):
    at = NOW + timedelta(minutes=minute)
    kind = PlayerActive if word == "Active" else PlayerInjury
    return kind(
        event_id=event_id or f"{source}:{player_id}:{word}", source=source, timestamp=at,
        received_at=at, sport="nfl", player_id=player_id,
        data=StatusReport(status=word, extra=extra),
    )  # fmt: skip


def london(word="Out", minute=0):
    """Spelt so that nobody can be sure."""
    return status("espn:4426502", word, minute, name="Drake T. London", team="ATL")


def decide(row, minute=10, known_as="espn:4426502"):
    at = NOW + timedelta(minutes=minute)
    return IdentityDecided(
        event_id=f"d{minute}", source="review by demo", timestamp=at, received_at=at, slate_id="s1",
        sport="nfl", data=Decision(known_as=known_as, row=row, by="demo"),
    )  # fmt: skip


def told(*batches):
    """What the gate tells of players, in order."""
    return [
        (e.player_id, e.data.standing, e.data.status)
        for batch in batches
        for e in batch.get("s1", ())
        if e.source == GATE
    ]


class Night:
    """An intake, and the log that it fills."""

    def __init__(self) -> None:
        self.intake = Intake()
        self.log = []
        self.keep({"s1": [opened()]})
        self.intake.opened(opened(), NOW)

    def keep(self, batches):
        for events in batches.values():
            self.log += events
        return batches

    def take(self, *readings):
        return self.keep(self.intake.take(readings, readings[-1].received_at, Tally()))

    def decide(self, event):
        self.log.append(event)
        return self.keep(self.intake.decided(event, event.received_at))

    def restart(self):
        again = Night.__new__(Night)
        again.intake, again.log = Intake(), self.log
        for event in self.log:
            again.intake.recall(event)
        return again


@pytest.fixture
def night():
    return Night()


def test_who_was_found_by_name_is_known_by_all_his_ids_from_then_on_also_after_a_restart(night):
    ids = {"rotowire": "16683", "espn": "4426502"}
    sleeper = status(
        "sleeper:8112", "Questionable", source="sleeper.players", name="Drake London", team="ATL",
        position="WR", ids=ids,
    )  # fmt: skip
    assert told(night.take(status("rotowire:16683", source="news.rotowire"))) == []
    assert "s1" in night.take(sleeper)
    for known in (night, night.restart()):
        batches = known.take(status("rotowire:16683", "Out", 5, "news.rotowire", event_id="r"))
        assert [e.player_id for e in batches["s1"] if e.source == "news.rotowire"] == ["1"]
        assert [e.player_id for e in known.take(london("Out", 6))["s1"]][:1] == ["1"]


def test_an_id_that_two_people_were_given_says_nothing(night):
    for number, name in enumerate(("Drake London", "Darnell Mooney")):
        sleeper = status(
            f"sleeper:{number}", "Questionable", source="sleeper.players", name=name, team="ATL",
            position="WR", ids={"rotowire": "16683"},
        )  # fmt: skip
        night.take(sleeper)
    assert "s1" not in night.take(status("rotowire:16683", source="news.rotowire"))


def test_an_answer_that_is_put_right_takes_back_what_was_told_of_the_wrong_one(night):
    night.take(london())
    assert told(night.decide(decide("2"))) == [("2", "unconfirmed", "OUT")]
    assert told(night.decide(decide("1", 20))) == [
        ("2", "withdrawn", ""),
        ("1", "unconfirmed", "OUT"),
    ]
    assert told(night.decide(decide("", 30))) == [("1", "withdrawn", "")]
    assert told(night.decide(decide("1", 40))) == [("1", "unconfirmed", "OUT")]
    assert told(night.take(london("Active", 50))) == [("1", "unconfirmed", "ACTIVE")]


def test_what_others_say_of_the_wrong_one_stands(night):
    said = status(
        "espn:1", "Out", source="draftkings.draftables", name="Darnell Mooney", team="ATL"
    )
    assert told(night.take(said)) == [("2", "published", "OUT")]
    night.take(london())
    night.decide(decide("2"))
    assert told(night.decide(decide("1", 20))) == [("1", "unconfirmed", "OUT")]
    held = night.intake.gate.held("2", NOW + timedelta(minutes=20), "s1")
    assert (held.published, [c.source for c in held.because]) == ("OUT", ["draftkings.draftables"])


def test_whom_a_name_led_to_is_taken_back_as_well(night):
    wrong = status("espn:9", name="Drake London", team="ATL", position="WR")
    assert told(night.take(wrong)) == [("1", "unconfirmed", "OUT")]
    assert told(night.decide(decide("", known_as="espn:9"))) == [("1", "withdrawn", "")]


def test_a_restart_brings_nothing_back_and_the_source_is_not_measured_by_the_mistake(night):
    night.take(london())
    night.decide(decide("2"))
    night.decide(decide("1", 20))
    again = night.restart()
    at = NOW + timedelta(minutes=21)
    assert told(again.intake.tick(at)) == []
    held = {n: again.intake.gate.held(n, at, "s1").status for n in "12"}
    assert held == {"1": "OUT", "2": ""}
    for one in (night, again):
        one.intake.gate.settle("2", played=True, slate_id="s1")
        assert "espn.injuries" not in one.intake.gate.statuses.records


def test_a_deleted_post_takes_back_the_status_it_told_also_after_a_restart(night):
    night.take(status("sleeper:1", "Questionable", source="sleeper.players", name="Drake London",
                      team="ATL", position="WR", ids={"rotowire": "16683"}))  # fmt: skip
    night.take(status("espn:9", "Out", 1, name="Drake London", team="ATL", position="WR"))
    post = BreakingNews(
        event_id="post", source="news.rotowire", timestamp=NOW, received_at=NOW,
        data=News(headline="Drake London: Ruled out"),
    )  # fmt: skip
    said = status("rotowire:16683", "Out", 2, "news.rotowire", event_id=f"post{SAYS}")
    night.take(post, said)
    held = night.intake.gate.held("1", NOW + timedelta(minutes=2), "s1")
    assert [c.source for c in held.because] == ["espn.injuries", "news.rotowire"]
    later = NOW + timedelta(minutes=3)
    gone = BreakingNews(
        event_id="gone", source="news.rotowire", timestamp=later, received_at=later,
        data=News(retracts="post"),
    )  # fmt: skip
    for known in (night.restart(), night):
        known.take(gone)
        held = known.intake.gate.held("1", later, "s1")
        assert [c.source for c in held.because] == ["espn.injuries"]


def box(player_id, *, plays):
    word, tonight = ("PLAYING", "CONFIRMED_IN") if plays else ("Did Not Play", "CONFIRMED_OUT")
    event = status(player_id, word, 200, "espn.summary", name="x", team="x")
    return msgspec.structs.replace(
        event, data=StatusReport(status=word, participation=tonight, extra=dict(event.data.extra))
    )


def final():
    at = NOW + timedelta(hours=6)
    return GameFinal(
        event_id="final", source="espn.scoreboard", timestamp=at, received_at=at, slate_id="s1",
        game_id="MIA@ATL", sport="nfl", data=GameReport(),
    )  # fmt: skip


def test_box_scores_measure_what_was_said_before_once_and_their_own_source_never(night):
    for number, (name, team) in enumerate(
        (("Drake London", "ATL"), ("Darnell Mooney", "ATL"), ("Tyreek Hill", "MIA"))
    ):
        night.take(status(f"espn:{number}", name=name, team=team, position="WR"))
    night.take(box("espn:0", plays=True))  # a false alarm; nobody else has a line
    night.keep({"s1": [final()]})
    before = night.restart()
    night.intake.learn_from(final())
    night.intake.learn_from(final())
    assert night.intake.gate.statuses.measured(["espn.injuries", "espn.summary"]) == {
        "espn.injuries": (21.0, 2.0),
        "espn.injuries+": (21.0, 2.0),
    }
    before.intake.learn_from(final())  # it ended before the restart: measured then
    assert before.intake.gate.statuses.measured(["espn.injuries"]) == {}
    before.intake.gate.statuses.know({"espn.injuries": (30.0, 2.0)})
    assert before.intake.gate.statuses.witness("espn.injuries").record.reliability == 30 / 32


def test_without_a_box_score_nobody_is_measured(night):
    night.take(status("espn:9", name="Drake London", team="ATL", position="WR"))
    night.intake.learn_from(final())
    assert night.intake.gate.statuses.records == {}
