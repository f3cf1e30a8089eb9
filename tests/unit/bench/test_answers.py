"""Answers of simulated candidates: one speaker each, of a length of speech, with known pauses."""

from __future__ import annotations

import numpy as np
import pytest

from app.bench.answers import LONGEST_SECONDS, SHORTEST_SECONDS, Piece, joined
from app.ports.speech import SAMPLE_RATE

pytestmark = pytest.mark.unit


def pieces(*seconds: float, speaker: str = "one") -> list[Piece]:
    return [
        Piece(f"{speaker}-{n}", speaker, np.full(round(s * SAMPLE_RATE), 900, np.int16), f"word{n}")
        for n, s in enumerate(seconds)
    ]


def test_answers_have_the_length_of_answers():
    answers = list(joined(pieces(*[4.0] * 40), np.random.default_rng(0)))
    assert len(answers) > 5
    assert all(SHORTEST_SECONDS <= answer.seconds <= LONGEST_SECONDS for answer in answers)


def test_no_answer_has_two_speakers():
    mixed = pieces(6.0, 6.0) + pieces(6.0, 6.0, 6.0, 6.0, speaker="two")
    answers = list(joined(mixed, np.random.default_rng(0)))
    assert answers
    assert {answer.name.split("-")[0] for answer in answers} <= {"one", "two"}
    assert sum(len(answer.words) for answer in answers) <= len(mixed)


def test_what_is_longer_than_an_answer_is_left_out():
    assert list(joined(pieces(LONGEST_SECONDS + 1.0), np.random.default_rng(0))) == []


def test_a_pause_begins_where_speech_ends():
    answers = list(joined(pieces(5.0, 5.0, 5.0, 5.0, 5.0), np.random.default_rng(0)))
    for answer in answers:
        assert len(answer.pauses) == len(answer.words) - 1
        for start in answer.pauses:
            assert abs(int(answer.pcm[start - 1])) == 900
            assert np.abs(answer.pcm[start : start + SAMPLE_RATE // 4]).max() < 100


def test_the_same_seed_makes_the_same_answers():
    first, second = (list(joined(pieces(*[3.0] * 20), np.random.default_rng(7))) for _ in range(2))
    assert [a.name for a in first] == [a.name for a in second]
    assert all(np.array_equal(a.pcm, b.pcm) for a, b in zip(first, second, strict=True))
