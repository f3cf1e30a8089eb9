"""The bank that ships: it loads, lints clean, is varied, and its schemas are up to date."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from app.adapters.files.bank import load_bank
from app.adapters.files.schemas import stale_schemas, write_schemas
from app.assessment.lint import lint_bank
from app.domain.question import Bank, Difficulty, Question, QuestionKind

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped() -> Bank:
    return load_bank(ROOT / "rubrics", ROOT / "question_bank")


def test_the_shipped_bank_lints_clean(shipped: Bank) -> None:
    assert lint_bank(shipped) == ()


def test_the_shipped_bank_is_large_enough(shipped: Bank) -> None:
    tracks = {track.id: track for track in shipped.tracks}
    assert len(shipped.questions) >= 64
    assert len(tracks["python-engineering"].questions) >= 26
    assert len(tracks["data-ml"].questions) >= 22
    assert len(tracks["behavioural"].questions) >= 14
    assert (len(tracks["sample"].questions), tracks["sample"].minutes) == (3, 10)
    assert sum(1 for question in shipped.questions if question.exemplars) >= 30


def test_the_shipped_bank_is_varied(shipped: Bank) -> None:
    assert {question.kind for question in shipped.questions} == set(QuestionKind)
    for track in shipped.tracks:
        if track.id != "sample":
            found = {question.difficulty for question in _questions(shipped, track.questions)}
            assert found == set(Difficulty)


def test_every_shipped_question_belongs_to_a_track(shipped: Bank) -> None:
    used = {name for track in shipped.tracks for name in track.questions}
    assert used == {question.id for question in shipped.questions}


def test_every_shipped_question_can_quote_the_candidate(shipped: Bank) -> None:
    for question in shipped.questions:
        assert any("{phrase}" in probe.ask for probe in question.probes), question.id


def test_every_shipped_probe_quotes_in_a_sentence_of_its_own(shipped: Bank) -> None:
    asks = [probe.ask for question in shipped.questions for probe in question.probes]
    quoting = [ask for ask in asks if "{phrase}" in ask]
    assert [ask for ask in quoting if "{phrase}. " not in ask] == []


def test_every_shipped_reference_has_the_length_of_a_spoken_answer(shipped: Bank) -> None:
    for question in shipped.questions:
        assert 60 <= len(question.reference.split()) <= 140, question.id


def test_every_shipped_point_names_words_to_listen_for(shipped: Bank) -> None:
    for question in shipped.questions:
        assert all(point.terms for point in question.points), question.id


def test_the_schemas_are_up_to_date() -> None:
    assert stale_schemas(ROOT) == []


def test_a_changed_or_missing_schema_is_stale(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert stale_schemas(tmp_path) == []
    (tmp_path / "rubrics/rubric.schema.json").write_text("{}")
    (tmp_path / "question_bank/track.schema.json").unlink()
    assert stale_schemas(tmp_path) == [
        "question_bank/track.schema.json",
        "rubrics/rubric.schema.json",
    ]


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("question_bank/question.schema.json", "question_bank/questions/**/*.yaml"),
        ("question_bank/track.schema.json", "question_bank/tracks/*.yaml"),
        ("rubrics/rubric.schema.json", "rubrics/*.yaml"),
    ],
)
def test_the_shipped_files_satisfy_their_schema(schema: str, pattern: str) -> None:
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / schema).read_text()))
    paths = sorted(ROOT.glob(pattern))
    assert paths
    for path in paths:
        validator.validate(yaml.safe_load(path.read_text()))


def _questions(bank: Bank, names: tuple[str, ...]) -> list[Question]:
    return [question for question in bank.questions if question.id in names]
