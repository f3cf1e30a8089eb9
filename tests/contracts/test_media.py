"""Films and sounds of many kinds are taken apart; what is none of them is told so."""

from __future__ import annotations

import io

import numpy as np
import pytest

from app.adapters.files.media import AvMedia
from app.ports.errors import MediaUnreadable
from tests.clips import clip

pytestmark = pytest.mark.contract

MEDIA = AvMedia()


def _sound(data: bytes) -> np.ndarray:
    return np.concatenate(list(MEDIA.sound(io.BytesIO(data))))


@pytest.mark.parametrize(
    ("kind", "rate", "channels"),
    [("mp4", 44_100, 2), ("webm", 48_000, 1), ("wav", 8_000, 1), ("wav", 48_000, 2)],
)
def test_sound_comes_as_16_khz_mono(kind: str, rate: int, channels: int) -> None:
    data = clip(2.0, kind=kind, rate=rate, channels=channels)
    facts = MEDIA.facts(io.BytesIO(data))
    assert (facts.sound, facts.picture) == (True, kind != "wav")
    assert facts.seconds == pytest.approx(2.0, abs=0.2)
    sound = _sound(data)
    assert sound.dtype == np.int16
    assert len(sound) / 16_000 == pytest.approx(2.0, abs=0.15)
    spectrum = np.abs(np.fft.rfft(sound[4_000:20_000]))
    assert np.argmax(spectrum) == pytest.approx(440, abs=3)


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_stills_come_twice_a_second_and_no_wider_than_needed(kind: str) -> None:
    data = clip(2.0, kind=kind, size=(1280, 720))
    stills = list(MEDIA.stills(io.BytesIO(data), 0.5))
    assert [round(still.at_s, 1) for still in stills] == [0.0, 0.5, 1.0, 1.5]
    assert all(still.jpeg.startswith(b"\xff\xd8\xff") for still in stills)
    import cv2

    picture = cv2.imdecode(np.frombuffer(stills[0].jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (360, 640, 3)


def test_a_sound_has_no_stills_and_a_silent_film_no_sound() -> None:
    assert list(MEDIA.stills(io.BytesIO(clip(1.0, kind="wav")), 0.5)) == []
    silent = clip(1.0, sound=False)
    assert not MEDIA.facts(io.BytesIO(silent)).sound
    with pytest.raises(MediaUnreadable):
        _sound(silent)


@pytest.mark.parametrize(
    "data", [b"", b"not a film", bytes(5_000), b"\x89PNG\r\n\x1a\n" + bytes(99)]
)
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    with pytest.raises(MediaUnreadable, match="Expected a film or sound"):
        MEDIA.facts(io.BytesIO(data))


def test_what_can_be_decoded_before_a_fault_is_kept() -> None:
    whole = clip(4.0, kind="wav", rate=16_000, channels=1)
    cut = _sound(whole[: len(whole) // 2])
    assert 1.5 < len(cut) / 16_000 < 2.5
    film = clip(4.0, kind="webm")
    assert list(MEDIA.stills(io.BytesIO(film[: len(film) // 2]), 0.5))
