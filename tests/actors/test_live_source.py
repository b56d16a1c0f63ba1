"""Sources through the whole actor into the log: real sockets that are cut and heal, restarts."""
# states are looked at as an operator would: again and again

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from live_ends import (
    ONE_POLL,
    SharedLog,
    Watched,
    a_slate,
    open_slate,
    plan_of,
    running,
    statuses,
)

from actors.log.errors import LogUnavailable
from actors.log.port import SYSTEM, Load, Record
from models import codec
from models.events import (
    BreakingNews,
    Decision,
    IdentityDecided,
    LiveScore,
    PlayerInjury,
    SourceStatus,
)

KINDS = ("websocket", "sse", "polling")


class TestFeed:
    """One feed on one server in three forms, each of which can be cut."""

    __test__ = False

    def __init__(self) -> None:
        self.messages: list[dict] = []
        self.cut: set[str] = set()
        self.open: dict[str, list] = {kind: [] for kind in KINDS}

    def publish(self, **event) -> None:
        seq = len(self.messages) + 1
        told = {"event_type": "breaking_news", "source": "feed", "data": {"headline": f"n{seq}"}}
        self.messages.append({"seq": seq, **told, **event})

    def break_down(self, kind: str) -> None:
        self.cut.add(kind)
        for request in self.open[kind]:
            if request.transport is not None:
                request.transport.abort()

    def heal(self, kind: str) -> None:
        self.cut.discard(kind)

    async def start(self) -> None:
        app = web.Application()
        app.add_routes([web.get(f"/{kind}", getattr(self, f"_{kind}")) for kind in KINDS])
        self.runner = web.AppRunner(app, shutdown_timeout=0.05)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.at = f"127.0.0.1:{site._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        for kind in KINDS:
            self.break_down(kind)
        await self.runner.cleanup()

    def _enter(self, kind, request) -> None:
        if kind in self.cut:
            raise web.HTTPServiceUnavailable
        self.open[kind].append(request)

    async def _each(self, kind, seq, send, ping) -> None:
        while kind not in self.cut:
            for message in self.messages[seq:]:
                seq = message["seq"]
                await send(message)
            await asyncio.sleep(0.02)
            await ping()

    async def _websocket(self, request):
        self._enter("websocket", request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        seq = int(request.query.get("after", "0"))
        with contextlib.suppress(ConnectionError):
            await self._each("websocket", seq, socket.send_json, socket.ping)
        return socket

    async def _sse(self, request):
        self._enter("sse", request)
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)

        async def send(message) -> None:
            text = f"id: {message['seq']}\ndata: {json.dumps(message)}\n\n"
            await answer.write(text.encode())

        async def ping() -> None:
            await answer.write(b":\n")

        seq = int(request.headers.get("Last-Event-ID", "0"))
        with contextlib.suppress(ConnectionError):
            await self._each("sse", seq, send, ping)
        return answer

    async def _polling(self, request):
        self._enter("polling", request)
        seq = int(request.query.get("after", "0"))
        return web.json_response(self.messages[seq:])


THREE_WAYS = """
contact = "https://lateswap.example"
[[source]]
name = "mine"
adapter = "generic.json"
sport = "nba"
times = {{ idle = 0.2, day = 0.2, near = 0.2, close = 0.2, last = 0.2, live = 0.2 }}
[[source.connections]]
kind = "websocket"
cursor_space = "seq"
options = {{ url = "ws://{at}/websocket", resume = {{ param = "after", field = "seq" }} }}
[[source.connections]]
kind = "sse"
cursor_space = "seq"
options = {{ url = "http://{at}/sse", silence_s = 1 }}
[[source.connections]]
kind = "polling"
cursor_space = "seq"
options = {{ url = "http://{at}/polling", resume = {{ param = "after", field = "seq" }} }}
"""


@pytest.fixture
async def feed():
    feed = TestFeed()
    await feed.start()
    yield feed
    await feed.stop()


@asynccontextmanager
async def publishing(feed):
    async def on_and_on():
        while True:
            feed.publish()
            await asyncio.sleep(0.02)

    task = asyncio.create_task(on_and_on())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def heads(events):
    return [e.data.headline for e in events if not isinstance(e, SourceStatus)]


