"""A bare TLS stream of lines: Betfair's recorded frames, its refusals, and what else goes wrong."""

# ruff: noqa: ASYNC110, PT012  # a connection is read until it ends

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager

import pytest
from certificates import certificate
from clocks import FastClock

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from actors.feeds.chain import Chain
from actors.feeds.delivery import adapted
from actors.feeds.transports.lines import LinesOptions, LinesTransport
from actors.feeds.transports.port import Frame, LinkFault
from config.sources import load_sources

ASKED = (
    '{"op": "authentication", "id": 1, "appKey": "k", "session": "s"}',
    '{"op": "marketSubscription", "id": 2, "heartbeatMs": 500}',
)
SOON_S = 60.0


@asynccontextmanager
async def exchange(folder, *conversations):
    """A server that says one conversation to each who comes, once he has said his two lines."""
    heard: list[list[dict]] = []
    left = list(conversations)

    async def serve(reader, writer):
        writer.write(b'{"op":"connection","connectionId":"002-1"}\r\n')
        try:
            heard.append([json.loads(await reader.readline()) for _ in ASKED])
            for body in left.pop(0) if left else ():
                writer.write(body)
                await writer.drain()
                if body == b"":
                    break
            else:
                await reader.read()
        except (ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    trust, _ = await asyncio.to_thread(certificate, folder)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=trust)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()


def transport(folder, port, **changes):
    options = {"ca_file": str(folder / "cert.pem"), "subscribe": ASKED} | changes
    return LinesTransport(LinesOptions(host="127.0.0.1", port=port, **options), FastClock())


async def fault_of(one) -> LinkFault:
    with pytest.raises(LinkFault) as fault:
        async with asyncio.timeout(SOON_S), aclosing(one.signals()) as signals:
            async for _ in signals:
                pass
    return fault.value


async def test_recorded_frames_come_as_they_were_and_the_next_connection_goes_on_from_their_clocks(
    shared, tmp_path
):
    frames = [
        (shared / "feeds/odds" / f"betfair_streaming_{name}.json").read_bytes().strip() + b"\r\n"
        for name in ("mcm_SUB_IMAGE", "mcm_update", "mcm_UPDATE_md", "mcm_HEARTBEAT")
    ]
    shipped = next(s for s in load_sources().source if s.name == "odds.betfair")
    fields = tuple(shipped.connections[0].options["resume_fields"])
    cut = [*frames[:2], frames[2][:100], b""]
    async with exchange(tmp_path, cut, frames[2:]) as (port, heard):
        one = transport(tmp_path, port, resume_fields=fields)
        chain = Chain("b", [one], FastClock(20.0), adapted(ADAPTERS["odds.betfair"]))
        wanted = sum(len(ADAPTERS["odds.betfair"](payload).events) for payload in _payloads(frames))
        found = []
        async with asyncio.timeout(SOON_S):
            async for delivery in chain.deliveries():
                found.append(delivery.item)
                if len(found) == wanted:
                    break
        await chain.close()
    assert len({event.event_id for event in found}) == wanted
    assert [asked[1].get("clk") for asked in heard] == [None, "AHMAcArtjjje"]
    assert heard[1][1] == {
        **json.loads(ASKED[1]), "initialClk": "ab34r43r", "clk": "AHMAcArtjjje",
    }  # fmt: skip
    assert heard[1][0] == json.loads(ASKED[0])


def _payloads(frames):
    return [Payload(frame, FastClock().utc()) for frame in frames]


async def test_a_refused_login_is_not_tried_again_soon(tmp_path):
    said = b'{"op":"status","statusCode":"FAILURE","errorCode":"NO_SESSION"}\r\n'
    async with exchange(tmp_path, [said]) as (port, _):
        fault = await fault_of(
            transport(tmp_path, port, refusals={"errorCode": ("NO_SESSION", "NO_APP_KEY")})
        )
    assert (fault.kind, fault.wait_s) == ("refused", 300.0)
    assert "errorCode NO_SESSION" in fault.reason


async def test_an_unknown_certificate_is_refused(tmp_path):
    async with exchange(tmp_path) as (port, heard):
        fault = await fault_of(transport(tmp_path, port, ca_file=""))
    assert fault.kind == "refused"
    assert heard == []


async def test_a_line_that_does_not_end_is_malformed(tmp_path):
    async with exchange(tmp_path, [b"x" * 4096]) as (port, _):
        fault = await fault_of(transport(tmp_path, port, max_line=1024))
    assert fault.kind == "malformed"


async def test_a_half_open_line_is_left_when_no_heartbeat_comes(tmp_path):
    async with exchange(tmp_path, [b"{}\r\n"]) as (port, heard):
        one = transport(tmp_path, port, silence_s=0.2)
        told = []
        chain = Chain(
            "b", [one], FastClock(5.0), adapted(ADAPTERS["odds.betfair"]), on_status=told.append
        )
        reading = asyncio.ensure_future(anext(chain.deliveries(), None))
        async with asyncio.timeout(SOON_S):
            while len(heard) < 2:
                await asyncio.sleep(0.02)
        assert any("silent: lines: no sign of life for 0.2 s" in report.note for report in told)
        await chain.close()
        await reading


async def test_what_is_kept_alive_is_told_so(tmp_path):
    heard: list[bytes] = []

    async def serve(reader, writer):
        while line := await reader.readline():
            heard.append(line)
            writer.write(b'{"seq": 1}\n')
        writer.close()

    trust, _ = await asyncio.to_thread(certificate, tmp_path)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=trust)
    one = transport(
        tmp_path, server.sockets[0].getsockname()[1], subscribe=(), keepalive="beat",
        keepalive_s=0.05,
    )  # fmt: skip
    frames = 0
    async with asyncio.timeout(SOON_S), aclosing(one.signals()) as signals:
        async for signal in signals:
            frames += isinstance(signal, Frame)
            if frames == 2:
                break
    server.close()
    assert heard[:2] == [b"beat\r\n"] * 2
