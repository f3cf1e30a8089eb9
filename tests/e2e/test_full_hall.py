"""Before a full hall: the page says so, counts down, and comes in by itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.scripted_live import ScriptedLive
from tests.room import prepare
from tests.served import Served

pytestmark = pytest.mark.e2e

FULL = "All places are taken just now. One person is before you. Nothing is lost."


def test_the_page_counts_down_and_comes_in_by_itself(server: Served, chromium: Browser):
    page = chromium.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    live = ScriptedLive(page)
    page.goto(f"{server.url}/interviews/{prepare(server.url, 'audio')}/room?raw=1")
    page.click("#start")
    live.connected(1)
    live.tell("error", code="busy", text=FULL, fatal=True, ahead=1, retry_s=6.0)
    live.drop(1013)
    expect(page.locator("#state")).to_have_text("Please wait")
    expect(page.locator("#hint")).to_have_text(FULL)
    expect(page.locator("#again")).to_have_text(re.compile("^Trying again in [3-6] s$"))
    expect(page.locator("#again")).to_have_text(re.compile("^Trying again in [12] s$"))
    expect(page.locator("#again")).to_have_attribute("aria-hidden", "true")
    live.connected(2)
    live.welcome()
    live.state("speaking")
    expect(page.locator("#again")).to_have_count(0)
    assert problems == []
    page.close()
