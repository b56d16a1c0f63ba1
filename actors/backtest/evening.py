"""One recorded night from its files to tables: loaded, played under each policy, judged."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from actors.backtest.nights import Files, downloaded_at, given_files, results_of
from actors.backtest.playing import BestByPoints, Script, Swapper, play
from actors.backtest.pricing import BestByMoney
from actors.backtest.tables import (
    Told,
    decisions_table,
    entries_table,
    moments_table,
    players_table,
)
from actors.feeds.folders import NightFolder, find_night
from actors.feeds.recorded import box_scores_of, load_recording
from actors.warm_contest import WarmContest
from actors.warm_slate import WarmSlate
from config.outcomes import load_outcome_model
from config.projections import load_weights
from config.rules import load_rules, with_rules
from models.backtest.claims import Calibrations, nothing_learned
from models.backtest.judging import Judge
from models.backtest.learning import Learning
from models.backtest.policies import ONLY_OUT, POLICIES
from models.backtest.projecting import ProjectedNight, Projector, SeasonProjector, projected_night
from models.backtest.record import Played
from models.backtest.stage import Stage
from models.events import EntryLineup
from models.files.names import NameIndex
from models.files.standings import Standings, read_standings
from models.market import TOGETHER
from models.recording import Recording, night_of
from models.rules import SiteRules
from models.slate import Slate
from models.work import HeldContest, HeldSlate

RULES = "draftkings/nba/classic"
WITHOUT_LATE_SWAP = (2016, 2018)
"""Years in which DraftKings let nobody swap NBA players after the first lock."""
NEVER = 1 << 30
"""Entries of a user from which they are told beside each other where everything is claimed: all
entries are asked about then, and those of one user, a few among thousands, hardly meet."""
Floats = NDArray[np.float64]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a backtest is asked; together with the files it determines every byte written."""

    policies: tuple[str, ...] = tuple(POLICIES)
    entries: int | None = None
    """So many of each contest, drawn by the seed; None: all."""
    samples: int = 2_000
    """Simulated evenings for each decision by money."""
    seed: int = 1
    files: Files = Files()


def with_only_out(options: Options) -> Options:
    """The options with the policy whose claims those of every other fall back on."""
    policies = tuple(dict.fromkeys((*options.policies, ONLY_OUT)))
    return msgspec.structs.replace(options, policies=policies)


class Models(NamedTuple):
    """What a backtest tests beside the policies."""

    name: str
    """Tells this pair from others; finished nights are kept by it."""
    projector: Projector
    calibrations: Calibrations = nothing_learned


def season_models(learning: Learning | None = None) -> Models:
    """Projections learned before each night; claims as they are made, or as earlier nights teach.

    ``learning`` holds what claims came to on all nights; each is told by those before it.
    """
    projector = SeasonProjector(load_rules(RULES), load_weights("nba"))
    name = "projections learned before each night"
    if learning is None:
        return Models(f"{name}, claims as made", projector)
    digest = hashlib.blake2b(msgspec.json.encode(learning), digest_size=6).hexdigest()
    return Models(f"{name}, claims as earlier nights teach ({digest})", projector, learning)


class NightResult(NamedTuple):
    """What one contest's night leaves."""

    entries: pa.Table
    decisions: pa.Table
    moments: pa.Table
    players: pa.Table
    """What was expected of each player at his lock, and what he scored."""
    facts: dict[str, object]


class Evening(NamedTuple):
    """A recorded night made ready to be played and judged."""

    recording: Recording
    rules: SiteRules
    told: ProjectedNight
    field: Floats
    """(N,) final points of all entries."""
    really: Floats
    """(E,) final points of the entries followed."""
    scored: Floats
    """(P,) final points of every player of the slate."""
    played: set[int]
    """Rows of the players who played."""
    names: tuple[str, ...]
    """(P,) as the standings spell them, so that these can be looked up there."""
    notes: tuple[str, ...]
    since: datetime | None = None
    """From when on the lineups followed were held; None: all evening."""


def ready_evening(folder: Path, options: Options, models: Models) -> Evening:
    """Load a night, and give it its projections."""
    files = given_files(find_night(folder), options.files)
    rules = load_rules(RULES)
    everybody = load_recording(files, projected=False)
    recording = _followed(everybody, options)
    past = box_scores_of(files.box_scores)
    night = night_of(recording)
    night = night._replace(opening=[with_rules(event) for event in night.opening])
    told = projected_night(night, models.projector, past, files.day, recording.absent)
    scored, played = _scored(everybody, results_of(files))
    if files.final is None or not everybody.contest.prizes:
        return Evening(
            recording=recording,
            rules=rules,
            told=told,
            field=np.empty(0),
            really=np.zeros(len(recording.upload.entries)),
            scored=scored,
            played=played,
            names=tuple(player.name for player in everybody.slate.players),
            notes=("judged in points alone",),
            since=downloaded_at(files) if files.final is None else None,
        )
    standings = read_standings(files.final.read_bytes(), files.final.name, rules.slot_names)
    ended = standings.by_id
    mine = [ended[entry.entry_id] for entry in recording.upload.entries]
    field = np.array([entry.points for entry in standings.entries], np.float64)
    really = np.array([entry.points for entry in mine], np.float64)
    judged = Judge(field, recording.contest.prizes).judged(really, really)
    wrong = int((judged.rank != np.array([entry.rank for entry in mine])).sum())
    return Evening(
        recording=recording,
        rules=rules,
        told=told,
        field=field,
        really=really,
        scored=scored,
        played=played,
        names=_spelt(everybody.slate, standings),
        notes=(*_repeated(standings), *_notes(files, wrong)),
    )


