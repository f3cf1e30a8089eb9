"""A server that held only an assessment never imported a reader of expressions or of stress."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from app.adapters.vision.film import jpegs_of
from tests.needs import need_data, need_model
from tests.postgres import NewStore
from tests.room import Room, graded_report, prepare
from tests.served import Served, served

pytestmark = pytest.mark.integration

ANSWER = "A list can be changed in place and a tuple can not, so a tuple can be a dictionary key."
JPEG = {"content-type": "image/jpeg"}
READERS = (
    "deepface",
    "app.adapters.vision.face_reader",
    "app.adapters.vision.landmarks",
    "app.adapters.voice.stress_model",
    "app.delivery.head_",
    "app.delivery.eyes",
    "app.delivery.blinks",
    "app.delivery.nods",
)


@pytest.fixture
def server(store_with_bank: NewStore) -> Iterator[Served]:
    for name in ("minilm", "emotion", "haar", "face-landmarks", "silero-vad", "smart-turn"):
        need_model(name)
    settings = {"SOUNDING_GRADER_MODEL": "none", "SOUNDING_INTERVIEWER_MODEL": "none"}
    settings["PYTHONPROFILEIMPORTTIME"] = "1"
    with store_with_bank() as url, served(SOUNDING_DATABASE_URL=url, **settings) as started:
        yield started


def imported(server: Served) -> set[str]:
    """Every module that the server's process has imported, from Python's own log of imports."""
    log = (server.folder / "server.log").read_text(errors="replace")
    return set(re.findall(r"import time:[^|]*\|[^|]*\|\s+(\S+)", log))


def hold(server: Served, interview: str, frame: bytes) -> tuple[httpx.Response, dict[str, object]]:
    """A typed interview in which one camera frame is sent; the frame's reply and the report."""
    room = Room(server.url, interview)
    room.event("question")
    room.state("listening")
    reply = httpx.post(
        f"{server.url}/interviews/{interview}/frames", content=frame, headers=JPEG, timeout=60
    )
    room.send(type="text", text=ANSWER)
    room.event("question")
    room.send(type="command", name="end")
    return reply, graded_report(server.url, interview)


def test_only_a_consented_practice_ever_loads_a_reader_of_expressions(server: Served) -> None:
    frame = next(jpegs_of(need_data("affect/fake_face.mjpeg").read_bytes()))
    exam = prepare(server.url, purpose="assessment")
    reply, report = hold(server, exam, frame)
    assert reply.status_code == 403
    assert report["purpose"] == "assessment"
    assert report["presence"] is None
    assert not {"stress", "together"} & set(report)
    modules = imported(server)
    assert "app.web.app" in modules, "the log of imports is there"
    assert not [name for name in modules if name.startswith(READERS)]

    practice = prepare(server.url, "video", purpose="practice")
    reply, report = hold(server, practice, frame)
    assert reply.status_code == 204
    assert report["presence"] is not None
    assert {"deepface", "app.adapters.vision.landmarks"} <= imported(server)
