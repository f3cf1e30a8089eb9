"""Whether an answer says clause by clause what its reference says, with the sign turned round.

Each clause, and each sentence, is laid beside the reference's that shares most of its words, once
among those of the same sign and once among those of the other. The sign turns with each denying
word and with each opposite in a word's place. Nothing is asked of the order or the exact words, so
a denial in somebody's own words is seen too. The weights were fitted on real answers to the
questions of Beetle, SciEntsBank and SAF and on the bank's own, and on the same answers and
references with their verbs denied.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.assessment.denying_words import SIGN_TURNING
from app.assessment.opposites import exchanged
from app.assessment.word_order import SMALL
from app.assessment.wording import stem, words

_CLAUSE = re.compile(
    r"[.!?;:,()]+|\b(?=(?:and|but|or|nor|while|whereas|because|since|so|then|which|who|when|if"
    r"|unless|until|instead|though|although)\b)"
)
_SENTENCE = re.compile(r"[.!?;]+\s*")
_LEFT_OUT = re.compile(
    r"\b(?:(?:leav(?:e|es|ing)|left|keeps?|kept) out|giv(?:e|es|ing) up|gets? rid of"
    r"|do(?:es)? away with)\b"
)
_YES, _NO = frozenset(["yes", "yeah", "yep"]), frozenset(["no", "nope"])
_CLEARLY, _MOSTLY_SAID = 0.1, 0.4
_TINY = 1e-6
_THRESHOLD = 0.8
_CONSTANT = -1.8
_WEIGHTS = {
    "negations_share": 16.73,
    "negations": 1.07,
    "reference_negations_share": -17.12,
    "clause_match": 3.9,
    "clause_reached": -1.09,
    "clause_share": 1.13,
    "clause_count": -0.62,
    "sentence_match": 2.08,
    "sentence_new": 0.58,
    "sentence_share": 1.42,
    "sentence_count": -1.61,
    "length": -0.8,
    "reference_length": 0.45,
    "yes_for_no": 6.25,
    "own": 1.35,
}


@dataclass(frozen=True)
class Unit:
    """A clause or a sentence: the stems that carry it, its denying words, all its words."""

    stems: frozenset[str]
    denials: int
    words: frozenset[str]


@dataclass(frozen=True)
class _Beside:
    """A unit beside the reference: how near the nearest of the same and of the other sign are.

    `said` and `reached` are the shares of the unit's and of the reference's words that both have,
    `new` the share of those that the question has not, all beside the one of the other sign.
    """

    weight: int
    same: float = 0.0
    other: float = 0.0
    said: float = 0.0
    reached: float = 0.0
    new: float = 0.0

    @property
    def clash(self) -> float:
        """How much nearer the other sign is."""
        return max(0.0, self.other - self.same)


def contradicts(text: str, reference: str, question: str) -> bool:
    """Whether what is said is mostly the reference's, denied."""
    found = signs(text, reference, question)
    said = max(found["clause_said"], found["sentence_said"], found["yes_for_no"])
    return said >= _MOSTLY_SAID and odds(found) > _THRESHOLD


def odds(found: dict[str, float]) -> float:
    """The log odds of these signs."""
    return _CONSTANT + sum(weight * found[name] for name, weight in _WEIGHTS.items())


def signs(text: str, reference: str, question: str) -> dict[str, float]:
    """How the answer's clauses and sentences lie to those of the reference, and who denies more."""
    spoken, wanted = words(text), words(reference)
    asked, said = unit_of(words(question)).stems, unit_of(spoken).stems
    new = frozenset(stem(word) for word in wanted if word not in SMALL)
    new = (new - asked) or new
    denials, theirs = sum(map(turns, spoken)), sum(map(turns, wanted))
    opening = frozenset(spoken[:1]), frozenset(wanted[:1])
    crossed = [
        bool(opening[0] & one and opening[1] & two) for one, two in ((_YES, _NO), (_NO, _YES))
    ]
    return {
        **_beside("clause", text, reference, asked, _CLAUSE),
        **_beside("sentence", text, reference, asked, _SENTENCE),
        "negations_share": denials / max(1, len(spoken)),
        "negations": math.log1p(denials),
        "reference_negations_share": theirs / max(1, len(wanted)),
        "length": math.log1p(len(spoken)),
        "reference_length": math.log1p(len(wanted)),
        "yes_for_no": float(any(crossed)),
        "own": len(said - new - asked) / max(1, len(said)),
    }


def clauses_of(text: str) -> list[Unit]:
    """The clauses that carry something."""
    return _units(text, _CLAUSE)


def turns(word: str) -> bool:
    """Whether a word in lower case turns the sign of what it stands with."""
    return word in SIGN_TURNING or word.endswith("n't")


def _beside(
    name: str, text: str, reference: str, asked: frozenset[str], cut: re.Pattern[str]
) -> dict[str, float]:
    """The signs of one way to cut, named after it."""
    theirs = _units(reference, cut)
    found = [_nearest(unit, theirs, asked) for unit in _units(text, cut)]
    first = max(found, key=lambda each: each.clash * (0.5 + each.said), default=_Beside(0))
    worst = first if first.clash else _Beside(0)
    told = sum(max(each.same, each.other) * each.weight for each in found)
    turned = sum(each.clash * each.weight for each in found)
    return {
        f"{name}_said": worst.said,
        f"{name}_match": worst.said * worst.reached,
        f"{name}_reached": worst.reached,
        f"{name}_new": worst.new,
        f"{name}_share": turned / (told + _TINY),
        f"{name}_count": math.log1p(sum(each.other - each.same > _CLEARLY for each in found)),
    }


def _units(text: str, cut: re.Pattern[str]) -> list[Unit]:
    plain = text.lower().replace("’", "'").replace("/", " ")
    plain = _LEFT_OUT.sub("omit", plain)
    found = (unit_of(spoken) for part in cut.split(plain) if (spoken := words(part)))
    return [unit for unit in found if unit.stems]


def unit_of(spoken: Sequence[str]) -> Unit:
    """The words as one unit."""
    heavy = frozenset(stem(word) for word in spoken if word not in SMALL and not turns(word))
    return Unit(heavy, sum(map(turns, spoken)), frozenset(spoken))


def _nearest(unit: Unit, theirs: Sequence[Unit], asked: frozenset[str]) -> _Beside:
    """The unit beside the nearest of each sign."""
    best = _Beside(len(unit.stems))
    same = 0.0
    for wanted in theirs:
        shared = unit.stems & wanted.stems
        opposites = len(exchanged(list(unit.words), list(wanted.words)))
        if not shared and (not opposites or len(unit.stems) > 1):
            continue
        both = len(shared) + opposites
        said = min(1.0, both / len(unit.stems))
        reached = min(1.0, both / len(wanted.stems))
        near = 2 * said * reached / (said + reached)
        if (unit.denials + wanted.denials + opposites) % 2 == 0:
            same = max(same, near)
        elif near > best.other:
            new = (len(shared - asked) + opposites) / (len(wanted.stems - asked) or 1)
            best = _Beside(best.weight, 0.0, near, said, reached, min(1.0, new))
    return _Beside(best.weight, same, best.other, best.said, best.reached, best.new)
