"""The dashboard in a real browser, against the running application."""

from __future__ import annotations

import gzip
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from actors.backtesting import BacktestActor
from actors.naming import BACKTESTS
from models.evening import draw_evening, night_files
from models.files import read_entries
from serve.backtesting import Recorded
from tests.actors.backtest.conftest import GeneratedNight
from tests.serve.browsing import browser, needs_browser, opened  # noqa: F401 - a fixture
from tests.serve.test_results_and_search import accepted, begun, ended, lucky, scored
from tests.serve.test_results_and_search import shown as everybody_shown

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "serve" / "static"
MOST_SCRIPT = 70_000
"""Bytes of compressed JavaScript that the page may cost."""
DECIDED = ".row[data-state={}]"


TABS = ("Ownership", "Results", "Alerts", "Odds", "Files", "Policy", "Sources", "Backtests")


async def shown(page, tab):
    """A tab with everything that can be unfolded in it."""
    await page.get_by_role("tab", name=tab).click()
    await page.wait_for_selector(f"#tab-{tab}[aria-selected=true]")
    if tab == "Odds":
        await page.wait_for_selector("#side-panel table")
    folded = page.locator("#side-panel details:not([open]) > summary")
    while await folded.count():
        await folded.first.click()


async def told_of_lines(house, client):
    """Two books on a game that disagree, one of them after a move; answers the game."""
    game = house.slate.games[0].game_id
    base = {"market": "total", "point": 220.5}
    for book, selection, decimal in (
        ("Alpha", "over", 1.91),
        ("Alpha", "under", 1.91),
        ("Beta", "over", 1.95),
        ("Beta", "under", 1.87),
        ("Beta", "over", 2.25),
    ):
        line = {**base, "book": book, "selection": selection, "decimal": decimal}
        await client.post(
            "/api/v1/realtime/events",
            {"event_type": "line_movement", "source": "odds wire", "game_id": game, "data": line},
        )
    return game


@asynccontextmanager
async def beside(house, name, actor):
    """An actor that answers while the block lasts."""
    house.actors._actors[name] = actor
    yield
    del house.actors._actors[name]
    actor._task.cancel()


def name_of(house, player_id):
    return next(p.name for p in house.slate.players if p.player_id == player_id)


@needs_browser
async def test_swaps_stand_under_the_event_that_calls_for_them(night, browser):  # noqa: F811
    client = night.client()
    async with opened(browser, night, client) as page:
        assert "GENERATED EVENING" in await page.inner_text("#mode")
        assert "#" not in page.url
        out, _ = await night.scratch(client)
        group = page.locator(".event", has=page.locator(f".who:text-is({name_of(night, out)!r})"))
        await group.locator(DECIDED.format("proposed")).first.wait_for()
        found = (await client.get("/api/v1/lateswap/recommendations", state="proposed"))[
            "recommendations"
        ]
        holders = [one for one in found if out in one["lineup_before"]]
        assert f"touches {len(holders)} " in await group.inner_text()
        assert f"{len(found)} swap" in await page.inner_text("#board-title")
        told = page.locator("#news .who", has_text=name_of(night, out))
        assert await told.first.is_visible()


@needs_browser
async def test_the_keyboard_accepts_rejects_and_takes_back(night, browser):  # noqa: F811
    client = night.client()
    await night.scratch(client)
    async with opened(browser, night, client) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        chosen, row = await chosen_by_key(page)
        await page.keyboard.press("a")
        await page.wait_for_selector(f"#told:has-text('{chosen} accepted')")
        approved = await client.get("/api/v1/lateswap/recommendations", state="approved")
        assert [swap["lineup_id"] for swap in approved["recommendations"]] == [chosen]
        await page.keyboard.press("u")
        await row.and_(page.locator(DECIDED.format("proposed"))).wait_for()
        await page.keyboard.press("o")  # the event whole: what is settled goes to its end
        await rejected_by_key(page, row)


async def chosen_by_key(page):
    """The entry that the cursor stands on, and its row."""
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    chosen = await page.get_attribute("[aria-current=true]", "data-entry")
    return chosen, page.locator(f"[data-entry='{chosen}']")


async def rejected_by_key(page, row):
    """Reject a row's swap; pressed again where a newer proposal has just taken the place of it."""
    from playwright.async_api import TimeoutError as NotYet

    rejected = row.and_(page.locator(DECIDED.format("rejected")))
    for _ in range(5):
        await row.locator(".pick").click()
        await page.keyboard.press("x")
        with suppress(NotYet):
            await rejected.wait_for(timeout=4_000)
            return
        print("not rejected:", await page.inner_text("#told"))
    await rejected.wait_for(timeout=1_000)


