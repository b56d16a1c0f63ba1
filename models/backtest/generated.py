"""Nights with known truth in the form of recorded ones: what everybody knew is set, and who erred.

An evening's rosters, absences and prizes are drawn from its seed alone. The crowd builds its
lineups on projections that are wrong by ``crowd`` per player, hears of every absence at once and
mostly reacts; the followed entries are lineups of the same crowd that nobody looks after.
Errors are one draw for each player, scaled: nights of one seed differ in nothing but the knowledge
that is asked about. P players in the slate's order, E entries followed, N entries in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from math import isfinite
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.backtest.projecting import Opinion, Projected
from models.evening.evening import OTHERS, OWN, REACTING, Evening, draw_evening, slate_of
from models.evening.field import Loss, draw_entrants, likings, ownership, replace_player
from models.evening.files import entry_lineups
from models.evening.rosters import WAVES, Bools, Floats, Rosters, with_absences
from models.evening.script import is_absence
from models.events import EntryLineup, EntryUpload
from models.files.box_scores import BoxScore
from models.files.news import NewsInterval
from models.outcomes import Forecast, OutcomeModel, draw, outcomes
from models.pool import PlayerPool
from models.recording import GAME_LENGTH, Recording
from models.rules import SiteRules
from models.slate import Slate

ABSENCES = 4
"""Players ruled out during the evening, of those whom the crowd holds most."""
_LEAST = 0.2
"""No projection is below this share of the truth."""
_SEEN, _JUDGED = 1_000_000, 2_000_000
_CROWD, _USER, _ENTRANTS, _STORY = 11, 12, 13, 14


class Generated(NamedTuple):
    """A night whose truth is known."""

    evening: Evening
    recording: Recording
    """What was kept of it: news at the moment at which it is out; of the N entries of the contest
    as it ends the E followed ones first, as they are held."""
    order: NDArray[np.intp]
    """(P,) the evening's row of each player of the slate."""

    @property
    def field(self) -> NDArray[np.intp]:
        """(N, R) the contest as it ends, in rows of the slate."""
        lineups = np.concatenate([self.evening.own, self.evening.opponents])
        rows: NDArray[np.intp] = np.argsort(self.order)[lineups]
        return rows

    @property
    def truth(self) -> Floats:
        """(P,) what players are really expected to score, all absences known."""
        evening = self.evening
        return _expected(evening.rosters, evening.script.out())[self.order]

    @property
    def seen(self) -> Bools:
        """(P,) whose game is over while something may still be swapped."""
        rosters = self.evening.rosters
        starts = np.array([after for after, _ in WAVES])
        over = starts + GAME_LENGTH / timedelta(minutes=1) < starts[-1]
        seen: Bools = over[rosters.wave[rosters.game]][self.order]
        return seen


def generated_night(
    seed: int, crowd: float, rules: SiteRules, model: OutcomeModel, *, entries: int, field: int
) -> Generated:
    """A night in a contest of ``field`` entries, ``entries`` of them followed."""
    evening = _entered(draw_evening(seed, entries=entries, field=field), crowd)
    slate, ids = slate_of(evening), np.array(evening.rosters.ids)
    index = {player_id: row for row, player_id in enumerate(evening.rosters.ids)}
    own = entry_lineups(evening)
    recording = Recording(
        title=f"Generated night, seed {seed} (invented players and contest)",
        slate=slate,
        contest=evening.contest,
        projections={},
        projection_basis="generated",
        projected_by="box_scores",  # counted as cautiously as on recorded nights
        field=(*own, *_opponents(evening)),
        upload=EntryUpload(entries=own, file_name="DKEntries.csv", file=b""),
        owned=dict(zip(evening.rosters.ids, evening.owned.tolist(), strict=True)),
        reports=tuple(_reports(evening)),
        absent=tuple(ids[evening.script.known_out].tolist()),
    )
    order = np.array([index[player.player_id] for player in slate.players], np.intp)
    night = Generated(evening, recording, order)
    one = _drawn(night, rules, model, 2, _SEEN + seed)[:, 0].tolist()
    points = {player.player_id: scored for player, scored in zip(slate.players, one, strict=True)}
    return night._replace(recording=msgspec.structs.replace(recording, points=points))


def heard(recording: Recording, delay: float) -> Recording:
    """The recording as it is for somebody who hears ``delay`` minutes late; inf: never."""
    reports = tuple(
        (player, msgspec.structs.replace(report, not_after=_later(report, delay)))
        for player, report in recording.reports
    )
    return msgspec.structs.replace(recording, reports=reports)


def judged_evenings(
    night: Generated, rules: SiteRules, model: OutcomeModel, samples: int
) -> Floats:
    """(P, S) final points in evenings that could have come; those seen in time are as they were.

    Drawn from the truth by other numbers than any decision's, the same for all of a seed.
    """
    points = _drawn(night, rules, model, samples, _JUDGED + night.evening.seed)
    was = np.array([night.recording.points[p.player_id] for p in night.recording.slate.players])
    drawn: Floats = np.where(night.seen[:, None], was[:, None], points)
    return drawn


