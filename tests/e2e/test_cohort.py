"""The cohort of an assignment in a browser, and what its educator sets for people.

How an assignment is made, answered, reviewed, released and contested: `test_course_story`.
Set `SOUNDING_SHOTS` to a folder to keep pictures of every page.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.pages import WIDE
from tests.e2e.test_operator_page import serving
from tests.e2e.test_review import no_faults, opened, shoot
from tests.fakes.cohort import ASSIGNMENT, with_cohort

pytestmark = pytest.mark.e2e


def new_context(chromium: Browser) -> BrowserContext:
    return chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})


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
        page.goto(f"{url}/assignments")
        no_faults(page)
        shoot(page, "assignments-one")
        page.goto(f"{url}/assignments/{ASSIGNMENT.id}")
        no_faults(page)
        shoot(page, "assignment-many")
        page.get_by_role("link", name="What helps Person 03").click()
        no_faults(page)
        shoot(page, "assignment-help")
    assert problems == []
    context.close()