async def test_cut_websocket_then_sse_then_healed_nothing_lost_or_doubled_status_true(feed):
    log = SharedLog()
    watched = Watched(log)
    async with running(plan_of(THREE_WAYS, feed.at), log), publishing(feed):
        await watched.until_state("connected", "websocket")
        feed.break_down("websocket")
        await watched.until_state("degraded", "sse")
        feed.break_down("sse")
        await watched.until_state("degraded", "polling")
        feed.heal("sse")
        await watched.until_state("degraded", "sse")
        feed.heal("websocket")
        await watched.until_state("connected", "websocket")
        count = len(feed.messages)

        async def all_there():
            return len(heads(await watched.events())) >= count

        await watched.until(all_there)
    told = heads(await watched.events())
    assert sorted(told) == sorted(f"n{n + 1}" for n in range(len(told)))
    carried = [state for state in await watched.states() if state[1]]  # in between may be none
    print(f"F18: {len(told)} messages over {len(carried)} states, none lost or doubled")
    begun = itertools.dropwhile(lambda state: state[0] != "connected", carried)
    steps = [step for step, _ in itertools.groupby(begun)]
    assert steps == [
        ("connected", "websocket"),
        ("degraded", "sse"),
        ("degraded", "polling"),
        ("degraded", "sse"),
        ("connected", "websocket"),
        ("disconnected", "websocket"),  # it was stopped
    ]


async def test_a_restart_resumes_at_the_cursor_of_what_stands_in_the_log(feed):
    log = SharedLog()
    watched = Watched(log)
    async with running(plan_of(THREE_WAYS, feed.at), log):
        for _ in range(3):
            feed.publish()

        async def at_three():
            states = [e.data for e in await watched.events(SYSTEM) if isinstance(e, SourceStatus)]
            return bool(states) and states[-1].cursors == {"seq": "3"}

        await watched.until(at_three)
    for _ in range(2):
        feed.publish()
    async with running(plan_of(THREE_WAYS, feed.at), log):

        async def five():
            return len(heads(await watched.events())) >= 5

        await watched.until(five)
        assert feed.open["websocket"][-1].query["after"] == "3"
    assert heads(await watched.events()) == ["n1", "n2", "n3", "n4", "n5"]


class NearlyFullLog(SharedLog):
    """At nine tenths of its limits while ``load_now`` says so."""

    load_now = 0.9

    async def load(self):
        return Load(memory=self.load_now)


async def test_near_the_logs_limits_values_are_left_out_and_counted_and_news_are_not(feed):
    log = NearlyFullLog()
    watched = Watched(log)

    async def shed(count):
        states = [e.data for e in await watched.events(SYSTEM) if isinstance(e, SourceStatus)]
        return bool(states) and states[-1].shed == count

    async with running(plan_of(THREE_WAYS, feed.at), log):
        for points in range(3):
            feed.publish(event_type="live_score", player_id="7", data={"points": points})
            feed.publish()
        await watched.until(lambda: shed(3), within=30)
        log.load_now = 0.0
        feed.publish(event_type="live_score", player_id="7", data={"points": 40})
        feed.publish()

        async def scored():
            return [e for e in await watched.events() if isinstance(e, LiveScore)]

        (score,) = await watched.until(scored, within=30)
    print("F12: near the log's limits 3 scores were left out and counted, and no news")
    assert score.data.points == 40
    told = [e.data.headline for e in await watched.events() if isinstance(e, BreakingNews)]
    assert told == ["n2", "n4", "n6", "n8"]


async def test_a_status_that_flips_back_is_told_three_times_and_never_twice(injuries):
    log = SharedLog()
    watched = Watched(log)
    await open_slate(log, a_slate())
    injuries.say("LeBron James", "Out")
    async with running(plan_of(ONE_POLL, injuries.at), log):
        wanted = []
        for word in ("Out", "Active", "Out"):
            injuries.say("LeBron James", word)
            wanted.append(("100", word))

            async def as_said(wanted=tuple(wanted)):
                return statuses(await watched.events("s1")) == list(wanted)

            await watched.until(as_said)
        await asyncio.sleep(0.3)  # further polls say the same
        assert statuses(await watched.events("s1")) == wanted


