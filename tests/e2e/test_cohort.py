"""An assignment in a browser: made, opened by its link, answered, reviewed, released, contested.

Set `SOUNDING_SHOTS` to a folder to keep pictures of every page.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.pages import WIDE, state, type_answer
from tests.e2e.test_interview import skip_to_the_end
from tests.e2e.test_operator_page import serving
from tests.e2e.test_review import no_faults, opened, shoot
from tests.fakes.cohort import ASSIGNMENT, with_cohort
from tests.served import Served

pytestmark = pytest.mark.e2e

TITLE = "Lists, week 3"
SAID = "A tuple can't be changed, so it can be the key of a dictionary; a list can grow."
WHY = "I did say why: the key must never change."


def new_context(chromium: Browser) -> BrowserContext:
    return chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})


def make_assignment(page: Page, url: str) -> str:
    """Two questions as an assessment; the link of one person."""
    page.goto(f"{url}/assignments/new")
    no_faults(page)
    shoot(page, "assignment-new")
    page.fill("#title", TITLE)
    page.check("input[name=purpose][value=assessment]")
    bank = page.locator("details.bank").filter(has_text="Python and software engineering").first
    bank.locator("summary").click()
    bank.locator("input[name=questions][value=list-versus-tuple]").check()
    page.click("button:has-text('Look at it first')")
    expect(page.locator("#problems")).to_contain_text("Say whom people can write to")
    page.fill("#contact", "ada@school.example")
    page.click("button:has-text('Look at it first')")
    expect(page.locator(".outcome")).to_have_text("This is an assessment.")
    no_faults(page)
    shoot(page, "assignment-check")
    page.click("button:has-text('Make this assessment')")
    page.fill("#names", "Grace Hopper; class 2b")
    page.click("button:has-text('Make links')")
    no_faults(page)
    shoot(page, "assignment")
    return page.locator("#links input").input_value()


def sit(page: Page, link: str) -> None:
    """Open the link, answer one question by typing, skip the rest."""
    page.goto(link)
    expect(page.locator("main")).to_contain_text("For Grace Hopper")
    no_faults(page)
    shoot(page, "join")
    page.click("button:has-text('Begin')")
    page.check("input[name=way][value=text]")
    page.click("button:has-text('Begin the interview')")
    page.click("#start")
    state(page, "listening")
    before = page.locator("#question").inner_text()
    type_answer(page, SAID)
    page.wait_for_function(
        "before => location.pathname.endsWith('/report')"
        " || document.querySelector('#question').innerText !== before",
        arg=before,
        timeout=60_000,
    )
    skip_to_the_end(page)
    page.wait_for_url("**/report", timeout=60_000)
    page.wait_for_function("() => !document.body.innerText.includes('Grading')", timeout=180_000)


def test_from_an_assignment_to_a_released_and_contested_report(
    server: Served, chromium: Browser
) -> None:
    mine, theirs = new_context(chromium), new_context(chromium)
    educator, problems = opened(mine, server.url)
    link = make_assignment(educator, server.url)
    candidate = theirs.new_page()
    sit(candidate, link)

    educator.goto(f"{server.url}/assignments")
    educator.get_by_role("link", name=f"Cohort of {TITLE}").first.click()
    expect(educator.locator("#table")).to_contain_text("Grace Hopper")
    expect(educator.locator("#table")).to_contain_text("for review")
    expect(educator.locator("#release")).to_contain_text("1 answer waits for a review")
    cohort = educator.url
    educator.get_by_role("link", name="Grace Hopper").click()
    card = educator.locator("[id^=card-]").first
    name = card.locator("input[name=who]").last
    if not name.input_value():
        name.fill("Ada Lovelace")
    card.get_by_role("button", name=re.compile("as reviewed")).click()
    expect(card.locator("header .tag").first).to_have_text("reviewed")
    educator.goto(cohort)
    educator.locator("#release input[name=who]").fill("Ada Lovelace")
    educator.click("button:has-text('Release what is reviewed')")
    expect(educator.locator("#release .note")).to_contain_text("1 report released")
    expect(educator.locator("#table")).to_contain_text("released")
    no_faults(educator)
    shoot(educator, "cohort-one")

    candidate.goto(link)
    expect(candidate.locator("main")).to_contain_text("You have used your one attempt.")
    no_faults(candidate)
    shoot(candidate, "join-used")
    candidate.get_by_role("link", name=re.compile("Attempt 1")).click()
    expect(candidate.locator("#scorecards .tag.accent").first).to_have_text("released")
    contest = candidate.locator("[id^=contest-]").first
    contest.locator("summary").click()
    contest.locator("textarea").fill(WHY)
    contest.get_by_role("button", name="Contest").click()
    expect(candidate.locator("#scorecards")).to_contain_text("A person will answer here.")

    educator.goto(cohort)
    expect(educator.locator("#table")).to_contain_text("contested")
    assert [found for found in problems if "422" not in found] == []
    mine.close()
    theirs.close()


def test_a_cohort_of_many_is_readable_everywhere(chromium: Browser) -> None:
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's driver has a loop in this thread
        web = elsewhere.submit(with_cohort, 24).result()
    context = new_context(chromium)
    with serving(web.app()) as url:
        page, problems = opened(context, url)
        page.goto(f"{url}/assignments/{ASSIGNMENT.id}/cohort")
        expect(page.locator(".outcome")).to_contain_text("people need help.")
        expect(page.locator(".multiples svg")).to_have_count(3)
        expect(page.locator("#questions tbody tr")).to_have_count(4)
        no_faults(page)
        page.locator("#criteria summary").click()
        shoot(page, "cohort")
    assert problems == []
    context.close()
