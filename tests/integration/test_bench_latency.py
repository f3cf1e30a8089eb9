"""`sounding bench latency` on real servers and models, with one answer and without the peer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

from app.bench.latency import NEEDED
from app.bench.timed_answers import warm_up
from app.dialogue.endpointing import QUICK, Patience
from app.dialogue.session import WRITING_SECONDS
from app.ports.speech import SAMPLE_RATE
from tests.needs import need_model

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    for name in NEEDED:
        need_model(name)
    folder = tmp_path_factory.mktemp("answers")
    answer = warm_up(need_model("piper-joe"), 2)
    with wave.open(str(folder / "answer.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(answer.pcm.tobytes())
    return _run(folder)


def _run(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "app.cli.main", "bench", "latency", "--json"]
    done = subprocess.run(
        [*command, "--audio", str(folder)],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_both_policies_hear_the_answer_whole_and_their_times_add_up(document: dict[str, Any]):
    for name in ("sounding", "sounding_quick"):
        row = document[name]["rows"][0]
        assert row["turns"] == 1, name
        assert not row["early"], name
        assert row["total_s"] == pytest.approx(row["wait_s"] + row["excess_s"], abs=0.002), name
        assert row["total_s"] >= row["wait_s"] - 0.1, name  # VAD may hear the end a little before


def test_each_policy_waits_as_it_says_however_busy_the_machine_is(document: dict[str, Any]):
    patient, quick = (document[name]["rows"][0] for name in ("sounding", "sounding_quick"))
    assert Patience().done <= patient["wait_s"] < WRITING_SECONDS  # no hold of code
    assert quick["wait_s"] in (QUICK.done, QUICK.hold)


def test_the_document_says_what_it_was_measured_with_and_holds_no_words(document: dict[str, Any]):
    assert document["model"] == "scripted"
    assert document["peer"] is None
    assert document["machine"]["cores"] >= 1
    assert "ratio_quick_total" not in document
    assert "computers" not in json.dumps(document)