async def test_a_slate_that_is_opened_later_is_told_what_stands_and_every_slate_gets_its_own(
    injuries,
):
    log = SharedLog()
    watched = Watched(log)
    injuries.say("LeBron James", "Out")
    injuries.say("Somebody Else", "Out", id_="77", team="Miami Heat")
    async with running(plan_of(ONE_POLL, injuries.at), log):

        async def heard():
            return len(statuses(await watched.events(SYSTEM))) == 2

        await watched.until(heard)
        await open_slate(log, a_slate())
        await open_slate(log, a_slate("s2"))  # the same file once more: the same ids

        async def placed():
            return statuses(await watched.events("s1")) and statuses(await watched.events("s2"))

        await watched.until(placed)
    assert statuses(await watched.events("s1")) == [("100", "Out")]
    assert statuses(await watched.events("s2")) == [("100", "Out")]
    reading, told = [e for e in await watched.events("s1") if isinstance(e, PlayerInjury)]
    assert reading.game_id == told.game_id == "LAL@DEN"
    assert reading.data.extra["known_as"] == "espn:1966"
    assert (reading.data.standing, told.data.standing) == ("reading", "unconfirmed")
    assert told.confidence == pytest.approx(0.95)
    assert told.data.extra["because"] == [reading.event_id]


async def test_whoever_may_be_on_the_slate_is_a_question_and_no_guess(injuries):
    log = SharedLog()
    watched = Watched(log)
    await open_slate(log, a_slate())
    injuries.say("Lebron Raymone James", "Out")
    injuries.say("Nikola Jokic", "Out", team="Springfield Isotopes", id_="3")
    async with running(plan_of(ONE_POLL, injuries.at), log) as actor:

        async def heard():
            return len(statuses(await watched.events(SYSTEM))) == 2

        await watched.until(heard)
        waiting = [w.question for w in actor.intake.review.listed()]
    assert statuses(await watched.events("s1")) == []
    assert {q.sighting.player_id: [c.key for c in q.candidates] for q in waiting} == {
        "espn:1966": ["100"],
        "espn:3": ["101"],
    }
    kept = [e for e in await watched.events(SYSTEM) if isinstance(e, PlayerInjury)]
    assert all("s1" in e.data.extra["unresolved"] for e in kept)


async def decide(log, known_as, row):
    now = datetime.now(UTC)
    event = IdentityDecided(
        event_id=f"decided:{known_as}", source="review by demo", timestamp=now, received_at=now,
        slate_id="s1", data=Decision(known_as=known_as, row=row, by="demo"),
    )  # fmt: skip
    await log.append("s1", [Record(event.event_id, codec.encode(event))])


async def test_who_somebody_is_said_to_be_is_told_at_once_and_known_after_a_restart(injuries):
    log = SharedLog()
    watched = Watched(log)
    await open_slate(log, a_slate())
    injuries.say("Lebron Raymone James", "Out")
    injuries.say("Nikola Jokic", "Out", team="Springfield Isotopes", id_="3")

    async def told(*wanted):
        async def as_said():
            return statuses(await watched.events("s1")) == list(wanted)

        await watched.until(as_said)

    async with running(plan_of(ONE_POLL, injuries.at), log) as actor:

        async def asked():
            return len(actor.intake.review.listed()) == 2

        await watched.until(asked)
        await decide(log, "espn:1966", "100")
        await decide(log, "espn:3", "")
        await told(("100", "Out"))

        async def answered():
            return not actor.intake.review.listed()

        await watched.until(answered)
    async with running(plan_of(ONE_POLL, injuries.at), log) as actor:
        injuries.say("Lebron Raymone James", "Active")
        injuries.say("Nikola Jokic", "Active", team="Springfield Isotopes", id_="3")
        await told(("100", "Out"), ("100", "Active"))
        assert actor.intake.review.listed() == []


