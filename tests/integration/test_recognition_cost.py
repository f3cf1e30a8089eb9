"""Recognition costs mostly its encoding: one call must not pay for it twice."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.adapters.speech.whisper import WhisperSpeech
from tests.integration.sounds import recording
from tests.needs import need_data, need_model

pytestmark = pytest.mark.integration


@contextmanager
def encodings() -> Iterator[list[str]]:
    """The calls of the compiled model's `encode`; pybind11 binds its methods to a PyCapsule."""
    calls: list[str] = []

    def note(frame: object, event: str, function: object) -> None:
        bound_to = type(getattr(function, "__self__", None)).__name__
        if event == "c_call" and bound_to == "PyCapsule":
            calls.append(getattr(function, "__name__", ""))

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def test_the_language_guess_costs_no_encoding_of_its_own() -> None:
    whisper = WhisperSpeech(need_model("whisper-base"), 2)
    said = recording(need_data("speech/jfk/jfk.flac"))
    whisper.load()

    with encodings() as calls:
        heard = whisper.transcribe(said)

    assert heard.language == "en"
    assert calls.count("encode") == 1


def test_a_second_full_reading_costs_no_encoding() -> None:
    whisper = WhisperSpeech(need_model("whisper-base"), 2)
    said = recording(need_data("speech/jfk/jfk.flac"))
    whisper.load()

    with encodings() as calls:
        whisper.fillers(said)
        whisper.fillers(said)

    assert calls.count("encode") == 1
