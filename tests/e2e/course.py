"""People of a course in a browser: how they come in by links, and where they begin.

The server has accounts on and no language model: the bank asks, code and the offline scorer grade.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from app.adapters.store.store import PostgresStore
from app.bench.coach_learner import keep
from app.cli.main import app
from tests.e2e.pages import WIDE
from tests.e2e.test_review import no_faults, opened, shoot
from tests.fakes.coached import people, sixth
from tests.voice import spoken

HOOK = (Path(__file__).parent / "microphone.js").read_text()
PASSWORD = "a few words of mine"
NO_MODELS = {f"SOUNDING_{role}_MODEL": "none" for role in ("INTERVIEWER", "GRADER", "COACH")}
Made = TypeVar("Made")


@dataclass
class Guest:
    """Somebody's browser, and what went wrong on its pages."""

    page: Page
    problems: list[str]

    @property
    def faults(self) -> list[str]:
        """Without the forms that were refused on purpose."""
        return [found for found in self.problems if "422" not in found]


def elsewhere(work: Callable[[], Made]) -> Made:
    """Run it in another thread: the browser's driver has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def first_admin(database: str, name: str, email: str) -> str:
    """What `sounding admin create` prints: the path of the first link."""
    env = {"SOUNDING_DATABASE_URL": database}
    words = ["admin", "create", "--name", name, "--email", email]
    done = elsewhere(lambda: CliRunner(env=env).invoke(app, words))
    assert done.exit_code == 0, done.output
    found = re.search(r"/welcome/\S+", done.stdout)
    assert found is not None, done.stdout
    return found[0]


def enter(chromium: Browser, url: str, link: str, *, looked_at: str = "") -> Guest:
    """Open a link of one's own in a new browser, and set a password."""
    size = {"width": WIDE[0], "height": WIDE[1]}
    context = chromium.new_context(viewport=size, base_url=url)  # type: ignore[arg-type]
    context.add_init_script(HOOK)
    guest = Guest(*opened(context, url))
    guest.page.goto(link)
    if looked_at:
        look(guest.page, looked_at)
    guest.page.fill("#password", PASSWORD)
    guest.page.get_by_role("button", name="Set it and come in").click()
    guest.page.wait_for_url(f"{url}/")
    return guest


def invite(admin: Page, name: str, email: str, role: str) -> str:
    """A link for somebody, as the people page shows it once."""
    admin.goto("/people")
    admin.fill("#name", name)
    admin.fill("#email", email)
    admin.select_option("#role", role)
    admin.get_by_role("button", name="Make a link").click()
    return admin.locator("[role=status] code").inner_text()


def look(page: Page, name: str) -> None:
    """Nothing is wrong for axe or on a phone, and a picture is kept where pictures are."""
    no_faults(page)
    shoot(page, name)


def say(page: Page, text: str) -> None:
    """Speak this into the page's microphone, to its end."""
    sent = base64.b64encode(spoken(text).astype("<i2").tobytes()).decode()
    span = page.evaluate("(clip) => lab.say(clip)", sent)
    page.wait_for_timeout(span["ends"] - span["began"])


def plays(page: Page) -> None:
    """Wait until the page's player has moved on."""
    page.wait_for_function("() => document.querySelector('#player audio').currentTime > 0.1")


def seed_sessions(database: str, email: str) -> int:
    """Give somebody six practices over the last weeks; how many."""
    return elsewhere(lambda: asyncio.run(_seeded(database, email)))


async def _seeded(database: str, email: str) -> int:
    now = datetime.now(UTC)
    done = [each for each in (*people(now), sixth(now)) if each.turns]
    store = PostgresStore(database)
    try:
        async with store.begin() as work:
            person = await work.accounts.people.by_email(email)
            assert person is not None
            for each in done:
                owned = replace(each.interview, owner_id=person.id)
                await keep(work, replace(each, interview=owned))
    finally:
        await store.close()
    return len(done)