@needs_browser
async def test_another_swap_is_asked_for_by_keyboard(night, browser):  # noqa: F811
    client = night.client()
    out, _ = await night.scratch(client)
    name = {player.player_id: player.name for player in night.slate.players}
    detail, lost = "#detail:has-text('{}')", "#detail:not(:has-text('{}'))"
    async with opened(browser, night, client) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        chosen, row = await chosen_by_key(page)
        first = await proposed_to(night, client, chosen)
        comes = name[first["moves"][0]["player_in"]]
        await page.wait_for_selector(detail.format(comes))
        await page.keyboard.press("e")
        await page.wait_for_selector(detail.format(f"Not to come in: {comes}"))
        another = (await proposed_to(night, client, chosen))["moves"][0]["player_in"]
        assert name[another] != comes
        await page.wait_for_selector(detail.format(name[another]))
        await page.keyboard.press("l")
        await page.wait_for_selector(detail.format(f"You keep {name[out]}"))
        await row.and_(page.locator(DECIDED.format("proposed"))).wait_for(state="detached")
        assert await proposed_to(night, client, chosen) is None
        await page.keyboard.press("r")
        await page.wait_for_selector(lost.format("You keep"))
        await row.and_(page.locator(DECIDED.format("proposed"))).wait_for()
        again = await proposed_to(night, client, chosen)
        assert again["after"] == first["after"]
        await page.get_by_role("button", name="Another player").click()
        await page.wait_for_selector(detail.format(f"Not to come in: {comes}"))
        await page.get_by_role("button", name="Keep who leaves").click()
        await page.wait_for_selector(detail.format(f"You keep {name[out]}"))
        await page.get_by_role("button", name="Forget it").click()
        await page.wait_for_selector(lost.format("You keep"))


async def proposed_to(night, client, entry):
    """What stands for an entry."""
    board = await client.get(f"/api/v1/contests/{night.contest_id}/board")
    return next(one for one in board["entries"] if one["entry_id"] == entry).get("proposal")


@needs_browser
async def test_a_question_about_swaps_that_are_gone_closes(night, browser):  # noqa: F811
    client = night.client()
    await night.scratch(client)
    async with opened(browser, night, client) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        await page.keyboard.press("Shift+A")
        await page.wait_for_selector("#confirm[open]")
        found = await client.get("/api/v1/lateswap/recommendations", state="proposed")
        ids = [swap["recommendation_id"] for swap in found["recommendations"]]
        asked = {"action": "reject", "recommendation_ids": ids}
        await client.post("/api/v1/lateswap/decisions", asked)
        await page.wait_for_selector("#confirm:not([open])", state="attached")


@needs_browser
async def test_an_event_is_accepted_at_once_and_one_key_undoes_all(night, browser):  # noqa: F811
    client = night.client()
    await night.scratch(client)
    async with opened(browser, night, client) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        found = await client.get("/api/v1/lateswap/recommendations", state="proposed")
        count = len(found["recommendations"])
        await page.keyboard.press("Shift+A")
        assert f"over {count} entr" in await page.inner_text("#confirm")
        await page.keyboard.press("Enter")
        await page.wait_for_function(
            "n => document.querySelector('#told').textContent.includes(`${n} swap`)", arg=count
        )
        done = await client.get("/api/v1/lateswap/recommendations", state="approved")
        assert len(done["recommendations"]) == count
        # Once the rows show their new state, the cursor stands on an accepted entry: still all.
        await page.wait_for_selector(DECIDED.format("approved"))
        await page.keyboard.press("u")
        await page.wait_for_selector(f"#board-title:has-text('{count} swap')")
        left = await client.get("/api/v1/lateswap/recommendations", state="approved")
        assert left["recommendations"] == []


