"""Recorded nights by points and by money: whatever is proposed is legal, and spares what is locked.

A sample; ``python -m benchmarks.legality`` looks at every night at every wave.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from benchmarks.recorded_nights import Audit, Moment, audit, audited, folders, moments
from models.swap import late_swap

EVERY = 5
"""So manyth folder, each of its files at one wave, in turn another."""


def nights(data: Path) -> Iterator[Moment]:
    for number, folder in enumerate(folders(data)[::EVERY]):
        found = list(moments(data, folder, number))
        waves = 1 + max(moment.wave for moment in found)
        yield from (moment for moment in found if moment.wave == number % waves)


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[Moment]:
    return list(nights(shared / "data"))


@pytest.mark.parametrize("objective", ["points", "money"])
def test_nothing_illegal_is_proposed_on_recorded_nights(cases, objective):
    total = Audit()
    for case in cases:
        total += audited(case.name, case.by(objective))
    assert not total.failures
    assert (total.illegal, total.moved, total.strays) == (0, 0, 0)
    assert total.cases > 15
    assert total.changed > 100
    assert total.listed > 500
    assert objective == "points" or total.priced > 500


@pytest.mark.parametrize("max_swaps", [1, 2])
def test_limits_hold_by_money_too(cases, max_swaps: int):
    case = cases[0].by("money")
    options = msgspec.structs.replace(case.options, max_swaps=max_swaps)
    report = late_swap(msgspec.structs.replace(case, options=options)).report
    assert any(entry.swaps for entry in report.entries)
    assert all(len(entry.swaps) <= max_swaps for entry in report.entries)


def test_every_reason_by_money_is_of_the_entry_that_it_stands_beside(cases):
    for case in cases[::4]:
        for entry in late_swap(case.by("money")).report.entries:
            assert (entry.status == "improved") == (entry.before.lineup != entry.after.lineup)
            assert entry.reason
            if entry.gain_money_interval is not None:
                low, high = entry.gain_money_interval
                assert low < entry.gain_money < high
                told = sum(swap.gain_money for swap in entry.swaps)
                assert told == pytest.approx(entry.gain_money, abs=1e-4)


def test_the_audit_sees_what_is_wrong(cases):
    case = next(c for c in cases if c.wave > 0).by("points")
    outcome = late_swap(case)
    first = next(r for r in outcome.report.entries if r.swaps and r.locked_slots)
    best = max(case.slate.players, key=lambda p: p.salary).player_id
    slot = first.locked_slots[0]
    for changed, wrong in (
        (dict.fromkeys(first.after.lineup, best), "illegal"),
        (first.after.lineup | {slot: best}, "moved"),
    ):
        after = msgspec.structs.replace(first.after, lineup=changed)
        entries = tuple(
            msgspec.structs.replace(r, after=after) if r is first else r
            for r in outcome.report.entries
        )
        report = msgspec.structs.replace(outcome.report, entries=entries)
        found = audit("", case, outcome._replace(report=report))
        assert getattr(found, wrong) > 0
        assert found.strays > 0
        assert found.failures
