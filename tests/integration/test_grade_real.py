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


def _graded(folder: Path, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    words = ["grade", str(source), "--out", str(out), "--judge", "none"]
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
