"""What the loader says about wrong authored files: which file, where, what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.files.bank import load_bank, read_question
from app.domain.errors import BadContent

pytestmark = pytest.mark.integration

RUBRIC = """\
id: concept
version: 1
title: Concept
criteria:
  - id: idea
    title: Idea
    levels: [{level: 0, anchor: Nothing.}, {level: 1, anchor: The idea.}]
  - id: limits
    title: Limits
    levels: [{level: 0, anchor: Nothing.}, {level: 1, anchor: A limit.}]
"""
QUESTION = """\
id: lookup
text: How does a dictionary find a value?
kind: concept
difficulty: easy
topic: Python
rubric: concept
reference: The key is hashed, and the hash says where to look.
points:
  - {id: hashed, text: The key is hashed., criterion: idea}
  - {id: grows, text: The table grows., criterion: limits}
probes:
  - id: more
    ask: What happens later on?
"""
TRACK = """\
id: python
title: Python
summary: Some Python.
minutes: 10
questions: [lookup]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small bank that loads."""
    for name in ("rubrics", "bank/questions/python", "bank/tracks"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "rubrics/concept.yaml").write_text(RUBRIC)
    (tmp_path / "bank/questions/python/lookup.yaml").write_text(QUESTION)
    (tmp_path / "bank/tracks/python.yaml").write_text(TRACK)
    return tmp_path


def _problems(folder: Path) -> list[str]:
    with pytest.raises(BadContent) as caught:
        load_bank(folder / "rubrics", folder / "bank")
    return str(caught.value).splitlines()


def _problems_of_question(folder: Path, content: str | bytes) -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    (folder / "bank/questions/python/lookup.yaml").write_bytes(data)
    return _problems(folder)


NAME = "bank/questions/python/lookup.yaml"


def test_a_small_bank_loads(folder: Path) -> None:
    bank = load_bank(folder / "rubrics", folder / "bank")
    assert [question.id for question in bank.questions] == ["lookup"]
    assert bank.track("python") is not None


def test_a_bad_indent_is_told_with_its_line(folder: Path) -> None:
    (line,) = _problems_of_question(folder, QUESTION.replace("kind:", "  kind:"))
    assert line.startswith(f"{NAME}: line 3, column 7: expected YAML")


def test_a_duplicate_key_is_refused(folder: Path) -> None:
    (line,) = _problems_of_question(folder, QUESTION + "topic: Again\n")
    assert line == f"{NAME}: line 14, column 1: expected each key once, found 'topic' again"


def test_an_unknown_key_is_refused(folder: Path) -> None:
    assert _problems_of_question(folder, QUESTION + "colour: red\n") == [
        f"{NAME}: colour: expected no such key"
    ]


def test_a_missing_key_is_named(folder: Path) -> None:
    assert _problems_of_question(folder, QUESTION.replace("kind: concept\n", "")) == [
        f"{NAME}: kind: expected this key, found nothing"
    ]


def test_a_wrong_type_says_what_was_found(folder: Path) -> None:
    (line,) = _problems_of_question(folder, QUESTION + "minutes: soon\n")
    assert line.startswith(f"{NAME}: minutes: expected")
    assert line.endswith("found 'soon'")


def test_a_single_value_in_place_of_a_list_is_refused(folder: Path) -> None:
    assert _problems_of_question(folder, QUESTION + "tags: python\n") == [
        f"{NAME}: tags: expected a list"
    ]


def test_a_fault_deep_inside_is_told_with_its_place(folder: Path) -> None:
    (line,) = _problems_of_question(folder, QUESTION.replace("id: grows", "id: Grows Fast"))
    assert line.startswith(f"{NAME}: points[1].id: expected to match")


def test_an_unknown_rubric_is_told_with_the_file_that_names_it(folder: Path) -> None:
    content = QUESTION.replace("rubric: concept", "rubric: none-such")
    assert _problems_of_question(folder, content) == [
        f"{NAME}: none-such: expected a rubric of the bank, found 'none-such'"
    ]


def test_an_unknown_criterion_is_told_with_the_file_that_names_it(folder: Path) -> None:
    content = QUESTION.replace("criterion: limits", "criterion: style")
    assert _problems_of_question(folder, content) == [
        f"{NAME}: style: expected a criterion of rubric 'concept', found 'style'"
    ]


def test_every_exemplar_level_outside_the_rubric_is_told(folder: Path) -> None:
    exemplars = "exemplars:\n" + "".join(
        f"  - {{answer: It is hashed., levels: {{idea: {level}, limits: 0}}}}\n" for level in (8, 9)
    )
    assert _problems_of_question(folder, QUESTION + exemplars) == [
        f"{NAME}: idea: expected an exemplar level of rubric 'concept', found idea={level}"
        for level in (8, 9)
    ]


def test_a_track_with_an_unknown_question_is_told(folder: Path) -> None:
    path = folder / "bank/tracks/python.yaml"
    path.write_text(TRACK.replace("[lookup]", "[lookup, other]"))
    assert _problems(folder) == [
        "bank/tracks/python.yaml: other: expected a question of the bank, found 'other'"
    ]


def test_a_file_must_be_named_as_its_id(folder: Path) -> None:
    lines = _problems_of_question(folder, QUESTION.replace("id: lookup", "id: look-up"))
    assert lines == [f"{NAME}: id: expected 'lookup' as the file is named, found 'look-up'"]


def test_an_id_may_be_used_only_once(folder: Path) -> None:
    (folder / "bank/questions/lookup.yaml").write_text(QUESTION)
    (line,) = _problems(folder)
    assert "bank/questions/lookup.yaml and bank/questions/python/lookup.yaml" in line


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (QUESTION.encode() + b"# \0\n", "line 14: expected text, found a NUL byte"),
        (QUESTION.encode() + b"# \xff\n", "line 14: expected UTF-8 text"),
        (b"# long\n" * 40_000, "file: expected at most 256 kB, found more"),
        (b"", "file: expected a mapping of named keys, found nothing"),
        (b"- a\n- b\n", "file: expected a mapping of named keys, found list"),
        (b"id: &a x\ntext: *a\n", "line 2, column 7: expected a value, found an alias"),
        (b"[" * 20_000, "file: expected fewer levels of nesting"),
        (b"id: 2024-99-99\n", "file: expected plain values, found:"),
        (b"id: !!python/name:os.system\n", "line 1, column 5: expected YAML, found a fault"),
        (b"{[a]: 1}\n", "line 1, column 2: expected YAML, found a fault"),
        (b"1: a\n", "file: expected a mapping of named keys"),
        (b"id: \x01\n", "file: expected YAML, found:"),
    ],
    ids=[
        "NUL",
        "not UTF-8",
        "huge",
        "empty",
        "list",
        "alias",
        "deep",
        "impossible date",
        "python tag",
        "list as key",
        "number as key",
        "control character",
    ],
)
def test_a_file_that_is_no_plain_mapping_is_refused(
    folder: Path, content: bytes, expected: str
) -> None:
    (line,) = _problems_of_question(folder, content)
    assert line.startswith(f"{NAME}: {expected}")


def test_all_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "rubrics/other.yaml").write_text("id: [\n")
    (folder / "bank/tracks/python.yaml").write_text(TRACK.replace("minutes: 10", "minutes: 1"))
    lines = _problems_of_question(
        folder, QUESTION.replace("kind: concept", "kind: riddle") + "colour: red\n"
    )
    assert [line.split(": ")[0] for line in lines] == [
        "rubrics/other.yaml",
        NAME,
        NAME,
        "bank/tracks/python.yaml",
    ]


def test_a_broken_file_is_not_told_again_by_what_refers_to_it(folder: Path) -> None:
    (folder / "rubrics/concept.yaml").write_text("id: [\n")
    (line,) = _problems(folder)
    assert line.startswith("rubrics/concept.yaml: line 2, column 1: expected ")


def test_a_missing_or_empty_folder_is_told(folder: Path) -> None:
    (folder / "bank/tracks/python.yaml").unlink()
    (folder / "rubrics/concept.yaml").rename(folder / "rubrics/concept.yml")
    lines = _problems(folder)
    assert "rubrics/concept.yml: file name: expected the ending .yaml, found .yml" in lines
    assert "bank/tracks: folder: expected at least one YAML file, found none" in lines


def test_a_bank_without_its_folders_is_told(folder: Path) -> None:
    (folder / "bank").rename(folder / "elsewhere")
    assert _problems(folder) == [
        "bank/questions: folder: expected a folder of YAML files, found none",
        "bank/tracks: folder: expected a folder of YAML files, found none",
    ]


def test_a_folder_named_like_a_file_is_told(folder: Path) -> None:
    (folder / "bank/tracks/more.yaml").mkdir()
    (line,) = _problems(folder)
    assert line.startswith("bank/tracks/more.yaml: file: expected a readable file")


def test_probes_of_a_question_need_ids_of_their_own(folder: Path) -> None:
    again = "  - id: more\n    ask: What else could there be?\n"
    assert _problems_of_question(folder, QUESTION + again) == [
        f"{NAME}: file: probe ids of question 'lookup' must differ"
    ]


def test_a_question_file_can_be_read_alone(folder: Path) -> None:
    assert read_question(folder / NAME).id == "lookup"
