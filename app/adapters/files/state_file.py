"""The fitted probe's file: JSON, committed beside the offline scorer."""

from __future__ import annotations

import json
from pathlib import Path

from app.assessment.hidden_state import (
    BadStateScorer,
    StateScorer,
    from_document,
    to_document,
)

SHIPPED = Path(__file__).resolve().parents[3] / "models" / "scorer" / "state.json"


def load_state_scorer(file: Path = SHIPPED) -> StateScorer:
    """Read a fitted probe; raises BadStateScorer."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadStateScorer(f"{file}: {error}") from error
    if not isinstance(document, dict):
        raise BadStateScorer(f"{file}: expected one JSON object")
    return from_document(document)


def save_state_scorer(scorer: StateScorer, file: Path, about: dict[str, object]) -> None:
    """Write a fitted probe, with what it was fitted on."""
    document = {**to_document(scorer), "about": about}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")
