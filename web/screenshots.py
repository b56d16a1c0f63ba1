"""Makes the pictures of the README: the dashboard over a generated evening, really running.

``python web/screenshots.py docs``; needs Debian's chromium.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from actors.log.ports import free_port

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
PATIENCE_MS = 300_000
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@contextmanager
def evening(seed: int) -> Iterator[str]:
    """Address of a generated evening, with the token in it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("lateswap")), "run", "--seed", str(seed)]
        running = subprocess.Popen(
            [*command, "--port", str(free_port())],
            env=os.environ | {"LATESWAP_STATE_DIR": folder},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield _address(running)
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(60)


def _address(running: subprocess.Popen[str]) -> str:
    for line in running.stdout or ():
        if found := re.search(r"http://\S+#token=\S+", line):
            return found[0]
    raise RuntimeError("lateswap run ended before it listened")


def picture(browser: Browser, address: str, scheme: str, size: dict[str, int]) -> Page:
    """The page once there is something to decide, priced in dollars."""
    page = browser.new_page(viewport=size, color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector(".row[data-state=proposed] .worth b", timeout=PATIENCE_MS)
    page.wait_for_function(
        "document.querySelector('.hero .stake b')?.textContent.includes('$')", timeout=PATIENCE_MS
    )
    page.wait_for_timeout(1000)
    return page


def evening_out(page: Page) -> None:
    """Accept whatever is proposed until the night is over, then look at what it earned."""
    while "The night is over" not in page.inner_text("#board-title"):
        for button in (".tools .primary:not(#download)", "#confirm .primary"):
            page.evaluate("css => document.querySelector(css)?.click()", button)
            page.wait_for_timeout(1500)
    page.keyboard.press("Escape")  # a question that was asked as the night ended
    page.get_by_role("tab", name="Results").click()
    page.wait_for_selector("#side-panel .big:has-text('earned against')", timeout=PATIENCE_MS)
    page.wait_for_timeout(1000)


def main(folder: Path) -> None:
    """Board, board in the dark, phone; and the page once the night is over."""
    with evening(1) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, scheme, size in (
            ("board", "light", DESK),
            ("board-dark", "dark", DESK),
            ("phone", "dark", PHONE),
        ):
            path = folder / f"{name}.png"
            picture(browser, address, scheme, size).screenshot(path=path)
            print(path)
        page = picture(browser, address, "light", DESK)
        evening_out(page)
        page.screenshot(path=folder / "results.png")
        print(folder / "results.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
