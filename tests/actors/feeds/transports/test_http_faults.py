"""How HTTP feeds refuse, limit, cut and mislead, and what is made of it."""
# ruff: noqa: PT012  # a connection is read until it ends

from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from certificates import certificate
from clocks import FastClock

from actors.feeds.transports.chunked import ChunkedOptions, ChunkedTransport
from actors.feeds.transports.http import open_session, retry_after
from actors.feeds.transports.polling import Every, PollingTransport, PollOptions
from actors.feeds.transports.port import Beat, Frame, LinkFault
from actors.feeds.transports.sse import SseOptions, SseTransport

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@asynccontextmanager
async def serving(handler, trust: ssl.SSLContext | None = None):
    """A server whose every address is answered by the handler; gives its address."""
    app = web.Application()
    app.add_routes([web.get("/{any:.*}", handler)])
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=trust)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    try:
        yield f"http{'s' if trust else ''}://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def polling(url: str, session, *, every: float = 0.01, **options) -> PollingTransport:
    return PollingTransport(
        PollOptions(url=url, **options), session, FastClock(), pace=Every(every)
    )


async def signals_of(transport, count: int) -> list:
    """The first signals of a connection."""
    found = []
    async with asyncio.timeout(60), aclosing(transport.signals()) as signals:
        async for signal in signals:
            found.append(signal)
            if len(found) == count:
                break
    return found


async def fault_of(transport, count: int = 99) -> LinkFault:
    """How the connection ends."""
    with pytest.raises(LinkFault) as fault:
        await signals_of(transport, count)
    return fault.value


async def test_a_feed_that_refuses_agents_without_contact_takes_ours(session):
    async def picky(request):
        agent = request.headers.get("User-Agent", "")
        ok = agent.startswith("lateswap/") and "(+https://" in agent
        return web.Response(text="{}") if ok else web.Response(status=403)

    async with serving(picky) as url:
        assert isinstance((await signals_of(polling(url, session), 2))[1], Frame)


async def test_403_is_not_asked_again_soon(session):
    async with serving(lambda _: _answer(403)) as url:
        fault = await fault_of(polling(f"{url}/x", session, params={"apiKey": "hidden"}))
    assert (fault.kind, fault.wait_s) == ("refused", 300.0)
    assert fault.reason.endswith("/x answered 403 Forbidden")
    assert "hidden" not in str(fault)


async def test_429_waits_as_long_as_it_is_told(session):
    async with serving(lambda _: _answer(429, {"Retry-After": "7"})) as url:
        fault = await fault_of(polling(url, session))
    assert (fault.kind, fault.wait_s) == ("limited", 7.0)


