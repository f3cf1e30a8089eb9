"""The operator's page in a real browser: wide and on a phone, with and without JavaScript.

Set `SOUNDING_SHOTS` to a folder to keep pictures of it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.domain.load import Load
from tests.fakes.operated import LOAD, TOKEN, BusyHall, measure_turns, operated
from tests.fakes.web import FakeWeb, filled

pytestmark = pytest.mark.e2e


@dataclass
class Site:
    """The web app over fakes, served on a port of its own."""

    url: str
    hall: BusyHall


@pytest.fixture(scope="module")
def web() -> FakeWeb:
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's driver has a loop in this thread
        return elsewhere.submit(_measured).result()


def _measured() -> FakeWeb:
    web = filled()
    asyncio.run(measure_turns(web))
    return web


@pytest.fixture
def site(web: FakeWeb) -> Iterator[Site]:
    hall = BusyHall(LOAD)
    with serving(operated(web, hall=hall)) as url:
        yield Site(url, hall)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def opened(context: BrowserContext) -> tuple[Page, list[str]]:
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    return page, problems


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the whole page."""
    if folder := os.environ.get("SOUNDING_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_fits_wide_and_on_a_phone_by_day_and_by_night(
    chromium: Browser, site: Site, width: int, scheme: str
):
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page, problems = opened(context)
    page.goto(f"{site.url}/operator?span=day")
    expect(page.locator("#now")).to_be_visible()
    page.locator("#interviews summary").first.click()
    page.locator("#steps summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shoot(page, f"operator-{width}-{scheme}")
    assert problems == []
    context.close()


def test_it_changes_by_itself_and_keeps_what_was_opened(chromium: Browser, site: Site):
    context = chromium.new_context()
    page, problems = opened(context)
    page.goto(f"{site.url}/operator?span=day")
    page.locator("#interviews summary").first.click()
    expect(page.locator("#now")).to_contain_text("3 of 4")
    site.hall.change(Load(4, (), LOAD.lanes))
    expect(page.locator("#now")).to_contain_text("Nobody is in an interview")
    expect(page.locator("#now")).to_contain_text("0 of 4")
    assert page.locator("#now").count() == 1
    assert page.locator("#interviews details[open]").count() == 1
    assert problems == []
    context.close()


def test_everything_is_there_without_javascript(chromium: Browser, site: Site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/operator")
    expect(page.locator("h2", has_text="Turns of the last hour")).to_be_visible()
    page.get_by_role("link", name="Last day").click()
    expect(page.locator("h2", has_text="Turns of the last day")).to_be_visible()
    page.get_by_role("link", name="Stop refreshing").click()
    expect(page.get_by_role("link", name="Refresh by itself")).to_be_visible()
    page.locator("#interviews summary").first.click()
    expect(page.locator("#interviews table").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_who_may_not_see_it_is_told_what_to_do(chromium: Browser, web: FakeWeb, width: int):
    with serving(operated(web, operator_token=TOKEN)) as url:
        context = chromium.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(f"{url}/operator")
        page.fill("#token", "another secret than that")
        page.get_by_role("button", name="Enter").click()
        expect(page.locator("#token-error")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shoot(page, f"operator-closed-{width}")
        page.fill("#token", TOKEN)
        page.get_by_role("button", name="Enter").click()
        expect(page.locator("h1")).to_have_text("Operator")
        context.close()
    with serving(operated(web, base_url="https://talks.example")) as url:
        page = chromium.new_page(viewport={"width": width, "height": 800})
        page.goto(f"{url}/operator")
        expect(page.locator("main")).to_contain_text("SOUNDING_OPERATOR_TOKEN")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shoot(page, f"operator-no-token-{width}")
        page.close()
