"""What the dashboard says of what happened, what is lost, and what swaps came to."""

from __future__ import annotations

import pytest

from tests.serve.browsing import browser, needs_browser, opened  # noqa: F401 - a fixture
from tests.serve.cutting_proxy import KINDS, cutting_proxy
from tests.serve.test_page import DECIDED, name_of, shown
from tests.serve.test_results_and_search import RESULTS, SWAPS, begun, ended, lucky, scored
from tests.serve.test_results_and_search import shown as everybody_shown

DRAWN = """() => {
    const canvas = document.querySelector(".detail .chart canvas");
    if (!canvas) return false;
    const ink = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return ["--line-1", "--line-2"].every((name) => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = `var(${name})`;
        const colour = getComputedStyle(probe).color.match(/[0-9]+/g).map(Number);
        probe.remove();
        let found = 0;
        for (let i = 0; i < ink.length; i += 4)
            found += colour.every((part, c) => Math.abs(part - ink[i + c]) < 30) && ink[i + 3] > 200;
        return found > 50;
    });
}"""
"""Whether both curves of the chart stand there, in the colours of the page's scheme."""
CUT = ("WebSocket connection", "net::ERR_")


async def all_accepted(client):
    """Accept whatever is proposed; answers it."""
    swaps = (await client.get(SWAPS, state="proposed"))["recommendations"]
    ids = [swap["recommendation_id"] for swap in swaps]
    await client.post(
        "/api/v1/lateswap/decisions", {"action": "approve", "recommendation_ids": ids}
    )
    return swaps


async def swapped_twice(night, client):
    """Every entry that holds somebody is swapped, and again where who came in is out too."""
    await night.scratch(client)
    first = await all_accepted(client)
    came = set(first[0]["lineup_after"]) - set(first[0]["lineup_before"])
    await night.scratch(client, came.pop())
    await night.settle()
    second = await all_accepted(client)
    assert {s["lineup_id"] for s in first} & {s["lineup_id"] for s in second}
    return first + second


def dollars(value):
    return f"{'+' if value > 0 else '−'}${abs(value):,.2f}"


@needs_browser
async def test_what_was_claimed_counts_no_entry_twice(night, browser):  # noqa: F811
    client = night.client()
    swaps = await swapped_twice(night, client)
    found = (await client.get(RESULTS))["results"]
    assert len(found) == len(swaps)
    chains = {}
    for one in found:
        swap = one["recommendation"]
        chains.setdefault(swap["lineup_id"], []).append(swap["money"])
    claimed = sum(c[-1]["after"] - min(m["before"] for m in c) for c in chains.values())
    assert claimed < sum(one["expected_dollars"] for one in found)
    assert {one["stands"] for one in found} == {True, False}
    expected = dollars(claimed)
    async with opened(browser, night, client) as page:
        told = f"{len(swaps)} swaps are accepted, expected to be worth {expected}"
        await page.wait_for_selector(f"#board-count:has-text('{told}')")
        await scored(night, lucky(night, swaps))
        await everybody_shown(night)
        await ended(night)
        answer = await client.get(RESULTS)
        assert answer["total"]["expected_dollars"] == pytest.approx(claimed, abs=0.01)
        await shown(page, "Results")
        row = page.locator("#side-panel tr", has=page.locator("th:text-is('dollars')"))
        earned = dollars(answer["total"]["gained_dollars"])
        await row.locator(f"td:text-is('{earned}')").wait_for()
        assert await row.locator("td").all_inner_texts() == [earned, expected]


@needs_browser
async def test_a_row_tells_what_its_swap_earned_and_offers_nothing_that_is_refused(night, browser):  # noqa: F811
    client = night.client()
    await night.scratch(client)
    swaps = await all_accepted(client)
    entry = swaps[0]["lineup_id"]
    async with opened(browser, night, client) as page:
        await page.keyboard.press("o")
        row = page.locator(f".row[data-entry='{entry}']")
        await row.get_by_role("button", name="Take back").wait_for()
        await begun(night, night.slate.games)
        await row.get_by_role("button", name="Take back").wait_for(state="detached")
        await scored(night, lucky(night, swaps))
        await everybody_shown(night)
        await ended(night)
        (one,) = [
            one
            for one in (await client.get(RESULTS))["results"]
            if one["recommendation"]["lineup_id"] == entry
        ]
        claimed = row.locator(f".claim:has-text('{dollars(one['expected_dollars'])}')")
        await claimed.wait_for()
        gained = one["gained_dollars"]
        earned = dollars(gained) if gained else "$0.00"
        await row.locator(f".worth b:text-is('{earned}')").wait_for()


@needs_browser
async def test_reports_that_agree_are_one_item_until_one_says_otherwise(night, browser):  # noqa: F811
    client = night.client()
    async with opened(browser, night, client) as page:
        out, _ = await night.scratch(client, source="first wire")
        await night.scratch(client, out, source="second wire", data={"status": "OUT"})
        items = page.locator("#news li", has_text=name_of(night, out))
        await items.locator(":text('also first wire')").wait_for()
        assert await items.count() == 1
        await night.scratch(client, out, source="team", data={"status": "ACTIVE"})
        await items.locator(".word:has-text('ACTIVE')").wait_for()
        assert await items.count() == 2


