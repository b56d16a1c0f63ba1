"""From an event in the log to 1, 200 and 2,000 clients on WebSockets, and what a delivery costs.

The whole system runs: embedded Redis, Ray, Ray Serve with its proxy. Events are appended to the
log as sources append them. The peer is a bare server (picows) that sends the same frames to the
same clients in the same run; it has no log, no proxy and no filters. Clients, either server and
the author of the events are processes of their own on one machine, so that delays include the
work of all of them. Deliveries per second of a core come from the CPU time of the serving process
from the first event to the last arrival, whatever else it does meanwhile; the proxy's is told
beside it. Every stage has a deadline of its own: what is not done by then is a row that says so.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import tempfile
from collections.abc import Awaitable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import aiohttp
import numpy as np
from websockets.frames import Frame, Opcode

from actors.log.ports import free_port
from benchmarks import read_rates
from benchmarks.stream_servers import DEADLINE_S, USER, Served, Server, bare, deliver, whole
from config.secret import token_secret
from config.settings import load
from serve.stack import Stack
from serve.tokens import mint

LOADS = ((1, 200, 0.05), (200, 120, 0.1), (2_000, 60, 0.25), (2_000, 200, 0.05))
"""Clients, events, seconds between two events; the last says what a delivery costs."""
AGAIN = (2_000, 20)
"""Clients that reconnect at once, and events before and while they are away."""
LAZY_CLIENTS = 20
BURST = 64
"""Events at a time, while one client never reads; the others' delays are counted."""
SETTLE_S = 5.0
"""The proxy takes up a new configuration once it has heard of the replica."""
AIM_RATIO = 0.8
AIM_KB = 20.0
AIM_BACK_S = 5.0
AIM_OTHERS_MS = 50.0

Done = TypeVar("Done")


async def lazy(server: Server) -> Served:
    """As ``deliver`` in bursts, while one more client subscribes and never reads."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, _, path = server.url.removeprefix("ws://").partition("/")
    reader.settimeout(DEADLINE_S)
    await asyncio.to_thread(reader.connect, (host.split(":")[0], int(host.split(":")[1])))
    with reader:
        head = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n"
        key = "Upgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        reader.sendall(f"{head}{key}Sec-WebSocket-Version: 13\r\n\r\n".encode())
        await asyncio.to_thread(reader.recv, 4096)
        for message in ({"type": "authenticate", "token": server.token}, {"type": "subscribe"}):
            reader.sendall(Frame(Opcode.TEXT, json.dumps(message).encode()).serialize(mask=True))
        return await deliver(server, (LAZY_CLIENTS, 400 * BURST, 0.02), burst=BURST)


async def given_up(stack: Stack, token: str) -> int:
    """Clients that the service has given up because they did not read."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"http://127.0.0.1:{stack.port}/metrics") as answer,
    ):
        text = await answer.text()
    (line,) = (row for row in text.splitlines() if row.startswith("lateswap_slow_clients_total "))
    return int(float(line.split()[1]))


class Measured(NamedTuple):
    """Everything of one run; None where a stage was not done by its deadline."""

    loads: list[tuple[Served | None, Served | None]]
    """Ours and the peer's."""
    few_back: Served | None
    back: Served | None
    others: Served | None
    given_up: int
    read: tuple[read_rates.Asked, read_rates.Asked] | None


async def _in_time(stage: str, work: Awaitable[Done]) -> Done | None:
    try:
        done = await work
    except (TimeoutError, RuntimeError, ValueError, OSError) as error:
        print(f"{stage}: not done: {error!r}", file=sys.stderr)
        return None
    else:
        print(f"{stage}: done", file=sys.stderr)
        return done


async def measure(stack: Stack, token: str) -> Measured:
    """Ours and the peer's under every load, ours where everybody reconnects or one is lazy."""
    await asyncio.sleep(SETTLE_S)
    async with whole(stack, token) as system, bare() as peer:
        loads = []
        for load in LOADS:
            theirs = await _in_time(f"peer, {load[0]:,} clients", deliver(peer, load))
            mine = await _in_time(f"{load[0]:,} clients", deliver(system, load))
            loads.append((mine, theirs))
        clients, events = AGAIN
        few, many = (LAZY_CLIENTS, 2 * events, 0.05), (clients, 2 * events, 0.05)
        few_back = await _in_time("few come back", deliver(system, few, again=events))
        back = await _in_time("all come back", deliver(system, many, again=events))
        others = await _in_time("one never reads", lazy(system))
        closed = await given_up(stack, token)
        asked = read_rates.measure(stack, token, system.serving)
        return Measured(loads, few_back, back, others, closed, await _in_time("reads", asked))