def _repeated(standings: Standings) -> Iterator[str]:
    more = len(standings.entries) - len(standings.by_id)
    if more:
        yield f"{more} rows of the standings repeat an entry's number: the first of each counts"


def _notes(files: NightFolder, wrong: int) -> Iterator[str]:
    """What a reader of the night's results must know."""
    if wrong:
        yield f"{wrong} real ranks differ from the points' order"
    if WITHOUT_LATE_SWAP[0] <= files.day.year <= WITHOUT_LATE_SWAP[1]:
        yield "the site had no late swap for NBA that season: what swaps were worth is hypothetical"


def _followed(recording: Recording, options: Options) -> Recording:
    """The recording with the entries that are followed, in the order of the standings."""
    entries: Sequence[EntryLineup] = recording.upload.entries
    if options.entries is not None and options.entries < len(entries):
        drawn = np.random.default_rng(options.seed).choice(
            len(entries), options.entries, replace=False
        )
        entries = [entries[i] for i in np.sort(drawn).tolist()]
    upload = msgspec.structs.replace(recording.upload, entries=tuple(entries), file=b"")
    return msgspec.structs.replace(recording, upload=upload)


def _scored(recording: Recording, results: dict[tuple[str, str], float]) -> tuple[Floats, set[int]]:
    """Final points (P,) and who played: points as the contest has them, else by the box scores."""
    slate = recording.slate
    names = NameIndex(slate.players)
    points: dict[str, float] = {}
    for (name, team), scored in results.items():
        for player in names.find(name, team):
            points[player.player_id] = scored
    played = {row for row, player in enumerate(slate.players) if player.player_id in points}
    points |= recording.points
    rows = [points.get(player.player_id, 0.0) for player in slate.players]
    return np.array(rows, np.float64), played


def _spelt(slate: Slate, standings: Standings) -> tuple[str, ...]:
    names = NameIndex(slate.players)
    found = ((names.find(listed.name), listed.name) for listed in standings.players)
    spelt = {rows[0].player_id: name for rows, name in found if len(rows) == 1}
    return tuple(spelt.get(player.player_id, player.name) for player in slate.players)


def run_evening(folder: Path, slate: str, options: Options, models: Models) -> NightResult:
    """Play a night under every policy asked for, and judge it; ``slate`` is its name."""
    began = time.perf_counter()
    evening = ready_evening(folder, options, models)
    contest_id = evening.recording.contest.contest_id
    script = Script(evening.told, contest_id, slate, models.calibrations, evening.since)
    contest = evening.recording.contest
    state = Stage(evening.told.night.opening, contest.contest_id).contest
    learned = models.calibrations is not nothing_learned
    swapper_of = swappers(evening, options, TOGETHER if learned else NEVER)
    judged = len(evening.field) > 0
    policies = [p for p in options.policies if judged or not _needs_prizes(p)]
    played = [play(script, policy, swapper_of(policy)) for policy in policies]
    told = Told(
        slate=slate,
        contest=contest,
        state=state,
        judge=Judge(evening.field, contest.prizes) if judged else None,
        really=evening.really,
        scored=evening.scored,
        names=evening.names,
    )
    return NightResult(
        entries=pa.concat_tables([entries_table(told, each) for each in played]),
        decisions=pa.concat_tables([decisions_table(told, each) for each in played]),
        moments=pa.concat_tables([moments_table(told, each) for each in played]),
        players=players_table(told, evening.told, evening.played),
        facts=_facts(slate, evening, played, time.perf_counter() - began),
    )


def _needs_prizes(policy: str) -> bool:
    rules = POLICIES[policy]
    return rules is not None and rules.objective == "money"


def swappers(
    evening: Evening, options: Options, together: int = TOGETHER
) -> Callable[[str], Swapper]:
    """Who answers under each policy, as a live worker would; both answer from one table.

    A user with ``together`` entries or more is told of each beside what the others become.
    """
    held = HeldSlate(slate=evening.recording.slate, rules=evening.rules)
    table = WarmSlate(held)
    by_points = BestByPoints(table)

    def swapper(policy: str) -> Swapper:
        rules = POLICIES[policy]
        if rules is None or rules.objective == "points":
            return by_points
        contest = HeldContest(
            contest=evening.recording.contest,
            slate=held,
            samples=options.samples,
            seed=options.seed,
        )
        model = load_outcome_model(held.slate.sport)
        return BestByMoney(by_points, WarmContest(contest, table, model, together=together))

    return swapper


def _facts(
    slate: str, evening: Evening, played: Sequence[Played], seconds: float
) -> dict[str, object]:
    contest = evening.recording.contest
    return {
        "slate": slate,
        "contest_id": contest.contest_id,
        "contest": contest.name,
        "fee": contest.entry_fee,
        "field": len(evening.field),
        "entries": len(evening.really),
        "games": len(evening.recording.slate.games),
        "news": len(evening.recording.reports),
        "absent": len(evening.recording.absent),
        "illegal": {each.policy: each.illegal for each in played},
        "notes": list(evening.notes),
        "seconds": round(seconds, 3),
    }
