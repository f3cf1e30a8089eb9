"""`sounding rehearse` from end to end: its own server, a whole interview, a graded report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.cli.checks import ROOT
from tests.needs import need_model
from tests.postgres import NewStore

pytestmark = pytest.mark.integration

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text())
NEEDED = ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm")
NO_MODELS = {"SOUNDING_INTERVIEWER_MODEL": "none", "SOUNDING_GRADER_MODEL": "none"}
ANSWER = (
    "It depends on what has to be kept. First I would write down the case that fails, then I would "
    "measure it, and change one thing at a time, because otherwise I could not tell what helped."
)


def _rehearse(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [
            sys.executable, "-m", "app.cli.main", "rehearse", "--track", "sample",
            "--answers", str(folder), "--out", str(folder / "report.json"),
            "--timeout", "240", *words,
        ],
        env=os.environ | NO_MODELS | settings,
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )  # fmt: skip
    return done


@pytest.fixture(scope="module")
def report(store_with_bank: NewStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    for name in NEEDED:
        need_model(name)
    folder = tmp_path_factory.mktemp("answers")
    for name in ("1", "1b", "1c"):
        (folder / f"{name}.txt").write_text(ANSWER)
    with store_with_bank() as url:
        done = _rehearse(folder, SOUNDING_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


def test_the_report_keeps_its_schema(report: dict[str, Any]) -> None:
    jsonschema.validate(report, SCHEMA)


def test_it_asks_as_many_questions_as_were_answered(report: dict[str, Any]) -> None:
    assert report["status"] == "completed"
    assert [turn["kind"] for turn in report["turns"]].count("question") == 1
    assert report["turns"][0]["answer"] == ANSWER
    assert report["turns"][0]["typed"]


def test_each_question_has_a_scorecard_over_its_turns(report: dict[str, Any]) -> None:
    assert len(report["scorecards"]) == 1
    card = report["scorecards"][0]
    assert card["turns"] == [turn["index"] for turn in report["turns"]]
    said = " ".join(turn["answer"] for turn in report["turns"])
    for criterion in card["criteria"]:
        assert all(evidence["quote"] in said for evidence in criterion["evidence"])


def test_an_unknown_track_exits_2_and_lists_the_known(tmp_path: Path) -> None:
    for name in NEEDED:
        need_model(name)
    (tmp_path / "1.txt").write_text(ANSWER)
    done = _rehearse(tmp_path, "--track", "absent")
    assert done.returncode == 2
    assert "absent" in done.stderr
    assert "sample" in done.stderr
    assert not (tmp_path / "report.json").exists()
