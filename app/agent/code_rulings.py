"""A scorecard after its answers about code were held against the runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.assessment.code_answers import Ruling, ruling
from app.assessment.quotes import cited
from app.assessment.sentences import Sentence, sentences_of
from app.domain.interview import Turn
from app.domain.scorecard import CriterionScore, Evidence, Scorecard

_COSTS = frozenset({"growth", "runs-often"})
_OF_COST = re.compile(r"cost|complexity|efficien|performance")
_OF_CASES = re.compile(r"edge|case|correct|test|mechanism")
HELD_LEVEL = 1
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Ruled:
    """An answer about a fact of the code, with what came of it."""

    turn: Turn
    ruling: Ruling


def rulings_of(turns: Sequence[Turn]) -> tuple[Ruled, ...]:
    """All answers to questions about facts that a run showed."""
    return tuple(Ruled(turn, found) for turn in turns if (found := ruling_of(turn)) is not None)


def ruling_of(turn: Turn) -> Ruling | None:
    """The answer held against the run; None where no fact was asked about, or nothing said."""
    probe = turn.probe
    if probe is None or probe.fact is None or turn.skipped or not turn.heard.strip():
        return None
    return ruling(probe.fact, probe.truth or "", turn.question, turn.heard)


def against_runs(card: Scorecard, turns: Sequence[Turn]) -> Scorecard:
    """The card, with what contradicts a run graded as wrong and the run as the reason.

    The criterion that the fact is about goes to level 1 at most after one contradiction and to
    level 0 after more, and cites the words that contradict.
    """
    wrong = [ruled for ruled in rulings_of(turns) if ruled.ruling.verdict == "wrong"]
    criteria = list(card.criteria)
    for cost in (True, False):
        own = [r for r in wrong if r.turn.probe and (r.turn.probe.fact in _COSTS) is cost]
        place = _place(criteria, _OF_COST if cost else _OF_CASES)
        if own and place is not None:
            criteria[place] = _held(criteria[place], own)
    return replace(card, criteria=tuple(criteria))


def _place(criteria: Sequence[CriterionScore], about: re.Pattern[str]) -> int | None:
    """The criterion about this, else the first that has a level."""
    graded = [place for place, one in enumerate(criteria) if one.level is not None]
    named = [place for place in graded if about.search(criteria[place].criterion_id)]
    return next(iter([*named, *graded]), None)


def _held(score: CriterionScore, wrong: Sequence[Ruled]) -> CriterionScore:
    evidence = tuple(found for ruled in wrong if (found := _evidence(ruled)) is not None)
    if not evidence:
        return score
    most = HELD_LEVEL if len(wrong) == 1 else 0
    return replace(
        score,
        level=min(score.level or 0, most),
        evidence=evidence,
        reason=" ".join(_told(ruled) for ruled in wrong),
        confidence=_CONFIDENCE,
    )


def _evidence(ruled: Ruled) -> Evidence | None:
    parts = sentences_of([(ruled.turn.index, ruled.turn.heard)])
    said: Sentence | None = next((s for s in parts if s.text == ruled.ruling.sentence), None)
    return cited(said, ruled.turn, "quote") if said is not None else None


def _told(ruled: Ruled) -> str:
    probe = ruled.turn.probe
    if probe is None:
        return ""
    return f"A run contradicts this answer about line {probe.line}: {probe.claim} ({probe.run})"
