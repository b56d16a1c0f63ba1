"""Files that bear the time of their making: the newest that is there is read, each once."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from clocks import FastClock

from actors.feeds.transports.polling import Every, PollingTransport, PollOptions
from actors.feeds.transports.port import Frame, LinkFault
from actors.feeds.transports.stamped import Stamp

STAMP = Stamp(format="%Y-%m-%d_%I_%M%p", zone="America/New_York")
TEN_PAST_SIX = datetime(2026, 1, 5, 23, 10, tzinfo=UTC)


class WallClock(FastClock):
    """Seconds as they are, on an evening of the test's choice."""

    wall = TEN_PAST_SIX

    def utc(self):
        return self.wall


class Reports:
    """A folder of reports, some of them published; others are forbidden, as a bucket says it."""

    def __init__(self) -> None:
        self.there: dict[str, bytes] = {}
        self.asked: list[tuple[int, str, str]] = []

    async def start(self) -> None:
        async def answer(request):
            name, tag = request.match_info["name"], request.headers.get("If-None-Match", "")
            body = self.there.get(name)
            status = 403 if body is None else 304 if tag == f'"{name}"' else 200
            self.asked.append((status, name, tag))
            headers = {"ETag": f'"{name}"'} if body is not None else {}
            return web.Response(
                status=status, body=body if status == 200 else None, headers=headers
            )

        app = web.Application()
        app.router.add_get("/{name}", answer)
        self.runner = web.AppRunner(app, shutdown_timeout=0.05)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]


@pytest.fixture
async def reports():
    reports = Reports()
    await reports.start()
    yield reports
    await reports.runner.cleanup()


async def test_the_newest_report_that_is_there_is_read_and_the_next_when_it_appears(
    reports, session
):
    clock = WallClock()
    reports.there["R_2026-01-05_05_45PM"] = b"quarter to"
    options = PollOptions(url=f"http://127.0.0.1:{reports.port}/R_{{stamp}}", stamp=STAMP)
    transport = PollingTransport(options, session, clock, pace=Every(0.02))
    told = []
    async with asyncio.timeout(60), aclosing(transport.signals()) as signals:
        async for signal in signals:
            if isinstance(signal, Frame):
                told.append((signal.body, signal.url.rpartition("/")[2]))
            if len(reports.asked) >= 4:
                reports.there["R_2026-01-05_06_00PM"] = b"six"
            if len(told) == 2 and clock.wall == TEN_PAST_SIX:
                clock.wall = TEN_PAST_SIX + timedelta(minutes=15)
                reports.there["R_2026-01-05_06_15PM"] = b"quarter past"
            if len(told) == 3:
                break
    await transport.close()
    assert told == [
        (b"quarter to", "R_2026-01-05_05_45PM"),
        (b"six", "R_2026-01-05_06_00PM"),
        (b"quarter past", "R_2026-01-05_06_15PM"),
    ]
    assert (304, "R_2026-01-05_05_45PM", '"R_2026-01-05_05_45PM"') in reports.asked


async def test_a_folder_without_any_report_is_a_refusal(reports, session):
    options = PollOptions(url=f"http://127.0.0.1:{reports.port}/R_{{stamp}}", stamp=STAMP)
    transport = PollingTransport(options, session, WallClock(), pace=Every(0.02))
    with pytest.raises(LinkFault, match="answered 403"):
        async with aclosing(transport.signals()) as signals:
            await anext(signals)
    assert len(reports.asked) == 1 + STAMP.back


def test_a_stamp_is_local_also_where_the_clocks_change():
    before_noon = datetime(2026, 3, 8, 15, 59, tzinfo=UTC)  # clocks went forward that night
    assert next(STAMP.candidates(before_noon)) == "2026-03-08_11_45AM"
