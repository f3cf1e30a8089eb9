"""The page that takes recordings, over fakes: what is taken, what is refused and how it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.domain.upload import Upload, UploadState
from app.usecases.take_upload import UploadLimits
from tests.clips import clip
from tests.fakes.store import AnalyseJob
from tests.fakes.web import FakeWeb, filled

pytestmark = pytest.mark.integration

HTML = {"accept": "text/html"}
ALL = ["audio", "recording", "delivery", "video"]


@pytest.fixture
def web() -> FakeWeb:
    return filled()


@pytest.fixture
def client(web: FakeWeb) -> Iterator[TestClient]:
    app = web.app()
    services = app.state.services
    app.state.services = replace(services, uploads=UploadLimits(megabytes=1, minutes=1))
    with TestClient(app, follow_redirects=False) as client:
        yield client


def _send(
    client: TestClient, data: bytes, name: str = "me.mp4", modality: list[str] | None = None
) -> tuple[int, str, str]:
    form = {"modality": ALL if modality is None else modality}
    files = {"file": (name, data, "application/octet-stream")}
    answer = client.post("/uploads", data=form, files=files, headers=HTML)
    return answer.status_code, answer.headers.get("location", ""), answer.text


def _tell(web: FakeWeb, interview: str, **changes: object) -> None:
    async def change() -> None:
        (upload,) = web.store._state.uploads.values()
        async with web.store.begin() as work:
            await work.uploads.save(replace(upload, **changes))  # type: ignore[arg-type]

    asyncio.run(change())


@pytest.mark.parametrize("kind", ["mp4", "webm", "wav"])
def test_a_recording_is_sealed_and_queued(client: TestClient, web: FakeWeb, kind: str) -> None:
    status, where, _ = _send(client, clip(1.0, kind=kind), f"C:\\films\\me.{kind}")
    assert status == 303
    (upload,) = web.store._state.uploads.values()
    assert isinstance(upload, Upload)
    assert upload.name == f"me.{kind}"
    assert web.store.jobs[-1] == AnalyseJob(upload.interview_id)
    page = client.get(where, headers=HTML).text
    assert "<progress" in page
    assert "Waiting" in page


def test_the_bar_follows_the_analysis_and_leads_to_the_report(
    client: TestClient, web: FakeWeb
) -> None:
    _, where, _ = _send(client, clip(1.0))
    _tell(web, where, state=UploadState.RUNNING, stage="Watching", share=0.62)
    part = client.get(f"{where}/progress").text
    assert 'value="0.620"' in part
    assert "Watching: 62 %" in part
    _tell(web, where, state=UploadState.DONE, share=1.0)
    assert client.get(f"{where}/progress").headers["hx-redirect"].endswith("/report")
    assert client.get(where).headers["location"].endswith("/report")


def test_a_failure_is_told_with_its_reason(client: TestClient, web: FakeWeb) -> None:
    _, where, _ = _send(client, clip(1.0))
    _tell(web, where, state=UploadState.FAILED, error="The sound of this file can't be decoded.")
    page = client.get(where).text
    assert "The sound of this file can&#39;t be decoded." in page
    assert "hx-get" not in page


@pytest.mark.parametrize(
    ("data", "modality", "problem"),
    [
        (b"not a film", ALL, "Expected a film or sound"),
        (b"", ALL, "Expected a film or sound"),
        (clip(1.0, sound=False), ["audio"], "holds only pictures"),
        (clip(1.0, kind="wav"), ["video"], "holds only sound"),
        (clip(1.0), [], "Switch on what may be analysed"),
        (clip(1.0), ["audio", "voice"], "switch “Keep the sound” on as well"),
        (clip(61.0, kind="wav", rate=8_000, channels=1), ALL, "At most 1 are analysed"),
    ],
)
def test_what_can_not_be_analysed_is_told_in_the_form(
    client: TestClient, web: FakeWeb, data: bytes, modality: list[str], problem: str
) -> None:
    status, _, page = _send(client, data, modality=modality)
    assert status == 422
    assert problem in page
    assert web.store._state.uploads == {}


def test_a_file_over_the_limit_is_refused_in_words(client: TestClient) -> None:
    told = HTML | {"content-length": "300000000", "content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/uploads", content=b"--x", headers=told)
    assert answer.status_code == 413
    assert "At most 200 MB" in answer.text


def test_an_unknown_upload_is_not_found(client: TestClient) -> None:
    assert client.get("/uploads/00000000-0000-0000-0000-000000000009").status_code == 404