async def test_429_of_a_stream_waits_as_long_as_it_is_told(session):
    async with serving(lambda _: _answer(429, {"Retry-After": "9"})) as url:
        fault = await fault_of(SseTransport(SseOptions(url=url), session, FastClock()))
    assert (fault.kind, fault.wait_s) == ("limited", 9.0)


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("120", 120.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("99999999999", 6 * 3600.0),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(told, wait):
    assert retry_after({"Retry-After": told}, NOON) == wait


async def test_503_breaks_the_connection_and_nothing_more(session):
    async with serving(lambda _: _answer(503)) as url:
        fault = await fault_of(polling(url, session))
    assert (fault.kind, fault.wait_s) == ("lost", 0.0)


async def test_an_etag_makes_requests_conditional_and_304_is_a_beat(session):
    asked = []

    async def tagged(request):
        asked.append(request.headers.get("If-None-Match"))
        if asked[-1] == 'W/"1"':
            return web.Response(status=304)
        return web.Response(text="{}", headers={"ETag": 'W/"1"'})

    async with serving(tagged) as url:
        kinds = [type(signal) for signal in await signals_of(polling(url, session), 4)]
    assert kinds == [Beat, Frame, Beat, Beat]
    assert asked[:3] == [None, 'W/"1"', 'W/"1"']


async def test_last_modified_makes_requests_conditional(session):
    asked = []
    stamp = "Fri, 20 Nov 2026 12:00:00 GMT"

    async def dated(request):
        asked.append(request.headers.get("If-Modified-Since"))
        if asked[-1] == stamp:
            return web.Response(status=304)
        return web.Response(text="{}", headers={"Last-Modified": stamp})

    async with serving(dated) as url:
        await signals_of(polling(url, session), 3)
    assert asked[:2] == [None, stamp]


async def test_the_same_content_without_etag_is_a_beat(session):
    async with serving(lambda _: _answer(200, text="same")) as url:
        kinds = [type(signal) for signal in await signals_of(polling(url, session), 4)]
    assert kinds == [Beat, Frame, Beat, Beat]


async def test_content_that_returns_to_what_it_was_is_told_again(session):
    bodies = iter("ABAAA")

    async def changing(_):
        return web.Response(text=next(bodies, "A"))

    async with serving(changing) as url:
        found = await signals_of(polling(url, session), 6)
    assert [s.body for s in found if isinstance(s, Frame)] == [b"A", b"B", b"A"]


async def test_polling_does_not_ask_within_max_age(session):
    asked = []

    async def cached(_):
        asked.append(1)
        return web.Response(text=str(len(asked)), headers={"Cache-Control": "public, max-age=8"})

    clock = FastClock(100)
    async with serving(cached) as url:
        transport = PollingTransport(PollOptions(url=url), session, clock, pace=Every(0.1))
        began = clock.now()
        await signals_of(transport, 4)
    assert clock.now() - began >= 8


async def test_gzip_and_deflate_are_undone(session):
    async def packed(request):
        zipped = request.path == "/gzip"
        body = gzip.compress(b"plain") if zipped else zlib.compress(b"plain")
        name = "gzip" if zipped else "deflate"
        return web.Response(body=body, headers={"Content-Encoding": name})

    async with serving(packed) as url:
        for name in ("gzip", "deflate"):
            found = await signals_of(polling(f"{url}/{name}", session), 2)
            assert found[1].body == b"plain"


async def test_a_deflate_bomb_is_refused_before_it_is_held(session):
    bomb = gzip.compress(bytes(20 << 20))

    async def explode(_):
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with serving(explode) as url:
        fault = await fault_of(polling(url, session, max_body=1 << 20))
    assert fault.kind == "malformed"
    assert "1,048,576" in fault.reason


async def test_a_body_that_is_no_gzip_is_a_fault(session):
    async with serving(lambda _: _answer(200, {"Content-Encoding": "gzip"}, "no")) as url:
        assert (await fault_of(polling(url, session))).kind == "lost"


async def test_a_server_that_never_answers_is_silent(session):
    async def hang(_):
        await asyncio.sleep(30)

    async with serving(hang) as url:
        fault = await fault_of(polling(url, session, timeout_s=0.1))
    assert fault.kind == "silent"


async def test_an_unknown_certificate_is_refused_and_a_known_one_is_not(tmp_path, session):
    server, client = certificate(tmp_path)
    async with serving(lambda _: _answer(200, text="{}"), server) as url:
        fault = await fault_of(polling(url, session))
        async with open_session("https://lateswap.example", client) as trusting:
            found = await signals_of(polling(url, trusting), 2)
    assert fault.kind == "refused"
    assert "certificate" in fault.reason.lower()
    assert isinstance(found[1], Frame)


async def test_an_answer_that_is_no_event_stream_is_refused(session):
    async with serving(lambda _: _answer(200, text="<html>")) as url:
        fault = await fault_of(SseTransport(SseOptions(url=url), session, FastClock()))
    assert fault.kind == "refused"
    assert "not text/event-stream" in fault.reason


async def stream(request, pieces: list[bytes], kind: str = "text/event-stream"):
    answer = web.StreamResponse(headers={"Content-Type": kind})
    await answer.prepare(request)
    for piece in pieces:
        await answer.write(piece)
        await asyncio.sleep(0.01)
    return answer


async def test_comments_of_a_stream_are_signs_of_life(session):
    pieces = [b":thump\n", b":)\n", b"data: 1\n\n"]
    async with serving(lambda r: stream(r, pieces)) as url:
        found = await signals_of(SseTransport(SseOptions(url=url), session, FastClock()), 4)
    assert [type(s) for s in found] == [Beat, Beat, Beat, Frame]


async def test_the_name_of_an_event_travels_with_it_and_verbatim_keeps_its_lines(session):
    pieces = [b"event: odds\nid: 7\ndata: a\ndata: b\n\n"]
    async with serving(lambda r: stream(r, pieces)) as url:
        plain = await signals_of(SseTransport(SseOptions(url=url), session, FastClock()), 2)
        options = SseOptions(url=url, verbatim=True)
        raw = await signals_of(SseTransport(options, session, FastClock()), 2)
    assert (plain[1].body, plain[1].cursor) == (b"a\nb", "7")
    assert plain[1].headers["sse-event"] == "odds"
    assert raw[1].body == b"event: odds\ndata: a\ndata: b\n\n"


async def test_the_end_of_a_stream_asks_for_the_wait_that_the_server_wished(session):
    async with serving(lambda r: stream(r, [b"retry: 3000\ndata: 1\n\ndata: cut"])) as url:
        transport = SseTransport(SseOptions(url=url), session, FastClock())
        fault = await fault_of(transport)
    assert (fault.kind, fault.wait_s) == ("lost", 3.0)


async def test_an_event_without_end_is_malformed(session):
    async with serving(lambda r: stream(r, [b"data: " + b"x" * 3000] * 3)) as url:
        options = SseOptions(url=url, max_event=5000)
        fault = await fault_of(SseTransport(options, session, FastClock()))
    assert fault.kind == "malformed"


async def test_chunked_lines_are_put_together_and_a_torn_one_is_not_told(session):
    pieces = [b'{"a":', b"1}\r\n\r\n{", b'"b":2}\n{"c"']
    async with serving(lambda r: stream(r, pieces, "application/json")) as url:
        transport = ChunkedTransport(ChunkedOptions(url=url), session, FastClock())
        found = []
        with pytest.raises(LinkFault, match="stream ended"):
            async for signal in transport.signals():
                found.append(signal)  # noqa: PERF401  # what came before the fault counts
    assert [s.body for s in found if isinstance(s, Frame)] == [b'{"a":1}', b'{"b":2}']


async def test_chunked_feeds_follow_a_redirect(session):
    async def sent_on(request):
        if request.path == "/":
            raise web.HTTPFound("/there")
        return await stream(request, [b"{}\n"], "application/json")

    async with serving(sent_on) as url:
        transport = ChunkedTransport(ChunkedOptions(url=url), session, FastClock())
        assert (await signals_of(transport, 3))[2].body == b"{}"


async def test_a_line_without_end_is_malformed(session):
    async with serving(lambda r: stream(r, [b"x" * 3000] * 3, "application/json")) as url:
        options = ChunkedOptions(url=url, max_line=5000)
        fault = await fault_of(ChunkedTransport(options, session, FastClock()))
    assert fault.kind == "malformed"


async def _answer(status: int, headers: dict[str, str] | None = None, text: str = ""):
    return web.Response(status=status, headers=headers or {}, text=text)
