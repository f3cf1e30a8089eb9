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
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from app.adapters.speech.piper import PiperSpeech
from app.ports.speech import SAMPLE_RATE
from tests.needs import need_data, need_model, need_program
from tests.served import Served, served

pytestmark = pytest.mark.e2e

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
SPOKEN = (
    "Lists are mutable, so you can append to them and change items. Tuples are immutable. "
    "I would use a list when the data is going to change, and a tuple when it stays the same."
)
WAITS_SECONDS = 24.0  # the greeting and the first question take about 14


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    for name in ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm", "local-llm"):
        need_model(name)
    with served() as running:
        yield running


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def browser(playwright: Playwright, *more: str) -> Browser:
    program = need_program("chromium")
    return playwright.chromium.launch(executable_path=str(program), args=[*FLAGS, *more])


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording that waits for the first question and then answers it."""
    sounds = list(PiperSpeech(need_model("piper-joe"), 2).speak(SPOKEN))
    pcm = np.concatenate([np.frombuffer(sound.pcm, dtype="<i2") for sound in sounds])
    length = round(len(pcm) * SAMPLE_RATE / sounds[0].rate)
    answer = np.interp(np.linspace(0, len(pcm) - 1, length), np.arange(len(pcm)), pcm)
    quiet = np.zeros(round(WAITS_SECONDS * SAMPLE_RATE))
    after = np.zeros(240 * SAMPLE_RATE)
    path = tmp_path_factory.mktemp("sound") / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.concatenate([quiet, answer, after]).astype("<i2").tobytes())
    return path


def shoot(page: Page, name: str) -> None:
    """Keep pictures of a page: wide and light, and as on a phone at night."""
    if not (folder := os.environ.get("SOUNDING_SHOTS")):
        return
    size = page.viewport_size
    page.screenshot(path=f"{folder}/{name}.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=f"{folder}/{name}-phone-dark.png")
    page.emulate_media(color_scheme="light")
    if size:
        page.set_viewport_size(size)


def state(page: Page, name: str, seconds: float = 60) -> None:
    expect(page.locator("#room")).to_have_attribute("data-state", name, timeout=seconds * 1000)


def type_answer(page: Page, text: str) -> None:
    if not page.locator("#answer").is_visible():
        page.click("#type")
    page.fill("#answer", text)
    page.click("#typed button[type=submit]")


def asked(page: Page) -> str:
    return page.locator("#question").inner_text()


def next_question(page: Page, before: str) -> str:
    expect(page.locator("#question")).not_to_have_text(before, timeout=60_000)
    return asked(page)


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
    server: Served, playwright: Playwright, microphone: Path
):
    camera = need_data("affect/fake_face.mjpeg")
    chromium = browser(
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

    page.goto(server.url)
    expect(page.locator("h1")).to_be_visible()
    shoot(page, "start")
    for name, path in (("prepare", "/prepare"), ("another-way", "/another-way")):
        page.goto(f"{server.url}{path}")
        shoot(page, name)
    page.goto(server.url)
    page.locator("button", has_text="Practise now").click()
    page.check("input[name=modality][value=audio]", force=True)
    page.check("input[name=modality][value=delivery]", force=True)
    page.check("input[name=modality][value=video]", force=True)
    shoot(page, "before")
    page.locator("button", has_text="Begin the interview").click()
    page.goto(f"{page.url}?raw=1")
    page.click("#start")

    state(page, "speaking")
    shoot(page, "room-speaking")
    first = asked(page)
    state(page, "listening")
    state(page, "hearing")
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
    page.goto(f"{server.url}/interviews")
    expect(page.locator("main")).to_contain_text("Practise now")
    shoot(page, "past")
    assert problems == []
    chromium.close()


def test_a_reload_in_the_middle_goes_on_at_the_same_question(
    server: Served, playwright: Playwright
):
    chromium = browser(playwright)
    page = chromium.new_page()
    page.goto(server.url)
    page.locator("button", has_text="Practise now").click()
    page.check("input[name=way][value=text]", force=True)
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
    chromium.close()


def test_an_interview_can_be_held_with_the_keyboard_alone(server: Served, playwright: Playwright):
    chromium = browser(playwright)
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
    chromium.close()


def test_a_refused_microphone_is_explained_and_the_interview_goes_on(
    server: Served, playwright: Playwright
):
    program = need_program("chromium")
    flags = [flag for flag in FLAGS if "fake" not in flag]
    chromium = playwright.chromium.launch(executable_path=str(program), args=flags)
    page = chromium.new_page()
    page.goto(server.url)
    page.locator("button", has_text="Practise now").click()
    page.check("input[name=modality][value=audio]", force=True)
    page.locator("button", has_text="Begin the interview").click()
    page.click("#start")
    expect(page.locator("#banners")).to_contain_text("microphone", ignore_case=True, timeout=30_000)
    state(page, "listening")
    first = asked(page)
    type_answer(page, "A list can be changed in place and a tuple can not be changed.")
    next_question(page, first)
    chromium.close()
