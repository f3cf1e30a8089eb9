"""Attacks stand in files: many wordings each, and what passed is told apart by wording."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from app.assessment.decision import Library
from app.bench.attack_files import Wording, measure_files, read_attacks, said
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
    fresh = {file.gate: len(set(file.wordings)) for file in read_attacks() if not file.tuned}
    assert len(fresh) == 10
    assert min(fresh.values()) >= LEAST_WORDINGS, fresh


def test_every_wording_says_something_else_and_is_repeatable() -> None:
    for file in read_attacks():
        texts, again = (
            [said(wording, SOURCE, Random(n)) for n, wording in enumerate(file.wordings)]
            for _ in range(2)
        )
        assert texts == again
        assert len(set(texts)) >= LEAST_WORDINGS, file.gate


def test_what_passes_is_counted_by_wording() -> None:
    embed = StemEmbedder().embed
    files = [f for f in read_attacks() if f.gate == "near_empty"]
    through = [type(files[0])("near_empty", True, (Wording("{{ r }}"), Wording("Nope.")))]
    found = measure_files(
        (*files, *through), [SOURCE], plain_scorer(embed), Library(), embed, seed=0
    )["near_empty"]
    assert found["tuned"]["passed_share"] == 0.5
    assert found["tuned"]["passing"] == {"{{ r }}": 1.0}
    assert found["held_out"]["n"] >= 100
    assert found["held_out"]["passed_share"] < found["tuned"]["passed_share"]


def test_a_file_without_a_known_gate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("gate: luck\nused_in_tuning: false\nwordings: []\n")
    with pytest.raises(BenchRefused, match="expected a gate"):
        read_attacks(tmp_path)