@needs_browser
async def test_a_dropped_file_comes_back_with_the_accepted_cells_changed(house, browser):  # noqa: F811
    client = house.client()
    source = night_files(draw_evening(3, entries=12))["DKEntries.csv"]
    async with opened(browser, house, client, ready="#board-title:has-text('No entries')") as page:
        await page.get_by_role("tab", name="Files").click()
        file = {"name": "DKEntries.csv", "mimeType": "text/csv", "buffer": source}
        await page.set_input_files("#file", file)
        await page.wait_for_selector(".uploads:has-text('12 entries in')")
        await page.wait_for_selector("#board-title:has-text('Nothing to decide')")
        assert "REPLAY OF" in await page.inner_text("#mode")
        contest = (await client.get("/api/v1/contests"))["contests"][0]["contest_id"]
        lineups = [row.lineup for row in read_entries(source, "f").entries]
        held = [player for lineup in lineups for player in lineup]
        await client.post(
            "/api/v1/realtime/events",
            {
                "event_type": "player_injury",
                "source": "test wire",
                "player_id": max(set(held), key=held.count),
                "data": {"status": "OUT"},
            },
        )
        await page.wait_for_selector(DECIDED.format("proposed"))
        await page.keyboard.press("a")
        await page.wait_for_selector("#told:has-text('accepted')")
        async with page.expect_download() as download:
            await page.keyboard.press("d")
        saved = (await (await download.value).path()).read_bytes()
    swap = await client.get("/api/v1/lateswap/recommendations", state="approved")
    (swap,) = swap["recommendations"]
    assert swap["contest_id"] == contest
    changed = {
        old.entry_id: (old.lineup, new.lineup)
        for old, new in zip(
            read_entries(source, "f").entries, read_entries(saved, "f").entries, strict=True
        )
        if old.lineup != new.lineup
    }
    assert changed == {
        swap["lineup_id"]: (tuple(swap["lineup_before"]), tuple(swap["lineup_after"]))
    }
    differing = [a for a, b in zip(source.split(b"\n"), saved.split(b"\n"), strict=True) if a != b]
    assert len(differing) == 1


@needs_browser
async def test_the_filter_and_the_key_sheet_work_without_a_mouse(night, browser):  # noqa: F811
    client = night.client()
    out, _ = await night.scratch(client)
    async with opened(browser, night, client) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        await page.keyboard.press("/")
        await page.keyboard.type("nobody of this name")
        await page.wait_for_selector(".empty")
        await page.keyboard.press("Escape")
        await page.wait_for_selector(DECIDED.format("proposed"))
        await page.keyboard.press("?")
        assert await page.locator("#keys").is_visible()
        await page.keyboard.press("Escape")
        assert not await page.locator("#keys").is_visible()
        await page.keyboard.press("/")
        await page.keyboard.type(name_of(night, out))
        assert await page.locator(DECIDED.format("proposed")).count()


@needs_browser
async def test_once_the_night_is_over_it_is_told_what_swaps_earned(night, browser):  # noqa: F811
    client = night.client()
    swaps, _ = await accepted(night, client, count=2)
    async with opened(browser, night, client) as page:
        await shown(page, "Results")
        await page.wait_for_selector("#side-panel :text('No dollars: nobody has shown')")
        await scored(night, lucky(night, swaps))
        await page.wait_for_selector("#board-title:has-text('Every game has begun')")
        assert await page.locator(".badge").count() == 0
        await everybody_shown(night)
        await ended(night)
        await page.wait_for_selector("#board-title:has-text('The night is over')")
        results = await client.get("/api/v1/lateswap/results")
        gained = f"+${results['total']['gained_dollars']:,.2f}"
        assert results["total"]["gained_dollars"] > 0
        await page.wait_for_selector(f"#board-count:has-text('Your 2 swaps earned {gained}')")
        (contest,) = results["contests"]
        await page.wait_for_selector(f"#side-panel .big:has-text('{gained} earned')")
        told = await page.inner_text("#side-panel .contest")
        assert f"won ${contest['dollars_swapped']:,.2f}" in told
        assert f"had you held, ${contest['dollars_held']:,.2f}" in told
        entries = [one["recommendation"]["lineup_id"] for one in results["results"]]
        cells = page.locator("#side-panel tbody td:first-child")
        assert sorted(await cells.all_inner_texts()) == sorted(entries)


@needs_browser
async def test_what_is_settled_is_folded_away(night, browser):  # noqa: F811
    client = night.client()
    out, _ = await night.scratch(client)
    game = next(p.game_id for p in night.slate.players if p.player_id == out)
    async with opened(browser, night, client) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        await begun(night, [one for one in night.slate.games if one.game_id == game])
        more = page.locator(".event .more")
        await more.wait_for()
        assert await page.locator(".event .row").count() == 0
        await more.click()
        assert await page.locator(".event .row").count() > 0


