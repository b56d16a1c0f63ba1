"""Everything is killed in turn under load; counted at both ends, and compared with a calm run.

``python -m benchmarks.chaos --minutes 10 --rate 2000``: a sender appends events at a rate and
notes which were acknowledged; a prober asks for recommendations all the time; every few seconds
another part is killed. Afterwards: is each acknowledged event in the log once and in the lake once;
are the states of slate and contest those to which the log leads an actor that nobody disturbed; and
are they those of a house that was sent the same events in the same order and was left alone?
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from actors.following import available
from actors.lake.lake import Lake
from actors.log.errors import LogError
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import Logged, Record
from actors.log.redis import RedisLog
from actors.naming import ARCHIVE, contest_name, slate_name
from benchmarks.chaos_calm import NOW, differences
from benchmarks.chaos_house import RECOVERY_S, House, house, wait_for
from benchmarks.chaos_prober import Fault, Prober
from config.rules import with_rules
from config.secret import token_secret
from models import codec
from models.evening import generate
from models.events import (
    ContestOpened,
    LateSwap,
    LivePoints,
    LiveScore,
    PlayerInjury,
    StatusReport,
)
from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.folds.kept_contest import KeptContest
from models.folds.slate import SlateState
from models.snapshots import state_hash
from serve.tokens import mint

TICK_S = 0.05
SETTLE_S = 120.0


class Sender(threading.Thread):
    """Appends events at a rate, again and again until each is acknowledged."""

    def __init__(self, home: House, rate: float) -> None:
        super().__init__(daemon=True)
        night = generate(31, entries=20)
        self.opening = [with_rules(event) for event in night.opening]
        slate = self.opening[0].data.slate  # type: ignore[union-attr]
        self.slate_id = slate.slate_id
        self.contest_id = next(e.contest_id for e in self.opening if isinstance(e, ContestOpened))
        self.sent = 0
        self.acknowledged: dict[str, str] = {}
        self.over = threading.Event()
        self._home = home
        self._rate = rate
        self._players = [player.player_id for player in slate.players]
        self._clock = max(event.received_at for event in self.opening)

    def run(self) -> None:
        """Send until told to end."""
        asyncio.run(self._send())

    async def _send(self) -> None:
        log = RedisLog(self._home.stack.redis_url, self._home.stack.log_options)
        await self._append(log, self.opening)
        begun = time.monotonic()
        while not self.over.is_set():
            due = int((time.monotonic() - begun) * self._rate) - self.sent
            if due > 0:
                await self._append(log, [self._next() for _ in range(min(due, 500))])
            await asyncio.sleep(TICK_S)
        await log.close()

    async def _append(self, log: RedisLog, events: list[Any]) -> None:
        records = [Record(event.event_id, codec.encode(event)) for event in events]
        while True:
            try:
                appended = await log.append(self.slate_id, records)
                break
            except LogError:
                await asyncio.sleep(0.1)
        offsets = zip(records, appended.offsets, strict=True)
        self.acknowledged |= {record.event_id: offset for record, offset in offsets}

    def _next(self) -> LiveScore | PlayerInjury:
        """Points of somebody; now and then a designation, so that proposals come and go."""
        self.sent += 1
        moment = self._clock + timedelta(milliseconds=self.sent)
        player = self._players[self.sent % len(self._players)]
        common = {"source": "chaos", "timestamp": moment, "received_at": moment}
        common |= {"slate_id": self.slate_id, "player_id": player, "sport": "nba"}
        if self.sent % 997 == 0:
            status = StatusReport(status="OUT" if self.sent % 2 else "ACTIVE")
            return PlayerInjury(event_id=f"out:{self.sent}", data=status, **common)
        points = LivePoints(points=self.sent / 100)
        return LiveScore(event_id=f"score:{self.sent}", data=points, **common)


def run(folder: Path, seconds: float, rate: float, parts: list[str]) -> dict[str, Any]:
    """One run; what was counted."""
    with house(folder) as home:
        sender = Sender(home, rate)
        home.slate_id, home.contest_id = sender.slate_id, sender.contest_id
        sender.start()
        names = (slate_name(sender.slate_id), contest_name(sender.contest_id))
        wait_for(lambda: all(_ready(home, name) for name in names), SETTLE_S)
        prober = _prober(home)
        faults = _break(home, sender, prober, seconds, parts)
        sender.over.set()
        sender.join()
        behind_s = wait_for(lambda: _caught_up(home, (*names, ARCHIVE)), SETTLE_S)
        prober.over.set()
        prober.join()
        home.ask(names[1], NOW, RECOVERY_S)
        wait_for(lambda: _caught_up(home, (*names, ARCHIVE)), SETTLE_S)
        states = [home.health(name, state=True) for name in names]
        logged = asyncio.run(_everything(home))
        slate, contest = _undisturbed(logged, sender.contest_id)
        hashes = state_hash(slate), state_hash(KeptContest.of(contest))
        lake_folder = folder / "lake"
    return {
        "seconds": seconds,
        "rate": rate,
        "kills": len(faults),
        "recovery_s": {
            part: round(max(f.recovery_s for f in faults if f.part == part), 2) for part in parts
        },
        "caught_up_after_s": round(behind_s, 2),
        "served_share": round(prober.share(prober.good), 4),
        "served_at_once_share": round(prober.share(prober.at_once), 4),
        "missed_seconds": prober.missed(faults),
        "not_served": dict(prober.failures.most_common(5)),
        "states_equal": [
            s is not None and s.state_hash == h for s, h in zip(states, hashes, strict=True)
        ],
        "equal_to_calm_run": differences(logged, sender.acknowledged, slate, contest),
        **_counted(sender, logged, lake_folder),
    }


def _prober(home: House) -> Prober:
    settings = home.stack.settings
    token = mint("chaos", "operator", token_secret(settings).get_secret_value(), 24 * 3600)
    prober = Prober(f"http://{settings.host}:{settings.port}", token)
    prober.start()
    return prober


def _break(
    home: House, sender: Sender, prober: Prober, seconds: float, parts: list[str]
) -> list[Fault]:
    """Kill part after part, evenly over the time, each when the one before is back."""
    faults = []
    pause = seconds / max(1, len(parts))
    begun = time.monotonic()
    turn = 0
    while turn < len(parts) or time.monotonic() - begun < seconds:
        part = parts[turn % len(parts)]
        mark = len(sender.acknowledged)
        home.parts()[part]()
        killed_at = time.monotonic()
        well = partial(_well, home, sender, mark)
        wait_for(lambda w=well, k=killed_at: prober.answered_at > k and w())
        faults.append(Fault(part, killed_at, time.monotonic() - killed_at))
        print(f"{part:12} back after {faults[-1].recovery_s:.2f} s", file=sys.stderr, flush=True)
        turn += 1
        time.sleep(max(0.0, begun + turn * pause - time.monotonic()))
    return faults


def _well(home: House, sender: Sender, mark: int) -> bool:
    """Whether events are acknowledged again and both owners of state have folded them."""
    acknowledged = len(sender.acknowledged)
    if acknowledged <= mark:
        return False
    newest = list(sender.acknowledged.values())[mark]
    names = (slate_name(sender.slate_id), contest_name(sender.contest_id), ARCHIVE)
    found = [home.health(name) for name in names]
    return all(h is not None and offset_key(h.offset) >= offset_key(newest) for h in found)


def _ready(home: House, name: str) -> bool:
    found = home.health(name)
    return found is not None and found.ready


def _caught_up(home: House, names: tuple[str, ...]) -> bool:
    """Whether nothing is left to be folded, and nobody appends any more."""
    newest = asyncio.run(_last(home))
    found = [home.health(name) for name in names]
    if not all(h is not None and h.offset == newest for h in found):
        return False
    time.sleep(1.0)
    return asyncio.run(_last(home)) == newest


async def _last(home: House) -> str:
    log = RedisLog(home.stack.redis_url, home.stack.log_options)
    try:
        return await available(log.last_offset)
    finally:
        await log.close()


async def _everything(home: House) -> list[Logged]:
    log = RedisLog(home.stack.redis_url, home.stack.log_options)
    found: list[Logged] = []
    while True:
        after = found[-1].offset if found else BEGINNING
        more = await available(partial(log.read, after, count=1_000))
        if not more:
            break
        found += more
    await log.close()
    return found


def _undisturbed(logged: list[Logged], contest_id: str) -> tuple[SlateState, ContestState]:
    """The states to which the log leads from its beginning, without a pause."""
    slate: SlateState | None = None
    events = [codec.decode(record.body) for record in logged]
    for event in events:
        if slate is not None:
            slate = slate.updated(event) if event.slate_id == slate.slate.slate_id else slate
        elif event.event_id == events[0].event_id or hasattr(event.data, "slate"):
            slate = SlateState.opened(event)  # type: ignore[arg-type]
    contest = fold(None, events, contest_id)
    assert slate is not None
    assert isinstance(contest, ContestState)
    return slate, contest


def _counted(sender: Sender, logged: list[Logged], lake_folder: Path) -> dict[str, Any]:
    stored = Counter(record.event_id for record in logged)
    lake = Lake(lake_folder)
    with lake.warm.reading() as connection:
        ((warm,),) = connection.execute("SELECT count(DISTINCT event_id) FROM events").fetchall()
    archived = lake.sql("SELECT count(*), count(DISTINCT event_id) FROM events")
    ((rows, ids),) = archived.fetchall() if archived is not None else ((0, 0),)
    swaps = [e for r in logged if isinstance(e := codec.decode(r.body), LateSwap)]
    revisions = Counter((s.data.proposal_id, s.data.revision, s.data.state) for s in swaps)
    return {
        "acknowledged": len(sender.acknowledged),
        "lost": len(sender.acknowledged.keys() - stored.keys()),
        "stored_twice": sum(count - 1 for count in stored.values()),
        "logged": len(logged),
        "archived": rows,
        "archived_twice": rows - ids,
        "not_archived": len(stored) - ids,
        "still_warm": warm,
        "proposals": len(swaps),
        "applied_twice": sum(count - 1 for count in revisions.values()),
    }


def main() -> None:
    """Print what was counted as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=2_000.0, help="events per second")
    parser.add_argument(
        "--parts",
        default="slate,contest,worker,redis,subscriber,archive,replica,supervisor,node",
        help="what is killed, in this order, again and again",
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        counted = run(Path(folder), asked.minutes * 60, asked.rate, asked.parts.split(","))
    print(json.dumps(msgspec.to_builtins(counted)))


if __name__ == "__main__":
    main()
