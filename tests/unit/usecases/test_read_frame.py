"""Camera frames become one reading a second, and only where that is allowed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.domain.consent import Consent, Modality, Purpose
from app.domain.errors import NoConsent, PurposeForbids
from app.domain.interview import Interview, InterviewStatus
from app.ports.vision import FaceReading
from app.usecases.read_frame import NoFaceReader, Seconds, read_frame
from tests.fakes.store import FakeStore
from tests.fakes.vision import smiling

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 20, tzinfo=UTC)
ID = UUID(int=5)
NOBODY = FaceReading(faces=0, box=None, probabilities=None, quality=0.0)


@dataclass
class Eyes:
    """A scripted face engine that counts how often it was touched."""

    frames: list[FaceReading] = field(default_factory=list)
    installed: bool = True
    touched: int = 0

    @property
    def face(self) -> object | None:
        self.touched += 1
        return self if self.installed else None

    async def read_face(self, jpeg: bytes) -> FaceReading:
        return self.frames.pop(0)


async def _store(
    *, purpose: Purpose = Purpose.PRACTICE, video: bool = True, live: bool = True
) -> FakeStore:
    store = FakeStore()
    kept = Interview(
        id=ID,
        purpose=purpose,
        track_id="short",
        title="Short",
        status=InterviewStatus.LIVE if live else InterviewStatus.COMPLETED,
        mode="basic",
        created_at=NOW,
        clock_s=12.4,
        consents=(Consent(Modality.VIDEO, "1", NOW),) if video else (),
    )
    async with store.begin() as work:
        await work.interviews.add(kept)
    return store


async def test_an_assessment_refuses_before_any_reader_is_touched() -> None:
    eyes = Eyes([smiling()])
    store = await _store(purpose=Purpose.ASSESSMENT, video=False)
    with pytest.raises(PurposeForbids):
        await read_frame(store, eyes, Seconds(), ID, b"jpeg")
    assert eyes.touched == 0


async def test_a_frame_without_consent_is_refused_before_any_reader_is_touched() -> None:
    eyes = Eyes([smiling()])
    with pytest.raises(NoConsent):
        await read_frame(await _store(video=False), eyes, Seconds(), ID, b"jpeg")
    assert eyes.touched == 0


async def test_the_frames_of_a_second_are_averaged() -> None:
    store, seconds = await _store(), Seconds()
    eyes = Eyes([smiling(0.9), smiling(0.3), NOBODY])
    for at in (3.0, 3.5, 3.9):
        reading = await read_frame(store, eyes, seconds, ID, b"jpeg", at_s=at)
    assert reading is not None
    assert reading.probabilities is not None
    assert reading.probabilities[3] == pytest.approx(0.6)
    assert sum(reading.probabilities) == pytest.approx(1.0)
    async with store.begin() as work:
        assert [r.second for r in await work.observations.readings(ID)] == [3]


async def test_a_second_without_a_face_has_no_expression() -> None:
    reading = await read_frame(await _store(), Eyes([NOBODY]), Seconds(), ID, b"jpeg")
    assert reading is not None
    assert (reading.second, reading.faces, reading.probabilities) == (12, 0, None)


async def test_a_server_without_a_reader_says_so() -> None:
    with pytest.raises(NoFaceReader):
        await read_frame(await _store(), Eyes(installed=False), Seconds(), ID, b"jpeg")


async def test_frames_after_the_end_are_dropped() -> None:
    eyes = Eyes([smiling()])
    assert await read_frame(await _store(live=False), eyes, Seconds(), ID, b"jpeg") is None
    assert await read_frame(FakeStore(), eyes, Seconds(), ID, b"jpeg") is None
