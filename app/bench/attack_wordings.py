"""Attacks as they stand in files: templates for any question, and texts written against one.

A template is filled with a question (`q`), its reference (`r`), a good answer to it (`a`) and one
to another question (`o`). A text written against one question names it: `mohler 8.1` by data set
and number, `bank race-condition` by the bank's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.adapters.files.yaml_files import read_yaml
from app.assessment import gates
from app.bench.errors import BenchRefused
from app.domain.errors import BadContent

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "evals" / "attacks"
_KNOWN = frozenset(
    {
        gates.PARROTED,
        gates.SOUP,
        gates.NEGATED,
        gates.OFF_TOPIC,
        gates.INJECTION,
        gates.FILLER,
        gates.GIBBERISH,
        gates.LANGUAGE,
        gates.NEAR_EMPTY,
        gates.UNRELIABLE,
    }
)


@dataclass(frozen=True)
class Wording:
    """One template, or one text about a named question.

    `probability` is how surely a recogniser heard it, where that matters.
    """

    text: str
    probability: float | None = None
    about: str | None = None


@dataclass(frozen=True)
class AttackFile:
    """The wordings against one gate; `tuned` says that thresholds were set while seeing them.

    `wave` counts from 1: when they were written, beside the gates' changes.
    """

    gate: str
    tuned: bool
    wordings: tuple[Wording, ...]
    wave: int = 1


def read_attacks(folder: Path = FOLDER) -> tuple[AttackFile, ...]:
    """All files of a folder; raises BenchRefused."""
    found = tuple(_read(path) for path in sorted(folder.glob("*.yaml")))
    if not found:
        raise BenchRefused(f"expected attacks (*.yaml) in {folder}, found none")
    return found


def _read(path: Path) -> AttackFile:
    try:
        document = read_yaml(path, path.name)
        gate, tuned = document["gate"], document["used_in_tuning"]
        listed, wave = document["wordings"], document.get("wave", 1)
    except (BadContent, KeyError) as error:
        raise BenchRefused(f"{path.name}: {error}") from error
    if gate not in _KNOWN or not isinstance(tuned, bool) or not isinstance(listed, list):
        raise BenchRefused(f"{path.name}: expected a gate, used_in_tuning and wordings")
    if not isinstance(wave, int):
        raise BenchRefused(f"{path.name}: expected wave as a number, found {wave!r}")
    return AttackFile(str(gate), tuned, tuple(_wording(each, path.name) for each in listed), wave)


def _wording(given: object, name: str) -> Wording:
    if isinstance(given, str):
        return Wording(given)
    if isinstance(given, dict) and isinstance(given.get("text"), str):
        about = given.get("about")
        sure = float(given["probability"]) if "probability" in given else None
        return Wording(given["text"], sure, None if about is None else str(about))
    raise BenchRefused(f"{name}: expected a wording as text, found {given!r}")
