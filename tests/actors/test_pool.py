"""The pool's worker: it asks for the slate it lacks, and shares of work add up to the whole."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from actors.pool import MOST_SLATES, LateSwapActor, LocalPool, UnknownSlateError, joined, share_of
from models.messages import (
    encode,
)
from models.proposals import ProposalPolicy, Solved, swap_request
from models.work import (
    HeldSlate,
    SwapAnswer,
    SwapRequest,
)

POLICY = ProposalPolicy()


@pytest.fixture
def request_and_slate(contest_in_trouble):
    state = contest_in_trouble
    rows = np.flatnonzero(state.entries.holding(state.columns.out))
    assert rows.size > 20
    return swap_request(state, rows, POLICY), HeldSlate(slate=state.slate, rules=state.rules)


def test_a_worker_that_lacks_the_slate_says_so(request_and_slate):
    with pytest.raises(UnknownSlateError) as error:
        LateSwapActor().solve(encode(request_and_slate[0]))
    assert error.value.slate_id == request_and_slate[0].slate_id


async def test_every_holder_is_improved_by_replacing_only_who_is_out(
    contest_in_trouble, request_and_slate
):
    state = contest_in_trouble
    answer = await LocalPool().solve(*request_and_slate)
    solved = Solved.of(answer, len(state.roster.slot_names))
    assert set(answer.status) == {"improved"}
    assert (solved.points[:, 0] > solved.before).all()
    rows = np.flatnonzero(state.entries.holding(state.columns.out))
    for before, after in zip(state.entries.lineups[rows], solved.lineups[:, 0], strict=True):
        leaving = set(before.tolist()) - set(after.tolist())
        assert leaving
        assert state.columns.out[list(leaving)].all()


async def test_shares_of_a_request_add_up_to_the_whole(contest_in_trouble, request_and_slate):
    request, held = request_and_slate
    pool = LocalPool()
    free = await pool.solve(request, held)
    slots = len(contest_in_trouble.roster.slot_names)
    best = Solved.of(free, slots).lineups[:, 0]
    unwanted = [(n, row) for n in range(0, request.entries, 2) for row in coming(request, best, n)]
    excluded = np.array(unwanted, np.int32).tobytes()
    request = msgspec.structs.replace(request, excluded=excluded)
    whole = await pool.solve(request, held)
    others = Solved.of(whole, slots).lineups[:, 0]
    for n in range(request.entries):
        if n % 2:
            assert (others[n] == best[n]).all()
        else:
            assert not set(others[n].tolist()) & {row for m, row in unwanted if m == n}
    parts = [await pool.solve(share_of(request, part, 3), held) for part in range(3)]
    assert without_time(joined(parts)) == without_time(whole)


def test_a_worker_keeps_what_was_asked_about_last(request_and_slate):
    request, held = request_and_slate
    worker = LateSwapActor()

    def ask(name):
        worker.solve(encode(msgspec.structs.replace(request, slate_id=name)))

    for n in range(MOST_SLATES + 1):
        slate = msgspec.structs.replace(held.slate, slate_id=f"s{n}")
        worker.hold(encode(msgspec.structs.replace(held, slate=slate)))
        ask("s0")
    with pytest.raises(UnknownSlateError):
        ask("s1")
    for n in range(2, MOST_SLATES + 1):
        ask(f"s{n}")


def coming(request: SwapRequest, after: np.ndarray, entry: int) -> set[int]:
    """Rows that an entry's new lineup brings in."""
    held = np.frombuffer(request.lineups, np.int32).reshape(request.entries, -1)
    return set(after[entry].tolist()) - set(held[entry].tolist())


def without_time(answer: SwapAnswer) -> SwapAnswer:
    return msgspec.structs.replace(answer, seconds=0.0)
