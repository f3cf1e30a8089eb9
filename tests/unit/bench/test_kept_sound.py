"""Samples that were said and are not in the recording are told from those that are."""

from __future__ import annotations

from uuid import uuid4

import numpy as np
import pytest

from app.bench.kept_sound import recorded, seconds_not_kept
from app.domain.interview import Recording
from tests.fakes.recordings import FakeRecordings

pytestmark = pytest.mark.unit

SPEECH = np.random.default_rng(3).integers(-8_000, 8_000, 32_000).astype(np.int16)
QUIET = np.zeros(16_000, np.int16)


def kept(*parts: np.ndarray) -> bytes:
    return b"".join(part.astype("<i2").tobytes() for part in parts)


def test_sound_in_two_stretches_with_silence_between_is_all_kept():
    assert seconds_not_kept(SPEECH, kept(QUIET, SPEECH[:16_000], QUIET, SPEECH[16_000:])) == 0


def test_a_stretch_that_was_left_out_is_counted_in_seconds():
    assert seconds_not_kept(SPEECH, kept(SPEECH[:9_600], SPEECH[16_000:])) == pytest.approx(0.4)


def test_stretches_that_were_kept_in_another_order_are_not_missing():
    assert seconds_not_kept(SPEECH, kept(SPEECH[16_000:], SPEECH[:16_000])) == 0


def test_one_changed_sample_is_a_missing_piece():
    changed = SPEECH.copy()
    changed[5_000] += 1
    assert seconds_not_kept(SPEECH, kept(changed)) == pytest.approx(0.02)


def test_silence_is_not_asked_for():
    assert seconds_not_kept(QUIET, b"") == 0


def test_the_stretches_of_an_interview_are_read_in_their_order():
    recordings, interview = FakeRecordings(), uuid4()
    for sound in (b"mine", b"other", b"more"):
        recordings.open(interview).append(sound)
    stretches = [Recording(interview, name, 0.0, 0.0) for name in ("3.pcm", "1.pcm")]
    assert recorded(recordings, stretches) == b"moremine"
