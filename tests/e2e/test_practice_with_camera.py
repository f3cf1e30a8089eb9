"""A consented practice before a camera: lanes live, the timeline, weights, withdrawal, erasing.

Set `SOUNDING_SHOTS` to a folder to keep pictures. They show faces of the data: never commit them.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from app.ports.speech import SAMPLE_RATE
from tests.e2e.pages import asked, launch, next_question, shoot, state, ticked
from tests.e2e.test_interview import SPOKEN, WAITS_SECONDS, skip_to_the_end
from tests.needs import need_data, need_model
from tests.served import Served
from tests.voice import spoken

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser with a face before its camera and one spoken answer in its microphone."""
    for name in ("emotion", "haar"):
        need_model(name)
    camera = need_data("affect/fake_face.mjpeg")
    sound = tmp_path_factory.mktemp("sound") / "microphone.wav"
    _write(sound)
    browser = launch(
        playwright,
        f"--use-file-for-fake-audio-capture={sound}%noloop",
        f"--use-file-for-fake-video-capture={camera}",
    )
    yield browser
    browser.close()


def _write(path: Path) -> None:
    quiet, after = (np.zeros(round(s * SAMPLE_RATE)) for s in (WAITS_SECONDS, 240.0))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        samples = np.concatenate([quiet, spoken(SPOKEN), after])
        file.writeframes(samples.astype("<i2").tobytes())


def _begin(page: Page, url: str) -> str:
    """Agree to everything that is offered but the voice; the interview's address."""
    page.goto(url)
    page.locator("button", has_text="Practise now").click()
    for name in ("audio", "recording", "delivery", "video"):
        ticked(page, "modality", name)
    shoot(page, "consent")
    page.locator("button", has_text="Begin the interview").click()
    address = page.url.removesuffix("/room")
    page.goto(f"{page.url}?raw=1")
    return address


def test_a_consented_practice_from_live_lanes_to_nothing_left(server: Served, browser: Browser):
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, permissions=["microphone", "camera"]
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    address = _begin(page, server.url)
    expect(page.locator("#lanes")).to_be_hidden()
    page.click("#start")
    state(page, "speaking")
    expect(page.locator("#lanes")).to_be_hidden()
    page.click("#lanes-toggle")
    first = asked(page)
    page.click("[data-command=done]")
    state(page, "hearing", seconds=60)
    expect(page.locator("[data-lane=expression] output")).to_contain_text("% sure", timeout=60_000)
    expect(page.locator("[data-lane=pace] output")).to_contain_text("per minute", timeout=30_000)
    expect(page.locator("[data-lane=loudness] output")).to_contain_text("dB")
    shoot(page, "lanes")
    next_question(page, first)
    skip_to_the_end(page)
    page.wait_for_url("**/report", timeout=90_000)
    page.wait_for_function("() => !document.body.innerText.includes('Grading')", timeout=180_000)
    page.reload()

    _timeline_plays(page, address)
    _weights_change(page, address)
    _camera_withdrawn(page, address)
    _sound_withdrawn(page, address)
    _erased(page, address)
    assert problems == []
    context.close()


def _timeline_plays(page: Page, address: str) -> None:
    timeline = page.locator("#timeline svg.lanes")
    expect(timeline.locator(".lane-speech").first).to_be_visible()
    seen = timeline.locator(".lane-smile, .lane-neutral, .lane-other")
    assert seen.count() > 0, "the face's lane has the seconds that were seen"
    shoot(page, "timeline")
    timeline.locator("a.play").first.click()
    expect(page.locator("#player")).to_be_visible()
    page.wait_for_function("() => document.querySelector('#player audio').currentTime > 0.2")
    box = timeline.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.36)
    source = page.locator("#player audio").get_attribute("src") or ""
    assert float(source.partition("from=")[2].partition("&")[0]) > 0
    document = httpx.get(f"{address}/report.json", timeout=30).json()
    assert document["presence"]["coverage"] > 0
    assert document["blend"]["coverage"]["presence"] > 0


def _weights_change(page: Page, address: str) -> None:
    before = httpx.get(f"{address}/report.json", timeout=30).json()
    page.locator("summary", has_text="weighed").click()
    for name, weight in (("content", "0"), ("delivery", "100"), ("presence", "0")):
        page.fill(f"#weight-{name}", weight)
    page.locator("button", has_text="Weigh anew").click()
    page.wait_for_url("**/report#parts")
    after = httpx.get(f"{address}/report.json", timeout=30).json()
    assert after["blend"]["weights"] == {"content": 0, "delivery": 1, "presence": 0}
    assert after["blend"]["total"] == pytest.approx(after["blend"]["delivery"])
    assert after["scorecards"] == before["scorecards"], "grades stay as they are"
    shoot(page, "weights")


