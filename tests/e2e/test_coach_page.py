"""The coach and growth in a real browser: a playable citation, curves over six sessions.

Set `SOUNDING_SHOTS` to a folder to keep pictures of the pages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.pages import PHONE, WIDE, violations
from tests.e2e.test_operator_page import opened, serving
from tests.fakes.coached import learned

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's driver has a loop in this thread
        web = elsewhere.submit(lambda: learned(six=True)).result()
    with serving(web.app()) as url:
        yield url


def looked_at(page: Page, name: str) -> None:
    """Nothing sticks out and axe finds nothing, wide and narrow, by day and night; pictures."""
    folder = os.environ.get("SOUNDING_SHOTS")
    for size, where in ((WIDE, ""), (PHONE, "-phone")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.wait_for_timeout(200)  # colours fade over
            if folder:
                path = f"{folder}/{name}{where}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def test_the_coach_answers_with_a_citation_that_plays(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page, problems = opened(context)
    page.goto(f"{site}/coach")
    page.fill("#question", "What was my weakest answer?")
    page.click("#ask button")
    expect(page.locator(".exchange")).to_contain_text("Did this help?", timeout=30_000)
    expect(page.locator(".exchange")).to_contain_text("Your lowest level was in Use and limits")
    expect(page.locator("#question")).to_have_value("")
    with page.expect_response(lambda answer: "/audio?" in answer.url, timeout=30_000) as played:
        page.locator("a.cite.play").first.click()
    assert played.value.status in (200, 206)
    expect(page.locator("#player")).to_be_visible()
    page.locator("#player button").click()
    looked_at(page, "coach")
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".exchange")).to_contain_text("You said that this helped")
    assert problems == []
    context.close()


def test_growth_is_drawn_over_six_sessions(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page, problems = opened(context)
    page.goto(f"{site}/growth")
    expect(page.locator(".lede")).to_contain_text("6 sessions so far")
    assert page.locator("#content .growth-chart").count() == 7
    pace = page.locator("#delivery .growth-chart").first
    assert pace.locator("circle").count() == 6
    assert pace.locator(".base").count() == 1
    looked_at(page, "growth")
    assert problems == []
    context.close()


def test_a_drill_and_the_notes_of_educators_are_sound(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page, problems = opened(context)
    page.goto(f"{site}/coach/knowledge")
    looked_at(page, "coach-knowledge")
    page.goto(f"{site}/coach")
    page.fill("#question", "What was missing from my answer on race conditions?")
    page.click("#ask button")
    again = page.get_by_role("button", name="Answer it again").first
    expect(again).to_be_visible(timeout=30_000)
    again.click()
    expect(page.get_by_role("button", name="Hand in")).to_be_visible()
    page.wait_for_load_state()
    looked_at(page, "drill")
    page.fill("#answer", "Two threads race for one value, and one of the writes is lost.")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("main")).to_contain_text("First, your own view")
    page.wait_for_load_state()
    looked_at(page, "drill-rating")
    assert problems == []
    context.close()
