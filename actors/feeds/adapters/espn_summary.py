"""ESPN's game summary: the game, its box score with who started and who did not play, injuries.

``reason`` stands beside everybody, also beside those who played: it means something only where
``didNotPlay`` is set. What a column counts is known only with its group: ``H`` are hits made by a
batter, and allowed by a pitcher. Baseball's line-ups stand in ``rosters``, once they are posted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import espn, espn_scoreboard, espn_status
from actors.feeds.adapters.messages import once
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    at,
    flag,
    ident,
    items,
    need_ident,
    need_object,
    number,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, status_report
from models.events import (
    AnyEvent,
    LineupChange,
    LivePoints,
    LiveScore,
    PlayerActive,
    PlayerInjury,
)

FEED = "espn.summary"
_PAIR = re.compile(r"(\d+)[-/](\d+)")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")
_COACH = "COACH"
_MINUTES = "MIN"


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for the game, for each line of the box score and for each injury."""
    root = read_json(payload.body)
    header = at(root, "header")
    game_id = espn.game_id(need_ident(root, "header", "id"))
    teller = Teller(FEED, payload.received_at, _sport(payload, root))
    for where, contest in listed("header.competitions", items(header, "competitions")):
        yield from espn_scoreboard.games(teller, where, header, contest)
    for where, team in listed("injuries", items(root, "injuries")):
        yield from espn_status.injured(teller, where, team)
    for where, side in listed("rosters", items(root, "rosters")):
        team = text(side, "team", "abbreviation")
        for place, one in listed(f"{where}.roster", items(side, "roster")):
            yield Reading(place, one, partial(_in_line_up, teller, game_id, team, one))
    box = need_object(root, "boxscore")
    for where, side in listed("boxscore.players", items(box, "players")):
        for group_place, group in listed(f"{where}.statistics", items(side, "statistics")):
            for place, line in listed(f"{group_place}.athletes", items(group, "athletes")):
                team = text(side, "team", "abbreviation")
                yield Reading(place, line, partial(_line, teller, game_id, team, group, line))


def _sport(payload: Payload, root: Any) -> str:
    return espn.sport_of(payload, root) or espn.league(text(root, "header", "league", "slug"))


def _in_line_up(teller: Teller, game_id: str, team: str, one: Any) -> Iterable[AnyEvent]:
    """Who starts, with his place in the batting order; of the others nothing is said."""
    if flag(one, "starter"):
        facts = espn.athlete_facts(at(one, "athlete"), team)
        order = ident(one, "batOrder")
        extra = facts | ({"batting_order": order} if order not in {"", "0"} else {})
        report = status_report("STARTING", participation="CONFIRMED_IN", extra=extra)
        player_id = espn.player_id(at(one, "athlete"))
        yield teller.tell(LineupChange, report, player_id=player_id, game_id=game_id)


def _line(teller: Teller, game_id: str, team: str, group: Any, line: Any) -> Iterable[AnyEvent]:
    player_id = espn.player_id(at(line, "athlete"))
    facts = espn.athlete_facts(at(line, "athlete"), team)
    tell = partial(teller.tell, player_id=player_id, game_id=game_id)
    if flag(line, "didNotPlay"):
        yield _absent(tell, text(line, "reason"), facts)
        return
    stats = dict(_stats(group, line))
    if flag(line, "starter"):
        report = status_report("STARTING", participation="CONFIRMED_IN", extra=facts)
        yield tell(LineupChange, report)
    elif stats and stats.get(_MINUTES) != 0:
        report = status_report("PLAYING", participation="CONFIRMED_IN", extra=facts)
        yield tell(PlayerActive, report)
    if stats:
        yield tell(LiveScore, LivePoints(points={}, stats=stats, extra=facts))


def _absent(tell: Any, reason: str, facts: dict[str, Any]) -> AnyEvent:
    """One who does not play: hurt he is out; whom the coach leaves out is dressed and may come.

    As may one who just has not come on yet, of whom no reason is given.
    """
    if not reason or _COACH in reason.upper():
        left: LineupChange = tell(LineupChange, status_report("", headline=reason, extra=facts))
        return left
    report = status_report(
        "Did Not Play", injury=reason, participation="CONFIRMED_OUT", extra=facts
    )
    hurt: PlayerInjury = tell(PlayerInjury, report)
    return hurt


def _stats(group: Any, line: Any) -> Iterator[tuple[str, float]]:
    """Figures by their label; of ``7-13`` and ``21/30`` made and tried (``FG``, ``FG_tried``).

    Football and hockey name a group, baseball types it, basketball has but one. A time on the ice
    (``18:30``) is told in minutes.
    """
    category = text(group, "name") or text(group, "type")
    for place, value in enumerate(items(line, "stats")):
        label = text(group, "labels", place) or text(group, "names", place)
        if not label:
            continue
        name = f"{category}.{label}" if category else label
        said = text(value)
        pair = _PAIR.fullmatch(said)
        if pair:
            yield name, float(pair[1])
            yield f"{name}_tried", float(pair[2])
        elif clock := _CLOCK.fullmatch(said):
            yield name, round(int(clock[1]) + int(clock[2]) / 60, 4)
        elif (figure := number(said)) is not None:
            yield name, figure


parse = once(adapter(FEED, readings))
