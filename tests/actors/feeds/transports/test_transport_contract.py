"""What every kind of connection promises, against a real far end of its kind."""
# ruff: noqa: PT012  # a connection is read until it ends

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest
from peers import PEERS

from actors.feeds.transports.port import Beat, Frame, LinkFault

SOON_S = 60.0


@pytest.fixture(params=PEERS, ids=lambda peer: peer.kind)
async def peer(request, clock, session):
    """A far end that listens."""
    peer = request.param(clock, session)
    await peer.start()
    try:
        yield peer
    finally:
        await peer.stop()


async def take(transport, count: int, cursor: str = "") -> list[Frame]:
    """The first frames of a connection."""
    frames: list[Frame] = []
    async with asyncio.timeout(SOON_S), aclosing(transport.signals(cursor)) as signals:
        async for signal in signals:
            if isinstance(signal, Frame):
                frames.append(signal)
            if len(frames) == count:
                break
    await transport.close()
    return frames


def told(peer, frames: list[Frame]) -> list[int]:
    """The numbers in what came; a polled list holds several, a weather file its minute."""
    if peer.kind == "ftp":
        return [int(frame.body.split(b":")[1][:2]) for frame in frames]
    bodies = [json.loads(frame.body) for frame in frames]
    lists = [body if isinstance(body, list) else [body] for body in bodies]
    return [item["seq"] for items in lists for item in items]


async def test_the_first_signal_says_that_the_connection_stands(peer):
    await peer.publish()
    transport = peer.transport()
    async with asyncio.timeout(SOON_S), aclosing(transport.signals()) as signals:
        assert isinstance(await anext(signals), Beat)
    await transport.close()


async def test_what_is_published_comes_whole_and_once(peer):
    await peer.publish()
    frames = await take(peer.transport(), 1)
    assert told(peer, frames) == [1]
    assert frames[0].received_at.utcoffset().total_seconds() == 0


async def test_what_is_published_later_comes_in_order(peer):
    if peer.kind == "recorded-file":
        await peer.publish(2)
        assert told(peer, await take(peer.transport(), 2)) == [1, 2]
        return
    await peer.publish()
    transport = peer.transport()
    seen: list[int] = []
    async with asyncio.timeout(SOON_S), aclosing(transport.signals()) as signals:
        async for signal in signals:
            if isinstance(signal, Frame):
                seen += told(peer, [signal])
                if seen[-1] == 3:
                    break
                await peer.publish()
    await transport.close()
    assert seen == [1, 2, 3]


async def test_a_connection_resumes_after_the_cursor(peer):
    await peer.publish()
    first = await take(peer.transport(), 1)
    assert first[0].cursor
    await peer.publish()
    resumed = await take(peer.transport(), 1, first[0].cursor)
    assert told(peer, resumed) == [2]


async def test_a_far_end_that_goes_away_is_a_fault_within_seconds(peer):
    await peer.publish()
    transport = peer.transport()
    with pytest.raises(LinkFault) as fault:
        async with asyncio.timeout(SOON_S), aclosing(transport.signals()) as signals:
            async for signal in signals:
                if (isinstance(signal, Frame) and peer.kind != "recorded-file") or (
                    isinstance(signal, Beat) and peer.kind == "recorded-file"
                ):
                    await peer.cut()
    await transport.close()
    assert fault.value.kind in {"lost", "silent", "refused"}


async def test_a_far_end_that_is_not_there_is_a_fault(peer):
    await peer.publish()
    await peer.cut()
    transport = peer.transport()
    with pytest.raises(LinkFault):
        async with asyncio.timeout(SOON_S), aclosing(transport.signals()) as signals:
            async for _ in signals:
                pass
    await transport.close()
