"""ESPN's game summary: the game, its box score with who started and who did not play, injuries.

``reason`` stands beside everybody, also beside those who played: it means something only where
``didNotPlay`` is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import espn, espn_scoreboard, espn_status
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    at,
    flag,
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
_COACH = "COACH"


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for the game, for each line of the box score and for each injury."""
    root = read_json(payload.body)
    header = at(root, "header")
    game_id = espn.game_id(need_ident(root, "header", "id"))
    teller = Teller(FEED, payload.received_at, _sport(payload, root))
    for where, contest in listed("header.competitions", items(header, "competitions")):
        yield Reading(where, contest, partial(espn_scoreboard.game, teller, header, contest))
    for where, team in listed("injuries", items(root, "injuries")):
        for place, row in listed(f"{where}.injuries", items(team, "injuries")):
            yield Reading(place, row, partial(espn_status.injury, teller, team, row))
    box = need_object(root, "boxscore")
    for where, side in listed("boxscore.players", items(box, "players")):
        for group_place, group in listed(f"{where}.statistics", items(side, "statistics")):
            for place, line in listed(f"{group_place}.athletes", items(group, "athletes")):
                team = text(side, "team", "abbreviation")
                yield Reading(place, line, partial(_line, teller, game_id, team, group, line))


def _sport(payload: Payload, root: Any) -> str:
    return espn.sport_of(payload, root) or text(root, "header", "league", "slug")


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
    elif stats:
        report = status_report("PLAYING", participation="CONFIRMED_IN", extra=facts)
        yield tell(PlayerActive, report)
    if stats:
        yield tell(LiveScore, LivePoints(points={}, stats=stats, extra=facts))


def _absent(tell: Any, reason: str, facts: dict[str, Any]) -> AnyEvent:
    """One who does not play: hurt he is out; whom the coach leaves out is dressed and may come."""
    if _COACH in reason.upper():
        left: LineupChange = tell(LineupChange, status_report("", headline=reason, extra=facts))
        return left
    report = status_report(
        "Did Not Play", injury=reason, participation="CONFIRMED_OUT", extra=facts
    )
    hurt: PlayerInjury = tell(PlayerInjury, report)
    return hurt


def _stats(group: Any, line: Any) -> Iterator[tuple[str, float]]:
    """Figures by their label; of ``7-13`` and ``21/30`` made and tried (``FG``, ``FG_tried``)."""
    category = text(group, "name")
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
        elif (figure := number(said)) is not None:
            yield name, figure


parse = adapter(FEED, readings)