def run() -> Measured:
    """Start everything in a folder of its own, measure, end everything."""
    with tempfile.TemporaryDirectory(prefix="lateswap-bench-") as folder:
        settings = load({"state_dir": Path(folder), "port": free_port()}).settings
        token = mint(USER, "operator", token_secret(settings).get_secret_value(), 3600)
        with Stack(settings, Path(folder), lambda text: print(text, file=sys.stderr)) as stack:
            return asyncio.run(measure(stack, token))


def rows() -> Iterable[dict[str, Any]]:
    """Delays, deliveries per core, memory, and what reconnecting and lazy clients did."""
    found = run()
    for (clients, _, __), (mine, peer) in zip(LOADS[:-1], found.loads[:-1], strict=True):
        if mine is None or peer is None:
            yield _not_done(f"event -> {clients:,} clients")
        else:
            yield from _delays(mine, peer)
    mine, peer = found.loads[-1]
    if mine is not None and peer is not None:
        yield from _cost(mine, peer)
    yield from _back(found.few_back, found.back)
    yield from _lazy(found.others, found.given_up)
    yield from read_rates.rows_of(found.read)


def _not_done(name: str) -> dict[str, Any]:
    return {"name": f"{name}: not done in {DEADLINE_S:g} s", "value": None, "ok": False}


def _back(few: Served | None, back: Served | None) -> Iterable[dict[str, Any]]:
    if few is None or back is None:
        yield _not_done("clients reconnect")
        return
    yield {
        "name": f"{back.clients:,} clients reconnect, until all are in (lost: {back.lost})",
        "value": back.back_s,
        "unit": "s",
        "aim": f"<= {AIM_BACK_S:g} s, none lost",
        "ok": back.back_s <= AIM_BACK_S and back.lost == 0,
    }
    yield {
        "name": f"reads of the log by all of its readers, while {back.clients:,} reconnect",
        "value": back.reads,
        "unit": "reads",
        "peer": f"{few.clients} reconnect",
        "peer_value": few.reads,
    }


def _lazy(others: Served | None, slow: int) -> Iterable[dict[str, Any]]:
    if others is None:
        yield _not_done("one client never reads")
        return
    value = float(np.percentile(others.delays, 99))
    yield {
        "name": f"one client never reads (closed: {slow}): {others.clients} others, p99, "
        f"{BURST} events at a time (lost: {others.lost})",
        "value": value,
        "unit": "ms",
        "aim": f"<= {AIM_OTHERS_MS:g} ms, closed, none lost",
        "ok": slow == 1 and others.lost == 0 and value <= AIM_OTHERS_MS,
    }


def _delays(mine: Served, peer: Served) -> Iterable[dict[str, Any]]:
    for percent in (50, 99):
        value = float(np.percentile(mine.delays, percent))
        bare_value = float(np.percentile(peer.delays, percent))
        yield {
            "name": f"event -> {mine.clients:,} clients, p{percent} (lost: {mine.lost})",
            "value": value,
            "unit": "ms",
            "peer": "bare picows",
            "peer_value": bare_value,
            "ratio": value / bare_value,
            "ok": None if mine.lost == 0 else False,
        }


def _cost(mine: Served, peer: Served) -> Iterable[dict[str, Any]]:
    """A core's deliveries per second: of the replica alone, and with the proxy before it."""
    bare_rate = len(peer.delays) / peer.cpu_s
    for name, cpu, aim in (
        ("replica", mine.cpu_s, AIM_RATIO),
        ("replica and proxy", mine.cpu_s + mine.proxy_s, None),
    ):
        ratio = len(mine.delays) / cpu / bare_rate
        yield {
            "name": f"deliveries per second of a core, {mine.clients:,} clients, {name}",
            "value": len(mine.delays) / cpu,
            "unit": "/s",
            "peer": "bare picows",
            "peer_value": bare_rate,
            "ratio": ratio,
            "aim": f">= {aim:g} of the peer" if aim else None,
            "ok": ratio >= aim if aim else None,
        }
    yield {
        "name": f"memory of the replica per connection, {mine.clients:,} clients",
        "value": mine.kb_each,
        "unit": "kB",
        "peer": "bare picows",
        "peer_value": peer.kb_each,
        "ratio": mine.kb_each / peer.kb_each if peer.kb_each > 0 else None,
        "aim": f"<= {AIM_KB:g} kB",
        "ok": mine.kb_each <= AIM_KB,
    }


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row))
