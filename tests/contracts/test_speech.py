"""Fakes and real engines of speech keep the same rules."""

from __future__ import annotations

import numpy as np
import pytest

from app.adapters.speech.piper import PiperSpeech
from app.adapters.speech.silero import SileroModel
from app.adapters.speech.smart_turn import SmartTurn
from app.adapters.speech.whisper import WhisperSpeech
from app.ports.errors import SpeechUnavailable
from app.ports.speech import (
    SAMPLE_RATE,
    Pcm,
    SpeechToText,
    TextToSpeech,
    TurnDetector,
    VoiceActivity,
)
from tests.fakes.speech import (
    FakeSpeechToText,
    FakeTextToSpeech,
    FakeTurnDetector,
    FakeVoiceActivity,
)
from tests.integration.sounds import recording
from tests.needs import need_data, need_model

pytestmark = pytest.mark.contract

KINDS = ["fake", "real"]


@pytest.fixture(params=KINDS, scope="module")
def ear(request: pytest.FixtureRequest) -> SpeechToText:
    if request.param == "fake":
        return FakeSpeechToText()
    return WhisperSpeech(need_model("whisper-base"), 2)


@pytest.fixture(params=KINDS, scope="module")
def voice(request: pytest.FixtureRequest) -> TextToSpeech:
    if request.param == "fake":
        return FakeTextToSpeech()
    return PiperSpeech(need_model("piper-joe"), 2)


@pytest.fixture(params=KINDS)
def activity(request: pytest.FixtureRequest) -> VoiceActivity:
    if request.param == "fake":
        return FakeVoiceActivity()
    return SileroModel(need_model("silero-vad") / "silero_vad.onnx").stream()


@pytest.fixture(params=KINDS)
def detector(request: pytest.FixtureRequest) -> TurnDetector:
    if request.param == "fake":
        return FakeTurnDetector()
    return SmartTurn(need_model("smart-turn") / "smart-turn-v3.2-cpu.onnx", 2)


@pytest.fixture(scope="module")
def said() -> Pcm:
    return recording(need_data("speech/jfk/jfk.flac"))


def test_words_come_in_order_and_within_the_sound(ear: SpeechToText, said: Pcm) -> None:
    heard = ear.transcribe(said, hotwords=["country"])
    times = [time for word in heard.words for time in (word.start_s, word.end_s)]

    assert len(heard.words) > 5
    assert not heard.unreliable
    assert heard.language == "en"
    assert times == sorted(times)
    assert times[-1] <= len(said) / SAMPLE_RATE
    assert all(0.0 <= word.probability <= 1.0 for word in heard.words)


def test_silence_and_no_sound_have_no_words(ear: SpeechToText) -> None:
    for seconds in (0, 3):
        heard = ear.transcribe(np.zeros(seconds * SAMPLE_RATE, np.int16))
        assert heard.words == ()
        assert heard.unreliable


def test_more_than_thirty_seconds_are_refused(ear: SpeechToText) -> None:
    with pytest.raises(ValueError, match="30 s"):
        ear.transcribe(np.zeros(31 * SAMPLE_RATE, np.int16))


def test_each_sentence_is_one_sound(voice: TextToSpeech) -> None:
    sounds = list(voice.speak("That makes sense. Why is it fast?"))

    assert len(sounds) == 2
    assert {sound.rate for sound in sounds} == {22_050}
    assert all(sound.seconds > 0.1 for sound in sounds)


def test_a_voice_that_is_not_varied_says_the_same_words_in_the_same_way() -> None:
    voice = PiperSpeech(need_model("piper-joe"), 2, varied=False)
    said = "A dictionary hashes each of its keys."

    first, again = (b"".join(sound.pcm for sound in voice.speak(said)) for _ in range(2))
    assert first == again


def test_slower_takes_longer(voice: TextToSpeech) -> None:
    text = "A dictionary hashes each of its keys."
    usual, slower = (sum(s.seconds for s in voice.speak(text, rate=rate)) for rate in (1.0, 0.7))

    assert slower > 1.15 * usual


def test_nothing_to_say_makes_no_sound(voice: TextToSpeech) -> None:
    assert list(voice.speak(" ... ")) == []


def test_speech_is_told_from_silence(activity: VoiceActivity, said: Pcm) -> None:
    frames = [said[at : at + 512] for at in range(0, len(said) - 511, 512)]
    speech = np.array([activity.probability(frame) for frame in frames])
    activity.reset()
    silence = [activity.probability(np.zeros(512, np.int16)) for _ in range(20)]

    assert np.mean(speech > 0.5) > 0.4
    assert max(silence) < 0.35


def test_a_frame_of_another_length_is_refused(activity: VoiceActivity) -> None:
    with pytest.raises(ValueError, match="512"):
        activity.probability(np.zeros(100, np.int16))


def test_a_verdict_is_a_probability_for_any_length(detector: TurnDetector, said: Pcm) -> None:
    for pcm in (said[:800], said[:48_000], said):
        assert 0.0 <= detector.complete(pcm) <= 1.0
    assert detector.complete(said[:0]) == 0.0


def test_missing_models_are_unavailable_with_the_next_step(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("empty")
    second = np.ones(SAMPLE_RATE, np.int16)

    for call in (
        lambda: WhisperSpeech(folder, 1).transcribe(second),
        lambda: list(PiperSpeech(folder, 1).speak("Hello.")),
        lambda: SmartTurn(folder / "turn.onnx", 1).complete(second),
        lambda: SileroModel(folder / "vad.onnx").stream().probability(second[:512]),
    ):
        with pytest.raises(SpeechUnavailable, match="models fetch"):
            call()


def test_a_broken_fake_is_unavailable_too(said: Pcm) -> None:
    with pytest.raises(SpeechUnavailable):
        FakeSpeechToText(broken=True).transcribe(said)
    with pytest.raises(SpeechUnavailable):
        list(FakeTextToSpeech(broken=True).speak("Hello."))
