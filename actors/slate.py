"""SlateActor: owns one slate's designations, projections, locks and points."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from actors.following import Batch, LogActor, OpenLog, not_mine
from actors.log.offsets import BEGINNING, offset_key
from models.events import AnyEvent, GameReport, GameStart, SlateChanged, SlateOpened
from models.folds.batches import folded
from models.folds.slate import READS, SlateState
from models.folds.telling import slate_changed
from models.messages import (
    AnyAnswer,
    AnyQuestion,
    AskHealth,
    AskPlayers,
    PlayerCard,
    Players,
    Refusal,
)
from models.snapshots import unpack

REST_S = 0.005
"""After a change was told: its echo wakes the contests, whose work comes first; what arrives
meanwhile is folded together."""

LOCK_TICK_S = 0.5
"""How often the schedule is looked at: half a second is far inside any safety margin."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class SlateActor(LogActor):
    """Folds a slate's events and appends, once per batch, what they changed."""

    kind = "slate"
    reads = READS

    def __init__(
        self, slate_id: str, open_log: OpenLog, now: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__(f"slate:{slate_id}", open_log, [slate_id])
        self.slate_id = slate_id
        self.state: SlateState | None = None
        self._published: SlateState | None = None
        self._now = now
        self._locking: asyncio.Task[None] | None = None

    def kept(self) -> SlateState | None:
        """The state, as a snapshot keeps it."""
        return self.state

    def restore(self, body: bytes | None) -> None:
        """Take over a snapshot: it was made when everything up to its offset had been told."""
        state = None if body is None else unpack(body, self.kind, SlateState)
        self.state = self._published = state

    async def recover(self, history: Sequence[Batch]) -> None:
        """Rebuild the state, and append what was folded before but never told."""
        told = max(
            (e.data.as_of for b in history for e in b.events if isinstance(e, SlateChanged)),
            key=offset_key,
            default=BEGINNING,
        )
        for batch in history:
            for event, offset in zip(batch.events, batch.offsets, strict=True):
                self._take(event, offset)
                if offset_key(offset) <= offset_key(told) or self._published is None:
                    self._published = self.state
        if history:
            await self._tell_changes(history[-1].last)
        self._locking = asyncio.get_running_loop().create_task(self._lock_on_time())

    async def stop(self) -> None:
        """End the tasks and let go of the log."""
        if self._locking is not None:
            self._locking.cancel()
        await super().stop()

    async def handle(self, batch: Batch) -> None:
        """Fold the batch and append what it changed."""
        if self.state is not None:
            self.state = self.fold(folded, self.state, batch)
        else:
            for event, offset in zip(batch.events, batch.offsets, strict=True):
                self._take(event, offset)
        await self._tell_changes(batch.last)

    def _take(self, event: AnyEvent, offset: str) -> None:
        """Fold one event; the state as it was opened is known to everyone."""
        closed = self.state is None
        self.state = self.fold(_begun, self.state, Batch([event], [offset], offset))
        if closed:
            self._published = self.state

    async def _tell_changes(self, as_of: str) -> None:
        state, published = self.state, self._published
        if state is None or published is None or state is published:
            return
        self._published = state
        event = slate_changed(state, published, as_of)
        if event is None:
            return
        await self.append(self.slate_id, [event])
        await asyncio.sleep(REST_S)

    async def _lock_on_time(self) -> None:
        """Append the start of each game at its scheduled time; a source may have been earlier.

        Only a live slate runs by our clock; a night that is played brings its own.
        """
        while True:
            await asyncio.sleep(LOCK_TICK_S)
            state = self.state
            if state is None or state.slate.mode != "live":
                continue
            due = state.due_locks(self._now())
            if due:
                await self.append(self.slate_id, [self._lock(game_id) for game_id in due])

    def _lock(self, game_id: str) -> GameStart:
        now = self._now()
        return GameStart(
            event_id=f"lock:{self.slate_id}:{game_id}",
            source="schedule",
            timestamp=now,
            received_at=now,
            slate_id=self.slate_id,
            game_id=game_id,
            data=GameReport(note="scheduled start"),
        )

    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer questions about players and health."""
        match question:
            case AskPlayers():
                return self._players(question)
            case AskHealth():
                return self.health()
            case _:
                return not_mine(question, "a slate")

    def _players(self, asked: AskPlayers) -> Players | Refusal:
        state = self.state
        if state is None:
            return Refusal(
                status=404,
                title="no such slate",
                detail=f"slate {self.slate_id} has not been opened",
                remedy="upload its salary file to /api/v1/slates",
            )
        wanted = asked.search.casefold()
        chosen = [
            p
            for p in state.slate.players
            if (asked.player_id in {"", p.player_id}) and wanted in p.name.casefold()
        ]
        cards = tuple(_card(state, p.player_id) for p in chosen)
        return Players(players=cards, offset=self.offset)


def _begun(state: SlateState | None, events: Sequence[AnyEvent]) -> SlateState | None:
    for event in events:
        if state is not None:
            state = state.updated(event)
        elif isinstance(event, SlateOpened):
            state = SlateState.opened(event)
    return state


def _card(state: SlateState, player_id: str) -> PlayerCard:
    player = state.players[player_id]
    report = state.reports.get(player_id)
    return PlayerCard(
        player_id=player_id,
        name=player.name,
        team=player.team,
        game_id=player.game_id,
        positions=player.positions,
        salary=player.salary,
        slate_id=state.slate.slate_id,
        projection=state.projection(player_id),
        baseline=state.baseline.get(player_id, 0.0),
        designation=state.designation(player_id),
        locked=state.is_locked(player_id),
        points=state.points.get(player_id),
        reported_at=report.timestamp if report else None,
        events=state.behind(player_id),
        conditions=state.why(player_id),
    )
