"""A talk with a stakeholder aloud: a question is spoken, written down, asked, and answered aloud.

Set `SOUNDING_SHOTS` to a folder to keep pictures of every page.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.course import HOOK, look, plays, say
from tests.e2e.pages import WIDE
from tests.e2e.test_review import opened
from tests.served import Served

pytestmark = pytest.mark.e2e


def test_a_question_is_spoken_heard_asked_and_answered_aloud(
    server: Served, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    context.add_init_script(HOOK)
    page, problems = opened(context, server.url)
    page.goto(f"{server.url}/stakeholders")
    look(page, "stakeholders")
    page.get_by_role("link", name="Talk with Tomasz Zielinski").click()
    page.goto(f"{page.url}?raw=1")
    page.click("#speak")
    expect(page.locator("#heard")).to_contain_text("Listening.")
    page.wait_for_timeout(1000)
    say(page, "How many lunches do you cook?")
    page.click("#speak")
    once = re.compile(r"^(?!.*lunch.*lunch).*lunch", re.IGNORECASE)
    expect(page.locator("#ask")).to_have_value(once, timeout=30_000)
    look(page, "stakeholder-heard")
    page.check("#voice")
    page.get_by_role("button", name="Ask", exact=True).click()
    answer = page.locator(".talk li").last
    expect(answer).to_contain_text("four hundred and twenty plates")
    plays(page)
    page.locator("#player button").click()

    expect(page.locator("#voice")).to_be_checked()
    page.fill("#ask", "What do you mean by easy?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".talk li").last).to_contain_text("a child of six")
    look(page, "stakeholder-talk")
    page.get_by_role("button", name="End and see how you asked").click()
    expect(page.locator("#levels")).to_contain_text("Unclear words made clear: level 1 of 3")
    expect(page.locator("#levels")).to_contain_text("Ninety children eat for free")
    look(page, "stakeholder-levels")
    assert problems == []
    context.close()


def test_a_page_without_a_microphone_is_typed(server: Served, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/stakeholders/harbour-berths")
    expect(page.locator("#aloud")).to_be_hidden()
    page.fill("#ask", "How many berths are there?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".talk li").last).to_contain_text("a hundred and sixty berths")
    context.close()
