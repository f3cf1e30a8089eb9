from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from app.ports.speech import SAMPLE_RATE, Pcm, Transcript
from app.usecases.answer_audio import CLOSE_AFTER_SECONDS, LONGEST_GAP_SECONDS, AnswerAudio

pytestmark = pytest.mark.unit


class Deaf:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def transcribe(
        self, pcm: Pcm, *, hotwords: Sequence[str] = (), due: object = None
    ) -> Transcript:
        self.seconds.append(len(pcm) / SAMPLE_RATE)
        return Transcript(())


def answer() -> AnswerAudio:
    return AnswerAudio(Deaf())  # type: ignore[arg-type]


def sound(level: int, seconds: float) -> Pcm:
    return np.full(round(seconds * SAMPLE_RATE), level, np.int16)


async def test_the_last_seconds_reach_back_over_a_chunk_that_a_pause_closed() -> None:
    said = answer()
    said.add(0.0, sound(7, CLOSE_AFTER_SECONDS))
    said.pause()
    said.add(CLOSE_AFTER_SECONDS, sound(0, 0.9))

    heard = said.last(8.0)

    assert len(heard) == 8 * SAMPLE_RATE
    assert np.count_nonzero(heard) == round(7.1 * SAMPLE_RATE)


async def test_the_last_seconds_of_a_merged_answer_come_from_both_halves() -> None:
    first, second = answer(), answer()
    first.add(0.0, sound(7, 2.0))
    second.add(3.0, sound(9, 3.0))

    first.join(second)

    assert sorted({*first.last(8.0).tolist()}) == [7, 9]
    assert len(first.last(8.0)) == 5 * SAMPLE_RATE


async def test_nothing_from_before_a_lost_connection_counts_as_just_said() -> None:
    said = answer()
    said.add(0.0, sound(7, 2.0))
    said.add(2.0 + LONGEST_GAP_SECONDS + 1.0, sound(9, 1.0))

    assert said.last(8.0).tolist() == sound(9, 1.0).tolist()


def test_an_empty_answer_has_no_last_seconds() -> None:
    assert len(answer().last(8.0)) == 0


async def test_the_silence_after_a_closed_chunk_is_not_recognised() -> None:
    recogniser = Deaf()
    said = AnswerAudio(recogniser)  # type: ignore[arg-type]
    said.add(0.0, sound(7, CLOSE_AFTER_SECONDS))
    said.pause()
    said.add(CLOSE_AFTER_SECONDS, sound(0, 0.5))

    await said.recognise()
    assert recogniser.seconds == [CLOSE_AFTER_SECONDS]

    said.resumed()
    said.add(CLOSE_AFTER_SECONDS + 0.5, sound(7, 1.0))
    await said.recognise()
    assert recogniser.seconds == [CLOSE_AFTER_SECONDS, 1.5]
