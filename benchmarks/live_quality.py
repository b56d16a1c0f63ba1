"""What the shipped sources publish: wrong alerts, and what waiting for certainty costs.

The same intake as in the running system, with the sources of ``config/sources.toml`` that need no
key, and with the sites' own lists where a user adds them. Decisions and the sources' errors are
those invented in ``models/quality/rehearsal.py``: a league filing errs in 0.1 % of its reports, a
site in 0.5 %, a vendor in 2 %, a reporter in 5 %. An *alert* is a status that was published; one
that is only likely is told as unconfirmed, changes projections by its probability, and is counted
apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np

from actors.live_intake import Intake, Tally
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
TELL_STATUS = frozenset(
    {
        "espn.injuries", "espn.game_roster", "nba.boxscore", "nba.injury_report", "mlb.feed_live",
        "golf.scoreboard", "news.rotowire", SITE,
    }
)  # fmt: skip
"""Shipped adapters whose events say in time whether a player plays. RotoWire's notes are one voice,
whether they come as RSS or as posts; ESPN's other lists repeat its injuries."""
_BY_KIND = {teller.authority: teller for teller in reversed(TELLERS)}
_INACTIVES = {"delay_s": 900.0, "reach": 0.6, "words": ("INACTIVE", "")}
"""A list of inactives comes late, and says nothing of those who play."""

Row = dict[str, Any]


def rows() -> list[Row]:
    """Measure the sources of each sport as shipped, and with the site's own list."""
    found: list[Row] = []
    for sport in ("nba", "nfl", "mlb", "pga"):
        shipped = _tellers(_connected(sport))
        found += _rows_of(f"{sport} as shipped", shipped)
        if sport == "nfl":
            copying = [_copying(teller) for teller in shipped]
            found += _rows_of("nfl, where reporters copy 30 % of false reports", copying)
        if sport in {"nba", "nfl"}:
            found += _rows_of(f"{sport} with the site's list", _tellers(_connected(sport, SITE)))
    return found


def _connected(sport: str, *added: str) -> list[SourceSpec]:
    """The sources that tell statuses of a sport."""
    shipped = load_sources()
    on = [*shipped.ready({}), *shipped.patterns({})]
    on += [msgspec.structs.replace(s, enabled=True) for s in shipped.source if s.adapter in added]
    return [s for s in on if s.adapter in TELL_STATUS and s.sport in {"", sport}]


def _tellers(sources: Iterable[SourceSpec]) -> list[Teller]:
    """How each connected feed behaves: as the invented one of its kind does."""
    adapters = dict.fromkeys(source.adapter for source in sources)
    found = []
    for name in adapters:
        teller = _BY_KIND[profile_of(name).authority]._replace(name=name)
        found.append(teller._replace(**_INACTIVES) if name == "espn.game_roster" else teller)
    return found


def _copying(teller: Teller) -> Teller:
    return teller._replace(copies=0.3) if teller.authority == "news" else teller


class _Tally:
    """What came of some nights."""

    def __init__(self) -> None:
        self.alerts = self.wrong = self.likely = self.likely_wrong = 0
        self.players = self.told = self.told_likely = 0
        self.absent = self.absent_wrong = 0
        self.sure = 0.0
        self.waits: list[float] = []

    def take(self, night: Rehearsal, events: Iterable[AnyEvent]) -> None:
        """Count what is told of the players of a night: of each status the first time."""
        told: dict[str, set[tuple[str, str]]] = {"published": set(), "unconfirmed": set()}
        right: dict[str, set[str]] = {"published": set(), "unconfirmed": set()}
        for event in events:
            standing = getattr(event.data, "standing", "")
            if not isinstance(event, PlayerInjury | PlayerActive) or standing not in told:
                continue
            said = (event.player_id, event.data.status)
            is_right = night.played[event.player_id] == (event.data.status == "ACTIVE")
            if standing == "published":
                self.alerts += 1
                self.wrong += not is_right
                self.waits += [event.data.extra["waited_s"]] if is_right else []
            elif said not in told[standing]:
                self.likely += 1
                self.likely_wrong += not is_right
                self.sure += event.confidence
                if event.data.status == "OUT":
                    self.absent += 1
                    self.absent_wrong += not is_right
            told[standing].add(said)
            if is_right:
                right[standing].add(event.player_id)
        self.players += len(night.played)
        self.told += len(right["published"])
        self.told_likely += len(right["published"] | right["unconfirmed"])


def _measured(tellers: Sequence[Teller]) -> _Tally:
    tally = _Tally()
    for seed in SEEDS:
        gate = Gate()
        for night in range(NIGHTS):
            rehearsal = rehearse(seed, night=night, tellers=tellers)
            tally.take(rehearsal, _told(gate, rehearsal))
            for player, played in rehearsal.played.items():
                gate.settle(player, played=played, slate_id=rehearsal.slate_id)
    return tally


def _told(gate: Gate, night: Rehearsal) -> Iterator[AnyEvent]:
    """What the intake of the running system appends in such a night."""
    intake = Intake(gate)
    intake.recall(_opened(night))
    for reading in night.readings:
        for events in intake.take([reading], reading.received_at, Tally()).values():
            yield from events


def _opened(night: Rehearsal) -> SlateOpened:
    game = Game(game_id="A@B", away="A", home="B", start=LOCK + timedelta(days=400))
    players = tuple(
        Player(
            player_id=name, name=name, team="A", game_id="A@B", positions=("G",),
            roster_slots=("G",), salary=5000, designation="Q",
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


def _rows_of(name: str, tellers: Sequence[Teller]) -> Iterator[Row]:
    tally = _measured(tellers)
    feeds = ", ".join(sorted(teller.name for teller in tellers)) or "nobody"
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
    if tally.likely:
        share = tally.likely_wrong / tally.likely
        told = f"{name}: wrong of {tally.likely} told as unconfirmed"
        yield _plain(told, share * 100, "%")
        absent = tally.absent_wrong / max(1, tally.absent)
        yield _plain(f"{name}: ... of {tally.absent} of them that say out", absent * 100, "%")
        said = f"{name}: ... whose own doubt is"
        yield _plain(said, (1 - tally.sure / tally.likely) * 100, "%")
        never = 1 - tally.told_likely / tally.players
        yield _plain(f"{name}: players of whom nothing was told rightly", never * 100, "%")


def _plain(name: str, value: float, unit: str) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "peer": "", "peer_value": None,
        "ratio": None, "aim": "shown", "ok": True,
    }  # fmt: skip


if __name__ == "__main__":
    for row in rows():
        print(f"{row['name']}: {row['value']:.3f} {row['unit']}  ok={row['ok']}")
