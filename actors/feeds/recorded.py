"""Loading a recorded night: a folder of the sites' own files becomes a night to be played.

What is not there is not known, and the night is played without it: without standings only the
entries of an entry file are followed, without box scores salaries alone give the projections.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from actors.feeds.folders import NightFolder, UnplayableNightError, find_night
from config.projections import load_weights
from config.rules import load_rules
from models.absences import PlayedThatNight, known_absent
from models.contest import Contest, Prize
from models.evening.sheets import entries_sheet
from models.events import EntryLineup, EntryUpload
from models.files.box_scores import BoxScore, read_box_scores
from models.files.entries import EntriesFile, read_entries
from models.files.names import NameIndex, match_names
from models.files.news import NewsInterval, read_news
from models.files.payouts import read_payouts
from models.files.salaries import read_salaries
from models.files.slates import slate_of
from models.files.standings import Standings, read_standings
from models.night import Night
from models.projections.learned import Weights, learned_before
from models.projections.opening import Opening, opening_of
from models.projections.salary_line import salary_projections
from models.projections.season import Season
from models.recording import Recording, Snapshot, night_of, ownership_of
from models.rules import SiteRules
from models.slate import Slate

RULES = "draftkings/nba/classic"
"""The recorded contests known so far are all of this game type."""
UPLOADER = "uploader"
"""User of entries that come from an entry file, which names nobody."""
_ONE_NIGHT_IS_PLAYED_OFTEN = 4
_BASIS = {True: "box scores before the night", False: "salary and the site's average"}


def load_night(folder: Path, entries: int | None = None, *, seed: int = 0) -> Night:
    """The recorded night in this folder, with all its entries or ``entries`` drawn by the seed.

    Raises UnplayableNightError naming what is missing, models.files' UnreadableFileError naming
    the file that cannot be read.
    """
    recording = load_recording(find_night(folder), entries, seed=seed)
    return night_of(recording)


def load_recording(
    night: NightFolder, entries: int | None = None, *, seed: int = 0, projected: bool = True
) -> Recording:
    """Everything kept of the night, before it is told as events.

    Without ``projected`` its projections are left to whoever makes his own.
    """
    rules = load_rules(RULES)
    slate = _slate(night, rules)
    final = _standings(night.final, rules) if night.final else None
    lineups = _final_lineups(final, slate, rules) if final else ()
    contest = _contest(night, slate.slate_id, len(lineups))
    owned = ownership_of(lineups)
    reports = tuple(_reports(night, slate))
    absent = _absent(night, slate, owned, reports)
    past = [game for game in box_scores_of(night.box_scores) if game.on < night.day]
    opening = _project(night, slate, rules, past, absent) if projected else Opening({}, {})
    return Recording(
        title=f"Recorded night {night.day}: {contest.name or contest.contest_id} (replay)",
        slate=slate,
        contest=contest,
        projections=opening.points,
        impact=opening.impact,
        projection_basis=_BASIS[bool(past)],
        projected_by="box_scores" if past else "salary",
        upload=_upload(night, slate, contest, _some(lineups, entries, seed), rules),
        field=lineups,
        owned=owned,
        points=_points(final, slate) if final else {},
        snapshots=tuple(_snapshots(night, slate, rules)),
        reports=reports,
        absent=absent,
    )


def _slate(night: NightFolder, rules: SiteRules) -> Slate:
    salaries = read_salaries(night.salaries.read_bytes(), night.salaries.name, night.day)
    slate = slate_of(salaries, rules, f"nba-{night.day}-{night.note.contest_id}", "replay")
    if not any(game.start for game in slate.games):
        raise UnplayableNightError(
            str(night.path), "DKSalaries.csv gives no start of any game",
            "use a salary file downloaded before the first lock",
        )  # fmt: skip
    return slate


def _standings(file: Path, rules: SiteRules) -> Standings:
    return read_standings(file.read_bytes(), file.name, rules.slot_names)


def _contest(night: NightFolder, slate_id: str, entered: int) -> Contest:
    note = night.note
    table = read_payouts(night.payouts.read_bytes(), night.payouts.name) if night.payouts else None
    prizes: tuple[Prize, ...] = table.prizes if table else ()
    counted = max((kept.entries for kept in note.snapshots), default=0)
    return Contest(
        contest_id=note.contest_id,
        slate_id=slate_id,
        name=note.contest_name or "",
        entry_fee=note.entry_fee or (table.entry_fee if table else 0.0),
        field_size=entered or counted or (table.field_size if table else 0),
        prizes=prizes,
        late_swap=True,
    )


def _final_lineups(standings: Standings, slate: Slate, rules: SiteRules) -> tuple[EntryLineup, ...]:
    """The final field; standings list slots alphabetically, lineups have the roster's order.

    Of rows with one entry's number the first counts.
    """
    ids = _ids(standings, slate)
    places = [standings.slots.index(slot) for slot in rules.slot_names]
    empty = ("",) * len(places)
    return tuple(
        EntryLineup(
            entry_id=entry.entry_id,
            user_id=entry.name.rpartition(" (")[0] or entry.name,
            lineup=tuple(ids[standings.slots[p], entry.lineup[p]] for p in places)
            if entry.lineup
            else empty,
        )
        for entry in standings.by_id.values()
    )


def _ids(standings: Standings, slate: Slate) -> dict[tuple[str, str], str]:
    """Player ids by slot and name; nobody ("") for a name that is not on the slate."""
    matches = match_names(standings, slate)
    names = NameIndex(slate.players)
    lost = {
        (slot, name): rows[0].player_id if len(rows) == 1 else ""
        for name in (*matches.unmatched, *matches.ambiguous)
        for rows in [names.find(_mended(name))]
        for slot in standings.slots
    }
    return lost | matches.ids


def _mended(name: str) -> str:
    """A name written as UTF-8 and once read as Latin-1: files of 2017 hold a few."""
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        return name


def _some(
    lineups: Sequence[EntryLineup], entries: int | None, seed: int
) -> tuple[EntryLineup, ...]:
    if entries is None or entries >= len(lineups):
        return tuple(lineups)
    drawn = np.random.default_rng(seed).choice(len(lineups), entries, replace=False)
    return tuple(lineups[i] for i in np.sort(drawn))


def _upload(
    night: NightFolder,
    slate: Slate,
    contest: Contest,
    lineups: tuple[EntryLineup, ...],
    rules: SiteRules,
) -> EntryUpload:
    """The field's entries in a file of the site's form, or the one user's file that was kept."""
    if lineups:
        sheet = entries_sheet(slate, contest, rules.slot_names, lineups)
        return EntryUpload(entries=lineups, file_name="DKEntries.csv", file=sheet)
    files = [read_entries(f.read_bytes(), f.name, night.day) for f in night.entries]
    filled = next((file for file in files if _has_lineups(file)), None)
    if filled is None:
        return EntryUpload(entries=())
    own = tuple(
        EntryLineup(entry_id=row.entry_id, user_id=UPLOADER, lineup=row.lineup)
        for row in filled.entries
        if row.contest_id == contest.contest_id
    )
    return EntryUpload(entries=own, file_name=filled.file, file=filled.source)


