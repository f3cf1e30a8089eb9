"""Consent pages over fakes: what is shown, taken back, exported, erased, and what never appears."""

from __future__ import annotations

import io
import json
import wave
import zipfile
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.domain.consent import Modality
from app.domain.notice import Analyser, notices
from app.domain.retention import Retention
from tests.fakes.web import DONE, EXAM, OPEN, FakeWeb, filled

pytestmark = pytest.mark.integration

EVERY = [modality.value for modality in Modality]
JPEG = {"content-type": "image/jpeg"}


@pytest.fixture
def web() -> FakeWeb:
    return filled()


@pytest.fixture
def client(web: FakeWeb) -> Iterator[TestClient]:
    with TestClient(web.app(), follow_redirects=False) as client:
        yield client


def _agree(client: TestClient, interview: object, *modalities: str) -> int:
    form = {"way": "voice", "modality": list(modalities)}
    return client.post(f"/interviews/{interview}/agree", data=form).status_code


def test_the_words_of_each_switch_are_kept_with_the_consent(client: TestClient) -> None:
    assert _agree(client, OPEN, *EVERY) == 303
    page = client.get(f"/interviews/{OPEN}/consents").text
    for notice in notices("practice", set(Analyser), Retention()):  # type: ignore[arg-type]
        assert notice.text in client.get(f"/interviews/{OPEN}/before").text
        assert notice.text in page
        assert notice.version in page


def test_what_is_withdrawn_is_gone_from_report_and_export_and_has_a_receipt(
    client: TestClient,
) -> None:
    assert client.get(f"/interviews/{DONE}/report.json").json()["presence"] is not None
    form = {"modality": "video", "back": "consents"}
    answer = client.post(f"/interviews/{DONE}/withdraw", data=form)
    assert answer.headers["location"] == f"/interviews/{DONE}/consents#receipts"
    document = client.get(f"/interviews/{DONE}/report.json").json()
    assert document["presence"] is None
    assert document["blend"]["presence"] is None
    assert document["delivery"] is not None
    page = client.get(f"/interviews/{DONE}/consents").text
    assert "withdrawn" in page
    assert 'class="lane-smile"' not in client.get(f"/interviews/{DONE}/report").text


def test_the_export_holds_all_rows_and_the_sound(client: TestClient) -> None:
    answer = client.get(f"/interviews/{DONE}/export")
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    held = {name: archive.read(name) for name in archive.namelist()}
    assert len(json.loads(held["rows/turns.json"])) == 4
    assert len(json.loads(held["report.json"])["turns"]) == 4
    assert json.loads(held["interview.json"])["purpose"] == "practice"
    assert json.loads(held["groups.json"]) is None
    (sound,) = [name for name in held if name.startswith("sound/")]
    with wave.open(io.BytesIO(held[sound])) as file:
        assert file.getnframes() == 150 * 16_000
        assert (file.getnchannels(), file.getframerate()) == (1, 16_000)


def test_an_erased_interview_leaves_only_its_receipt(client: TestClient) -> None:
    receipt = client.post(f"/interviews/{DONE}/erase").headers["location"]
    assert "The whole interview was erased" in client.get(receipt).text
    for path in ("report", "report.json", "consents", "export", "audio"):
        assert client.get(f"/interviews/{DONE}/{path}").status_code == 404
    assert client.get("/receipts/00000000-0000-0000-0000-000000000009").status_code == 404


def test_the_speaker_can_open_lanes_of_what_was_agreed_to(client: TestClient) -> None:
    _agree(client, OPEN, *EVERY)
    page = client.get(f"/interviews/{OPEN}/room").text
    for name in ("pace", "pauses", "loudness", "expression"):
        assert f'data-lane="{name}"' in page
    assert 'id="lanes" aria-labelledby="lanes-title" hidden' in page
    _agree(client, OPEN, "audio")
    assert "lanes" not in client.get(f"/interviews/{OPEN}/room").text


def test_an_assessment_has_no_lane_no_switch_no_reading_and_no_face_reader(
    client: TestClient, web: FakeWeb
) -> None:
    before = client.get(f"/interviews/{EXAM}/before").text
    assert 'value="video"' not in before
    assert "How the voice sounds" not in before
    for modality in ("video", "voice"):
        assert _agree(client, EXAM, "audio", modality) == 422
    assert _agree(client, EXAM, "audio", "recording", "delivery") == 303
    room = client.get(f"/interviews/{EXAM}/room").text
    assert "data-lane" not in room
    assert "lanes.js" not in room
    frame = client.post(f"/interviews/{EXAM}/frames?show=1", content=b"\xff\xd8\xff", headers=JPEG)
    assert frame.status_code == 403
    assert web.made_faces == 0
    document = client.get(f"/interviews/{EXAM}/report.json").json()
    assert document["presence"] is None
    assert 'id="consent-video"' not in client.get(f"/interviews/{EXAM}/consents").text


def test_camera_and_microphone_are_allowed_for_our_own_pages_only(client: TestClient) -> None:
    policy = client.get(f"/interviews/{OPEN}/before").headers["permissions-policy"]
    assert "camera=(self)" in policy
    assert "microphone=(self)" in policy
