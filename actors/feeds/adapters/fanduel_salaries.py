"""Player lists as files: FanDuel's, with its injury marks, and DraftKings' salary file.

Both are read by the readers that uploads go through; what those cannot read is refused here. A file
without the column of the marks says nothing of anybody's health, and one that breaks off within its
last row neither lists its last player nor a whole pool.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from actors.feeds.adapters.marks import status, status_event
from actors.feeds.adapters.messages import once, present, refused
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import Unusable
from actors.feeds.adapters.telling import Reading, Teller, adapter, status_report
from models.events import AnyEvent, GameReport, GameScheduled, PoolListed
from models.files.problems import ProblemLog, UnreadableFileError
from models.files.salaries import Salaries, read_salaries
from models.files.text import read_lines, split_line
from models.listings import PoolListing
from models.slate import Game, Player

FANDUEL, DRAFTKINGS = "fanduel.salaries", "draftkings.salaries"
_LISTED = re.compile(r"\d+-(\d+)")
_MARKS = "injury indicator"
"""FanDuel's title of the column that holds them."""


def _readings(feed: str, payload: Payload) -> Iterator[Reading]:
    file = payload.url.rpartition("/")[2] or feed
    try:
        pool = read_salaries(payload.body, file)
    except UnreadableFileError as fault:
        raise Unusable("", fault.problem.message) from fault
    lines = read_lines(payload.body, ProblemLog(file))
    marked = feed == FANDUEL and any(_MARKS in line.lower() for line in lines)
    last = _cut_off(payload.body, lines, pool)
    teller = Teller(feed, payload.received_at)
    for problem in pool.problems:
        yield refused(f"row {problem.row}", Unusable("", problem.message), "")
    for found in pool.games:
        if found.start is not None:
            yield Reading("", found.game_id, partial(_game, teller, feed, found))
    for player in pool.players:
        if player.player_id == last:
            yield refused(last, Unusable("", "the row is cut off"), lines[-1])
        elif player.designation or feed == FANDUEL:
            extra = pool.extra.get(player.player_id, {})
            read = partial(_player, teller, feed, player, extra, marked=marked)
            yield Reading(player.player_id, player.name, read)
    if last:
        yield refused("", Unusable("", "the file is cut off: this is not its whole pool"), file)
    else:
        yield Reading("", file, partial(_pool, teller, pool))


def _cut_off(body: bytes, lines: list[str], pool: Salaries) -> str:
    """The player whose row breaks off in a body that does; empty where it is whole."""
    ends = len(lines) < 2 or body.rstrip(b" \t").endswith((b"\n", b"\r"))
    if ends or len(split_line(lines[-1])) >= len(split_line(lines[-2])):
        return ""
    last = pool.players[-1]
    return last.player_id if last.name in lines[-1] else ""


def _site(feed: str) -> str:
    return feed.partition(".")[0]


def _game(teller: Teller, feed: str, found: Game) -> Iterator[AnyEvent]:
    report = GameReport(start=found.start, extra={"home": found.home, "away": found.away})
    yield teller.tell(GameScheduled, report, game_id=_game_id(feed, found.game_id))


def _game_id(feed: str, found: str) -> str:
    return f"{_site(feed)}:{found}" if found else ""


def _player(
    teller: Teller, feed: str, player: Player, extra: Mapping[str, str], *, marked: bool
) -> Iterator[AnyEvent]:
    """An empty mark is a player listed as available; a batting order is a line-up shown."""
    expected = bool(extra.get("Batting Order", "").strip("0 ")) or (
        extra.get("Probable Pitcher", "") == "Yes"
    )
    said = status if marked or player.designation else status_report
    report = said(
        player.designation,
        injury=extra.get("Injury Details", ""),
        participation="EXPECTED" if expected else "UNKNOWN",
        extra=present(
            name=player.name,
            team=player.team,
            position="/".join(player.positions),
            salary=player.salary,
            slate_player_id=player.player_id,
            batting_order=extra.get("Batting Order", ""),
            probable_pitcher=extra.get("Probable Pitcher", ""),
        ),
    )
    yield teller.tell(
        status_event(report), report,
        player_id=_player_id(feed, player), game_id=_game_id(feed, player.game_id),
    )  # fmt: skip


def _player_id(feed: str, player: Player) -> str:
    """FanDuel's ids are ``list-person``: the person is the same in every list."""
    if feed == FANDUEL:
        listed = _LISTED.fullmatch(player.player_id)
        return f"fanduel:{listed[1] if listed else player.player_id}"
    return f"draftkings.draftable:{player.player_id}"


def _pool(teller: Teller, pool: Salaries) -> Iterator[AnyEvent]:
    listing = PoolListing(
        site=pool.site, players=pool.players, games=pool.games,
        start=min((found.start for found in pool.games if found.start), default=None),
        extra=present(columns=_columns(pool)),
    )  # fmt: skip
    first = pool.players[0].player_id
    yield teller.tell(PoolListed, listing, about=f"pool/{first[:80]}")


def _columns(pool: Salaries) -> list[str]:
    """Columns that the file has besides those of a player."""
    found: dict[str, Any] = {}
    for columns in pool.extra.values():
        found.update(columns)
    return [title[:80] for title in found]


fanduel_salaries: Adapter = once(adapter(FANDUEL, partial(_readings, FANDUEL)))
draftkings_salaries: Adapter = once(adapter(DRAFTKINGS, partial(_readings, DRAFTKINGS)))
