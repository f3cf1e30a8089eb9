"""From the first page to the report in a real browser, with a fake microphone and camera.

Set `SOUNDING_SHOTS` to a folder to keep pictures of every page.
"""

from __future__ import annotations

import os
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from app.ports.speech import SAMPLE_RATE
from tests.e2e.pages import asked, launch, next_question, shoot, state, ticked, type_answer
from tests.needs import need_data, need_model
from tests.postgres import NewStore
from tests.served import Served, served
from tests.voice import spoken

pytestmark = pytest.mark.e2e

SPOKEN = (
    "Lists are mutable, so you can append to them and change items. Tuples are immutable. "
    "I would use a list when the data is going to change, and a tuple when it stays the same."
)
WAITS_SECONDS = 9.0  # the greeting is cut short as soon as it begins


@pytest.fixture
def whole_server(store_with_bank: NewStore) -> Iterator[Served]:
    """As it is installed: with the local language model."""
    for name in ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm", "local-llm"):
        need_model(name)
    with store_with_bank() as url, served(SOUNDING_DATABASE_URL=url) as running:
        yield running


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording that waits for the first question and then answers it."""
    answer = spoken(SPOKEN)
    quiet = np.zeros(round(WAITS_SECONDS * SAMPLE_RATE))
    after = np.zeros(240 * SAMPLE_RATE)
    path = tmp_path_factory.mktemp("sound") / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.concatenate([quiet, answer, after]).astype("<i2").tobytes())
    return path


def skip_to_the_end(page: Page) -> None:
    """Skip question after question until the report opens."""
    for _ in range(10):
        done = page.locator("#room[data-state=listening], #report").first
        done.wait_for(state="attached", timeout=60_000)
        if "/report" in page.url:
            return
        before = asked(page)
        page.locator("button", has_text="Skip").click()
        page.wait_for_function(
            "before => location.pathname.endsWith('/report')"
            " || document.querySelector('#question')?.innerText !== before",
            arg=before,
            timeout=60_000,
        )


def test_a_person_speaks_types_skips_and_reads_the_report(
    whole_server: Served, playwright: Playwright, microphone: Path
):
    camera = need_data("affect/fake_face.mjpeg")
    chromium = launch(
        playwright,
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
        f"--use-file-for-fake-video-capture={camera}",
    )
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, permissions=["microphone", "camera"]
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)

    page.goto(whole_server.url)
    expect(page.locator("h1")).to_be_visible()
    shoot(page, "start")
    for name, path in (("prepare", "/prepare"), ("another-way", "/another-way")):
        page.goto(f"{whole_server.url}{path}")
        shoot(page, name)
    page.goto(whole_server.url)
    page.locator("button", has_text="Practise now").click()
    ticked(page, "modality", "audio")
    ticked(page, "modality", "recording")
    ticked(page, "modality", "delivery")
    ticked(page, "modality", "video")
    shoot(page, "before")
    page.locator("button", has_text="Begin the interview").click()
    page.goto(f"{page.url}?raw=1")
    page.click("#start")

    state(page, "speaking")
    shoot(page, "room-speaking")
    first = asked(page)
    page.click("[data-command=done]")
    state(page, "hearing")  # on a slow machine they speak before the floor is theirs
    expect(page.locator("#heard")).to_contain_text("append", timeout=30_000)
    shoot(page, "room")
    second = next_question(page, first)
    state(page, "listening")
    shoot(page, "room-follow-up")
    expect(page.locator("#tag")).to_be_visible()

    type_answer(page, "A tuple can be the key of a dictionary, because its hash never changes.")
    next_question(page, second)
    skip_to_the_end(page)
    page.wait_for_url("**/report", timeout=90_000)
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_function("() => !document.body.innerText.includes('Grading')", timeout=180_000)
    page.reload()
    text = page.locator("main").inner_text()
    assert "append to them" in text, "the spoken words stand in the report"
    assert "hash never changes" in text, "the typed words stand in the report"
    shoot(page, "report")
    if folder := os.environ.get("SOUNDING_SHOTS"):
        page.screenshot(path=f"{folder}/report-whole.png", full_page=True)
    page.goto(f"{whole_server.url}/interviews")
    expect(page.locator("main")).to_contain_text("Practise now")
    shoot(page, "past")
    assert problems == []
    chromium.close()


def test_a_reload_in_the_middle_goes_on_at_the_same_question(server: Served, chromium: Browser):
    page = chromium.new_page()
    page.goto(server.url)
    page.locator("button", has_text="Practise now").click()
    ticked(page, "way", "text")
    page.locator("button", has_text="Begin the interview").click()
    page.click("#start")
    state(page, "listening")
    first = asked(page)
    type_answer(page, "A list can be changed, a tuple can not be changed after it is made.")
    second = next_question(page, first)
    page.reload()
    page.click("#start")
    state(page, "listening")
    assert asked(page) == second
    type_answer(page, "It can be a key because it never changes.")
    assert next_question(page, second) not in (first, second)
    page.close()


def test_an_interview_can_be_held_with_the_keyboard_alone(server: Served, chromium: Browser):
    page = chromium.new_page()
    page.goto(server.url)
    page.locator("button", has_text="Practise now").focus()
    page.keyboard.press("Enter")
    page.locator("input[name=way][value=text]").focus()
    page.keyboard.press("Space")
    page.locator("button", has_text="Begin the interview").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#start")).to_be_enabled()
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    state(page, "listening")
    first = asked(page)
    if not page.locator("#answer").is_visible():
        page.locator("#type").focus()
        page.keyboard.press("Enter")
    page.locator("#answer").focus()
    page.keyboard.type("A tuple never changes, so it can be a key.")
    page.keyboard.press("Control+Enter")
    next_question(page, first)
    page.close()


def test_a_refused_microphone_is_explained_and_the_interview_goes_on(
    server: Served, playwright: Playwright
):
    chromium = launch(playwright, fake_devices=False)
    page = chromium.new_page()
    page.goto(server.url)
    page.locator("button", has_text="Practise now").click()
    ticked(page, "modality", "audio")
    ticked(page, "modality", "recording")
    page.locator("button", has_text="Begin the interview").click()
    page.click("#start")
    expect(page.locator("#banners")).to_contain_text("microphone", ignore_case=True, timeout=30_000)
    state(page, "speaking")
    page.click("[data-command=done]")
    state(page, "listening")
    first = asked(page)
    type_answer(page, "A list can be changed in place and a tuple can not be changed.")
    next_question(page, first)
    chromium.close()
