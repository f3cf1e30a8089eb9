"""The fitted scorer's file: JSON, committed beside its model card."""

from __future__ import annotations

import json
from pathlib import Path

from app.assessment.scorer.model import (
    BadScorer,
    ScorerModel,
    digest_of,
    from_document,
    to_document,
)

SHIPPED = Path(__file__).resolve().parents[3] / "models" / "scorer" / "scorer.json"


def load_scorer(file: Path = SHIPPED) -> ScorerModel:
    """Read a fitted scorer.

    Raises:
        BadScorer: no such file, no JSON, another version, or a wrong digest.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadScorer(f"{file}: {error}") from error
    if not isinstance(document, dict):
        raise BadScorer(f"{file}: expected one JSON object")
    return from_document(document)


def save_scorer(model: ScorerModel, file: Path) -> str:
    """Write a fitted scorer, and return its digest."""
    document = to_document(model)
    digest = digest_of(document)
    text = json.dumps({"digest": digest, **document}, ensure_ascii=False, separators=(",", ":"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")
    return digest