async def test_a_restart_says_nothing_again_and_a_flip_meanwhile_once(injuries):
    log = SharedLog()
    watched = Watched(log)
    await open_slate(log, a_slate())
    injuries.say("LeBron James", "Out")

    async def told(*words):
        async def as_said():
            return [w for _, w in statuses(await watched.events("s1"))] == list(words)

        await watched.until(as_said)

    async with running(plan_of(ONE_POLL, injuries.at), log):
        await told("Out")
        injuries.say("LeBron James", "Active")
        await told("Out", "Active")
    async with running(plan_of(ONE_POLL, injuries.at), log):
        await asyncio.sleep(0.3)
        await told("Out", "Active")
        injuries.say("LeBron James", "Out")
        await told("Out", "Active", "Out")


async def test_how_often_a_source_was_right_is_told_in_its_status_and_known_after_a_restart(
    injuries,
):
    log = SharedLog()
    watched = Watched(log)
    injuries.say("LeBron James", "Out")
    measured = {"espn.injuries": (40.0, 1.0)}
    async with running(plan_of(ONE_POLL, injuries.at), log) as actor:

        async def heard():
            return statuses(await watched.events(SYSTEM))

        await watched.until(heard)
        actor.intake.gate.statuses.know(measured)
    newest = [e for e in await watched.events(SYSTEM) if isinstance(e, SourceStatus)][-1]
    assert newest.data.reliability == measured
    async with running(plan_of(ONE_POLL, injuries.at), log) as actor:
        assert actor.intake.gate.statuses.measured(["espn.injuries"]) == measured


async def test_sources_that_are_off_and_refused_readings_are_told_with_their_reasons(injuries):
    log = SharedLog()
    watched = Watched(log)
    injuries.rows = [{"team": "X", "row": {"id": "1", "status": "Out", "athlete": {}}}]
    plan = plan_of(ONE_POLL, injuries.at, off={"odds.nba": "ODDS_API_KEY is not set"})
    async with running(plan, log):

        async def refused():
            found = [e for e in await watched.events(SYSTEM) if isinstance(e, SourceStatus)]
            return {e.source: e.data for e in found if e.data.refused or e.data.state == "off"}

        async def both():
            return len(await refused()) == 2

        await watched.until(both)
        reports = await refused()
    assert reports["odds.nba"].note == "ODDS_API_KEY is not set"
    assert reports["espn.nba.injuries"].refused == {"unreadable": 1}
    assert "has no id" in reports["espn.nba.injuries"].last_refusal


class ShakyLog(SharedLog):
    """Does not store while ``down`` is set."""

    down = False

    async def append(self, partition, records, **fence):
        if self.down:
            raise LogUnavailable("no answer within 1 s")
        return await super().append(partition, records, **fence)


async def test_a_log_that_is_away_delays_what_is_told_and_loses_nothing(feed):
    log = ShakyLog()
    watched = Watched(log)
    async with running(plan_of(THREE_WAYS, feed.at), log):
        await watched.until_state("connected", "websocket")
        log.down = True
        for _ in range(20):
            feed.publish()
            await asyncio.sleep(0.01)
        assert heads(await watched.events()) == []
        log.down = False

        async def all_there():
            return len(heads(await watched.events())) == 20

        await watched.until(all_there)
    assert heads(await watched.events()) == [f"n{n + 1}" for n in range(20)]


async def test_a_source_whose_options_are_wrong_is_off_and_the_others_go_on(injuries):
    log = SharedLog()
    watched = Watched(log)
    wrong = (
        ONE_POLL
        + """
[[source]]
name = "wrong"
adapter = "generic.json"
[[source.connections]]
kind = "sse"
options = {{ url = "http://127.0.0.1:1/", silence = 3 }}
"""
    )
    injuries.say("LeBron James", "Out")
    async with running(plan_of(wrong, injuries.at), log):

        async def heard():
            return statuses(await watched.events(SYSTEM))

        await watched.until(heard)
    (off,) = [e for e in await watched.events(SYSTEM) if e.source == "wrong"]
    assert off.data.state == "off"
    assert "silence" in off.data.note
