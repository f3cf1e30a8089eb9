"""Authoring in a real browser: a rubric and a question from a blank page to a second version.

Set `SOUNDING_SHOTS` to a folder to keep pictures of every page.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.pages import WIDE
from tests.e2e.test_operator_page import serving
from tests.e2e.test_review import no_faults, shoot
from tests.fakes.web import FakeWeb

pytestmark = pytest.mark.e2e

LEVELS = (
    "Says nothing about how it is done.",
    "Names one step of the work.",
    "Names the steps of the work in their order.",
    "Names the steps in their order and says why each is needed.",
)
POINTS = (
    "A sieve holds back what is larger than its holes.",
    "Water carries the fine clay through the holes.",
)
PROBE = "Does the water carry the fine clay through?"
MOODLE = Path(__file__).parents[1] / "exchange" / "corners" / "course.xml"
ANSWER = "The water carries fine clay through the holes, and the sieve holds back larger stones."


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's driver has a loop in this thread
        web = elsewhere.submit(lambda: asyncio.run(FakeWeb().fill())).result()
    with serving(web.app()) as url:
        yield url


def start(page: Page, site: str, kind: str, title: str, name: str | None = "Ada Lovelace") -> None:
    """A draft from a title; who is signed in is asked for no name."""
    page.goto(f"{site}/author?kind={kind}")
    page.get_by_text("Write a new one").click()
    page.get_by_label("Title, or the question itself").fill(title)
    page.locator("select#kind").select_option(kind)
    if name is not None:
        page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Start a draft").click()
    expect(page.locator("#editor")).to_be_visible()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")


def write_rubric(page: Page) -> None:
    for row, title in enumerate(("Steps", "Reasons")):
        page.locator(f"[name='criteria.{row}.title']").fill(title)
        for step, anchor in enumerate(LEVELS):
            told = f"{anchor[:-1]}, for {title.lower()}."
            page.locator(f"[name='criteria.{row}.levels.{step}.anchor']").fill(told)


def write_question(page: Page) -> None:
    page.locator("[name=topic]").fill("Pottery")
    page.locator("[name=rubric]").select_option("explaining-work")
    page.locator("[name=reference]").fill(" ".join(POINTS))
    save(page)
    for row, text in enumerate(POINTS):
        page.locator(f"[name='points.{row}.text']").fill(text)
        page.locator(f"[name='points.{row}.criterion']").select_option(["steps", "reasons"][row])
    page.locator("[name='probes.0.ask']").fill(PROBE)


def test_an_author_writes_tries_and_publishes_a_rubric_and_a_question(
    site: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)

    page.goto(f"{site}/author")
    expect(page.locator("#list li")).to_have_count(25)
    no_faults(page)
    shoot(page, "author-library")

    start(page, site, "rubric", "Explaining work")
    write_rubric(page)
    vague = page.locator("[name='criteria.1.levels.3.anchor']")
    vague.fill("Gives good reasons for each step.")
    expect(page.locator("#findings")).to_contain_text("'good' is read differently")
    no_faults(page)
    shoot(page, "author-rubric")
    vague.fill("Says for each step what would go wrong without it.")
    expect(page.locator("#findings")).to_contain_text("Nothing to mend was found.")
    save(page)
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_role("status")).to_contain_text("Published.")

    start(page, site, "question", "How would you clean clay before you use it?")
    write_question(page)
    expect(page.locator("#findings")).to_contain_text("Expected no answer to point")
    save(page)
    page.locator("#answer").fill(ANSWER)
    page.get_by_role("button", name="Grade it").click()
    expect(page.locator("#tried")).to_contain_text(re.compile(r"Steps:\s+level \d of 3"))
    expect(page.locator("#tried")).to_contain_text("The water carries fine clay")
    no_faults(page)
    shoot(page, "author-question")
    page.get_by_role("button", name="Publish it").click()
    assert page.locator("#reason").evaluate("field => field.validity.valueMissing")
    page.locator("#reason").fill("It says no more than the question does.")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_role("status")).to_contain_text("Published.")
    expect(page.locator("table")).to_contain_text("It says no more than the question does.")

    page.get_by_role("button", name="Edit as a new version").click()
    page.locator("[name='probes.0.ask']").fill("What becomes of the small grains?")
    expect(page.locator("#preview")).to_contain_text("What becomes of the small grains?")
    save(page)
    page.get_by_role("button", name="Publish it").click()
    expect(page.locator("table tbody tr")).to_have_count(2)
    no_faults(page)
    shoot(page, "author-versions")
    page.get_by_role("link", name="What differs").click()
    expect(page.locator("#differences .diff")).to_have_count(1)
    expect(page.locator("#differences ins").first).to_be_visible()
    no_faults(page)
    shoot(page, "author-diff")
    assert problems == []
    context.close()


def test_what_is_typed_before_the_scripts_are_there_shows_in_the_preview(
    site: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = context.new_page()
    start(page, site, "rubric", "Explaining work")
    held: list[Route] = []
    page.route("**/htmx.min.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    page.locator("[name='criteria.0.title']").fill("Steps in order")
    assert "Steps in order" not in page.locator("#preview").inner_text()
    while not held:
        page.wait_for_timeout(20)
    held.pop().continue_()
    expect(page.locator("#preview")).to_contain_text("Steps in order")
    context.close()


def test_the_second_of_two_authors_is_shown_both_texts_and_loses_nothing(
    site: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    first, second = context.new_page(), context.new_page()
    start(first, site, "rubric", "Explaining work")
    second.goto(first.url)
    title = "[name='criteria.0.title']"
    first.locator(title).fill("Steps in order")
    save(first)
    second.locator(title).fill("Named steps")
    second.get_by_role("button", name="Save the draft").click()
    conflict = second.locator("#conflict")
    expect(conflict).to_contain_text("Ada Lovelace saved this draft while you wrote")
    expect(conflict.locator(".diff del").first).to_contain_text("Steps")
    expect(second.locator(title)).to_have_value("Named steps")
    no_faults(second)
    shoot(second, "author-conflict")
    save(second)
    second.locator(".eyebrow a").first.click()
    expect(second.locator("ol[reversed] li")).to_have_count(3)
    context.close()


def test_a_file_of_another_tool_and_a_text_become_drafts(site: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = context.new_page()
    page.goto(f"{site}/author/import")
    no_faults(page)
    shoot(page, "author-import")
    page.set_input_files("#file", MOODLE)
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_role("button", name="Read the file").click()
    expect(page.locator("h1")).to_contain_text("3 drafts can be made")
    expect(page.locator("main")).to_contain_text("word limits")
    no_faults(page)
    shoot(page, "author-imported")
    page.get_by_role("button", name="Make 3 drafts").click()
    expect(page.locator("#list li")).to_have_count(3)
    page.goto(f"{site}/author/export?format=gift")
    expect(page.locator("main")).to_contain_text("points")
    no_faults(page)
    shoot(page, "author-export")
    page.goto(f"{site}/author/from-text")
    no_faults(page)
    shoot(page, "author-from-text")
    context.close()
