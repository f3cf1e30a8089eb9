"""The shipped scorer: the file is whole and small, names its data, and agrees with people."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.adapters.files.graded_answers import load_graded
from app.adapters.files.scorer_file import SHIPPED, load_scorer
from app.adapters.llm.embedder import MiniLmEmbedder
from app.adapters.llm.vector_cache import CachedEmbedder, RowFile
from app.assessment.decision import decide
from app.assessment.scorer.features import NAMES, Item
from app.assessment.scorer.model import BadScorer
from app.assessment.scorer.scorer import Marked, Scorer
from tests.needs import need_data, need_model

pytestmark = pytest.mark.integration

LEAST_CORRELATION = 0.45
REFERENCE = "A hash table stores each value at the place that a hash of its key names."


@pytest.fixture(scope="module")
def embedder() -> MiniLmEmbedder:
    folder = need_model("minilm")
    return MiniLmEmbedder(folder / "model.onnx", folder / "tokenizer.json")


@pytest.fixture(scope="module")
def scorer(embedder: MiniLmEmbedder) -> Scorer:
    return Scorer(load_scorer(), embedder.embed, embedder.embed_pieces)


def test_the_shipped_file_is_whole_small_and_names_its_data_and_licence() -> None:
    model = load_scorer()
    assert json.loads(SHIPPED.read_text(encoding="utf-8"))["digest"] == model.digest
    assert SHIPPED.stat().st_size < 1_000_000
    assert model.standard.names == NAMES
    assert "CC BY-SA 3.0" in model.about["licence"]
    assert {each["source"] for each in model.about["fitted_on"]} == {
        "beetle",
        "saf",
        "scientsbank",
    }


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    document["calibration"]["constant"] += 0.1
    changed = tmp_path / "scorer.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BadScorer, match="digest"):
        load_scorer(changed)
    with pytest.raises(BadScorer):
        load_scorer(tmp_path / "absent.json")


def test_it_agrees_with_people_on_questions_that_it_never_saw(scorer: Scorer) -> None:
    graded = load_graded(need_data("grading"), "mohler").graded[::16][:100]
    said = [scorer.score(each.item).score for each in graded]
    people = [each.score for each in graded]
    assert np.corrcoef(said, people)[0, 1] > LEAST_CORRELATION


def test_graded_answers_of_the_question_move_a_score_towards_their_severity(
    scorer: Scorer,
) -> None:
    item = Item("What is a hash table?", REFERENCE, "It keeps values where the key's hash says.")
    plain = scorer.score(item).score
    strict = scorer.score(item, [Marked("It stores values by hash of keys.", 0.1)]).score
    mild = scorer.score(item, [Marked("It stores values by hash of keys.", 1.0)]).score
    assert strict < plain < mild


def test_a_decision_carries_a_sentence_that_was_said(
    scorer: Scorer, embedder: MiniLmEmbedder
) -> None:
    answer = "It is a table. A hash of the key names the place of the value."
    decision = decide(
        Item("What is a hash table?", REFERENCE, answer), scorer, None, embedder.embed
    )
    assert decision.status == "graded"
    assert decision.score is not None
    assert [s.text for s in decision.evidence] == [
        "A hash of the key names the place of the value."
    ]


def test_no_answer_gets_no_score(scorer: Scorer) -> None:
    decision = decide(Item("What is a hash table?", REFERENCE, "No idea."), scorer)
    assert decision.status == "ungraded"
    assert decision.score is None


def test_kept_vectors_are_those_of_the_embedder(embedder: MiniLmEmbedder, tmp_path: Path) -> None:
    texts = ["a stack", "a queue", "a stack"]
    cached = CachedEmbedder(embedder, RowFile(tmp_path / "rows.sqlite"), "one")
    first = cached.embed(texts)
    assert first[0] == pytest.approx(first[2])
    assert cached.embed(texts) == pytest.approx(first)
    assert first @ first.T == pytest.approx(
        embedder.embed(texts) @ embedder.embed(texts).T, abs=0.02
    )
