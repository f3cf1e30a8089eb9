"""`sounding bench load` and `soak`, for a few seconds, on a real server with its real models."""

from __future__ import annotations

import pytest

from app.bench.load import bench_load
from app.bench.soak import bench_soak
from tests.needs import need_data, need_model

pytestmark = pytest.mark.integration

MODELS = ("whisper-base", "silero-vad", "smart-turn", "piper-joe", "minilm")


@pytest.fixture(autouse=True)
def _models() -> None:
    for name in MODELS:
        need_model(name)


def test_the_load_bench_measures_an_interview():
    data = need_data("speech/librispeech").parent.parent
    measured = bench_load(most=1, seconds=8.0, data=data, limit=1)
    assert [row["interviews"] for row in measured["levels"]] == [1]
    assert measured["levels"][0]["turns"] >= 1
    assert measured["p95_response_s"][0] > 0.0
    assert measured["levels"][0]["unanswered"] == 0
    assert measured["levels"][0]["memory_mb"] > 100.0
    assert measured["server_errors"] == []
    assert {"machine", "seed", "interviews", "mb_per_session"} <= measured.keys()


def test_the_soak_bench_loses_no_word_over_a_dropped_connection():
    data = need_data("speech/librispeech").parent.parent
    measured = bench_soak(minutes=0.4, interviews=1, data=data, limit=1)
    assert measured["misfortunes"]["dropped"] == 1
    assert measured["answers"] >= 1
    # a recogniser that hears the two halves apart may miss a word; lost sound would cost several
    assert all(len(each["words"]) <= 1 for each in measured["lost"])
    assert measured["answers_not_stored"] == 0
    assert measured["answers_short_of_speech"] == 0
    assert abs(measured["pcm_recorded_s"] - measured["pcm_sent_s"]) < 2.0
    assert (measured["server_errors"], measured["http_5xx"]) == ([], 0)
