"""What the shipped sources publish: wrong alerts, and what waiting for certainty costs.

The same intake as in the running system, with the sources of ``config/sources.toml`` that need no
key, and with the sites' own lists where a user adds them. Decisions and the sources' errors are
those invented in ``models/quality/rehearsal.py``: a league filing errs in 0.1 % of its reports, a
site in 0.5 %, a vendor in 2 %. An *alert* is a status that was published; a status of a source
that nobody connected could confirm is told as unconfirmed, and counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np

from actors.live_intake import Intake, Tally
from actors.live_trust import SOON_S, TELL_STATUS, unconfirmable
from config.sources import SourceSpec, load_sources
from models.events import AnyEvent, PlayerActive, PlayerInjury, SlateOpened, SlateOpening
from models.quality.gate import Gate
from models.quality.rehearsal import LOCK, TELLERS, Rehearsal, Teller, rehearse
from models.quality.sources import profile_of
from models.slate import Game, Player, Slate

LIMIT = 0.01
SEEDS = range(501, 505)
NIGHTS = 20
SITE = "draftkings.draftables"
"""Off by default; who may use it has one more source, above all vendors."""

Row = dict[str, Any]


def rows() -> list[Row]:
    """Measure the sources of each sport as shipped, and with the site's own list."""
    found: list[Row] = []
    for sport in ("nba", "nfl", "mlb"):
        for name, added in (("as shipped", ()), ("with the site's list", (SITE,))):
            found += _rows_of(f"{sport} {name}", _connected(sport, added))
    return found


def _connected(sport: str, added: Sequence[str]) -> list[SourceSpec]:
    """The sources that tell statuses of a sport in time for anything."""
    shipped = load_sources()
    on = [*shipped.ready({}), *shipped.patterns({})]
    on += [msgspec.structs.replace(s, enabled=True) for s in shipped.source if s.adapter in added]
    return [
        s
        for s in on
        if s.adapter in TELL_STATUS and s.sport in {"", sport} and s.times.last <= SOON_S
    ]


def _tellers(sources: Iterable[SourceSpec]) -> list[Teller]:
    """How each connected feed behaves: as the invented one of its kind does."""
    by_kind = {teller.authority: teller for teller in reversed(TELLERS)}
    adapters = dict.fromkeys(source.adapter for source in sources)
    return [by_kind[profile_of(name).authority]._replace(name=name) for name in adapters]


class _Tally:
    """What came of some nights."""

    def __init__(self) -> None:
        self.alerts = self.wrong = self.unconfirmed = self.unconfirmed_wrong = 0
        self.players = self.told = 0
        self.waits: list[float] = []

    def take(self, event: AnyEvent, played: dict[str, bool]) -> str:
        """Count a status that changes a projection; answers who was told of rightly."""
        if not isinstance(event, PlayerInjury | PlayerActive):
            return ""
        right = played[event.player_id] == (event.data.status == "ACTIVE")
        if event.data.standing == "unconfirmed":
            self.unconfirmed += 1
            self.unconfirmed_wrong += not right
        elif event.data.standing == "published":
            self.alerts += 1
            self.wrong += not right
            self.waits += [event.data.extra["waited_s"]] if right else []
            return event.player_id if right else ""
        return ""


def _measured(sources: Sequence[SourceSpec]) -> _Tally:
    tally = _Tally()
    alone = {s.adapter for s in sources if s.name in unconfirmable(sources)}
    for seed in SEEDS:
        gate = Gate()
        for night in range(NIGHTS):
            rehearsal = rehearse(seed, night=night, tellers=_tellers(sources))
            told = {tally.take(event, rehearsal.played) for event in _told(gate, rehearsal, alone)}
            tally.players += len(rehearsal.played)
            tally.told += len(told - {""})
            for player, played in rehearsal.played.items():
                gate.settle(player, played=played, slate_id=rehearsal.slate_id)
    return tally


def _told(gate: Gate, night: Rehearsal, alone: set[str]) -> Iterator[AnyEvent]:
    """What the intake of the running system appends in such a night."""
    intake = Intake(gate)
    intake.places.take(_opened(night))
    for reading in night.readings:
        batches = intake.take(
            [reading], reading.received_at, Tally(), alone=reading.source in alone
        )
        for events in batches.values():
            yield from events


def _opened(night: Rehearsal) -> SlateOpened:
    game = Game(game_id="A@B", away="A", home="B", start=LOCK + timedelta(days=400))
    players = tuple(
        Player(
            player_id=name, name=name, team="A", game_id="A@B", positions=("G",),
            roster_slots=("G",), salary=5000,
        )
        for name in night.played
    )  # fmt: skip
    slate = Slate(
        slate_id=night.slate_id, site="draftkings", sport="nba", game_type="classic",
        players=players, games=(game,),
    )  # fmt: skip
    return SlateOpened(
        event_id=night.slate_id, source="made", timestamp=LOCK, received_at=LOCK,
        slate_id=night.slate_id,
        data=SlateOpening(slate=slate, projections={}, projection_basis="made"),
    )  # fmt: skip


def _rows_of(name: str, sources: Sequence[SourceSpec]) -> Iterator[Row]:
    tally = _measured(sources)
    feeds = ", ".join(sorted({source.adapter for source in sources})) or "nobody"
    if tally.alerts:
        share = tally.wrong / tally.alerts
        yield {
            "name": f"{name} ({feeds}): wrong of {tally.alerts} alerts", "value": share * 100,
            "unit": "%", "peer": "limit", "peer_value": LIMIT * 100, "ratio": share / LIMIT,
            "aim": "at most 1", "ok": share <= LIMIT,
        }  # fmt: skip
        yield _plain(f"{name}: delay of an alert, p50", float(np.percentile(tally.waits, 50)), "s")
        yield _plain(f"{name}: delay of an alert, p99", float(np.percentile(tally.waits, 99)), "s")
    never = 1 - tally.told / tally.players
    yield _plain(f"{name} ({feeds}): players without an alert", never * 100, "%")
    if tally.unconfirmed:
        share = tally.unconfirmed_wrong / tally.unconfirmed
        told = f"{name}: wrong of {tally.unconfirmed} told as unconfirmed"
        yield _plain(told, share * 100, "%")


def _plain(name: str, value: float, unit: str) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "peer": "", "peer_value": None,
        "ratio": None, "aim": "shown", "ok": True,
    }  # fmt: skip


if __name__ == "__main__":
    for row in rows():
        print(f"{row['name']}: {row['value']:.3f} {row['unit']}  ok={row['ok']}")
