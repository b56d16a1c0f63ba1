"""An evening drawn from a seed: rosters, entries, the field, the story and the scores.

Everything is invented and depends on the arguments alone: the same seed gives the same evening.
Parts draw from streams of their own, so that a larger field changes neither players nor story.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from models.contest import Contest
from models.evening.field import (
    Crowd,
    Lineups,
    Loss,
    draw_entrants,
    likings,
    ownership,
    replace_player,
)
from models.evening.prizes import prize_table
from models.evening.rosters import WAVES, Floats, Rosters, draw_rosters, with_absences
from models.evening.scoring import EVERY, REAL_MINUTES, Scores, draw_scores, interval_at
from models.evening.script import Script, is_absence, write_script
from models.slate import Player, Slate

FIRST_LOCK = datetime(2026, 1, 17, 0, 0, tzinfo=UTC)
"""Seven o'clock in the evening in New York."""
USER = "demo"
DELAY_MINUTES = 20
_FEE = 5.0
OWN = Crowd(opinions=6, disagreement=0.05, sharpness=0.3, tries=16)
OTHERS = Crowd(opinions=12, disagreement=0.08, sharpness=0.36, tries=3)
REACTING = 0.97  # share of a field's holders who swap once a player is known to be out
_ERROR = 0.06  # of the projections given


class Evening(NamedTuple):
    """Everything about a generated evening, known and yet unknown."""

    seed: int
    first_lock: datetime
    rosters: Rosters
    contest: Contest
    projection: Floats
    """(P,) as believed at the beginning."""
    own: Lineups
    """(entries, 8) of the user ``demo``, as held at the beginning."""
    opponents: Lineups
    """(field - entries, 8) as finally held."""
    owned: Floats
    """(P,) final share of the whole contest that holds each player."""
    expected_owned: Floats
    """(P,) what somebody would have projected it to be."""
    script: Script
    scores: Scores

    @property
    def slate_id(self) -> str:
        """The slate's id, other for every other evening."""
        return self.contest.slate_id


def draw_evening(
    seed: int,
    *,
    entries: int = 150,
    field: int = 5_000,
    first_lock: datetime = FIRST_LOCK,
    sport: str = "nba",
) -> Evening:
    """An NBA evening on DraftKings with ``entries`` of the user's own in a contest of ``field``.

    Raises ValueError for another sport, a field smaller than the entries, or a lock without zone.
    """
    _check(entries, field, first_lock, sport)
    rng = [np.random.default_rng([seed, part]) for part in range(6)]
    rosters = draw_rosters(rng[0], first_lock)
    players = len(rosters.ids)
    projection = _project(rng[1], rosters)
    own = draw_entrants(rng[2], rosters, projection, entries, OWN)
    script = write_script(rng[3], rosters, ownership(own, players))
    opponents = draw_entrants(rng[4], rosters, projection, field - entries, OTHERS)
    before = ownership(np.concatenate([own, opponents]), players)
    opponents = _react(rng[4], rosters, opponents, script)
    return Evening(
        seed=seed,
        first_lock=first_lock,
        rosters=rosters,
        contest=_contest(seed, entries, field, first_lock),
        projection=projection,
        own=own,
        opponents=opponents,
        owned=ownership(np.concatenate([own, opponents]), players),
        expected_owned=_guess(rng[5], before),
        script=script,
        scores=_scores(rng[5], rosters, script),
    )


def slate_of(evening: Evening) -> Slate:
    """The evening's slate in the order of the salary file."""
    return Slate(
        slate_id=evening.slate_id,
        site="draftkings",
        sport="nba",
        game_type="classic",
        players=_players(evening),
        games=evening.rosters.games,
        mode="generated",
    )


def _check(entries: int, field: int, first_lock: datetime, sport: str) -> None:
    if sport != "nba":
        raise ValueError(f"only nba evenings are generated, not {sport!r}")
    if not 0 < entries <= field:
        raise ValueError(f"{entries} entries do not fit into a field of {field}")
    if first_lock.tzinfo is None:
        raise ValueError("the first lock needs a time zone")


def _contest(seed: int, entries: int, field: int, first_lock: datetime) -> Contest:
    pool = sum((p.last - p.first + 1) * p.amount for p in prize_table(field, _FEE))
    return Contest(
        contest_id=str(900_000_000 + seed % 90_000_000),
        slate_id=f"generated-nba-{first_lock:%Y%m%dT%H%M}-{seed}-{entries}of{field}",
        name=f"Generated NBA ${pool:,.0f} Night Shift [150 Entry Max]",
        entry_fee=_FEE,
        field_size=field,
        prizes=prize_table(field, _FEE),
        late_swap=True,
    )


def _project(rng: np.random.Generator, rosters: Rosters) -> Floats:
    """(P,) points as a good projection would have them: ability, known absences and error."""
    expected = with_absences(rosters, rosters.known_out) * rosters.rate
    projection: Floats = np.round(expected * rng.normal(1, _ERROR, len(expected)), 2)
    return projection


def _react(rng: np.random.Generator, rosters: Rosters, lineups: Lineups, script: Script) -> Lineups:
    """The field after its own late swaps: whoever is told in time replaces who is out."""
    locks = np.array([after for after, _ in WAVES], float)[rosters.wave][rosters.game]
    for turn in filter(is_absence, script.turns):
        out = script.out(turn.minute)
        expected = with_absences(rosters, out) * rosters.rate
        liking = likings(rosters, expected, OTHERS.sharpness)
        reacting = rng.random(len(lineups)) < REACTING
        loss = Loss(turn.player, reacting, (locks > turn.minute) & ~out)
        lineups = replace_player(rng, rosters, lineups, liking, loss)
    return lineups


def _guess(rng: np.random.Generator, owned: Floats) -> Floats:
    """Ownership as a good projection has it: right on the whole, wrong by a third for each."""
    guess = owned * rng.lognormal(0, 0.3, len(owned))
    share: Floats = np.minimum(guess * (owned.sum() / guess.sum()), 0.95)
    return share


def _scores(rng: np.random.Generator, rosters: Rosters, script: Script) -> Scores:
    minutes = with_absences(rosters, script.out())
    last = np.full(len(minutes), REAL_MINUTES // EVERY - 1)
    last[script.leaves_early] = interval_at(48)
    return draw_scores(rng, rosters, minutes, last)


def _players(evening: Evening) -> tuple[Player, ...]:
    rosters = evening.rosters
    average = np.round(rosters.minutes * rosters.rate, 2)
    marks = np.where(evening.script.known_out, "O", "")
    marks[evening.script.doubtful] = "Q"
    return tuple(
        Player(
            player_id=rosters.ids[p],
            name=rosters.names[p],
            team=rosters.teams[p],
            game_id=rosters.games[rosters.game[p]].game_id,
            positions=rosters.positions[p],
            roster_slots=rosters.roster_slots[p],
            salary=int(rosters.salary[p]),
            average_points=float(average[p]),
            designation=str(marks[p]),
        )
        for p in np.argsort(-rosters.salary, kind="stable").tolist()
    )
