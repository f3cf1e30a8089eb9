"""Words and fillers are compared with what was written down, as a person would."""

from __future__ import annotations

import numpy as np
import pytest

from app.bench.fillers import FILLER, Labelled, _Tally, distance, normal
from app.bench.voice import shipped_index
from app.delivery.voice_features import FEATURES
from app.domain.interview import Word
from app.ports.speech import Pcm, Transcript

pytestmark = pytest.mark.unit


class Recogniser:
    def __init__(self, plain: str, kept: str) -> None:
        self._plain, self._kept = plain, kept

    def transcribe(self, pcm: Pcm, *, hotwords: object = ()) -> Transcript:
        return _transcript(self._plain)

    def fillers(self, pcm: Pcm) -> Transcript:
        return _transcript(self._kept)


def _transcript(text: str) -> Transcript:
    return Transcript(tuple(Word(word, 0.0, 0.1) for word in text.split()))


def _labelled(words: str) -> Labelled:
    return Labelled("one", np.zeros(10, dtype=np.int16), tuple(words.split()))


def test_every_filler_is_one_token_and_spoken_spellings_are_spelt_out() -> None:
    assert normal(["Um,", "yknow", "I-I", "Uh."]) == [FILLER, "you", "know", "i", "i", FILLER]


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a", "b c", 2), ("", "a", 1), ("a b", "", 2)],
)
def test_distance_counts_insertions_deletions_and_substitutions(
    said: str, heard: str, errors: int
) -> None:
    assert distance(said.split(), heard.split()) == errors


def test_kept_missed_and_invented_fillers_are_told_apart() -> None:
    tally = _Tally()
    heard = Recogniser("we waited for a lock", "Um, we waited for uh the lock um")
    tally.spontaneous(_labelled("um we waited uh for the lock"), heard)
    told = tally.document(1, 0)
    assert told["fillers"]["said"] == 2
    assert told["fillers"]["kept"] == 1
    assert told["fillers"]["invented"] == 2
    assert told["filler_recall"] == 0.5
    assert told["wer"] == pytest.approx(1 / 5)
    assert told["wer_filler_pass"] == 0.0


def test_false_fillers_are_a_rate_over_two_hundred_read_words() -> None:
    tally = _Tally()
    tally.read(_labelled("w " * 100), Recogniser("", "um w w"))
    assert tally.document(0, 1)["false_fillers_per_200_read_words"] == 2.0
    assert tally.document(0, 1)["filler_recall"] is None


class Rows:
    """Two speakers: neutral rows at their own middle, tense ones far above it."""

    def __init__(self) -> None:
        self.rows = np.zeros((12, len(FEATURES)))
        self.level = np.array([0, 0, 0, 2, 2, 2] * 2)
        self.speaker = np.array([0] * 6 + [1] * 6)
        self.neutral = self.level == 0
        self.copy = np.zeros(12, dtype=np.int_)
        for name, by in (("pitch_p50", 4.0), ("loudness_p80", 10.0), ("alpha_voiced_mean", -6.0)):
            place = FEATURES.index(name)
            self.rows[:, place] = 20.0 * self.speaker + by * (self.level == 2)


def test_the_shipped_index_reads_each_clip_against_its_own_speaker() -> None:
    scores = shipped_index(Rows())
    assert scores["neutral_baseline"]["confusion"][0] == [6, 0, 0]
    assert scores["neutral_baseline"]["confusion"][2] == [0, 0, 6]
