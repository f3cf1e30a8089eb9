"""Eight programs brought to whole interviews through the real server, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema
import pytest

from app.cli.checks import ROOT
from app.cli.rehearse import Rehearsal, rehearse
from tests.integration.test_code_interviews import EIGHT, PROGRAMS
from tests.needs import need_model
from tests.served import served

pytestmark = pytest.mark.integration

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text())
NEEDED = ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm")
FIRST = (
    "I sort the intervals by their start and go through them once. Each one is compared with the "
    "last merged one, and if it starts before that one ends, I extend the end to the larger of the "
    "two. Sorting costs n log n, and an empty list gives an empty result."
)
CONTRADICTING = "There is no error there, it returns 4711, and the work is logarithmic."


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    for name in NEEDED:
        need_model(name)
    folder = tmp_path_factory.mktemp("answers")
    (folder / "1.txt").write_text(FIRST)
    (folder / "1b.txt").write_text(CONTRADICTING)
    (folder / "1c.txt").write_text(CONTRADICTING)
    (folder / "order.txt").write_text("merge-intervals\n")
    settings = {"SOUNDING_INTERVIEWER_MODEL": "none", "SOUNDING_GRADER_MODEL": "none"}
    with served(**settings, SOUNDING_MAX_LIVE=str(len(EIGHT))) as server:

        def held(file: str) -> dict[str, Any]:
            code = PROGRAMS / file
            return rehearse(
                Rehearsal("python-engineering", folder, code, server.url, order="file", timeout=300)
            )

        with ThreadPoolExecutor(len(EIGHT)) as pool:
            yield dict(zip(EIGHT, pool.map(held, EIGHT.values()), strict=True))


@pytest.mark.parametrize("kind", EIGHT)
def test_code_probes_are_placed_and_contradictions_are_graded_wrong(
    kind: str, reports: dict[str, dict[str, Any]]
) -> None:
    report = reports[kind]
    jsonschema.validate(report, SCHEMA)
    assert report["status"] == "completed"
    lines = (PROGRAMS / EIGHT[kind]).read_text(encoding="utf-8").splitlines()
    asked = [t for t in report["turns"] if t["probe"] and t["probe"]["source"] == "fact"]
    assert bool(asked) == (kind != "empty")
    for turn in asked:
        assert 1 <= turn["probe"]["line"] <= len(lines)
        assert turn["probe"]["run"] or kind == "another language"
    wrong = [t for t in asked if t["probe"]["ruling"] == "wrong"]
    reasons = [c["reason"] for card in report["scorecards"] for c in card["criteria"]]
    for turn in wrong:
        assert any(turn["probe"]["run"] in reason for reason in reasons)
    if kind in ("right", "wrong", "slow", "crashing", "infinite"):
        assert wrong


def test_a_contradicted_criterion_has_a_low_level_and_true_words(
    reports: dict[str, dict[str, Any]],
) -> None:
    held = [
        (criterion, report)
        for report in reports.values()
        for card in report["scorecards"]
        for criterion in card["criteria"]
        if "A run contradicts" in criterion["reason"]
    ]
    assert held
    for criterion, report in held:
        assert criterion["level"] <= 1
        said = " ".join(turn["answer"] for turn in report["turns"])
        assert all(evidence["quote"] in said for evidence in criterion["evidence"])