@needs_browser
async def test_news_tells_the_impact_that_was_found(night, browser):  # noqa: F811
    client = night.client()
    async with opened(browser, night, client) as page:
        out, event_id = await night.scratch(client)
        found = (await client.get("/api/v1/realtime/events", player=out))["impacts"][event_id]
        assert found != -8  # as its source said
        item = page.locator("#news li", has_text=name_of(night, out))
        told = item.locator(".impact[data-found=true]")
        await told.wait_for()
        assert f"−{abs(found):.1f}" in await told.inner_text()


@needs_browser
async def test_what_has_no_swap_yet_is_not_called_hopeless(night, browser):  # noqa: F811
    client = night.client()
    await client.http.put("/api/v1/lateswap/policy", json={"mode": "never"})
    await night.scratch(client)
    async with opened(browser, night, client) as page:
        await page.wait_for_selector(DECIDED.format("out"))
        assert "hold a player who is out" in await page.inner_text("#board-title")
        assert "No swap that gains is known" in await page.inner_text("#board-count")


@needs_browser
@pytest.mark.parametrize("width", [1440, 390])
async def test_the_tabs_stand_in_one_row_and_digits_choose_them(night, browser, width):  # noqa: F811
    size = {"width": width, "height": 850}
    async with opened(browser, night, night.client(), viewport=size) as page:
        tops = set()
        for place, tab in enumerate(TABS, 1):
            await page.keyboard.press(str(place))
            chosen = page.locator(f"#tab-{tab}[aria-selected=true]")
            box, strip = await chosen.evaluate(  # at one moment: what stands above may grow
                "tab => [tab, tab.closest('.tabs')].map(one => one.getBoundingClientRect().toJSON())"
            )
            tops.add(box["y"] - strip["y"])
            assert strip["x"] <= box["x"]
            assert box["x"] + box["width"] <= strip["x"] + strip["width"]
        assert len(tops) == 1
        await page.get_by_role("button", name="Next tab").click()
        await page.wait_for_selector(f"#tab-{TABS[0]}[aria-selected=true]")


@needs_browser
async def test_only_operators_begin_backtests_and_others_are_told(night, browser, tmp_path):  # noqa: F811
    ann = night.client("ann", "user")
    async with opened(browser, night, ann, ready="#board") as page:
        await shown(page, "Backtests")
        await page.wait_for_selector("#refused:has-text('no recorded nights')")
    GeneratedNight(tmp_path / "nights" / "season", seed=4, field=200)
    run = Recorded(tmp_path / "nights")
    actor = BacktestActor(tmp_path / "results", run, run.folders)
    async with beside(night, BACKTESTS, actor):
        async with opened(browser, night, ann, ready="#board") as page:
            await shown(page, "Backtests")
            await page.wait_for_selector("#refused:has-text('your role is user')")
            assert await page.locator("#side-panel form").count() == 0
        async with opened(browser, night, night.client()) as page:
            await shown(page, "Backtests")
            await page.wait_for_selector("#side-panel form")
            assert await page.locator("#side-panel option").all_inner_texts() == ["season"]
            assert await page.locator("#refused").count() == 0


@needs_browser
async def test_a_policy_is_set_on_the_page_and_acts(night, browser):  # noqa: F811
    client = night.client()
    async with opened(browser, night, client) as page:
        await page.get_by_role("tab", name="Policy").click()
        await page.get_by_label("Accept by itself what keeps to my limits").check()
        await page.get_by_label("gains at least, dollars").fill("0")
        await page.get_by_label("players exchanged, at most").fill("8")
        await page.get_by_role("button", name="Save").click()
        await page.wait_for_selector(".side [role=status]:has-text('Saved')")
        await night.scratch(client)
        await page.wait_for_selector(DECIDED.format("approved"))
        assert "accepted by policy" in await page.inner_text(".detail .why")


@needs_browser
async def test_a_rule_made_on_the_page_rings_until_it_is_read(night, browser):  # noqa: F811
    client = night.client()
    async with opened(browser, night, client) as page:
        bell = page.locator(".bell")
        await bell.click()
        await shown(page, "Alerts")
        await page.get_by_label("only of players in my entries").uncheck()
        await page.get_by_label("at once, in quiet hours too").check()
        await page.get_by_role("button", name="Try it").click()
        await page.wait_for_selector("#side-panel :text('Would have told you 0 things')")
        await page.get_by_role("button", name="Add", exact=True).click()
        await page.wait_for_selector(".rules li:has-text('injuries and line-ups, at once')")
        out, _ = await night.scratch(client)
        told = page.locator(".alerts li[data-unread=true]", has_text=f"{name_of(night, out)}: OUT")
        await told.first.wait_for()
        assert "unread" in await bell.get_attribute("aria-label")
        await page.get_by_role("button", name="Mark all read").click()
        await page.wait_for_selector(".bell[aria-label='Alerts']")
        await page.get_by_role("button", name="Remove: injuries").click()
        await page.wait_for_selector("#side-panel [role=status]:has-text('Removed')")
    assert (await client.get("/api/v1/alerts/rules"))["rules"] == []


