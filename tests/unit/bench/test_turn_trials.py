"""Trials of turn-taking on the live loop itself, with scripted models and a clock that leaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from app.bench.leaping import run_leaping
from app.bench.turns.live_trial import Watched, ended, resumed, speak_to_live
from app.bench.turns.overheard import listen_to, speech_in, voice_in
from app.bench.turns.remembering import RememberingEngines
from app.bench.turns.speech_files import SpeechFile, SpokenWord
from app.bench.turns.trials import FileTried, NothingToTry, try_file
from app.dialogue.endpointing import Patience
from app.domain.interview import Word
from app.ports.speech import SAMPLE_RATE, Pcm, Transcript

pytestmark = pytest.mark.unit

LOUD, QUIET = 3000, 10
DONE = Patience().done


class Loudness:
    def probability(self, frame: Pcm) -> float:
        return 0.9 if np.abs(frame.astype(int)).mean() > 500 else 0.05

    def reset(self) -> None:
        pass


@dataclass
class Detector:
    probability: float
    asked: int = 0

    def complete(self, pcm: Pcm) -> float:
        self.asked += 1
        return self.probability


@dataclass
class Hearing:
    text: str = "one two three four five six"
    jobs: list[int] = field(default_factory=list)

    def transcribe(self, pcm: Pcm, *, hotwords: Sequence[str] = ()) -> Transcript:
        self.jobs.append(len(pcm))
        step = len(pcm) / SAMPLE_RATE / max(1, len(self.text.split()))
        words = enumerate(self.text.split())
        return Transcript(tuple(Word(word, i * step, (i + 1) * step) for i, word in words))

    def fillers(self, pcm: Pcm) -> Transcript:
        return Transcript(())


def engines(probability: float, hearing: Hearing | None = None) -> RememberingEngines:
    return RememberingEngines(
        speech_to_text=hearing or Hearing(),
        turn_detector=Detector(probability),
        new_activity=Loudness,
    )


def sound(*parts: tuple[float, int]) -> Pcm:
    level = [np.full(round(seconds * SAMPLE_RATE), loud) for seconds, loud in parts]
    wave = np.concatenate(level) * np.where(np.arange(sum(map(len, level))) % 2, 1, -1)
    return wave.astype(np.int16)


def paused(seconds: float) -> Pcm:
    return sound((3.0, LOUD), (seconds, QUIET), (3.0, LOUD), (0.5, QUIET))


def pause_tried(seconds: float, models: RememberingEngines) -> Watched:
    return run_leaping(
        lambda _: speak_to_live(
            paused(seconds), models, look_from_s=2.5, enough=resumed(3.0 + seconds)
        )
    )


def test_a_pause_that_sounds_complete_ends_the_turn_and_speech_that_resumes_takes_it_back() -> None:
    seen = pause_tried(3.0, engines(0.95))

    assert seen.ended_s == pytest.approx(3.0 + DONE, abs=0.15)
    assert seen.wait_s == pytest.approx(DONE)
    assert seen.undone


def test_a_short_pause_leaves_the_floor_to_the_speaker() -> None:
    seen = pause_tried(1.5, engines(0.95))

    assert seen == Watched(wait_s=pytest.approx(DONE))


def test_words_that_end_on_a_hook_are_told() -> None:
    seen = pause_tried(3.0, engines(0.1, Hearing("it failed because")))

    assert seen.ended_s is None
    assert seen.hook
    assert seen.wait_s is not None
    assert seen.wait_s > 6.0


def test_a_true_end_is_awaited() -> None:
    pcm = sound((3.0, LOUD), (8.0, QUIET))
    seen = run_leaping(
        lambda _: speak_to_live(pcm, engines(0.95), look_from_s=3.0, enough=ended(3.0))
    )

    assert seen.ended_s == pytest.approx(3.0 + DONE, abs=0.15)
    assert not seen.undone


def test_silences_are_told_with_their_times_and_verdicts() -> None:
    (silence,) = listen_to(paused(2.0), engines(0.7), from_s=2.5, to_s=5.0)

    assert silence.from_s == pytest.approx(3.0, abs=0.04)
    assert silence.noticed_s == pytest.approx(3.2, abs=0.05)
    assert silence.until_s == pytest.approx(5.0, abs=0.04)
    assert (silence.probability, silence.later) == (0.7, 0.7)


def test_a_silence_before_or_after_the_stretch_is_left_out() -> None:
    assert listen_to(paused(2.0), engines(0.7), from_s=3.5, to_s=5.0) == ()
    assert listen_to(paused(2.0), engines(0.7), from_s=0.0, to_s=2.5) == ()


def test_speech_is_found_between_its_first_and_last_voice() -> None:
    models = engines(0.5)
    pcm = sound((0.64, QUIET), (1.28, LOUD), (0.64, QUIET))

    assert speech_in(voice_in(pcm, models)) == pytest.approx((0.64, 1.92))
    assert speech_in(voice_in(sound((1.0, QUIET)), models)) is None


def test_the_same_samples_are_judged_and_recognised_once() -> None:
    hearing = Hearing()
    models = engines(0.7, hearing)
    for _ in range(2):
        assert models.judge(paused(1.5)) == 0.7
        models.recognise(paused(1.5))

    assert len(hearing.jobs) == len(models.judge_took) == 1


def tried(probability: float, pcm: Pcm) -> FileTried:
    words = tuple(SpokenWord(word) for word in Hearing.text.split())
    file = SpeechFile("f", "s", pcm, words)
    models = engines(probability)
    return run_leaping(lambda _: try_file(file, models, inside_most=1, seed=0))


def test_a_file_is_tried_with_each_length_of_pause_and_at_its_end() -> None:
    result = tried(0.95, sound((0.3, QUIET), (6.0, LOUD), (0.3, QUIET)))

    assert [one.seconds for one in result.pauses] == [1.5, 2.0, 3.0]
    assert sorted(result.pauses[0].cut) == ["pipecat_default"]
    assert sorted(result.pauses[2].cut) == ["pipecat_default", "sounding"]
    assert sorted(result.pauses[2].wrong) == ["pipecat_default"]
    assert result.end.waits == {
        "sounding": pytest.approx(DONE, abs=0.15),
        "pipecat_default": pytest.approx(0.35, abs=0.05),
        "flat_3_2": 3.2,
    }


def test_a_file_too_short_for_an_inner_boundary_is_tried_at_its_end_alone() -> None:
    result = tried(0.1, sound((0.3, QUIET), (1.5, LOUD), (0.3, QUIET)))

    assert result.pauses == ()
    assert result.why == "no inner word boundary a second from both ends"


def test_a_file_without_a_voice_is_not_tried() -> None:
    with pytest.raises(NothingToTry, match="no speech"):
        tried(0.1, sound((4.0, QUIET)))
