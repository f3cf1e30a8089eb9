"""Eight programs brought to whole interviews through the real server, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema
import pytest

from app.adapters.files.bank import load_bank
from app.adapters.files.tasks import load_tasks
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.agent.code_reader import confirmed
from app.agent.task_reader import TaskReader
from app.bench.code_facts import LANGUAGES, checked
from app.cli.checks import ROOT
from app.cli.rehearse import Rehearsal, rehearse
from app.ports.sandbox import SandboxUnavailable
from tests.integration.test_code_interviews import EIGHT, PROGRAMS
from tests.needs import absent, need_model
from tests.postgres import NewStore
from tests.served import served

pytestmark = pytest.mark.integration

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text())
BANK = load_bank(ROOT / "rubrics", ROOT / "question_bank")
TASKS = load_tasks(ROOT / "question_bank" / "tasks", BANK)
NEEDED = ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm")
NO_FACTS = ("empty", "another language")
OPEN = ("malicious",)  # what a program reaches for is for a person to judge, an error is not
FIRST = (
    "I sort the intervals by their start and go through them once. Each one is compared with the "
    "last merged one, and if it starts before that one ends, I extend the end to the larger of the "
    "two. Sorting costs n log n, and an empty list gives an empty result."
)
CONTRADICTING = "There is no error there, it returns 4711, and the work is logarithmic."


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox(at_once=2)
    try:
        made.walls()
    except SandboxUnavailable as error:
        absent(str(error))
    yield made
    made.close()


@pytest.fixture(scope="module")
def reports(
    sandbox: ProcessSandbox, store_with_bank: NewStore, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    for name in NEEDED:
        need_model(name)
    folder = tmp_path_factory.mktemp("answers")
    (folder / "1.txt").write_text(FIRST)
    for follow_up in ("1b", "1c"):
        (folder / f"{follow_up}.txt").write_text(CONTRADICTING)
    (folder / "order.txt").write_text("merge-intervals\n")
    settings = {"SOUNDING_INTERVIEWER_MODEL": "none", "SOUNDING_GRADER_MODEL": "none"}
    settings["SOUNDING_PLAN_TIMEOUT"] = "60"  # answers are typed at once, and eight codes are read
    settings["SOUNDING_MAX_LIVE"] = str(len(EIGHT))
    with store_with_bank() as url, served(**settings, SOUNDING_DATABASE_URL=url) as server:

        def held(file: str) -> dict[str, Any]:
            code = PROGRAMS / file
            return rehearse(
                Rehearsal("python-engineering", folder, code, server.url, order="file", timeout=400)
            )

        with ThreadPoolExecutor(len(EIGHT)) as pool:
            return dict(zip(EIGHT, pool.map(held, EIGHT.values()), strict=True))


@pytest.mark.parametrize("kind", EIGHT)
async def test_code_probes_are_true_and_contradictions_are_graded_wrong(
    kind: str, reports: dict[str, dict[str, Any]], sandbox: ProcessSandbox
) -> None:
    report = reports[kind]
    jsonschema.validate(report, SCHEMA)
    assert report["status"] == "completed"
    file = PROGRAMS / EIGHT[kind]
    code = file.read_text(encoding="utf-8")
    facts = await TaskReader(sandbox, TASKS).facts(code, LANGUAGES[file.suffix], 60.0)
    probed = [turn for turn in report["turns"] if turn["probe"]]
    asked = [turn["probe"] for turn in probed if turn["probe"]["source"] == "fact"]
    assert bool(asked) == (kind not in NO_FACTS)
    reasons = [c["reason"] for card in report["scorecards"] for c in card["criteria"]]
    for probe in asked:
        assert 1 <= probe["line"] <= len(code.splitlines())
        fact = next(fact for fact in facts if fact.claim == probe["claim"])
        assert await confirmed([fact], code, sandbox) == (fact,), "a new run shows the same"
        assert checked(fact, code) == (), "it cites a line and tells no answer"
        ruled = probe["ruling"]
        assert ruled == "wrong" or (kind in OPEN and ruled == "open")
        assert ruled == "open" or any(probe["run"] in reason for reason in reasons)


@pytest.mark.parametrize("kind", [kind for kind in EIGHT if kind not in (*NO_FACTS, *OPEN)])
def test_a_contradicted_criterion_has_a_low_level_and_true_words(
    kind: str, reports: dict[str, dict[str, Any]]
) -> None:
    report = reports[kind]
    criteria = [c for card in report["scorecards"] for c in card["criteria"]]
    held = [c for c in criteria if "A run contradicts" in c["reason"]]
    assert held
    said = " ".join(turn["answer"] for turn in report["turns"])
    for criterion in held:
        assert criterion["level"] <= 1
        assert all(evidence["quote"] in said for evidence in criterion["evidence"])
