"""The answers of a rehearsal: names, follow-ups, gaps, any kind of recording, clear errors."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from app.cli.answers import BadAnswers, read_answers, read_sound
from app.ports.speech import SAMPLE_RATE

pytestmark = pytest.mark.integration


def _tone(path: Path, *, rate: int = SAMPLE_RATE, channels: int = 1, seconds: float = 1.0) -> None:
    time = np.arange(round(rate * seconds)) / rate
    tone = 0.5 * np.sin(2 * np.pi * 440 * time)
    samples = np.repeat((tone * 32767).astype("<i2")[:, None], channels, axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def test_questions_take_numbers_and_follow_ups_take_letters_from_b(tmp_path: Path) -> None:
    for name in ("1.wav", "1b.wav", "1c.wav", "2.wav"):
        _tone(tmp_path / name)
    answers = read_answers(tmp_path)
    assert set(answers.given) == {(1, 0), (1, 1), (1, 2), (2, 0)}
    assert answers.highest == 2


def test_a_missing_number_or_follow_up_is_silence(tmp_path: Path) -> None:
    _tone(tmp_path / "3.wav")
    answers = read_answers(tmp_path)
    assert answers.highest == 3
    for number, place in ((1, 0), (2, 0), (3, 1)):
        assert answers.of(number, place).pcm is None
        assert answers.of(number, place).text is None


def test_a_text_file_is_a_typed_answer(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(" A hash map. \n")
    assert read_answers(tmp_path).of(1, 0).text == "A hash map."


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    _tone(tmp_path / "1.wav")
    for name in ("order.txt", "notes.md", "transcript.json"):
        (tmp_path / name).write_text("something else")
    assert set(read_answers(tmp_path).given) == {(1, 0)}


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (8_000, 1), (44_100, 2), (48_000, 1)])
def test_any_rate_and_number_of_channels_becomes_16_khz_mono(
    tmp_path: Path, rate: int, channels: int
) -> None:
    _tone(tmp_path / "1.wav", rate=rate, channels=channels)
    pcm = read_sound(tmp_path / "1.wav")
    assert pcm.dtype == np.int16
    assert abs(len(pcm) - SAMPLE_RATE) <= 0.02 * SAMPLE_RATE
    spectrum = np.abs(np.fft.rfft(pcm.astype(np.float64)))
    assert abs(np.argmax(spectrum) * SAMPLE_RATE / len(pcm) - 440) < 5
    assert 0.25 < np.abs(pcm).max() / 32767 < 0.75


def test_flac_is_read_as_well(tmp_path: Path) -> None:
    _tone(tmp_path / "1.flac")
    assert read_answers(tmp_path).of(1, 0).pcm is not None


def test_no_folder_and_no_answers_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(BadAnswers, match="no folder"):
        read_answers(tmp_path / "absent")
    with pytest.raises(BadAnswers, match="found none"):
        read_answers(tmp_path)


def test_an_unreadable_recording_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.wav").write_bytes(b"this is no sound at all")
    with pytest.raises(BadAnswers, match=r"1\.wav"):
        read_answers(tmp_path)


def test_an_empty_recording_is_refused(tmp_path: Path) -> None:
    _tone(tmp_path / "1.wav", seconds=0.0)
    with pytest.raises(BadAnswers, match=r"1\.wav"):
        read_answers(tmp_path)


def test_two_answers_to_one_question_are_refused(tmp_path: Path) -> None:
    _tone(tmp_path / "1.wav")
    (tmp_path / "1.txt").write_text("typed")
    with pytest.raises(BadAnswers, match="second answer"):
        read_answers(tmp_path)


def test_questions_are_numbered_from_1(tmp_path: Path) -> None:
    _tone(tmp_path / "0.wav")
    with pytest.raises(BadAnswers, match="from 1"):
        read_answers(tmp_path)
