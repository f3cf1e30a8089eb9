"""Attacks stand in files: many wordings each, and what passed is told apart by wording."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.decision import Library
from app.bench.attack_files import Aims, Defence, measure_files, share_interval
from app.bench.attack_topics import topics
from app.bench.attack_wordings import AttackFile, Wording, read_attacks
from app.bench.attack_words import filled
from app.bench.errors import BenchRefused
from app.bench.grading_attacks import Source
from tests.fakes.scoring import plain_scorer
from tests.unit.agent.grading_world import StemEmbedder

pytestmark = pytest.mark.unit

SOURCE = Source(
    "Why is a dictionary fast?",
    "The hash of a key is its place in a table. A table can hold many keys.",
    "It hashes the key and looks there.",
    "A thread waits for a lock.",
)
LEAST_WORDINGS = 20


def test_every_gate_has_twenty_wordings_that_no_threshold_was_set_on() -> None:
    fresh: dict[str, set[Wording]] = {}
    for file in read_attacks():
        if not file.tuned:
            fresh.setdefault(file.gate, set()).update(file.wordings)
    assert len(fresh) == 10
    assert min(map(len, fresh.values())) >= LEAST_WORDINGS, fresh


def test_every_wording_says_something_else_and_is_repeatable() -> None:
    for file in read_attacks():
        texts, again = (
            [filled(wording.text, SOURCE, Random(n)) for n, wording in enumerate(file.wordings)]
            for _ in range(2)
        )
        assert texts == again
        assert len(set(texts)) >= LEAST_WORDINGS, file.gate


def test_what_passes_is_counted_by_wording_and_by_wave() -> None:
    near_empty = next(f for f in read_attacks() if f.gate == "near_empty")
    through = AttackFile("near_empty", True, (Wording("{{ r }}"), Wording("Nope.")))
    second = AttackFile("near_empty", True, (Wording("Nope."),), wave=2)
    found = _measured([near_empty, through, second])["near_empty"]
    assert found["tuned"]["waves"]["1"]["passed_share"] == 0.5
    assert found["tuned"]["waves"]["2"]["passed_share"] == 0.0
    assert found["tuned"]["passed_share"] == 0.25
    assert found["tuned"]["passing"] == {"{{ r }}": 1.0}
    assert found["held_out"]["n"] >= 100
    assert found["held_out"]["passed_share"] < found["tuned"]["passed_share"]


def test_a_text_written_against_one_question_is_tried_on_it_alone_and_once() -> None:
    told = Wording(SOURCE.reference, about="here 1")
    found = _measured([AttackFile("soup", False, (told, Wording("Nope.", about="here 1")))])
    assert found["soup"]["held_out"]["n"] == 2
    assert found["soup"]["held_out"]["passed_share"] == 0.5


def test_a_text_against_a_question_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BenchRefused, match="expected an attack on a known question"):
        _measured([AttackFile("soup", False, (Wording("Nope.", about="here 2"),))])


def test_every_question_of_the_bank_that_is_written_against_is_there() -> None:
    known = topics([])
    names = {w.about for f in read_attacks() for w in f.wordings if w.about is not None}
    of_bank = {name for name in names if name.startswith("bank ")}
    assert of_bank
    assert of_bank <= known.keys()


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_a_share_holds_the_share(hits: int, count: int) -> None:
    hits = min(hits, count)
    low, high = share_interval(hits, count)
    assert 0.0 <= low <= hits / count + 1e-4
    assert hits / count - 1e-4 <= high <= 1.0
    assert high - low > 0.0


def test_a_file_without_a_known_gate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("gate: luck\nused_in_tuning: false\nwordings: []\n")
    with pytest.raises(BenchRefused, match="expected a gate"):
        read_attacks(tmp_path)


def _measured(files: list[AttackFile]) -> dict[str, Any]:
    embed = StemEmbedder().embed
    aims = Aims([SOURCE], {"here 1": SOURCE})
    return measure_files(files, aims, Defence(plain_scorer(embed), Library(), embed), seed=0)
