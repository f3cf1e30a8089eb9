"""`sounding grade` with the shipped scorer and the real embedder on labelled answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.needs import need_data, need_model

pytestmark = pytest.mark.integration

COUNT = 20
LEAST_CORRELATION = 0.3


def _graded(folder: Path, lines: list[dict[str, Any]], judge: str = "none") -> list[dict[str, Any]]:
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    words = ["grade", str(source), "--out", str(out), "--judge", judge]
    done = subprocess.run(
        [sys.executable, "-m", "app.cli.main", *words],
        capture_output=True,
        text=True,
        timeout=600,
        env=os.environ,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_answers_that_no_fit_has_seen_are_graded_with_true_quotes(tmp_path: Path) -> None:
    need_model("minilm")
    file = need_data("grading/mohler_dev.jsonl")
    every = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    ordered = sorted(every, key=lambda each: (each["y"], each["qid"], each["answer"]))
    chosen = ordered[:: len(ordered) // COUNT][:COUNT]
    lines = [
        {
            "id": number,
            "question": each["question"],
            "reference": each["ref"],
            "answer": each["answer"],
            "max_score": each["max"],
        }
        for number, each in enumerate(chosen)
    ]
    results = _graded(tmp_path, lines)
    assert [each["id"] for each in results] == list(range(COUNT))
    for line, result in zip(lines, results, strict=True):
        assert (result["score"] is None) == (result["status"] == "ungraded")
        if result["score"] is not None:
            assert 0 <= result["score"] <= line["max_score"]
            assert result["evidence"]
        for quote in result["evidence"]:
            assert line["answer"][quote["start"] : quote["end"]] == quote["quote"]
    assert sum(each["status"] == "graded" for each in results) >= COUNT // 2
    scored = [(e["score"], r["score"]) for e, r in zip(chosen, results, strict=True) if r["score"]]
    people, said = np.array(scored).T
    assert np.corrcoef(people, said)[0, 1] > LEAST_CORRELATION


def test_what_the_local_model_holds_of_an_answer_moves_its_score(tmp_path: Path) -> None:
    need_model("minilm")
    need_model("local-llm")
    asked = {
        "question": "Why does a puddle get smaller on a sunny day?",
        "reference": "The water evaporates: the heat of the sun turns it into vapour in the air.",
        "max_score": 5,
    }
    answers = (
        "The sun heats the water until it evaporates into the air.",
        "The water in the puddle gets smaller because the sun on that day cools it to ice.",
    )
    lines = [{**asked, "id": number, "answer": answer} for number, answer in enumerate(answers)]
    plain_folder, held_folder = tmp_path / "plain", tmp_path / "held"
    plain_folder.mkdir()
    held_folder.mkdir()
    plain = _graded(plain_folder, lines)
    held = _graded(held_folder, lines, "local-state")
    moved = [after["score"] - before["score"] for before, after in zip(plain, held, strict=True)]
    assert moved[0] > moved[1], "the right answer gains on the wrong one"
    assert all("What the model holds of it moved the score" in each["reason"] for each in held)
    assert [each["evidence"] for each in held] == [each["evidence"] for each in plain]
