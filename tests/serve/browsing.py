"""A real browser on the running application."""

from __future__ import annotations

import shutil
from contextlib import asynccontextmanager

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

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")


@asynccontextmanager
async def launched():
    """A browser without a screen."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        await made.close()


@pytest.fixture
async def browser():
    async with launched() as made:
        yield made


@asynccontextmanager
async def opened(
    browser, house, client, prepare=None, ready="#rows .row, #rows .calm", expected=(), **how
):
    """The page as its user sees it; fails the test on any error that the browser reports.

    ``expected`` are words of errors that the test itself causes.
    """
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
    if prepare:
        await prepare(page)
    await page.goto(f"{house.url}/#token={client.token}")
    await page.wait_for_selector(ready)
    yield page
    await context.close()
    blocked = () if prepare is None else ("WebSocket connection", "net::ERR_FAILED")
    unexpected = [e for e in errors if not any(word in e for word in (*blocked, *expected))]
    assert not unexpected, unexpected
