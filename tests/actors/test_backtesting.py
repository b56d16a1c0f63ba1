"""Backtests one after another, kept in their folders: an actor that is started anew goes on."""

from __future__ import annotations

import asyncio
import threading

import pytest

from actors.backtesting import BacktestActor
from models.messages import (
    AskBacktests,
    AskReport,
    Refusal,
    StartBacktest,
    decode_answer,
    encode,
)

PATIENCE_S = 60


async def asked(actor, question):
    return decode_answer(await actor.ask(encode(question)))


async def state_of(actor, name, *states):
    """The backtest as soon as it is in one of these states."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            (found,) = (await asked(actor, AskBacktests(backtest_id=name))).backtests
            if found.state in states:
                return found
            await asyncio.sleep(0.01)


@pytest.fixture
async def actors(tmp_path):
    made = []

    def make(run):
        made.append(BacktestActor(tmp_path, run, lambda: ("nights",)))
        return made[-1]

    yield make
    for actor in made:
        if actor._task is not None:
            actor._task.cancel()


def counted(question, out, say):
    """A run that writes what a real one writes, as far as it is read here."""
    say(f"night 1 of {question.data}")
    if question.data == "nothing":
        raise ValueError("nothing: there is no folder of nights of this name")
    (out / "report.html").write_text("<p>a report")
    return {"slates": 1, "seed": question.seed}


async def test_what_is_asked_runs_in_order_and_one_that_fails_stops_no_other(actors):
    actor = actors(counted)
    for name, data in (("a", "nights"), ("b", "nothing"), ("c", "nights")):
        await asked(actor, StartBacktest(backtest_id=name, data=data, seed=7))
    last = await state_of(actor, "c", "finished")
    assert (last.summary, last.files, last.progress) == (
        {"slates": 1, "seed": 7},
        ("report.html",),
        "night 1 of nights",
    )
    failed = await state_of(actor, "b", "failed")
    assert "no folder of nights" in failed.problem
    listed = await asked(actor, AskBacktests())
    assert [one.asked.backtest_id for one in listed.backtests] == ["c", "b", "a"]
    assert listed.folders == ("nights",)
    report = await asked(actor, AskReport(backtest_id="c", name="report.html"))
    assert report.content == b"<p>a report"
    for name in ("summary.json", "../c/report.html"):
        assert isinstance(await asked(actor, AskReport(backtest_id="c", name=name)), Refusal)
    assert isinstance(await asked(actor, AskBacktests(backtest_id="z")), Refusal)


async def test_an_actor_that_is_started_anew_goes_on_with_what_was_under_way(actors):
    begun, ends = threading.Event(), threading.Event()

    def slow(question, out, say):
        begun.set()
        ends.wait(PATIENCE_S)
        raise RuntimeError("its process ended")

    first = actors(slow)
    await asked(first, StartBacktest(backtest_id="a", data="nights"))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    second = actors(counted)
    done = await state_of(second, "a", "finished")
    assert done.summary == {"slates": 1, "seed": 1}
    again = await asked(second, StartBacktest(backtest_id="a", data="nights"))
    assert again.backtests == (done,)
    ends.set()