class WrongBy(NamedTuple):
    """Projections: the truth as far as it is known, times an error of each player's own."""

    night: Generated
    error: float
    """Standard deviation of the errors, a share of the points."""

    def __call__(self, slate: Slate, past: Sequence[BoxScore], day: date) -> Opinion:  # noqa: ARG002
        """Asked like any projection model; it needs no earlier games."""
        evening, order = self.night.evening, self.night.order
        wrong = _wrong(evening, self.error, _USER)

        def opinion(out: frozenset[str], settled: bool) -> Projected:  # noqa: ARG001
            gone = np.isin(evening.rosters.ids, [*out]) | evening.script.known_out
            points = (_expected(evening.rosters, gone) * wrong)[order]
            return Projected(points, np.where(gone[order], 0.0, 1.0), np.full(len(order), np.nan))

        return opinion


def _entered(evening: Evening, crowd: float) -> Evening:
    """The evening with few absences and with entries of a crowd that errs so much."""
    rng = np.random.default_rng([evening.seed, _STORY])
    absences = [turn for turn in evening.script.turns if is_absence(turn)]
    told = np.sort(rng.choice(len(absences), ABSENCES, replace=False)).tolist()
    script = evening.script._replace(turns=tuple(absences[i] for i in told))
    evening, rosters = evening._replace(script=script), evening.rosters
    believed = _expected(rosters, script.known_out) * _wrong(evening, crowd, _CROWD)
    rng = np.random.default_rng([evening.seed, _ENTRANTS])
    own = draw_entrants(rng, rosters, believed, len(evening.own), OWN)
    opponents = draw_entrants(rng, rosters, believed, len(evening.opponents), OTHERS)
    evening = evening._replace(own=own, opponents=_reacted(evening, opponents, crowd, rng))
    field = np.concatenate([own, evening.opponents])
    return evening._replace(owned=ownership(field, len(rosters.ids)))


def _reacted(
    evening: Evening, lineups: NDArray[np.int16], crowd: float, rng: np.random.Generator
) -> NDArray[np.int16]:
    """The opponents after their own late swaps, by what they believe."""
    rosters, wrong = evening.rosters, _wrong(evening, crowd, _CROWD)
    locks = np.array([after for after, _ in WAVES], float)[rosters.wave][rosters.game]
    for turn in evening.script.turns:
        out = evening.script.out(turn.minute)
        liking = likings(rosters, _expected(rosters, out) * wrong, OTHERS.sharpness)
        reacting = rng.random(len(lineups)) < REACTING
        loss = Loss(turn.player, reacting, (locks > turn.minute) & ~out)
        lineups = replace_player(rng, rosters, lineups, liking, loss)
    return lineups


def _expected(rosters: Rosters, out: Bools) -> Floats:
    """(P,) points in the evening's own order, when those ``out`` do not play."""
    expected: Floats = with_absences(rosters, out) * rosters.rate
    return expected


def _wrong(evening: Evening, error: float, stream: int) -> Floats:
    """(P,) what somebody's projections are multiplied by; one draw, whatever the error."""
    drawn = np.random.default_rng([evening.seed, stream]).normal(size=len(evening.rosters.ids))
    wrong: Floats = np.maximum(1 + error * drawn, _LEAST)
    return wrong


def _reports(evening: Evening) -> Iterator[tuple[str, NewsInterval]]:
    rosters = evening.rosters
    for row, turn in enumerate(evening.script.turns, 1):
        report = NewsInterval(
            on=evening.first_lock.date(),
            player=rosters.names[turn.player],
            team=rosters.teams[turn.player],
            event="OUT",
            not_before=None,
            not_after=evening.first_lock + timedelta(seconds=round(60 * turn.minute)),
            source="generated",
            row=row,
        )
        yield rosters.ids[turn.player], report


def _opponents(evening: Evening) -> Iterator[EntryLineup]:
    ids = np.array(evening.rosters.ids)
    for number, lineup in enumerate(ids[evening.opponents].tolist()):
        name = f"generated{number:05d}"
        yield EntryLineup(entry_id=name, user_id=name, lineup=tuple(lineup))


def _drawn(
    night: Generated, rules: SiteRules, model: OutcomeModel, samples: int, seed: int
) -> Floats:
    """(P, S) final points under the truth."""
    slate = night.recording.slate
    draws = draw(slate, PlayerPool.of(slate, rules), model, samples=samples, seed=seed)
    means, plays = night.truth, ~night.evening.script.out()[night.order]
    step = rules.points_step
    points = outcomes(draws, Forecast.of(means, plays=plays), model, step)
    return points.astype(np.float64) * step


def _later(report: NewsInterval, minutes: float) -> datetime | None:
    known = report.not_after
    return known + timedelta(minutes=minutes) if known is not None and isfinite(minutes) else None
