"""The commands: the shipped bank goes out in every format, and files come in as drafts alone."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.adapters.exchange.formats import export, read
from app.adapters.files.bank import load_bank, read_question
from app.cli.main import ROOT, app
from app.domain.exchange import Format
from app.domain.question import Question
from tests.exchange.generated import generated

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
FILES = {
    Format.YAML: "bank.yaml",
    Format.CSV: "bank.csv",
    Format.GIFT: "bank.gift",
    Format.MOODLE: "bank.xml",
    Format.QTI: "bank.zip",
}


def _run(*words: str) -> tuple[int, dict[str, list[dict[str, object]]]]:
    done = CliRunner().invoke(app, ["bank", *words, "--json"])
    return done.exit_code, json.loads(done.stdout) if done.stdout else {"error": []}


def _tree(folder: Path) -> dict[Path, str]:
    return {path: path.read_text() for path in sorted(folder.rglob("*.yaml"))}


@pytest.mark.parametrize("named", list(Format))
def test_the_shipped_bank_goes_out_and_never_comes_back_over_itself(
    named: Format, tmp_path: Path
) -> None:
    file = tmp_path / FILES[named]
    code, told = _run("export", "--format", named.value, "--out", str(file))
    bank = load_bank(ROOT / "rubrics", ROOT / "question_bank")
    assert (code, told["questions"]) == (0, len(bank.questions))
    lost = {loss["part"] for loss in told["losses"]}
    assert lost >= (set() if named is Format.YAML else {"rubric", "track"})
    code, back = _run("import", str(file), "--out", str(tmp_path / "drafts"))
    assert code == 1
    assert back["drafts"] == []
    assert {refusal["item"] for refusal in back["refusals"]} >= {q.id for q in bank.questions}
    assert not (tmp_path / "drafts").exists()


def test_drafts_load_as_they_were_and_a_second_import_replaces_none(tmp_path: Path) -> None:
    content = generated()
    file, drafts = tmp_path / "bank.csv", tmp_path / "drafts"
    file.write_bytes(export(Format.CSV, content).data)
    code, told = _run("import", str(file), "--out", str(drafts))
    assert (code, told["questions"]) == (0, 200)
    for question in content.questions:
        assert read_question(drafts / "questions" / f"{question.id}.yaml") == question
    before = _tree(drafts)
    code, again = _run("import", str(file), "--out", str(drafts))
    assert (code, again["questions"], len(again["refusals"])) == (1, 0, 200)
    assert _tree(drafts) == before


def test_a_draft_says_what_a_person_must_still_write(tmp_path: Path) -> None:
    code, told = _run("import", str(HERE / "course.gift"), "--out", str(tmp_path))
    assert code == 1
    text = (tmp_path / "questions" / "geo-12.yaml").read_text()
    assert text.startswith(
        "# Draft from course.gift, line 7. Nothing is published without a person."
    )
    assert "# open: points: missing\n" in text
    lint = CliRunner().invoke(app, ["bank", "lint", str(tmp_path / "questions" / "geo-12.yaml")])
    assert lint.exit_code == 1
    assert "points: expected this key, found nothing" in lint.stdout
    assert {draft["id"] for draft in told["drafts"] if not draft["open"]} == set()


def test_a_draft_that_names_no_rubric_of_the_bank_is_open(tmp_path: Path) -> None:
    question = generated(1).questions[0].model_copy(update={"rubric": "nobody-wrote-it"})
    content = generated(1).__class__((question,))
    file = tmp_path / "bank.yaml"
    file.write_bytes(export(Format.YAML, content).data)
    _, told = _run("import", str(file), "--out", str(tmp_path / "drafts"))
    assert told["drafts"][0]["open"] == ["expected a rubric of the bank, found 'nobody-wrote-it'"]


def test_a_bank_goes_through_every_format_and_comes_out_the_same(tmp_path: Path) -> None:
    content = generated(30)
    start = tmp_path / "start.yaml"
    start.write_bytes(export(Format.YAML, content).data)
    ways = ("a.csv", "b.xml", "c.zip", "d.yaml")
    for source, out in pairwise((start.name, *ways)):
        code, told = _run("convert", str(tmp_path / source), str(tmp_path / out))
        assert (code, told["questions"], told["refusals"]) == (0, 30, [])
    back = read(Format.YAML, (tmp_path / "d.yaml").read_bytes(), "d.yaml")
    came = [Question.model_validate(draft.keys) for draft in back.drafts]
    assert came == list(content.questions)


def test_unfinished_questions_are_not_converted(tmp_path: Path) -> None:
    code, told = _run("convert", str(HERE / "course.gift"), str(tmp_path / "out.xml"))
    assert (code, told["questions"]) == (1, 0)
    whys = [str(refusal["why"]) for refusal in told["refusals"]]
    assert sum(why.startswith("unfinished: ") for why in whys) == 9


@pytest.mark.parametrize(
    "words",
    [
        ("import", "absent.csv"),
        ("import", str(HERE / "by_hand.py")),
        ("import", str(HERE / "course.gift"), "--format", "docx"),
        ("import", str(HERE / "course.gift"), "--format", "moodle"),
        ("export", "--format", "docx", "--out", "x"),
        ("convert", "absent.csv", "x.xml"),
        ("convert", str(HERE / "course.gift"), "x.docx"),
        ("convert", str(HERE / "course.gift"), str(HERE / "course.gift")),
        ("export", "--format", "csv", "--out", "absent/x.csv"),
    ],
)
def test_what_can_not_be_begun_exits_with_two(words: tuple[str, ...], tmp_path: Path) -> None:
    more = ("--out", str(tmp_path / "drafts")) if words[0] == "import" else ()
    done = CliRunner().invoke(app, ["bank", *words, *more])
    assert done.exit_code == 2
    assert done.stderr.startswith("sounding: ")
    assert list(tmp_path.iterdir()) == []
