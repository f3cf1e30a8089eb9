"""Review in a real browser: queue, quote, mark, release, contest, answer, trail; calibration.

Set `SOUNDING_SHOTS` to a folder to keep pictures of every page.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.pages import PHONE, WIDE, violations
from tests.e2e.test_operator_page import serving
from tests.fakes.reviewed import TAKEN, _assessed, mark_many
from tests.fakes.web import FakeWeb

pytestmark = pytest.mark.e2e

CARD = "list-versus-tuple"
REASON = "It says that a tuple can be a key, but not why: the hash is not explained."
CONTESTED = "I said that its hash never changes, which is the why."
ANSWERED = "You did say so. Level 2 stands."


@pytest.fixture
def web() -> FakeWeb:
    return _made(many=False)


def _made(*, many: bool) -> FakeWeb:
    async def make() -> FakeWeb:
        made = await _assessed()
        if many:
            await mark_many(made)
        return made

    with ThreadPoolExecutor(1) as elsewhere:  # the browser's driver has a loop in this thread
        return elsewhere.submit(lambda: asyncio.run(make())).result()


@pytest.fixture
def site(web: FakeWeb) -> Iterator[str]:
    with serving(web.app()) as url:
        yield url


def opened(context: BrowserContext, site: str, hiding: str = "none") -> tuple[Page, list[str]]:
    """A page, and what goes wrong on it; by default nothing is hidden while marking."""
    if hiding:
        context.add_cookies([{"name": "sounding_hiding", "value": hiding, "url": site}])
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    return page, problems


def shoot(page: Page, name: str) -> None:
    """Keep pictures of the whole page: wide, phone, day, night."""
    if not (folder := os.environ.get("SOUNDING_SHOTS")):
        return
    for size, where in ((WIDE, ""), (PHONE, "-phone")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.wait_for_timeout(200)  # colours fade over
            end = f"{where}{'-dark' if scheme == 'dark' else ''}"
            page.screenshot(path=f"{folder}/{name}{end}.png", full_page=True, caret="initial")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def no_faults(page: Page) -> None:
    """Axe finds nothing, wide or narrow, by day or night, and nothing sticks out of a phone."""
    for size, scheme in ((WIDE, "light"), (PHONE, "dark")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.wait_for_timeout(200)  # colours fade over
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def mark(page: Page, criterion: str, level: int, reason: str) -> None:
    place = page.locator(f"#c-{CARD}-{criterion}")
    place.locator(f"input[name=level][value='{level}']").check()
    place.locator("form.mark textarea[name=reason]").fill(reason)
    name = place.locator("form.mark input[name=who]")
    if not name.input_value():
        name.fill("Ada Lovelace")
    place.get_by_role("button", name="Keep this mark").click()


def review_all(page: Page) -> None:
    for question in (CARD, "merge-intervals", "race-condition"):
        card = page.locator(f"#card-{question}")
        card.get_by_role("button", name=re.compile("as reviewed|once more")).click()
        expect(card.locator("header .tag").first).not_to_have_text("not reviewed")


def test_from_the_queue_to_a_released_contested_and_answered_level(
    site: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page, problems = opened(context, site)
    page.goto(f"{site}/review")
    expect(page.locator("#queue li.card")).to_have_count(3)
    page.select_option("#reason", "parroted")
    expect(page.locator("#queue li.card")).to_have_count(1)
    page.select_option("#reason", "")
    expect(page.locator("#queue li.card")).to_have_count(3)
    page.select_option("#order", "spread")
    expect(page.locator("#queue .tag.accent").first).to_have_text("mark first")
    no_faults(page)
    shoot(page, "review-queue")

    page.get_by_role("link", name="difference between a list and a tuple").click()
    page.wait_for_url(f"**/review/{TAKEN}*")
    expect(page.locator(f"#c-{CARD}-idea .anchor")).to_have_count(5)
    page.locator(f"#c-{CARD}-idea a.play").first.click()
    expect(page.locator("#player")).to_be_visible()
    page.wait_for_function("() => document.querySelector('#player audio').currentTime > 0.1")
    page.locator("#player button").click()
    no_faults(page)
    shoot(page, "review-interview")

    mark(page, "idea", 1, "")
    expect(page.locator("#problems")).to_contain_text("Write why you change the level")
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator(f"#c-{CARD}-idea input[value='1']")).to_be_checked()
    assert problems == [f for f in problems if "422" in f], problems
    problems.clear()
    mark(page, "idea", 1, REASON)
    expect(page.locator(f"#c-{CARD}-idea .marks")).to_contain_text("Ada Lovelace")
    review_all(page)
    expect(page.locator(".outcome")).to_have_text("Every answer is reviewed.")
    page.locator("#release").get_by_role("button", name="Release to the candidate").click()
    expect(page.locator(".outcome")).to_contain_text("Released")
    shoot(page, "review-released")

    report = f"{site}/interviews/{TAKEN}/report"
    page.goto(report)
    expect(page.locator("#scorecards")).to_contain_text("changed this from level 2 to 1")
    expect(page.locator("#scorecards")).to_contain_text(REASON)
    expect(page.locator("#scorecards .tag.accent").first).to_have_text("released")
    contest = page.locator(f"#contest-{CARD}-idea")
    contest.locator("summary").click()
    contest.locator("textarea").fill(CONTESTED)
    shoot(page, "report-contest")
    contest.get_by_role("button", name="Contest").click()
    expect(page.locator("#scorecards")).to_contain_text("A person will answer here.")
    no_faults(page)

    page.goto(f"{site}/review?show=contested")
    page.locator("#queue h2 a").first.click()
    mark(page, "idea", 2, "The candidate is right.")
    expect(page.locator(f"#c-{CARD}-idea .marks li")).to_have_count(2)
    place = page.locator(f"#c-{CARD}-idea .note.review").first
    place.locator("textarea").fill(ANSWERED)
    shoot(page, "review-contested")
    place.get_by_role("button", name="Send the answer").click()
    expect(page.locator(f"#c-{CARD}-idea")).to_contain_text("Contest, answered")
    page.locator(f"#card-{CARD}").get_by_role("button", name="as reviewed").click()
    page.locator("#release").get_by_role("button", name="Release to the candidate").click()
    expect(page.locator(".outcome")).to_contain_text("Released")
    trail = page.locator("#trail tbody")
    for act in ("marked", "released", "contested the level", "answered the contest"):
        expect(trail).to_contain_text(act)
    expect(trail).not_to_contain_text(CONTESTED)
    shoot(page, "review-trail")

    page.goto(report)
    expect(page.locator("#scorecards")).to_contain_text(ANSWERED)
    expect(page.locator(f"#c-{CARD}-idea .scale [aria-current]")).to_have_text("2")
    no_faults(page)
    shoot(page, "report-released")
    assert problems == []
    context.close()


def test_a_mark_is_kept_and_released_without_javascript(site: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page, problems = opened(context, site)
    page.goto(f"{site}/review/{TAKEN}")
    mark(page, "mechanism", 1, "It names a cost.")
    expect(page.locator(f"#c-{CARD}-mechanism .marks")).to_contain_text("It names a cost.")
    review_all(page)
    page.locator("#release").get_by_role("button", name="Release to the candidate").click()
    expect(page.locator(".outcome")).to_contain_text("Released")
    page.goto(f"{site}/review")
    page.select_option("#show", "all")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#queue li.card")).not_to_have_count(0)
    assert problems == []
    context.close()


def test_a_blind_mark_is_given_without_the_machines_level_and_keeps_other_words(
    site: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page, problems = opened(context, site, hiding="")
    page.goto(f"{site}/review/{TAKEN}")
    card = page.locator(f"#card-{CARD}")
    expect(card).not_to_contain_text("The machine proposes")
    expect(card.locator("input[type=radio]:checked")).to_have_count(0)
    expect(page.locator("#card-merge-intervals")).not_to_contain_text("hidden until you have")
    no_faults(page)
    shoot(page, "review-blind")

    half = "It says that a list can change, and then"
    page.locator(f"#c-{CARD}-mechanism form.mark textarea").fill(half)
    page.locator(f"#c-{CARD}-use input[value='1']").check()
    mark(page, "idea", 2, "It says what both are.")
    idea = page.locator(f"#c-{CARD}-idea")
    expect(idea).to_contain_text("The machine proposes level 2 of 3")
    expect(idea.locator(".marks")).to_contain_text("without seeing the machine's")
    expect(page.locator(f"#c-{CARD}-mechanism form.mark textarea")).to_have_value(half)
    expect(page.locator(f"#c-{CARD}-use input[value='1']")).to_be_checked()
    expect(page.locator(f"#c-{CARD}-idea form.mark textarea")).to_have_value("")

    card.get_by_role("button", name="as reviewed").click()
    expect(page.locator("#problems")).to_contain_text("Mark every criterion first")
    expect(page.locator(f"#c-{CARD}-mechanism form.mark textarea")).to_have_value(half)
    assert [f for f in problems if "409" not in f] == []
    page.select_option("#hide", "all")
    page.get_by_role("button", name="Set", exact=True).click()
    page.wait_for_load_state()
    expect(page.locator("#card-merge-intervals")).not_to_contain_text("The machine proposes")
    page.goto(f"{site}/review")
    expect(page.locator("#queue .proposals").first).to_contain_text("hidden")
    no_faults(page)
    shoot(page, "review-queue-blind")
    context.close()


def test_two_people_at_once_see_what_the_other_did(site: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    first, _ = opened(context, site)
    second, _ = opened(context, site)
    for page in (first, second):
        page.goto(f"{site}/review/{TAKEN}")
    mark(first, "idea", 0, "Nothing of it is right.")
    expect(first.locator(f"#c-{CARD}-idea .marks")).to_contain_text("set level 0")
    mark(second, "idea", 1, "Half of it is right.")
    expect(second.locator("#problems")).to_contain_text("Somebody else marked it")
    place = second.locator(f"#c-{CARD}-idea")
    expect(place).to_contain_text("Meanwhile this changed")
    expect(place.locator("form.mark textarea")).to_have_value("Half of it is right.")
    shoot(second, "review-conflict")
    place.get_by_role("button", name="Keep this mark").click()
    expect(place.locator(".marks li")).to_have_count(2)
    context.close()


def test_the_calibration_page_is_honest_with_few_marks_and_full_with_many(
    site: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page, problems = opened(context, site)
    page.goto(f"{site}/calibration")
    no_faults(page)
    expect(page.locator(".outcome")).to_have_text("No answer has been marked by a person yet.")
    shoot(page, "calibration-empty")
    with serving(_made(many=True).app()) as url:
        page.goto(f"{url}/calibration")
        expect(page.locator(".outcome")).to_contain_text("of 60 proposed levels")
        expect(page.locator("svg.plot .dot")).to_have_count(3)
        expect(page.locator("svg.plot .taught")).to_have_count(1)
        page.locator("#reliability summary").click()
        no_faults(page)
        shoot(page, "calibration")
        page.goto(f"{url}/interviews/{TAKEN}/report")
        page.locator("#groups summary").click()
        page.select_option("#group-gender", "woman")
        page.check("#groups-agree")
        shoot(page, "report-groups")
        page.get_by_role("button", name="Tell").click()
        expect(page.locator("#groups")).to_contain_text("You told: woman.")
    assert problems == []
    context.close()
