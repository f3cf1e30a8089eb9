"""A whole spoken interview on real models: Piper's voice answers, Whisper hears, Qwen votes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import jiwer
import pytest

from tests.needs import need_model
from tests.postgres import NewStore
from tests.voice import steady_voice

pytestmark = pytest.mark.integration

MODELS = (
    "whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm", "local-llm",
)  # fmt: skip
SAID = {
    "1": "Lists are mutable, so you can append to them and change items. Tuples are immutable. I "
    "would use a list when the data is going to change, and a tuple when it stays the same.",
    "1b": "It can be a key in a dictionary, because the hash never changes.",
    "1c": "The items inside can still be changed, so it is only frozen at the top.",
    "3": "Last spring I had to learn a new database in two weeks because our product moved. I made "
    "a list of what I needed, built a small copy at home, and asked a colleague to review it. The "
    "move went live on time.",
}


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def record(folder: Path) -> None:
    """Answers to questions 1 and 3 in Piper's voice; question 2 gets none."""
    for name, text in SAID.items():
        sounds = list(steady_voice().speak(text))
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sounds[0].rate)
            file.writeframes(b"".join(sound.pcm for sound in sounds))


@pytest.fixture(scope="module")
def report(store_with_bank: NewStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    for name in MODELS:
        need_model(name)
    folder = tmp_path_factory.mktemp("answers")
    record(folder)
    command = [sys.executable, "-m", "app.cli.main", "rehearse", "--track", "sample"]
    out = folder / "report.json"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SOUNDING_DATA_DIR")}
    with store_with_bank() as url:
        done = subprocess.run(
            [*command, "--answers", str(folder), "--out", str(out), "--timeout", "600"],
            env=kept | {"SOUNDING_DATABASE_URL": url},
            capture_output=True,
            text=True,
            timeout=700,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(out.read_text())
    return document


def test_the_words_are_heard_right_but_for_a_few(report: dict[str, Any]):
    plain = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.Strip()])
    answers = [turn for turn in report["turns"] if turn["answer"]]
    assert len(answers) >= 3
    heard = " ".join(turn["answer"] for turn in answers)
    said = " ".join(SAID[name] for name in SAID if name in ("1", "1b", "1c", "3"))
    assert jiwer.wer(plain(said), plain(heard)) <= 0.15


def test_a_follow_up_names_something_from_the_answer(report: dict[str, Any]):
    named = [
        turn
        for turn in report["turns"]
        if turn["kind"] == "follow_up" and turn["probe"] and turn["probe"]["phrase"]
    ]
    assert named
    for turn in named:
        phrase = turn["probe"]["phrase"].lower()
        before = " ".join(t["answer"] for t in report["turns"][: turn["index"]]).lower()
        assert phrase in before
        assert phrase in turn["question"].lower()


def test_every_level_stands_on_words_that_were_said_at_their_time(report: dict[str, Any]):
    turns = {turn["index"]: turn for turn in report["turns"]}
    levels = 0
    for card in report["scorecards"]:
        for criterion in card["criteria"]:
            if criterion["level"] == "ungraded":
                assert criterion["reason"]
                continue
            levels += 1
            assert criterion["evidence"]
            for evidence in criterion["evidence"]:
                turn = turns[evidence["turn"]]
                spoken = " ".join(words_of(turn["answer"]))
                assert " ".join(words_of(evidence["quote"])) in spoken
                assert evidence["start_s"] in [word["start_s"] for word in turn["words"]]
    assert levels >= 4


def test_the_unanswered_question_is_ungraded_and_never_zero(report: dict[str, Any]):
    silent = next(t for t in report["turns"] if t["kind"] == "question" and t["skipped"])
    card = next(c for c in report["scorecards"] if silent["index"] in c["turns"])
    assert card["status"] == "ungraded"
    assert {c["level"] for c in card["criteria"]} == {"ungraded"}


def test_without_a_camera_there_is_no_presence(report: dict[str, Any]):
    assert report["presence"] is None
    assert report["blend"]["presence"] is None


def test_the_first_audio_follows_the_chosen_wait_closely(report: dict[str, Any]):
    waits = [
        turn["response_s"] - turn["end_wait_s"]
        for turn in report["turns"]
        if turn["response_s"] is not None and turn["end_wait_s"] is not None
    ]
    assert waits
    assert min(waits) >= 0.0
    assert not any(turn["interrupted"] for turn in report["turns"])
