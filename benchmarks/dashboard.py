"""What the dashboard costs its reader: main-thread time per second while everything moves.

The whole system runs with 150 entries of an invented slate, a player who is out, his event
unfolded, and live points of 30 players four times a second; Chromium (without a screen, rendering
in software) tells the CPU time of the page's main thread. The limit is a share of that thread.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from actors.log.ports import free_port
from benchmarks.news_to_proposal import Client
from config.secret import token_secret
from config.settings import load
from models.evening import draw_evening, night_files
from models.files import read_entries
from serve.stack import Stack
from serve.tokens import mint

USER = "bench"
ENTRIES = 150
SECONDS = 10
A_SECOND = 4
PLAYERS = 30
LIMIT_MS = 150.0
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


async def measure(base: str, token: str) -> tuple[float, float]:
    """Main-thread milliseconds per second: while everything moves, and while nothing does."""
    lock = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=3)
    files = night_files(draw_evening(7, entries=ENTRIES, field=2 * ENTRIES, first_lock=lock))
    lineups = [row.lineup for row in read_entries(files["DKEntries.csv"], "f").entries]
    held = sorted({p for lineup in lineups for p in lineup}, key=lambda p: -_holders(lineups, p))
    async with Client(base, token) as client, async_playwright() as playwright:
        await client.post("/api/v1/uploads", data=files["DKEntries.csv"])
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS
        )
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(f"{base}/#token={token}")
        await page.wait_for_selector(".calm")
        await client.post("/api/v1/realtime/events", json=_out(held[0]))
        await page.wait_for_selector(".row[data-state=proposed]")
        await page.keyboard.press("o")
        moving = await _busy(page, client, held[1 : PLAYERS + 1])
        still = await _busy(page, client, [])
        await browser.close()
    return moving, still


def _holders(lineups: Iterable[tuple[str, ...]], player: str) -> int:
    return sum(player in lineup for lineup in lineups)


def _out(player: str) -> dict[str, Any]:
    told = {"event_type": "player_injury", "source": "bench", "data": {"status": "OUT"}}
    return told | {"player_id": player}


async def _busy(page: Page, client: Client, players: list[str]) -> float:
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await asyncio.sleep(1)
    before = await _task_seconds(session)
    for tick in range(SECONDS * A_SECOND):
        if players:
            points = {player: 0.1 * tick + i for i, player in enumerate(players)}
            score = {"event_type": "live_score", "source": "bench", "data": {"points": points}}
            await client.post("/api/v1/realtime/events", json=score)
        await asyncio.sleep(1 / A_SECOND)
    return 1e3 * (await _task_seconds(session) - before) / SECONDS


async def _task_seconds(session: CDPSession) -> float:
    found = (await session.send("Performance.getMetrics"))["metrics"]
    return float(next(one["value"] for one in found if one["name"] == "TaskDuration"))


def rows() -> Iterable[dict[str, Any]]:
    """One row: the page in full motion against its limit."""
    with tempfile.TemporaryDirectory(prefix="lateswap-bench-") as folder:
        settings = load({"state_dir": Path(folder), "port": free_port()}).settings
        token = mint(USER, "operator", token_secret(settings).get_secret_value(), 3600)
        with Stack(settings, Path(folder), lambda text: print(text, file=sys.stderr)):
            moving, still = asyncio.run(measure(f"http://127.0.0.1:{settings.port}", token))
    yield {
        "name": f"dashboard, {ENTRIES} entries, {PLAYERS} players {A_SECOND} times a second",
        "value": moving,
        "unit": "ms of the main thread a second",
        "peer": "the same page at rest",
        "peer_value": still,
        "ratio": moving / still if still else None,
        "aim": f"<= {LIMIT_MS:g} ms",
        "ok": moving <= LIMIT_MS,
    }


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row))
