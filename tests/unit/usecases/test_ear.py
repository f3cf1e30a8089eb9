"""The ear: speech events and the samples of an answer, on the audio clock."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from app.dialogue.events import Event, SpeechStarted, SpeechStopped, Tick
from app.ports.speech import SAMPLE_RATE, Pcm, Transcript
from app.usecases.answer_audio import AnswerAudio
from app.usecases.ear import Ear

pytestmark = pytest.mark.unit


class LoudIsSpeech:
    """Voice activity by loudness."""

    def probability(self, frame: Pcm) -> float:
        return 0.9 if np.abs(frame.astype(int)).mean() > 500 else 0.05

    def reset(self) -> None:
        pass


class Recogniser:
    """Engines that only note which samples they were given."""

    def __init__(self) -> None:
        self.jobs: list[Pcm] = []

    async def transcribe(
        self, pcm: Pcm, *, hotwords: tuple[str, ...] = (), due: object = None
    ) -> Transcript:
        self.jobs.append(pcm)
        return Transcript(())


class Tape:
    """A recording writer in memory."""

    file = "1.pcm"

    def __init__(self) -> None:
        self.pcm = b""

    def append(self, pcm: bytes) -> None:
        self.pcm += pcm

    def close(self) -> float:
        return len(self.pcm) / 2 / SAMPLE_RATE


def sound(seconds: float, level: int) -> bytes:
    return np.full(round(seconds * SAMPLE_RATE), level, dtype="<i2").tobytes()


def listen(ear: Ear, pcm: bytes, start: float = 0.0) -> list[Event]:
    events, at = [], start
    for place in range(0, len(pcm), 3200):
        piece = pcm[place : place + 3200]
        at += len(piece) / 2 / SAMPLE_RATE
        events += ear.feed(piece, at)
    return events


@pytest.fixture
def recogniser() -> Recogniser:
    return Recogniser()


@pytest.fixture
def ear(recogniser: Recogniser) -> Ear:
    return Ear(LoudIsSpeech(), lambda: AnswerAudio(recogniser))  # type: ignore[arg-type]


def speech_of(events: list[Event]) -> list[tuple[str, float]]:
    out = []
    for event in events:
        if isinstance(event, SpeechStarted):
            out.append(("start", event.at))
        elif isinstance(event, SpeechStopped):
            out.append(("stop", event.ended))
    return out


def test_speech_is_placed_where_it_begins_and_ends(ear: Ear):
    events = listen(ear, sound(1.0, 0) + sound(2.0, 3000) + sound(1.0, 0))
    (first, began), (second, ended) = speech_of(events)
    assert (first, second) == ("start", "stop")
    assert began == pytest.approx(1.0, abs=0.04)
    assert ended == pytest.approx(3.0, abs=0.04)


def test_a_click_is_no_speech(ear: Ear):
    assert speech_of(listen(ear, sound(1.0, 0) + sound(0.06, 3000) + sound(1.0, 0))) == []


def test_every_block_moves_the_clock(ear: Ear):
    events = listen(ear, sound(1.0, 0), start=5.0)
    ticks = [event.at for event in events if isinstance(event, Tick)]
    assert ticks == sorted(ticks)
    assert ticks[-1] == pytest.approx(6.0, abs=0.04)


async def test_the_answer_begins_before_the_first_word_and_has_all_of_it(
    ear: Ear, recogniser: Recogniser
):
    listen(ear, sound(3.0, 0) + sound(2.0, 3000) + sound(0.5, 0))
    await ear.answer.recognise()
    (pcm,) = recogniser.jobs
    assert np.count_nonzero(pcm) == 2 * SAMPLE_RATE
    assert 0.5 <= np.argmax(pcm != 0) / SAMPLE_RATE <= 1.05


async def test_long_answers_are_recognised_in_chunks_that_hold_every_sample_once(
    ear: Ear, recogniser: Recogniser
):
    talk = sound(9.0, 3000) + sound(0.7, 0) + sound(30.0, 2000) + sound(0.6, 0) + sound(3.0, 1000)
    listen(ear, sound(1.0, 0) + talk + sound(0.3, 0))
    await ear.answer.recognise()
    lengths = [len(job) / SAMPLE_RATE for job in recogniser.jobs]
    assert max(lengths) <= 25.1
    assert len(lengths) >= 3
    heard = sum(np.count_nonzero(job) for job in recogniser.jobs)
    assert heard == pytest.approx(42.0 * SAMPLE_RATE, abs=512)


async def test_a_word_between_a_pause_and_a_lost_connection_is_recognised(
    ear: Ear, recogniser: Recogniser
):
    listen(ear, sound(1.0, 0) + sound(9.0, 3000) + sound(0.3, 0))
    under_way = asyncio.ensure_future(ear.answer.recognise())
    await asyncio.sleep(0)
    listen(ear, sound(0.4, 2000), start=10.3)
    ear.restart()
    listen(ear, sound(1.0, 0) + sound(2.0, 1000) + sound(0.4, 0), start=20.0)
    await under_way
    await ear.answer.recognise()
    assert any(np.count_nonzero(job == 2000) > 6000 for job in recogniser.jobs)


async def test_undo_joins_both_halves_of_an_answer(ear: Ear, recogniser: Recogniser):
    at = 3.0
    listen(ear, sound(1.0, 0) + sound(2.0, 3000))
    ear.close_answer()
    listen(ear, sound(0.9, 0) + sound(1.0, 2000) + sound(0.4, 0), start=at)
    ear.reopen_answer()
    await ear.answer.recognise()
    heard = sum(np.count_nonzero(job) for job in recogniser.jobs)
    assert heard == pytest.approx(3.0 * SAMPLE_RATE, abs=512)


def test_a_stream_that_stays_behind_is_filled_up_to_the_clock(ear: Ear):
    tape = Tape()
    ear.writer = tape
    ear.feed(sound(0.1, 0), 0.1)
    events: list[Event] = []
    for number in range(20):
        events += ear.feed(sound(0.1, 0), 3.1 + number * 0.1)
    assert events[-1].at == pytest.approx(5.0, abs=0.04)
    assert tape.close() == pytest.approx(5.0, abs=0.001)


def test_blocks_that_a_slow_network_held_up_lose_nothing_and_gain_no_silence(ear: Ear):
    """Three seconds of speech arrive in one burst after a stall."""
    listen(ear, sound(1.0, 0) + sound(1.0, 3000))
    events: list[Event] = []
    for _ in range(30):
        events += ear.feed(sound(0.1, 3000), 5.05)
    events += listen(ear, sound(0.5, 0), start=5.05)
    assert speech_of(events) == [("stop", pytest.approx(5.0, abs=0.04))]


def test_a_stream_lost_while_speaking_ends_the_speech(ear: Ear):
    listen(ear, sound(1.0, 0) + sound(1.0, 3000))
    tape = Tape()
    ear.writer = tape
    events = ear.feed(sound(0.1, 0), 62.0)
    assert speech_of(events) == [("stop", pytest.approx(2.0, abs=0.04))]
    assert tape.close() == pytest.approx(60.0, abs=0.1)
    assert events[-1].at == pytest.approx(62.0, abs=0.04)


async def test_a_chunk_takes_over_the_recognition_that_is_under_way(
    ear: Ear, recogniser: Recogniser
):
    listen(ear, sound(1.0, 0) + sound(9.0, 3000) + sound(0.35, 0))
    await ear.answer.recognise()
    listen(ear, sound(0.4, 0), start=10.35)
    await ear.answer.recognise()
    assert len([job for job in recogniser.jobs if np.count_nonzero(job)]) == 1