@needs_browser
async def test_addresses_are_kept_and_a_test_says_what_became_of_it(night, browser):  # noqa: F811
    client = night.client()
    async with opened(browser, night, client) as page:
        await shown(page, "Alerts")
        await page.get_by_label("e-mail", exact=True).fill("ann@b.example")
        await page.get_by_label("quiet from").fill("23:00")
        await page.get_by_label("quiet until").fill("07:00")
        await page.get_by_role("button", name="Save").click()
        await page.wait_for_selector("#side-panel [role=status]:has-text('Saved')")
        await page.get_by_role("button", name="Send a test").click()
        await page.wait_for_selector(".alerts li:has-text('alerts reach you here') :text('e-mail')")
    kept = (await client.get("/api/v1/alerts/preferences"))["preferences"]
    assert kept["email"] == "ann@b.example"
    assert [(one["start"], one["end"]) for one in kept["quiet_hours"]] == [("23:00", "07:00")]


@needs_browser
async def test_the_odds_board_shows_what_moved_and_where_books_disagree(night, browser):  # noqa: F811
    client = night.client()
    async with opened(browser, night, client) as page:
        await page.get_by_role("tab", name="Odds").click()
        await page.wait_for_selector("#side-panel :text('No line is known')")
        game = await told_of_lines(night, client)
        moved = page.locator("#side-panel tr", has_text="Beta").filter(has_text="over")
        await moved.locator("td:has-text('▼')").wait_for()
        text = await moved.inner_text()
        assert "2.25" in text
        assert "−6.8" in text
        await page.wait_for_selector("#side-panel h3:has-text('Books disagree')")
        sure = (await client.get("/api/v1/odds/arbitrage"))["arbitrage"]
        assert f"+{sure[0]['margin']:.2%}".replace("%", " %") in await page.inner_text(
            "#side-panel"
        )
        assert await page.input_value("#side-panel select") == game


@needs_browser
async def test_without_a_token_the_page_asks_for_one(house, browser):  # noqa: F811
    page = await (await browser.new_context()).new_page()
    await page.goto(house.url)
    assert await page.locator("#login").is_visible()


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(night, browser, scheme):  # noqa: F811
    from axe_playwright_python.async_playwright import Axe

    client = night.client()
    await night.scratch(client)
    await told_of_lines(night, client)
    async with opened(browser, night, client, color_scheme=scheme) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        await page.keyboard.press("a")
        await page.wait_for_selector(DECIDED.format("approved"))
        for tab in TABS:
            await shown(page, tab)
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        await page.keyboard.press("?")
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@needs_browser
async def test_on_a_phone_nothing_is_wider_than_the_screen(night, browser):  # noqa: F811
    client = night.client()
    await night.scratch(client)
    await told_of_lines(night, client)
    async with opened(browser, night, client, viewport={"width": 390, "height": 844}) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        for tab in TABS:
            await shown(page, tab)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 390, tab
        first = page.locator(DECIDED.format("proposed")).first
        box = await first.get_by_role("button", name="Accept").bounding_box()
        assert box["height"] >= 32


async def test_the_page_allows_nothing_from_elsewhere_and_stays_small(house):
    async with httpx.AsyncClient(base_url=house.url) as client:
        answer = await client.get("/")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for name in ("app.js", "chart.js", "app.css", "icon.svg"):
            found = await client.get(f"/static/{name}")
            assert found.status_code == 200
            assert found.headers["content-encoding"] == "gzip"
            assert found.content == (STATIC / name).read_bytes()
            again = {"If-None-Match": found.headers["etag"]}
            assert (await client.get(f"/static/{name}", headers=again)).status_code == 304
        assert (await client.get("/static/..%2Fapp.py")).status_code == 404
    assert sum(len(gzip.compress(one.read_bytes())) for one in STATIC.glob("*.js")) < MOST_SCRIPT
