"""From player pools to a slate: several files of one evening become one, under one set of rules."""

from __future__ import annotations

from typing import Literal

import msgspec

from models.files.names import team_key
from models.files.problems import Problem
from models.files.salaries import Salaries
from models.rules import SiteRules
from models.slate import Game, GameState, Player, Slate

_MOST_ODD = 0.1
"""Share of odd salaries above which the rules' salary step is not believed."""
_ADVANCE: dict[GameState, int] = {"scheduled": 0, "postponed": 1, "in_progress": 2, "final": 3}


def slate_of(
    salaries: Salaries,
    rules: SiteRules,
    slate_id: str = "",
    mode: Literal["live", "replay", "generated"] = "live",
) -> Slate:
    """The slate of a player pool; slots that the file does not list follow from positions.

    Without an id the slate is named by game type and Eastern day.
    """
    known = set(rules.slot_names)
    return Slate(
        slate_id=slate_id or _name(salaries, rules),
        site=rules.site,
        sport=rules.sport,
        game_type=rules.game_type,
        players=tuple(_with_slots(player, rules, known) for player in salaries.players),
        games=salaries.games,
        mode=mode,
    )


def _with_slots(player: Player, rules: SiteRules, known: set[str]) -> Player:
    listed = tuple(slot for slot in player.roster_slots if slot in known)
    if listed == player.roster_slots and listed:
        return player
    if rules.site == "fanduel" or not listed:
        listed = rules.slots_for(player.positions)
    return msgspec.structs.replace(player, roster_slots=listed)


def _name(salaries: Salaries, rules: SiteRules) -> str:
    starts = [game.start for game in salaries.games if game.start is not None]
    day = f"{min(starts):%Y%m%d}" if starts else "undated"
    return f"{rules.key.replace('/', '-')}-{day}"


def drop_odd_salaries(pool: Salaries, rules: SiteRules) -> Salaries:
    """The pool without players whose salary is no multiple of the site's step; each is reported.

    Where so many are odd that the step itself is in doubt, the pool is returned as it is.
    """
    odd = [p for p in pool.players if p.salary <= 0 or p.salary % rules.salary_step]
    if not odd or len(odd) > len(pool.players) * _MOST_ODD:
        return pool
    said = tuple(
        Problem(
            pool.file,
            0,
            f"{p.name} ({p.player_id}): salary {p.salary} is no multiple of {rules.salary_step}; "
            "he is left out: correct it or download the file again",
        )
        for p in odd
    )
    left_out = {p.player_id for p in odd}
    return msgspec.structs.replace(
        pool,
        players=tuple(p for p in pool.players if p.player_id not in left_out),
        problems=(*pool.problems, *said),
    )


def merge_pools(first: Salaries, second: Salaries) -> Salaries:
    """Both pools as one: marks and game states of either count, ``first`` names the rest.

    A player whom only ``second`` knows is added; problems are not merged.
    """
    games = {game.game_id: game for game in first.games}
    others = {game.game_id: game for game in second.games}
    players = {player.player_id: player for player in first.players}
    for other in second.players:
        mine = players.get(other.player_id)
        if mine is None:
            players[other.player_id] = other
            games.setdefault(other.game_id, others[other.game_id])
            continue
        game = _merged_game(games[mine.game_id], others[other.game_id])
        games[game.game_id] = game
        players[mine.player_id] = _merged_player(mine, other, game.game_id)
    held = {player.game_id for player in players.values()}
    return msgspec.structs.replace(
        first,
        players=tuple(players.values()),
        games=tuple(game for game in games.values() if game.game_id in held),
        extra={**second.extra, **first.extra},
    )


def with_starts(pool: Salaries, schedule: Salaries) -> Salaries:
    """The pool with start times of another pool of the evening, game by game by its two teams.

    For pools that name no starts (FanDuel's); a start the pool itself names stays.
    """
    known = {_pair(game): game for game in schedule.games if game.home}
    games = tuple(
        msgspec.structs.replace(game, start=known[_pair(game)].start)
        if game.start is None and _pair(game) in known
        else game
        for game in pool.games
    )
    return msgspec.structs.replace(pool, games=games)


def _pair(game: Game) -> frozenset[str]:
    return frozenset((team_key(game.away), team_key(game.home)))


def _merged_game(mine: Game, other: Game) -> Game:
    """The game that names a start if one does, in the state furthest on."""
    known = other if mine.start is None and other.start is not None else mine
    state = max(mine.state, other.state, key=lambda state: _ADVANCE[state])
    return msgspec.structs.replace(known, state=state) if known.state != state else known


def _merged_player(mine: Player, other: Player, game_id: str) -> Player:
    locked = mine.marked_locked or other.marked_locked
    designation = mine.designation or other.designation
    if (locked, designation, game_id) == (mine.marked_locked, mine.designation, mine.game_id):
        return mine
    return msgspec.structs.replace(
        mine, marked_locked=locked, designation=designation, game_id=game_id
    )
