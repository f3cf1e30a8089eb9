"""The questions that attacks are aimed at, by the name that a file of attacks gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from app.adapters.files.bank import load_bank
from app.adapters.files.graded_answers import FILES
from app.assessment.scorer.corpus import Graded
from app.bench.errors import BenchRefused
from app.bench.grading_attacks import Source
from app.domain.errors import BadContent

BANK = "bank"
_ROOT = Path(__file__).resolve().parents[2]


def topics(graded: Iterable[Graded]) -> dict[str, Source]:
    """Each labelled question as `mohler 8.1`, each of the bank as `bank race-condition`."""
    found: dict[str, Source] = {}
    for each in graded:
        item = each.item
        source = Source(item.question, item.reference, "", "", item.points)
        found.setdefault(f"{each.source} {each.question_id}", source)
    try:
        bank = load_bank(_ROOT / "rubrics", _ROOT / "question_bank")
    except BadContent as error:
        raise BenchRefused(str(error)) from error
    for question in bank.questions:
        points = tuple(point.text for point in question.points)
        found[f"{BANK} {question.id}"] = Source(question.text, question.reference, "", "", points)
    return found


def topic(name: str, known: Mapping[str, Source]) -> Source:
    """The question of that name; raises BenchRefused."""
    if name not in known:
        kinds = ", ".join([*FILES, BANK])
        raise BenchRefused(f"expected an attack on a known question ({kinds}), found {name!r}")
    return known[name]
