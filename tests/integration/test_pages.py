"""Every page over the fakes: it renders, is accessible in its basics, and keeps the rules."""

import asyncio
import hashlib
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.domain.consent import Modality
from app.domain.scorecard import CardStatus
from app.web.templating import STATIC
from tests.fakes.web import DONE, EXAM, GRADING, OPEN, ROOT, FakeWeb, filled, turn

pytestmark = pytest.mark.integration
PAGES = (
    "/",
    "/prepare",
    "/prepare?track=data-ml",
    "/interviews",
    "/another-way",
    "/privacy",
    f"/interviews/{OPEN}/before",
    f"/interviews/{EXAM}/before",
    f"/interviews/{OPEN}/room",
    f"/interviews/{DONE}/report",
    f"/interviews/{GRADING}/report",
    f"/interviews/{OPEN}/report",
    "/nothing",
)
HTML = {"accept": "text/html"}


class Page(HTMLParser):
    """What the checks look at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings = 0
        self.labels: set[str] = set()
        self.wrapped = 0
        self.unlabelled: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.fields: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.headings += tag == "h1"
        self.wrapped += tag == "label"
        if values.get("id"):
            self.ids.append(values["id"] or "")
        if tag == "label" and values.get("for"):
            self.labels.add(values["for"] or "")
        if tag == "script" and "src" not in values:
            self.inline.append("script")
        self.inline += [name for name in values if name.startswith("on") or name == "style"]
        shown = tag in {"input", "select", "textarea"} and values.get("type") != "hidden"
        if shown and not self.wrapped:
            self.fields.append(values.get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        self.wrapped -= tag == "label"


@pytest.fixture
def web() -> FakeWeb:
    return filled()


@pytest.fixture
def client(web: FakeWeb) -> TestClient:
    return TestClient(web.app(), follow_redirects=False, headers=HTML)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_one_heading_labels_and_another_way(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == (404 if address == "/nothing" else 200)
    page = Page(answer.text)
    assert page.headings == 1
    assert 'href="/another-way"' in answer.text
    assert set(page.fields) <= page.labels, "every field has a label"
    assert len(page.ids) == len(set(page.ids)), "ids are unique"


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_a_strict_policy_and_no_inline_script(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert Page(answer.text).inline == []


@pytest.mark.parametrize("address", PAGES)
def test_no_page_shouts(client: TestClient, address: str) -> None:
    text = re.sub(r"<!DOCTYPE|<[^>]*>", "", client.get(address).text)
    assert "!" not in text


def test_empty_lists_say_what_will_be_here() -> None:
    empty = TestClient(FakeWeb().app(), headers=HTML)
    assert "question bank is empty" in empty.get("/").text
    assert "Your interviews will be here" in empty.get("/interviews").text


def test_one_click_makes_a_sample_interview(client: TestClient) -> None:
    made = client.post("/interviews", data={"track": "sample"})
    assert made.status_code == 303
    assert client.get(made.headers["location"]).status_code == 200


def test_a_rejected_form_is_422_and_keeps_what_was_written(client: TestClient) -> None:
    wrong = {"track": "sample", "asks": "99", "job": "Keep these words"}
    answer = client.post("/interviews", data=wrong)
    assert answer.status_code == 422
    assert "Keep these words" in answer.text
    assert 'id="asks-error"' in answer.text
    assert client.post("/interviews", data={"track": "no-such"}).status_code == 422
    assert client.post("/interviews", data={"track": "sample", "spam": "1"}).status_code == 422


def test_an_assessment_offers_no_camera(client: TestClient) -> None:
    page = client.get(f"/interviews/{EXAM}/before").text
    assert 'value="video"' not in page
    assert "No camera here" in page
    assert "camera-check" not in page
    room = client.get(f"/interviews/{EXAM}/room").text
    assert '<video id="camera"' not in room


def test_an_assessment_refuses_video_and_frames(web: FakeWeb, client: TestClient) -> None:
    forced = {"way": "voice", "modality": ["audio", "video"]}
    assert client.post(f"/interviews/{EXAM}/agree", data=forced).status_code == 422
    frame = client.post(
        f"/interviews/{EXAM}/frames",
        content=b"\xff\xd8\xff",
        headers={"content-type": "image/jpeg"},
    )
    assert frame.status_code == 403
    assert web.made_faces == 0


def test_nothing_is_agreed_to_in_advance(client: TestClient) -> None:
    page = client.get(f"/interviews/{OPEN}/before").text
    switches = re.findall(r'<input type="checkbox"\s+role="switch"[^>]*>', page)
    assert len(switches) == len(Modality)
    assert not any("checked" in switch for switch in switches)


def test_speaking_needs_the_microphone(client: TestClient) -> None:
    agree = f"/interviews/{OPEN}/agree"
    refused = client.post(agree, data={"way": "voice"})
    assert refused.status_code == 422
    assert '<a href="#modality">Microphone</a>' in refused.text
    assert "Your text is still here" not in refused.text
    assert client.post(agree, data={"way": "text"}).status_code == 303
    room = client.get(f"/interviews/{OPEN}/room").text
    assert 'data-microphone="no"' in room
    assert 'data-voice="no"' in room


def test_voice_without_the_kept_sound_says_what_it_needs_and_keeps_the_choices(
    client: TestClient,
) -> None:
    form = {"way": "voice", "modality": ["audio", "voice"]}
    refused = client.post(f"/interviews/{OPEN}/agree", data=form)
    assert refused.status_code == 422
    assert "switch “Keep the sound” on as well" in refused.text
    assert len(re.findall(r'role="switch"[^>]*checked', refused.text)) == 2


def test_the_address_of_the_consent_form_leads_to_its_page(client: TestClient) -> None:
    answer = client.get(f"/interviews/{OPEN}/agree")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/interviews/{OPEN}/before")


def test_an_interview_that_was_begun_says_where_it_goes_on(
    web: FakeWeb, client: TestClient
) -> None:
    async def begin() -> None:
        async with web.store.begin() as work:
            for index in range(3):
                await work.turns.add(turn(OPEN, index))

    assert "Enter the room" in client.get(f"/interviews/{OPEN}/room").text
    asyncio.run(begin())
    page = " ".join(client.get(f"/interviews/{OPEN}/room").text.split())
    assert "Go on at question 2 of 3. 3 answers are kept." in page
    assert "Enter the room" not in page
    assert "An AI interviewer asks" not in page


def test_frames_need_consent_a_picture_and_a_reader(web: FakeWeb, client: TestClient) -> None:
    frames = f"/interviews/{OPEN}/frames"
    jpeg = {"content-type": "image/jpeg"}
    assert client.post(frames, content=b"\xff\xd8\xff", headers=jpeg).status_code == 403
    client.post(f"/interviews/{OPEN}/agree", data={"way": "type", "modality": ["video"]})
    assert client.post(frames, content=b"x", headers={"content-type": "text/x"}).status_code == 415
    assert client.post(frames, content=b"x" * 700_000, headers=jpeg).status_code == 413
    assert client.post(frames, content=b"\xff\xd8\xff", headers=jpeg).status_code == 204


def test_the_report_shows_quotes_gaps_and_doubtful_words(client: TestClient) -> None:
    page = client.get(f"/interviews/{DONE}/report").text
    assert "a tuple can be a key of a dictionary" in page
    assert "no words of the answer support a level" in page
    assert 'class="unsure"' in page
    together = "the mean of content, delivery and presence, each by its weight"
    assert together in " ".join(page.split())
    assert "Grade again" in page
    assert f"/interviews/{DONE}/consents" in page
    assert client.get(f"/interviews/{DONE}/report.json").json()["purpose"] == "practice"


def test_grading_is_polled_until_it_is_final(client: TestClient) -> None:
    assert "every 3s" in client.get(f"/interviews/{GRADING}/report").text
    assert "every 3s" not in client.get(f"/interviews/{DONE}/report").text
    fragment = client.get(f"/interviews/{GRADING}/report/grading")
    assert "<html" not in fragment.text
    assert "hx-refresh" not in fragment.headers
    final = client.get(f"/interviews/{DONE}/report/grading")
    assert final.headers["hx-refresh"] == "true"


def test_a_moment_can_be_heard(client: TestClient) -> None:
    sound = client.get(f"/interviews/{DONE}/audio?from=10&to=12")
    assert sound.headers["content-type"] == "audio/wav"
    assert len(sound.content) == 44 + 2 * 2 * 16_000
    assert client.get(f"/interviews/{OPEN}/audio?from=0&to=2").status_code == 404


async def test_forms_of_the_report_change_what_they_say(web: FakeWeb) -> None:
    client = TestClient(web.app(), follow_redirects=False, headers=HTML)
    address = f"/interviews/{DONE}"
    weights = {"content": "50", "delivery": "50", "presence": "0"}
    assert client.post(f"{address}/weights", data=weights).status_code == 303
    zero = dict.fromkeys(weights, "0")
    assert client.post(f"{address}/weights", data=zero).status_code == 422
    assert client.post(f"{address}/turns/0/amendment", data={"text": "mine"}).status_code == 303
    assert client.post(f"{address}/turns/0/amendment", data={}).status_code == 422
    assert client.post(f"{address}/scorecards/merge-intervals/retry").status_code == 303
    assert client.post(f"{address}/withdraw", data={"modality": "audio"}).status_code == 303
    async with web.store.begin() as work:
        kept = await work.interviews.get(DONE)
        cards = {card.question_id: card.status for card in await work.scorecards.of(DONE)}
    assert kept is not None
    assert kept.weights == (0.5, 0.5, 0.0)
    assert not kept.agreed(Modality.AUDIO)
    assert cards["merge-intervals"] is CardStatus.WAITING
    assert client.get(f"{address}/audio?from=10&to=12").status_code == 404
    assert client.post(f"{address}/erase").status_code == 303
    assert client.get(f"{address}/report").status_code == 404


def test_another_site_can_not_post(client: TestClient) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = client.post("/interviews", data={"track": "sample"}, headers=headers)
        assert answer.status_code == 403


def test_the_device_check_hears_and_speaks(web: FakeWeb, client: TestClient) -> None:
    loud = (np.ones(16_000) * 2000).astype("<i2").tobytes()
    assert client.post("/check/hear", content=loud).json()["text"].startswith("the first thing")
    assert client.post("/check/hear", content=b"odd").status_code == 422
    assert client.post("/check/hear", content=b"\0" * 500_000).status_code == 413
    assert client.get("/check/voice").content.startswith(b"RIFF")
    web.speech.broken = web.voice.broken = True
    assert client.post("/check/hear", content=loud).status_code == 503
    assert client.get("/check/voice").status_code == 503


def test_health_answers(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"


def _tokens() -> tuple[dict[str, str], dict[str, str]]:
    text = (STATIC / "tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for part in (light, dark)]
    return found[0], found[1]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    line = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_pair_of_text_and_ground_is_aa(theme: int) -> None:
    tokens = _tokens()[theme]
    for ground in ("paper", "raised"):
        for text in ("ink", "muted", "accent", "review", "error"):
            assert _contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)
        for line in ("edge", "lane-speech", "lane-pause", "lane-filler", "lane-expression"):
            assert _contrast(tokens[line], tokens[ground]) >= 3.0, (line, ground)
    assert _contrast(tokens["on-accent"], tokens["accent"]) >= 4.5
    for text in ("ink", "muted", "accent"):
        assert _contrast(tokens[text], tokens["accent-soft"]) >= 4.5, text


def test_vendored_files_are_the_ones_listed() -> None:
    folder = STATIC / "vendor"
    listed = re.findall(r"^([0-9a-f]{64})  (\S+)$", (folder / "VERSIONS").read_text(), re.M)
    assert len(listed) >= 3
    for digest, name in listed:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_templates_pass_djlint() -> None:
    command = [str(Path(sys.executable).parent / "djlint"), "templates", "--lint", "--quiet"]
    command += ["--ignore", "J004,J018"]  # plain addresses, not url_for
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
