"""The dashboard in a real browser over the whole running system: Redis, Ray, Serve, its proxy."""

from __future__ import annotations

import asyncio
import secrets
import time

import pytest

from config.secret import token_secret
from models.files import read_entries
from serve.tokens import mint
from tests.actors.backtest.conftest import GeneratedNight
from tests.serve.browsing import browser, needs_browser, opened  # noqa: F401 - a fixture
from tests.serve.cutting_proxy import cutting_proxy
from tests.serve.test_fallback import PATIENCE_S, carried_by
from tests.serve.test_live_sources import CONTEST, Api, files_of_tonight

pytestmark = pytest.mark.ray

STARTING = ("503 (Service Unavailable)",)
"""A contest that was opened just now: its actor is being started."""
CUT = ("WebSocket connection", "net::ERR_")
SLOW_MS = 120_000
"""Kernels may compile; the browser shares the machine with all of it."""


class Visitor:
    """A user of the running system with a page of his own."""

    def __init__(self, stack, url, role="operator"):
        self.url = url
        self.user = f"visitor-{secrets.token_hex(4)}"
        self.token = mint(self.user, role, token_secret(stack.settings).get_secret_value(), 3600)
        self.api = Api(stack)

    async def tell(self, **event):
        """Hand in an event as a wire does."""
        body = {"source": "test wire", **event}
        await asyncio.to_thread(self.api.post, "/api/v1/realtime/events", 200, json=body)


@needs_browser
async def test_an_evening_from_the_dropped_file_to_the_download(stack, browser):  # noqa: F811
    visitor = Visitor(stack, f"http://127.0.0.1:{stack.port}", "user")
    _, source = await asyncio.to_thread(files_of_tonight, 91)
    source = source.replace(CONTEST.encode(), b"66554433")
    lineups = [row.lineup for row in read_entries(source, "f").entries if row.entry_id]
    held = [player for lineup in lineups for player in lineup]
    out = max(set(held), key=held.count)
    async with opened(browser, visitor, visitor, ready="#board", expected=STARTING) as page:
        page.set_default_timeout(SLOW_MS)
        await page.get_by_role("tab", name="Files").click()
        file = {"name": "DKEntries.csv", "mimeType": "text/csv", "buffer": source}
        await page.set_input_files("#file", file)
        await page.wait_for_selector(f".uploads:has-text('{len(lineups)} entries in')")
        await page.wait_for_selector("#board-title:has-text('Nothing to decide')")
        await visitor.tell(event_type="player_injury", player_id=out, data={"status": "OUT"})
        group = page.locator(".event", has=page.locator(".row[data-state=proposed]"))
        await group.first.wait_for()
        touched = sum(out in lineup for lineup in lineups)
        assert f"touches {touched} " in await group.first.inner_text()
        await page.keyboard.press("a")
        await page.wait_for_selector("#told:has-text('accepted')")
        await page.keyboard.press("u")
        await page.wait_for_selector("#told:has-text('open again')")
        await page.wait_for_selector(".row[data-state=proposed]")
        await page.keyboard.press("a")
        await page.wait_for_selector("#told:has-text('accepted')")
        await page.wait_for_selector(".row[data-state=approved]")
        async with page.expect_download() as download:
            await page.keyboard.press("d")
        saved = (await (await download.value).path()).read_bytes()
    visitor.api.http.close()
    lines = list(zip(source.split(b"\n"), saved.split(b"\n"), strict=True))
    ((before, after),) = [(a, b) for a, b in lines if a != b]
    cells = list(zip(before.split(b","), after.split(b","), strict=True))
    changed = [(a, b) for a, b in cells if a != b]
    assert any(out.encode() in old for old, _ in changed)
    assert not any(out.encode() in new for _, new in changed)
    assert len(changed) < len(cells) / 2


@needs_browser
async def test_a_backtest_is_begun_on_the_page_and_its_report_saved(stack, browser):  # noqa: F811
    GeneratedNight(stack.settings.backtest_dir / "of-the-page", seed=6, field=200)
    visitor = Visitor(stack, f"http://127.0.0.1:{stack.port}")
    async with opened(browser, visitor, visitor, ready="#board", expected=STARTING) as page:
        page.set_default_timeout(SLOW_MS)
        await page.get_by_role("tab", name="Backtests").click()
        await page.get_by_label("nights of").select_option("of-the-page")
        await page.get_by_label("points: best by projected points").uncheck()
        await page.get_by_label("entries of each contest; empty: all").fill("5")
        await page.get_by_role("button", name="Begin backtest").click()
        begun = page.locator("#side-panel .rules li", has_text="of-the-page")
        assert "only_out · 5 entries a contest" in await begun.inner_text()
        async with page.expect_download() as download:
            await begun.get_by_role("button", name="Save report").click()
        report = (await (await download.value).path()).read_text()
    visitor.api.http.close()
    assert report.startswith("<!doctype html>")
    assert "only_out" in report


@needs_browser
async def test_cut_lines_make_room_for_the_next_and_nothing_is_lost(stack, browser):  # noqa: F811
    async with cutting_proxy(stack.port) as proxy:
        visitor, took = Visitor(stack, proxy.url), {}
        mark = visitor.user

        async def tell(number):
            news = {"headline": f"{mark} news {number}"}
            await visitor.tell(event_type="breaking_news", data=news)

        async with opened(browser, visitor, visitor, ready="#board", expected=CUT) as page:
            await carried_by(page, "websocket")
            await tell(1)
            proxy.block("websocket")
            await tell(2)
            took["websocket to sse"] = await carried_by(page, "sse")
            await tell(3)
            proxy.block("websocket", "sse")
            await tell(4)
            took["sse to poll"] = await carried_by(page, "poll")
            await tell(5)
            proxy.block()
            took["poll to websocket"] = await carried_by(page, "websocket")
            await tell(6)
            begun = time.perf_counter()
            await page.wait_for_selector(f"#news p:text-is('{mark} news 6')", timeout=60_000)
            took["an event to the page"] = time.perf_counter() - begun
            told = await page.locator("#news p", has_text=f"{mark} news ").all_inner_texts()
    visitor.api.http.close()
    each = ", ".join(f"{way} {seconds:.2f} s" for way, seconds in took.items())
    print(f"F18: {each}, allowed {PATIENCE_S} s; no event lost or doubled")
    assert told == [f"{mark} news {n}" for n in (6, 5, 4, 3, 2, 1)]
