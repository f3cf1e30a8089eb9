"""A recording that is brought becomes words, pauses and readings of a report; or an error."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import BinaryIO, cast
from uuid import UUID

import numpy as np
import pytest

from app.domain.consent import Modality, Purpose
from app.domain.errors import BadContent
from app.domain.interview import Interview, InterviewStatus, Word
from app.domain.notice import Analyser, notices
from app.domain.retention import Retention
from app.domain.upload import UploadState
from app.ports.errors import MediaUnreadable
from app.ports.media import MediaFacts, Still
from app.ports.speech import Pcm, Transcript
from app.ports.vision import FaceReader, FaceReading
from app.usecases.analyse_upload import AnalyseUpload
from app.usecases.build_report import build_report
from app.usecases.engines import Engines
from app.usecases.take_upload import Brought, UploadLimits, take_upload
from tests.fakes.embeddings import FakeEmbedder
from tests.fakes.recordings import FakeRecordings
from tests.fakes.speech import FakeTextToSpeech, FakeTurnDetector
from tests.fakes.store import FakeStore
from tests.fakes.vision import FakeFaceReader, straight

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
EVERYTHING = frozenset(Modality)
JPEG = b"\xff\xd8\xff"


class _Media:
    """Four seconds: one of silence, two of sound, one of silence; a picture every half second."""

    def __init__(self, seconds: float | None = 4.0, *, sound: bool = True, picture: bool = True):
        self.told = MediaFacts(seconds, sound, picture)
        self.broken = False
        self.lasts = 4

    def facts(self, file: BinaryIO) -> MediaFacts:
        if self.broken:
            raise MediaUnreadable("Expected a film.")
        return self.told

    def sound(self, file: BinaryIO) -> Iterator[Pcm]:
        for second in range(self.lasts):
            yield np.full(16_000, 5_000 if 1 <= second < 3 else 0, dtype=np.int16)

    def stills(self, file: BinaryIO, every_s: float) -> Iterator[Still]:
        for number in range(2 * self.lasts):
            yield Still(number / 2, JPEG + bytes([number]))


class _Activity:
    def probability(self, frame: Pcm) -> float:
        return 0.9 if np.abs(frame).mean() > 1_000 else 0.01

    def reset(self) -> None:
        """Nothing is remembered."""


class _Speech:
    """Hears one word in the middle of whatever it is given."""

    def transcribe(self, pcm: Pcm, *, hotwords: object = ()) -> Transcript:
        middle = len(pcm) / 32_000
        return Transcript((Word("word", middle, middle + 0.2),))

    fillers = transcribe


class _World:
    def __init__(self, media: _Media | None = None) -> None:
        self.store = FakeStore()
        self.recordings = FakeRecordings()
        self.media = media or _Media()
        self.faces = 0
        self.read = FakeFaceReader.read
        self.follow = FakeFaceReader.follow
        self.engines = Engines(
            speech_to_text=_Speech(),
            text_to_speech=FakeTextToSpeech(),
            turn_detector=FakeTurnDetector(),
            new_activity=_Activity,
            embedder=FakeEmbedder(),
            make_face=self._face,
        )
        self.analyse = AnalyseUpload(
            store=self.store,
            recordings=self.recordings,
            media=self.media,
            engines=self.engines,
            longest_s=60.0,
            clock=lambda: NOW,
        )

    def _face(self) -> FaceReader:
        self.faces += 1
        reader = FakeFaceReader()
        read, follow = partial(self.read, reader), partial(self.follow, reader)
        return cast(FaceReader, SimpleNamespace(read=read, follow=follow))

    async def take(
        self, modalities: frozenset[Modality] = EVERYTHING, question: str | None = None
    ) -> Interview:
        shown = notices(Purpose.PRACTICE, set(Analyser), Retention())
        brought = Brought(io.BytesIO(b"film!"), "me.mp4", modalities, question, shown)
        return await take_upload(
            self.store,
            self.recordings,
            self.media,
            brought,
            limits=UploadLimits(1, 1),
            mode="basic",
            models={},
            now=NOW,
        )

    async def state(self, interview_id: UUID) -> tuple[UploadState, str]:
        async with self.store.begin() as work:
            upload = await work.uploads.get(interview_id)
        assert upload is not None
        return upload.state, upload.error


async def test_a_film_becomes_words_pauses_and_readings_of_the_report() -> None:
    world = _World()
    made = await world.take()
    assert made.purpose is Purpose.PRACTICE
    assert world.recordings.read(made.id, "1.pcm") == b"film!\0"
    await world.analyse(made.id)
    assert await world.state(made.id) == (UploadState.DONE, "")
    report = await build_report(world.store, made.id)
    assert report is not None
    assert report.interview.status is InterviewStatus.COMPLETED
    (turn,) = report.turns
    assert turn.answer == "word"
    assert turn.words[0].start_s == pytest.approx(2.0, abs=0.15)
    (span,) = turn.speech
    assert span == (pytest.approx(1.0, abs=0.1), pytest.approx(3.0, abs=0.1))
    assert report.presence is not None
    assert report.presence.seconds_seen == 4
    assert "nothing is graded" in report.outcome
    assert report.blend.content is None


async def test_the_file_goes_and_the_sound_stays_only_with_consent() -> None:
    world = _World()
    made = await world.take()
    await world.analyse(made.id)
    assert set(world.recordings._stretches[made.id]) == {"2.pcm"}
    silent = await world.take(EVERYTHING - {Modality.RECORDING})
    await world.analyse(silent.id)
    assert not world.recordings._stretches[silent.id]
    async with world.store.begin() as work:
        assert await work.observations.recordings(silent.id) == ()


async def test_what_was_not_agreed_to_is_not_read() -> None:
    world = _World()
    made = await world.take(frozenset({Modality.AUDIO}))
    await world.analyse(made.id)
    assert world.faces == 0
    async with world.store.begin() as work:
        assert await work.observations.readings(made.id) == ()
    blind = await world.take(frozenset({Modality.VIDEO}))
    await world.analyse(blind.id)
    async with world.store.begin() as work:
        (turn,) = await work.turns.of(blind.id)
        assert len(await work.observations.readings(blind.id)) == 4
    assert turn.answer == ""


async def test_the_same_job_twice_changes_nothing() -> None:
    world = _World()
    made = await world.take()
    await world.analyse(made.id)
    first = await build_report(world.store, made.id)
    await world.analyse(made.id)
    assert await build_report(world.store, made.id) == first


@pytest.mark.parametrize(
    ("media", "modalities", "problem"),
    [
        (_Media(10_800.0), EVERYTHING, "lasts 180 minutes. At most 1"),
        (_Media(picture=False), frozenset({Modality.VIDEO}), "only sound"),
        (_Media(sound=False), frozenset({Modality.AUDIO}), "only pictures"),
    ],
)
async def test_what_can_not_be_analysed_is_refused_and_nothing_is_kept(
    media: _Media, modalities: frozenset[Modality], problem: str
) -> None:
    world = _World(media)
    with pytest.raises(BadContent, match=problem):
        await world.take(modalities)
    assert world.recordings._stretches == {}
    async with world.store.begin() as work:
        assert await work.interviews.recent() == ()


async def test_a_recording_that_hides_its_length_ends_with_a_reason() -> None:
    world = _World(_Media(None))
    world.media.lasts = 61
    made = await world.take()
    await world.analyse(made.id)
    state, error = await world.state(made.id)
    assert state is UploadState.FAILED
    assert "At most 1 minutes" in error
    assert made.id not in world.recordings._stretches


async def test_the_bar_moves_while_a_long_recording_is_listened_to() -> None:
    world = _World(_Media(4.0, picture=False))
    made = await world.take()
    world.media.told = MediaFacts(180.0, sound=True, picture=False)
    shares: list[float] = []

    def sound(file: BinaryIO) -> Iterator[Pcm]:
        for _ in range(180):
            shares.append(world.store._state.uploads[made.id].share)
            yield np.zeros(16_000, dtype=np.int16)

    world.media.sound = sound  # type: ignore[method-assign]
    await AnalyseUpload(
        store=world.store,
        recordings=world.recordings,
        media=world.media,
        engines=world.engines,
        longest_s=600.0,
    )(made.id)
    assert sorted(set(shares)) == shares[::60] == pytest.approx([0.05, 0.1, 0.15])
    assert (await world.state(made.id))[0] is UploadState.DONE


async def test_a_file_that_breaks_later_ends_with_a_reason() -> None:
    world = _World()
    made = await world.take()
    world.media.broken = True
    await world.analyse(made.id)
    assert await world.state(made.id) == (UploadState.FAILED, "Expected a film.")
    report = await build_report(world.store, made.id)
    assert report is not None
    assert report.interview.status is InterviewStatus.FAILED


async def test_the_head_in_a_film_is_followed_and_told_with_its_coverage() -> None:
    world = _World()
    world.follow = lambda reader, jpeg, last: straight(yaw=3.0)
    made = await world.take()
    await world.analyse(made.id)
    report = await build_report(world.store, made.id)
    assert report is not None
    assert report.presence is not None
    assert report.presence.figures is not None
    measures = {each.name: each for each in report.presence.figures.head}
    assert measures["head_yaw"].value == pytest.approx(3.0)
    assert measures["head_yaw"].coverage == 1.0
    assert measures["blinks"].value is None
    assert measures["blinks"].note, "two pictures a second"


async def test_a_film_without_a_landmark_model_has_its_expressions_all_the_same() -> None:
    world = _World()
    made = await world.take()
    await world.analyse(made.id)
    async with world.store.begin() as work:
        kept = await work.observations.readings(made.id)
    assert len(kept) == world.media.lasts
    assert {reading.head for reading in kept} == {None}


async def test_nothing_more_is_kept_once_the_camera_is_withdrawn() -> None:
    world = _World()
    made = await world.take()
    read = FakeFaceReader.read

    def withdrawing(reader: FakeFaceReader, jpeg: bytes) -> FaceReading:
        if jpeg == JPEG + b"\x02":  # the third picture, of the second second
            kept = world.store._state.interviews[made.id]
            gone = (c for c in kept.consents if c.modality is not Modality.VIDEO)
            world.store._state.interviews[made.id] = replace(kept, consents=tuple(gone))
        return read(reader, jpeg)

    world.read = withdrawing
    await world.analyse(made.id)
    async with world.store.begin() as work:
        kept = await work.observations.readings(made.id)
    assert [reading.second for reading in kept] == [0]
    assert (await world.state(made.id))[0] is UploadState.DONE


async def test_a_recording_that_is_erased_meanwhile_leaves_nothing() -> None:
    world = _World()
    made = await world.take()
    world.recordings.erase(made.id)
    await world.store.erase(made.id)
    await world.analyse(made.id)
    async with world.store.begin() as work:
        assert await work.turns.of(made.id) == ()
