"""Write code by keyboard, run it, talk about it, change it, and read how it came to be.

Set `SOUNDING_SHOTS` to a folder to keep pictures of the desk and of the report.
"""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.pages import (
    PHONE,
    WIDE,
    asked,
    next_question,
    shoot,
    state,
    type_answer,
    violations,
)
from tests.room import prepare
from tests.served import Served

pytestmark = pytest.mark.e2e

FIRST_TRY = (
    "def two_sum(numbers, target):\n"
    "for number in numbers:\n"
    "if target - number in numbers:\n"
    "return [numbers.index(number), numbers.index(target - number)]\n"
)
BETTER = (
    "def two_sum(numbers, target):\n"
    "seen = {number: place for place, number in enumerate(numbers)}\n"
    "for place, number in enumerate(numbers):\n"
    "if seen.get(target - number, place) != place:\n"
    "return [place, seen[target - number]]\n"
)
ANSWER = (
    "For each number I look whether the rest to the target is in the list, and return both"
    " positions. It is quadratic, because the search in the list is linear each time."
)
SECOND = (
    "Now I keep a dictionary of what I have seen, so each lookup is constant and all of it is"
    " linear. For an empty list the loop does not run and it returns None."
)


@pytest.fixture
def desk(server: Served, chromium: Browser) -> Iterator[Page]:
    """The room of a coding interview, entered, with the first task on the desk."""
    interview = prepare(server.url, track="coding")
    size = {"width": 1280, "height": 900}
    context = chromium.new_context(viewport=size)  # type: ignore[arg-type]  # a plain dict
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.goto(f"{server.url}/interviews/{interview}/room")
    page.locator("#start").press("Enter")
    state(page, "listening")
    expect(page.locator("#task")).to_have_attribute("data-question", "two-sum")
    expect(page.locator(".cm-content")).to_contain_text("def two_sum")
    yield page
    context.close()
    allowed = ("422",)  # a file that was refused
    assert [p for p in problems if not any(part in p for part in allowed)] == []


def write(page: Page, code: str) -> None:
    """Replace what is in the editor, key by key; it indents by itself after a colon."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    lines = code.rstrip("\n").split("\n")
    for line in lines[:-1]:
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    page.keyboard.type(lines[-1])


def reach(page: Page, selector: str) -> None:
    """Go there with the Tab key alone."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def faultless(page: Page) -> None:
    """Nothing that axe finds, and nothing that sticks out of a phone."""
    for (width, height), scheme in ((WIDE, "light"), (PHONE, "dark")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if page.locator("[data-pane=code]").is_visible():
            page.click("[data-pane=code]")
        assert violations(page) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def test_code_is_written_run_talked_about_and_changed_with_the_keyboard(desk: Page) -> None:
    write(desk, FIRST_TRY)
    desk.keyboard.press("Escape")
    reach(desk, "#run-tests")
    desk.keyboard.press("Enter")
    results = desk.locator("#desk-results")
    expect(results.locator(".sum")).to_contain_text("5 of 8 tests pass", timeout=60_000)
    expect(results.locator("li.failed").first).to_contain_text("[0, 0]")
    assert "two_sum([5, 1], 10)" not in results.inner_text(), "hidden values stay hidden"
    faultless(desk)
    shoot(desk, "code-room")

    first = asked(desk)
    type_answer(desk, ANSWER)
    second = next_question(desk, first)
    state(desk, "listening")
    line = desk.locator(".cm-cited")
    expect(line).to_have_count(1)
    assert line.inner_text().strip() in [written.strip() for written in FIRST_TRY.split("\n")]
    shoot(desk, "code-room-follow-up")

    write(desk, BETTER)
    desk.keyboard.press("Escape")
    reach(desk, "#run-tests")
    desk.keyboard.press("Enter")
    expect(results.locator(".sum")).to_contain_text("8 of 8 tests pass", timeout=60_000)
    type_answer(desk, SECOND)
    next_question(desk, second)

    address = desk.url.replace("/room", "/report")
    desk.locator("#end").click()
    desk.locator("#end-dialog button[value=end]").click()
    desk.wait_for_url("**/report", timeout=60_000)
    desk.goto(address)
    story = desk.locator("#code")
    expect(story).to_contain_text("The last run of the tests passed 8 of 8.")
    expect(story).to_contain_text("it grows about as the size")
    expect(story.locator("ol.code-lines").first).to_contain_text("seen = {number")
    story.get_by_text("How it came to be").click()
    expect(story).to_contain_text("tests run: 5 of 8 passed")
    slider = story.get_by_role("slider", name="Time of the interview")
    shown = story.get_by_label("The code at this time")
    slider.press("End")
    expect(shown).to_contain_text("seen = {number")
    desk.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert desk.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    if folder := os.environ.get("SOUNDING_SHOTS"):
        shoot(desk, "code-report")
        desk.locator("#code").screenshot(path=f"{folder}/code-report-part.png")


def test_code_survives_a_reload_and_is_shown_to_nobody_else(desk: Page) -> None:
    write(desk, "def two_sum(numbers, target):\nreturn 42")
    with desk.expect_response(
        lambda r: r.url.endswith("/code/versions") and "return 42" in (r.request.post_data or ""),
        timeout=60_000,
    ):
        pass
    desk.reload()
    desk.locator("#start").press("Enter")
    state(desk, "listening")
    expect(desk.locator(".cm-content")).to_contain_text("return 42")


def test_other_languages_files_pastes_and_hints(desk: Page) -> None:
    desk.select_option("#code-language", "javascript")
    expect(desk.locator(".cm-content")).to_contain_text("function two_sum")
    if shutil.which("node"):
        write(desk, "function two_sum(numbers, target) {\nreturn [0, 1];")
        desk.click("#run-tests")
        results = desk.locator("#desk-results")
        expect(results).to_contain_text("2 of 8 tests pass", timeout=60_000)
        desk.click("#code-reset")
    else:
        expect(desk.locator("#desk-state")).to_contain_text("Not run here: Node.js is not")
        expect(desk.locator("#run-tests")).to_be_disabled()
    desk.select_option("#code-language", "python")
    expect(desk.locator("#run-tests")).to_be_enabled()

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("src/one.py", "ONE = 1\n")
        archive.writestr("src/two.py", "print('two')\n")
    desk.set_input_files(
        "#code-file",
        {"name": "code.zip", "mimeType": "application/zip", "buffer": packed.getvalue()},
    )
    desk.get_by_role("button", name="src/two.py").click()
    expect(desk.locator(".cm-content")).to_contain_text("print('two')")
    desk.click("#run-program")
    expect(desk.locator("#desk-results pre")).to_contain_text("two", timeout=60_000)
    desk.set_input_files(
        "#code-file", {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    expect(desk.locator("#desk-state")).to_contain_text("This was not taken")

    desk.click("#next-hint")
    expect(desk.locator(".hints li")).to_have_count(1)
    desk.locator(".cm-content").focus()
    desk.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "x = 1  # a pasted line of some length");
          document.querySelector(".cm-content").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    log = desk.locator("#desk-log")
    expect(log).to_contain_text("pasted, 37 characters")
    expect(log).to_contain_text("took a hint")
    expect(log).to_contain_text("opened a file code.zip")
