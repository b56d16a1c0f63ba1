"""The first page in a real browser, against the running application."""

from __future__ import annotations

import shutil
from contextlib import asynccontextmanager

import httpx
import pytest

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")


@pytest.fixture
async def browser():
    """A browser without a screen."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        await made.close()


@asynccontextmanager
async def opened(browser, house, client, **how):
    """The page as its user sees it; fails the test on any error that the browser reports."""
    errors = []
    context = await browser.new_context(**how)
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else 0
    )
    page.on(
        "request",
        lambda request: (
            errors.append(request.url)
            if house.url not in request.url and not request.url.startswith("blob:")
            else 0
        ),
    )
    await page.goto(f"{house.url}/#token={client.token}")
    await page.wait_for_selector("#rows tr")
    yield page
    await context.close()
    assert errors == []


async def test_news_and_proposals_appear_and_the_keyboard_approves(night, browser):
    client = night.client()
    async with opened(browser, night, client) as page:
        assert "GENERATED EVENING" in await page.inner_text("#mode")
        assert "#" not in page.url
        out, _ = await night.scratch(client)
        name = next(p.name for p in night.slate.players if p.player_id == out)
        await page.wait_for_selector(f"#news .who:text-is({name!r})")
        await page.wait_for_selector("#rows .state[data-state=proposed]")
        assert name in await page.inner_text("#rows tr .leaves")
        assert "an OUT player" in await page.inner_text("#holding")
        await page.keyboard.press("k")
        await page.keyboard.press("a")
        await page.wait_for_selector("#rows .state[data-state=approved]")
        approved = await client.get("/api/v1/lateswap/recommendations", state="approved")
        (swap,) = approved["recommendations"]
        assert swap["lineup_id"] in await page.inner_text("#told")
        row = page.locator(f"#rows tr[data-entry='{swap['lineup_id']}']")
        await row.click()
        await page.keyboard.press("u")
        await row.locator(".state[data-state=proposed]").wait_for()
        await page.keyboard.press("x")
        await row.locator(".state[data-state=rejected]").wait_for()


async def test_the_file_is_downloaded_with_what_was_approved(night, browser):
    client = night.client()
    await night.scratch(client)
    async with opened(browser, night, client) as page:
        await page.wait_for_selector("#rows .state[data-state=proposed]")
        await page.keyboard.press("a")
        await page.wait_for_selector("#rows .state[data-state=approved]")
        async with page.expect_download() as download:
            await page.keyboard.press("d")
        saved = await (await download.value).path()
        csv = await client.http.get(f"/api/v1/contests/{night.contest_id}/entries.csv")
        assert saved.read_bytes() == csv.content


async def test_the_filter_and_the_key_sheet_work_without_a_mouse(night, browser):
    client = night.client()
    async with opened(browser, night, client) as page:
        player = await night.somebody(client)
        name = next(p.name for p in night.slate.players if p.player_id == player)
        await page.keyboard.press("/")
        await page.keyboard.type(name)
        holders = await page.locator("#rows tr").count()
        assert 0 < holders < 20
        await page.keyboard.press("Escape")
        await page.wait_for_function("document.querySelectorAll('#rows tr').length === 20")
        await page.keyboard.press("?")
        assert await page.locator("#keys").is_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("g")
        await page.wait_for_selector("#rows tr.group")


async def test_without_a_token_the_page_asks_for_one(house, browser):
    page = await (await browser.new_context()).new_page()
    await page.goto(house.url)
    assert await page.locator("#login").is_visible()


async def test_a_lost_connection_is_shown_and_taken_up_again(night, browser):
    client = night.client()
    async with opened(browser, night, client) as page:
        await page.wait_for_selector("#link[data-state=live]")
        night.hub._feeds.end_all(1012, "restarting")
        await page.wait_for_selector("#link[data-state=live]")
        out, _ = await night.scratch(client)
        name = next(p.name for p in night.slate.players if p.player_id == out)
        await page.wait_for_selector(f"#news .who:text-is({name!r})")
        assert await page.locator(f"#news .who:text-is({name!r})").count() == 1


async def test_on_a_phone_nothing_is_wider_than_the_screen(night, browser):
    client = night.client()
    await night.scratch(client)
    async with opened(browser, night, client, viewport={"width": 390, "height": 844}) as page:
        await page.wait_for_selector("#rows .state[data-state=proposed]")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_page_allows_nothing_from_elsewhere(house):
    async with httpx.AsyncClient(base_url=house.url) as client:
        answer = await client.get("/")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for name in ("app.js", "style.css", "icon.svg"):
            assert (await client.get(f"/static/{name}")).status_code == 200
        assert (await client.get("/static/..%2Fapp.py")).status_code == 404
