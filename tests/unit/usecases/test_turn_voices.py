"""Voices are measured with consent; readings of stress are made in a practice alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from app.delivery.fusion import FittedBlend
from app.delivery.voice_figures import BASE_PASSAGE
from app.domain.consent import Consent, Modality, Purpose
from app.domain.errors import PurposeForbids
from app.domain.figures import StressReading
from app.domain.interview import EMOTIONS, ExpressionReading, Recording
from app.ports.errors import StoreUnavailable, VoiceUnavailable
from app.ports.speech import Pcm
from app.usecases.build_report import build_report
from app.usecases.keep_passage import KeepPassage
from app.usecases.measure_turn_voices import ForPractice, MeasureTurnVoices, Measuring
from app.usecases.read_stress import ReadStress
from app.usecases.report_document import report_document
from app.usecases.track_voice import TrackVoice
from tests.fakes.voice import FakeStress, FakeVoice
from tests.unit.agent.grading_world import NOW, World

pytestmark = pytest.mark.unit

RATE = 16_000
ALL = tuple(
    Consent(m, "1", NOW)
    for m in (Modality.AUDIO, Modality.RECORDING, Modality.DELIVERY, Modality.VOICE)
)

HAPPY = tuple(1.0 if name == "happy" else 0.0 for name in EMOTIONS)


class Loud:
    def probability(self, frame: Pcm) -> float:
        return 0.9 if np.abs(frame).max() > 300 else 0.05

    def reset(self) -> None:
        return None


class Tape:
    """A hum of 20 s, whatever is asked for."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    def read(
        self, interview_id: UUID, file: str, from_s: float = 0.0, to_s: float | None = None
    ) -> bytes:
        if self.failure is not None:
            raise self.failure
        time = np.arange(round(((to_s or 60.0) - from_s) * RATE)) / RATE
        wave = sum(np.sin(2 * np.pi * 120 * n * time) / n for n in range(1, 12))
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * time)
        return np.asarray(3000 * wave * swell, dtype="<i2").tobytes()


class Broken(FakeVoice):
    def phonation(self, wave: Any) -> Any:
        raise VoiceUnavailable("no Praat")


def _world(
    consents: tuple[Consent, ...] = ALL, purpose: Purpose = Purpose.PRACTICE
) -> tuple[Any, UUID]:
    world = World()
    interview = world.interview(consents=consents, purpose=purpose)
    world.answered(interview, "It waits. " * 12, speech=((112.0, 132.0),))
    world.recordings = (Recording(interview.id, "a.pcm", 100.0, 60.0),)
    return world, interview.id


def _measuring(world: Any, tape: Any = None, voice: Any = None) -> MeasureTurnVoices:
    track = TrackVoice(voice=voice or FakeVoice(), activity=Loud, plain=True)
    return MeasureTurnVoices(store=world, recordings=tape or Tape(), track=track)


def _reading(world: Any, model: Any = None) -> ReadStress:
    track = TrackVoice(voice=FakeVoice(), activity=Loud)
    return ReadStress(store=world, recordings=Tape(), track=track, model=model)  # type: ignore[arg-type]


async def test_the_voice_of_an_answer_is_kept_with_lanes_on_the_interviews_clock() -> None:
    world, interview_id = _world()
    assert await _measuring(world)(interview_id) == 1
    (voice,) = world.voices.values()
    assert voice.start_s == pytest.approx(111.8)
    assert voice.pitch_hz_median == pytest.approx(120)
    assert set(voice.pitch_hz) <= {120.0, None}
    assert voice.coverage > 0.9
    assert voice.problem == ""
    assert await _measuring(world)(interview_id) == 0


@pytest.mark.parametrize("left_out", [Modality.RECORDING, Modality.DELIVERY])
async def test_without_consent_nothing_is_measured(left_out: Modality) -> None:
    world, interview_id = _world(tuple(c for c in ALL if c.modality is not left_out))
    assert await _measuring(world)(interview_id) == 0
    assert world.voices == {}


@pytest.mark.parametrize("tape", [Tape(StoreUnavailable("gone")), None])
async def test_a_failure_leaves_the_turn_unmeasured(tape: Tape | None) -> None:
    world, interview_id = _world()
    voice = None if tape else Broken()
    assert await _measuring(world, tape, voice)(interview_id) == 0
    assert world.voices == {}


async def test_stress_is_read_in_a_consented_practice_and_shown_as_experimental() -> None:
    world, interview_id = _world()
    kept = await _reading(world, FakeStress((0.1, 0.2, 0.7)))(interview_id)
    assert kept == len(world.stress[interview_id]) >= 3
    assert {reading.level for reading in world.stress[interview_id]} == {"high"}
    report = await build_report(world, interview_id)
    assert report is not None
    assert report.stress is not None
    assert report.stress.coverage > 0.9
    document = report_document(report)
    assert "Experimental" in document["stress"]["source"]


