"""Who may ask a source that fails, and who tries whether it is back."""

from __future__ import annotations

import pytest
from clocks import JumpClock
from hypothesis import given
from hypothesis import strategies as st

from actors.feeds.backoff import Backoff
from actors.feeds.breaker import Breaker, BreakerGroup, BreakerOpen, BreakerRules


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.enter()
        breaker.failed()


def test_five_failures_in_a_row_open_it_for_thirty_seconds():
    clock = JumpClock()
    breaker = Breaker("espn", clock)
    fail(breaker, 4)
    assert breaker.state == "closed"
    fail(breaker, 1)
    assert breaker.state == "open"
    with pytest.raises(BreakerOpen, match="espn counts as down; the next attempt is due in 30 s"):
        breaker.enter()
    clock.jump(29.9)
    with pytest.raises(BreakerOpen):
        breaker.enter()


def test_a_success_in_between_starts_the_count_again():
    breaker = Breaker("espn", JumpClock())
    fail(breaker, 4)
    breaker.succeeded()
    fail(breaker, 4)
    assert breaker.state == "closed"


def test_of_a_hundred_callers_one_is_the_probe():
    clock = JumpClock()
    breaker = Breaker("espn", clock)
    fail(breaker, 5)
    clock.jump(30)
    through = 0
    for _ in range(100):
        try:
            breaker.enter()
            through += 1
        except BreakerOpen:
            continue
    assert through == 1
    assert breaker.state == "half_open"


def test_a_probe_that_succeeds_closes_and_one_that_fails_opens_again():
    clock = JumpClock()
    breaker = Breaker("espn", clock)
    fail(breaker, 5)
    clock.jump(30)
    fail(breaker, 1)
    assert breaker.state == "open"
    clock.jump(30)
    breaker.enter()
    breaker.succeeded()
    assert breaker.state == "closed"


def test_a_probe_that_hangs_does_not_keep_the_others_out_for_ever():
    clock = JumpClock()
    breaker = Breaker("espn", clock)
    fail(breaker, 5)
    clock.jump(30)
    breaker.enter()
    clock.jump(10)
    with pytest.raises(BreakerOpen):
        breaker.enter()
    assert breaker.state == "open"
    clock.jump(30)
    breaker.enter()
    assert breaker.state == "half_open"


def test_a_share_of_failures_opens_it_once_there_are_enough_calls():
    breaker = Breaker("espn", JumpClock(), BreakerRules(minimum_calls=20, ratio=0.5))
    for _ in range(9):
        breaker.failed()
        breaker.succeeded()
    assert breaker.state == "closed"
    breaker.failed()
    breaker.failed()
    assert breaker.state == "open"


def test_old_outcomes_are_forgotten():
    clock = JumpClock()
    breaker = Breaker("espn", clock, BreakerRules(failures=99, minimum_calls=10, window_s=60))
    for _ in range(9):
        breaker.failed()
    clock.jump(61)
    breaker.failed()
    assert breaker.state == "closed"


def test_when_everything_fails_the_last_breaker_stays_closed():
    clock, group = JumpClock(), BreakerGroup(never_open=1)
    breakers = [Breaker(name, clock, group=group) for name in "abc"]
    for breaker in breakers:
        fail(breaker, 5)
    assert [b.state for b in breakers] == ["open", "open", "closed"]


def test_an_operator_opens_it_and_it_stays_open_until_he_closes_it():
    clock = JumpClock()
    breaker = Breaker("espn", clock)
    breaker.force_open()
    clock.jump(3600)
    with pytest.raises(BreakerOpen):
        breaker.enter()
    breaker.succeeded()
    assert breaker.state == "open"
    breaker.close()
    breaker.enter()


@given(st.integers(1, 40), st.floats(0, 1))
def test_a_wait_stays_within_a_fifth_of_its_step(failures, drawn):
    step = min(16.0, 2.0 ** (failures - 1))
    assert 0.8 * step <= Backoff().wait_s(failures, lambda: drawn) <= 1.2 * step
