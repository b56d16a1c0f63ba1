"""When games start, and what in the files does not fit them: said, never fatal."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from models.files import EASTERN, NameIndex, Problem, match_names
from models.files.names import team_key
from models.slate import Game, Slate
from models.swap.case import SwapCase

_NAMED = 6
"""Names that a message lists before it breaks off."""


def has_started(game: Game, at: datetime) -> bool:
    """Whether a game is past its start, or is said to be; a postponed game is not."""
    if game.state in {"in_progress", "final"}:
        return True
    return game.state == "scheduled" and game.start is not None and game.start <= at


def slate_day(slate: Slate, at: datetime) -> date:
    """The Eastern day of the slate: that of its first start, or of ``at`` where none is known."""
    starts = [game.start for game in slate.games if game.start is not None]
    return min(starts, default=at).astimezone(EASTERN).date()


def schedule_notices(case: SwapCase, marked: Collection[str]) -> list[Problem]:
    """Games without a start, and players marked locked before theirs."""
    games = {game.game_id: game for game in case.slate.games}
    problems: list[Problem] = []
    silent = [g.game_id for g in case.slate.games if g.start is None and g.state == "scheduled"]
    if silent:
        message = (
            f"no start time for {_listed(silent)}: players count as open unless a "
            "file marks them locked"
        )
        problems.append(Problem(case.entries.file, 0, message))
    early = sorted(
        player.name
        for player in case.slate.players
        if (player.marked_locked or player.player_id in marked)
        and not has_started(games[player.game_id], case.at)
        and games[player.game_id].start is not None
    )
    if early:
        message = (
            f"marked locked before the scheduled start: {_listed(early)}; kept locked. "
            "If the file is newer than --at, give a later --at"
        )
        problems.append(Problem(case.entries.file, 0, message))
    return problems


def rule_notices(case: SwapCase) -> list[Problem]:
    """A late-swap rule that is not verified, where it decides what may change."""
    started = any(has_started(game, case.at) for game in case.slate.games)
    doubts = [doubt.note for doubt in case.rules.uncertain if doubt.field == "late_swap"]
    if not started or case.options.late_swap is not None or not doubts:
        return []
    taken = "allowed" if case.rules.late_swap else "not allowed"
    message = (
        f"{case.rules.title}: late swap is taken as {taken}, which is not certain ({doubts[0]}); "
        "--late-swap or --no-late-swap settles it"
    )
    return [Problem(case.entries.file, 0, message)]


def name_notices(case: SwapCase) -> list[Problem]:
    """Names of the standings and of the slate's news that are nobody in the slate."""
    problems: list[Problem] = []
    if case.standings is not None:
        strangers = match_names(case.standings, case.slate).unmatched
        if strangers:
            message = (
                f"{len(strangers)} players are nobody in the salary file: {_listed(strangers)}; "
                "give the standings of a contest of this slate"
            )
            problems.append(Problem(case.standings.file, 0, message))
    if case.news is not None:
        names = NameIndex(case.slate.players)
        teams = {team_key(player.team) for player in case.slate.players}
        day = slate_day(case.slate, case.at)
        problems += [
            Problem(case.news.file, item.row, f"{item.player} ({item.team}) is nobody in the slate")
            for item in case.news.intervals
            if item.on == day
            and team_key(item.team) in teams
            and not names.find(item.player, item.team)
        ]
    return problems


def _listed(names: Collection[str]) -> str:
    shown = sorted(names)[:_NAMED]
    return ", ".join(shown) + (", ..." if len(names) > _NAMED else "")