async def test_a_fitted_blend_of_face_and_voice_takes_the_place_of_the_unfitted_one() -> None:
    rows = ((0.0,) * 7, (*(0.0,) * 6, 9.0), (0.0,) * 7)
    always_medium = FittedBlend({("face", "voice"): rows})
    world, interview_id = _world((*ALL, Consent(Modality.VIDEO, "1", NOW)))
    world.readings = tuple(ExpressionReading(second, 1, HAPPY, 0.9) for second in range(112, 132))
    await _reading(world, FakeStress((0.1, 0.2, 0.7)))(interview_id)
    plain = await build_report(world, interview_id)
    fitted = await build_report(world, interview_id, fitted=always_medium)
    assert plain is not None
    assert fitted is not None
    assert {each.modalities for each in fitted.together} == {("face", "voice")}
    assert {each.level for each in fitted.together} == {"medium"}
    assert "medium" not in {each.level for each in plain.together}
    assert (plain.together_fitted, fitted.together_fitted) == (False, True)


async def test_the_report_holds_figures_of_the_voice_with_consent_to_delivery() -> None:
    world, interview_id = _world()
    await _measuring(world)(interview_id)
    report = await build_report(world, interview_id)
    assert report is not None
    assert report.voice is not None
    measures = {measure.name: measure for measure in report.voice.measures}
    assert measures["pitch"].value == pytest.approx(120)
    assert measures["loudness"].coverage > 0.9
    assert report_document(report)["delivery"]["voice"]["baseline"]
    withdrawn = tuple(
        Consent(c.modality, "1", NOW, NOW + timedelta(1))
        if c.modality in (Modality.DELIVERY, Modality.VOICE)
        else c
        for c in ALL
    )
    other, other_id = _world(withdrawn)
    plain = await build_report(other, other_id)
    assert plain is not None
    assert (plain.voice, plain.stress) == (None, None)
    assert "stress" not in report_document(plain)


async def test_an_assessment_makes_keeps_and_shows_no_reading_of_stress() -> None:
    world, interview_id = _world(purpose=Purpose.ASSESSMENT)

    def never() -> Measuring:
        raise AssertionError("an assessment opened the door to stress")

    door = ForPractice(store=world, modality=Modality.VOICE, make=never)
    assert await door(interview_id) == 0
    assert await _reading(world, FakeStress())(interview_id) == 0
    assert world.stress == {}
    async with world.begin() as work:
        with pytest.raises(PurposeForbids):
            await work.voices.keep_stress(
                interview_id, (StressReading(0.0, 4.0, "high", 0.5, 1.0),)
            )
    report = await build_report(world, interview_id)
    assert report is not None
    assert "stress" not in report_document(report)


async def test_the_door_opens_for_a_practice_that_agreed_and_only_then() -> None:
    world, interview_id = _world()
    made: list[int] = []

    def make() -> Measuring:
        made.append(1)

        async def read(_: UUID) -> int:
            return 7

        return read

    door = ForPractice(store=world, modality=Modality.VOICE, make=make)
    assert await door(interview_id) == 7
    assert await door(interview_id) == 7
    assert made == [1]
    other, other_id = _world(tuple(c for c in ALL if c.modality is not Modality.VOICE))
    closed = ForPractice(store=other, modality=Modality.VOICE, make=make)
    assert await closed(other_id) == 0


def _hum(seconds: float) -> bytes:
    return Tape().read(UUID(int=0), "", 0.0, seconds)


def _passage(world: Any, voice: Any = None) -> KeepPassage:
    track = TrackVoice(voice=voice or FakeVoice(100.0), activity=Loud, plain=True)
    return KeepPassage(store=world, track=track)


async def test_the_passage_of_the_device_check_is_the_usual_voice_in_the_report() -> None:
    world, interview_id = _world()
    assert await _passage(world)(interview_id, _hum(6.0))
    await _measuring(world)(interview_id)
    report = await build_report(world, interview_id)
    assert report is not None
    assert report.voice is not None
    pitch = next(m for m in report.voice.measures if m.name == "pitch")
    assert (pitch.value, pitch.own) == (pytest.approx(120), pytest.approx(100))
    assert report.voice.baseline == BASE_PASSAGE


@pytest.mark.parametrize("sound", [b"", b"odd", bytes(64_000)])
async def test_a_silent_or_broken_passage_is_not_kept(sound: bytes) -> None:
    world, interview_id = _world()
    assert not await _passage(world)(interview_id, sound)
    assert not await _passage(world, Broken())(interview_id, _hum(6.0))
    assert world.voices == {}


async def test_a_passage_is_not_measured_without_consent_to_delivery() -> None:
    world, interview_id = _world(tuple(c for c in ALL if c.modality is not Modality.DELIVERY))
    assert not await _passage(world)(interview_id, _hum(6.0))
    assert world.voices == {}