def _camera_withdrawn(page: Page, address: str) -> None:
    page.goto(f"{address}/consents")
    shoot(page, "consents")
    page.locator("#consent-video button").click()
    expect(page.locator("#consent-video")).to_contain_text("not agreed")
    expect(page.locator("#receipts")).to_contain_text("Camera")
    shoot(page, "withdrawn")
    document = httpx.get(f"{address}/report.json", timeout=30).json()
    assert document["presence"] is None
    assert document["blend"]["presence"] is None
    assert document["delivery"] is not None, "the rest stays"
    assert any(turn["answer"] for turn in document["turns"])


def _sound_withdrawn(page: Page, address: str) -> None:
    assert httpx.get(f"{address}/audio?from=0&to=30", timeout=30).status_code == 200
    page.locator("#consent-recording button").click()
    expect(page.locator("#consent-recording")).to_contain_text("not agreed")
    assert httpx.get(f"{address}/audio?from=0&to=30", timeout=30).status_code == 404
    page.goto(f"{address}/report")
    expect(page.locator("#timeline")).to_be_visible()
    assert page.locator("a.play").count() == 0


def _erased(page: Page, address: str) -> None:
    page.goto(f"{address}/consents")
    page.locator("summary", has_text="Delete this interview").click()
    page.locator("button", has_text="Delete for good").click()
    page.wait_for_url("**/receipts/*")
    expect(page.locator("main")).to_contain_text("The whole interview was erased")
    shoot(page, "receipt")
    for path in ("report", "consents", "audio", "export"):
        assert httpx.get(f"{address}/{path}", timeout=30).status_code == 404


def test_a_film_that_is_brought_ends_in_the_same_report(server: Served, browser: Browser):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{server.url}/uploads")
    for name in ("audio", "recording", "delivery", "video"):
        ticked(page, "modality", name)
    shoot(page, "upload")
    film = {"name": "answer.mp4", "mimeType": "video/mp4", "buffer": _film()}
    page.set_input_files("#file", film)  # type: ignore[arg-type]  # a file without a path
    page.locator("button", has_text="Analyse it").click()
    page.wait_for_url("**/uploads/*")
    expect(page.locator("progress")).to_be_visible()
    shoot(page, "uploading")
    page.wait_for_url("**/report", timeout=180_000)
    text = page.locator("main").inner_text()
    assert "append" in text, "the spoken words stand in the report"
    assert "No question was named" in text
    shoot(page, "upload-report")
    document = httpx.get(page.url.split("#")[0] + ".json", timeout=30).json()
    assert document["status"] == "completed"
    assert document["delivery"]["rate_wpm"] is None or document["delivery"]["rate_wpm"] > 60
    assert document["delivery"]["voice"]["coverage"] > 0.5
    assert document["presence"]["coverage"] > 0.5
    assert document["blend"]["content"] is None
    page.close()


def _film() -> bytes:
    """The spoken answer under the pictures of the fake camera."""
    wave_form = np.asarray(spoken(SPOKEN)).astype("<i2")
    seconds = len(wave_form) / SAMPLE_RATE
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as made:
        film, voice = made.add_stream("mpeg4", rate=10), made.add_stream("aac", rate=SAMPLE_RATE)
        film.width, film.height, film.pix_fmt, film.bit_rate = 640, 480, "yuv420p", 4_000_000
        voice.layout = "mono"
        for number, picture in enumerate(_pictures(round(seconds * 10))):
            picture.pts, picture.time_base = number, Fraction(1, 10)
            made.mux(film.encode(picture))
        for start in range(0, len(wave_form), 1024):
            piece = wave_form[start : start + 1024].reshape(1, -1)
            sound = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            sound.sample_rate, sound.pts = SAMPLE_RATE, start
            sound.time_base = Fraction(1, SAMPLE_RATE)
            made.mux(voice.encode(sound))
        for stream in (film, voice):
            made.mux(stream.encode(None))
    return buffer.getvalue()


def _pictures(count: int) -> Iterator[av.VideoFrame]:
    """As many as are wanted, from the beginning again where they end."""
    with av.open(str(need_data("affect/fake_face.mjpeg"))) as camera:
        pictures = list(camera.decode(video=0))
    for number in range(count):
        yield pictures[number % len(pictures)].reformat(640, 480, "yuv420p")