@needs_browser
async def test_a_lost_connection_is_told_where_nobody_overlooks_it(night, browser):  # noqa: F811
    client = night.client()
    async with cutting_proxy(night.port) as proxy:
        client.house.url, url = proxy.url, client.house.url
        async with opened(browser, night, client, expected=CUT) as page:
            assert await page.locator("#lost").count() == 0
            proxy.block(*KINDS)
            await page.wait_for_selector("#lost:has-text('seconds old')")
            await page.wait_for_selector("#link:has-text('offline, reconnecting')")
            proxy.block()
            await page.wait_for_selector("#lost", state="detached")
        client.house.url = url


@needs_browser
async def test_what_a_lineup_may_score_is_drawn_and_told(night, browser):  # noqa: F811
    from axe_playwright_python.async_playwright import Axe

    client = night.client()
    await night.scratch(client)
    async with opened(browser, night, client, color_scheme="light") as page:
        await page.wait_for_selector(".row[data-state=proposed] .interval")
        swaps = (await client.get(SWAPS, state="proposed"))["recommendations"]
        swap = next(one for one in swaps if one["money"])
        found = swap["money"]["points"]
        entry = swap["lineup_id"]
        await page.locator(f".row[data-entry='{entry}'] .pick").click()
        await page.wait_for_selector(f"#detail-title:text-is('Entry {entry}')")
        share = f"{found['better']:.0%}".replace("%", " %")
        await page.wait_for_selector(f".detail p:has-text('More in {share} of evenings')")
        lines = page.locator(".detail tbody tr", has=page.locator("th:text-is('after')"))
        places = [found["shares"].index(share) for share in (0.1, 0.5, 0.9)]
        told = [float(text) for text in await lines.locator("td").all_inner_texts()]
        assert told == pytest.approx([found["after"][place] for place in places], abs=0.051)
        assert sorted(found["after"]) == found["after"]
        await page.wait_for_function(DRAWN)
        assert (await Axe().run(page)).violations_count == 0
        await page.evaluate("document.documentElement.dataset.theme = 'dark'")
        await page.wait_for_function(DRAWN)


@needs_browser
async def test_keys_act_after_a_choice_was_clicked(night, browser):  # noqa: F811
    async with opened(browser, night, night.client()) as page:
        await page.get_by_role("tab", name="Policy").click()
        await page.get_by_label("Propose nothing").check()
        await page.keyboard.press("?")
        await page.wait_for_selector("#keys[open]")


@needs_browser
async def test_anything_is_done_or_found_by_its_name(night, browser):  # noqa: F811
    from axe_playwright_python.async_playwright import Axe

    client = night.client()
    out, _ = await night.scratch(client)
    name = name_of(night, out)
    async with opened(browser, night, client) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        entry = await page.locator(".row .pick").first.inner_text()
        before = await page.evaluate("document.activeElement.tagName")
        await page.keyboard.press("Control+k")
        await page.wait_for_selector("#palette[open] [role=option][aria-selected=true]")
        assert (await Axe().run(page)).violations_count == 0
        await page.keyboard.press("Escape")
        assert await page.evaluate("document.activeElement.tagName") == before

        async def asked(text):
            await page.keyboard.press("Control+k")
            await page.keyboard.type(text)
            await page.keyboard.press("Enter")
            await page.wait_for_selector("#palette", state="hidden")

        await asked("open odds")
        await page.wait_for_selector("#tab-Odds[aria-selected=true]")
        await asked(name)
        assert await page.input_value("#filter") == name
        await asked(entry.strip())
        await page.wait_for_selector(f".row[data-entry='{entry.strip()}'][aria-current=true]")
        await asked("accept the chosen")
        await page.wait_for_selector(f".row[data-entry='{entry.strip()}'][data-state=approved]")


@needs_browser
@pytest.mark.parametrize(("dialog", "key", "ctrl"), [("palette", "k", True), ("keys", "?", False)])
async def test_what_was_just_closed_opens_again_at_once(night, browser, dialog, key, ctrl):  # noqa: F811
    """A dialog tells of its end only in a later task: a key may come before that."""
    async with opened(browser, night, night.client()) as page:
        opens = await page.evaluate(
            """async ([id, key, ctrlKey]) => {
                const dialog = document.getElementById(id);
                const press = () =>
                    document.body.dispatchEvent(new KeyboardEvent("keydown", {key, ctrlKey, bubbles: true}));
                const later = () => new Promise((done) => setTimeout(done, 50));
                press();
                await later();
                const first = dialog.open;
                dialog.close();
                press();
                await later();
                return [first, dialog.open];
            }""",
            [dialog, key, ctrl],
        )
        assert opens == [True, True]


@needs_browser
async def test_on_a_phone_a_chosen_entry_comes_into_view(night, browser):  # noqa: F811
    client = night.client()
    await night.scratch(client)
    async with opened(browser, night, client, viewport={"width": 390, "height": 844}) as page:
        await page.wait_for_selector(DECIDED.format("proposed"))
        await page.locator(".row .pick").first.click()
        box = await page.locator("#detail").bounding_box()
        assert -1 < box["y"] < 200
