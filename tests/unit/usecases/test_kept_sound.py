"""Kept sound is found by the interview's clock, in whichever stretch it lies."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest

from app.domain.interview import Recording
from app.ports.errors import StoreUnavailable
from app.ports.speech import SAMPLE_RATE
from app.usecases.kept_sound import sound_between, sound_of
from tests.fakes.recordings import FakeRecordings

pytestmark = pytest.mark.unit

ID = UUID(int=5)


def _kept(recordings: FakeRecordings, start_s: float, seconds: float) -> Recording:
    """A stretch whose samples tell the second of the interview that they belong to."""
    writer = recordings.open(ID)
    at = start_s + np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    writer.append(at.astype("<i2").tobytes())
    return Recording(ID, writer.file, start_s, 0.0)


def test_a_time_within_one_stretch_is_cut_out_of_it() -> None:
    recordings = FakeRecordings()
    (sound,) = sound_between(recordings, [_kept(recordings, 10.0, 20.0)], 12.0, 15.0)
    assert (sound.start_s, sound.end_s) == (12.0, 15.0)
    assert set(sound.pcm.tolist()) == {12, 13, 14}


def test_a_time_over_two_stretches_has_both_and_no_more() -> None:
    recordings = FakeRecordings()
    kept = [_kept(recordings, 10.0, 5.0), _kept(recordings, 20.0, 5.0), _kept(recordings, 40.0, 1)]
    first, second = sound_between(recordings, kept, 13.0, 22.0)
    assert (first.start_s, first.end_s) == (13.0, 15.0)
    assert (second.start_s, second.end_s) == (20.0, 22.0)
    assert sound_between(recordings, kept, 16.0, 19.0) == ()


def test_without_an_end_all_of_the_rest_is_there() -> None:
    recordings = FakeRecordings()
    sound = sound_of(recordings, _kept(recordings, 10.0, 5.0), 12.5)
    assert (sound.start_s, sound.end_s) == (12.5, 15.0)
    whole = sound_of(recordings, _kept(recordings, 10.0, 5.0), 0.0)
    assert (whole.start_s, whole.end_s) == (10.0, 15.0)


def test_the_first_sample_is_at_the_time_that_is_told() -> None:
    recordings = FakeRecordings()
    stretch = _kept(recordings, 10.0, 5.0)
    whole = sound_of(recordings, stretch, 10.0)
    odd = sound_of(recordings, stretch, 10.12345)
    offset = round((odd.start_s - 10.0) * SAMPLE_RATE)
    assert odd.start_s == pytest.approx(10.12345, abs=1 / SAMPLE_RATE)
    assert np.array_equal(odd.pcm, whole.pcm[offset:])


def test_a_stretch_that_is_gone_is_an_error() -> None:
    with pytest.raises(StoreUnavailable):
        sound_between(FakeRecordings(), [Recording(ID, "1.pcm", 0.0, 1.0)], 0.0, 1.0)