def _has_lineups(file: EntriesFile) -> bool:
    return any(row.kind == "lineup" for row in file.entries)


def _points(standings: Standings, slate: Slate) -> dict[str, float]:
    names = NameIndex(slate.players)
    found = ((names.find(_mended(p.name)), p.points) for p in standings.players)
    return {rows[0].player_id: points for rows, points in found if len(rows) == 1}


def _snapshots(night: NightFolder, slate: Slate, rules: SiteRules) -> Iterator[Snapshot]:
    """Ownership shown while the contest ran: of players already locked."""
    names = NameIndex(slate.players)
    for file, at in night.live if night.final is None else ():
        listed = _standings(file, rules).players
        owned: dict[str, float] = defaultdict(float)
        for player in listed:  # later files list a player once per slot that he fills
            rows = names.find(_mended(player.name))
            if len(rows) == 1:
                owned[rows[0].player_id] += player.drafted
        yield Snapshot(at, dict(owned))


def _reports(night: NightFolder, slate: Slate) -> Iterator[tuple[str, NewsInterval]]:
    if night.news is None:
        return
    names = NameIndex(slate.players)
    for report in read_news(night.news.read_bytes(), night.news.name).intervals:
        rows = names.find(report.player, report.team) if report.on == night.day else []
        if len(rows) == 1:
            yield rows[0].player_id, report


def _project(
    night: NightFolder,
    slate: Slate,
    rules: SiteRules,
    past: Sequence[BoxScore],
    absent: Sequence[str],
) -> Opening:
    """Projections from what was known before the night.

    Where the absence rule told who is out, whoever else is listed is expected to play.
    """
    file = night.box_scores
    if file is None or not past:
        return Opening(salary_projections(slate, rules), {})
    weights = _weights_before(night.day, file, file.stat().st_mtime_ns)
    return opening_of(slate, past, night.day, weights, absent=absent)


@lru_cache(maxsize=_ONE_NIGHT_IS_PLAYED_OFTEN)
def _weights_before(day: date, file: Path, changed_at: int) -> Weights:
    season = Season.of(_read_box_scores(file, changed_at))
    return learned_before(season, day, load_weights("nba"))


def _absent(
    night: NightFolder,
    slate: Slate,
    owned: dict[str, float],
    reports: Sequence[tuple[str, NewsInterval]],
) -> tuple[str, ...]:
    """The absence rule needs the final field and who played; without either nothing is known."""
    people = list(_who_played(night))
    if not people or not owned:
        return ()
    reported = {player_id for player_id, _ in reports}
    return known_absent(slate, PlayedThatNight(people), owned, reported)


def _who_played(night: NightFolder) -> Iterator[tuple[str, str]]:
    """Names and teams; minutes are looked at for nothing but whether there were any."""
    for game in box_scores_of(night.box_scores):
        if game.on == night.day:
            yield game.player, game.team
    if night.results is not None:
        with night.results.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                if float(row["Mins"] or 0) > 0:
                    yield row["Player"], row["Team"]


def box_scores_of(file: Path | None) -> tuple[BoxScore, ...]:
    """Every game of a file; none without one."""
    return _read_box_scores(file, file.stat().st_mtime_ns) if file else ()


@lru_cache(maxsize=_ONE_NIGHT_IS_PLAYED_OFTEN)
def _read_box_scores(file: Path, changed_at: int) -> tuple[BoxScore, ...]:  # noqa: ARG001 - key
    return read_box_scores(file.read_bytes(), file.name).games
