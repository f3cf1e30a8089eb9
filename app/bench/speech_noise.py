"""Answers as a recogniser would hear them: a tenth of the words wrong, and fillers in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from app.assessment.scorer.corpus import Graded

_ERRORS = 0.10
_FILLERS = 0.08
_FILLER_WORDS = ("um", "uh", "you know", "like", "so", "er")
_KINDS = ("replace", "replace", "replace", "drop", "insert")


def noisy(graded: Sequence[Graded], seed: int) -> list[Graded]:
    """The same answers in lower case, without punctuation, misheard and with fillers."""
    draw = Random(seed)  # noqa: S311 - a measurement
    heard = sorted({word for each in graded for word in _words(each.item.answer)})
    return [
        replace(each, item=replace(each.item, answer=_misheard(each.item.answer, heard, draw)))
        for each in graded
    ]


def _misheard(text: str, heard: list[str], draw: Random) -> str:
    said: list[str] = []
    for word in _words(text):
        if draw.random() < _FILLERS:
            said.append(draw.choice(_FILLER_WORDS))
        if draw.random() >= _ERRORS:
            said.append(word)
            continue
        kind = draw.choice(_KINDS)
        if kind == "insert":
            said += [word, draw.choice(heard)]
        elif kind == "replace":
            said.append(_near(word, heard, draw))
    return " ".join(said)


def _near(word: str, heard: list[str], draw: Random) -> str:
    """Another word with the same beginning where there is one, as recognisers confuse words."""
    near = [other for other in heard if other != word and other[:2] == word[:2]]
    return draw.choice(near or heard)


def _words(text: str) -> list[str]:
    plain = "".join(sign if sign.isalnum() or sign in " '-+#" else " " for sign in text.lower())
    return plain.split()
