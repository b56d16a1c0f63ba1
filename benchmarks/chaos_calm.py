"""The same events in the same order through a house that nobody disturbs, and what became of it.

Slate and contest run in this process on the memory log. What was sent decides the slate's state and
what a contest knows to the last bit. A contest also holds proposals, whose number and moment follow
from how events were batched: a swap that stands was the best when it was found, and stays while it
is legal. So both houses are asked for recommendations at the end, and the same swaps must stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Sequence

import msgspec

from actors.contest import ContestActor
from actors.log.memory import MemoryLog
from actors.log.offsets import offset_key
from actors.log.port import Logged, Record
from actors.pool import LocalPool
from actors.slate import SlateActor
from models.folds.contest import ContestState
from models.folds.kept_contest import KeptContest
from models.folds.slate import SlateState
from models.messages import AskSettled, Health, Recommend, decode_answer, encode
from models.proposals import ProposalPolicy
from models.snapshots import state_hash

TOGETHER = 500
NOW = Recommend(user_id="", objective="points")
"""Asked of a contest in the end: what would you change now?"""


def differences(
    logged: Sequence[Logged], sent: Container[str], slate: SlateState, contest: ContestState
) -> dict[str, bool]:
    """Whether what the disturbed house came to is what a calm one comes to, by what it holds."""
    inputs = [record for record in logged if record.event_id in sent]
    calm_slate, calm_contest = asyncio.run(
        _calm(inputs, slate.slate.slate_id, contest.contest.contest_id)
    )
    return {
        "slate": state_hash(slate) == state_hash(calm_slate),
        "contest": state_hash(_facts(contest)) == state_hash(_facts(calm_contest)),
        "proposals": _standing(contest) == _standing(calm_contest),
    }


def _facts(state: ContestState) -> KeptContest:
    """Everything but proposals, and the offset, which is another log's."""
    return msgspec.structs.replace(
        KeptContest.of(state), open=(), replaced=(), proposals=(), over={}, as_of=""
    )


def _standing(state: ContestState) -> dict[str, tuple[str, ...]]:
    """The lineup that is proposed for each entry."""
    return {entry: swap.after for entry, swap in sorted(state.open.items())}


async def _calm(
    inputs: Sequence[Logged], slate_id: str, contest_id: str
) -> tuple[SlateState, ContestState]:
    log = MemoryLog()
    policy = ProposalPolicy(objective="points")
    slate = SlateActor(slate_id, lambda: log)
    contest = ContestActor(contest_id, slate_id, lambda: log, LocalPool(), policy)
    for start in range(0, len(inputs), TOGETHER):
        records = [Record(r.event_id, r.body) for r in inputs[start : start + TOGETHER]]
        appended = await log.append(slate_id, records)
        told = await _settled(slate, appended.offsets[-1])
        await _settled(contest, told)
    await contest.ask(encode(NOW))
    found = slate.state, contest.state
    await contest.stop()
    await slate.stop()
    assert isinstance(found[0], SlateState)
    assert isinstance(found[1], ContestState)
    return found[0], found[1]


async def _settled(actor: SlateActor | ContestActor, offset: str) -> str:
    """The newest offset once everything up to one is folded and told."""
    health = decode_answer(await actor.ask(encode(AskSettled(offset=offset))))
    assert isinstance(health, Health)
    return max(offset, str(health.detail["appended"]), key=offset_key)
