"""The words of one attack: a template over a question, its reference and answers, filled."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from app.bench.grading_attacks import Source

_SHORTEST = 4
_SPOKEN_VERBS = "is are was were can has have does do will should may must"
_VERBS = frozenset(_SPOKEN_VERBS.split())
_LETTERS = "asdfghjklqwrtzpxcvbnm"


def filled(wording: str, source: Source, draw: Random) -> str:
    """The words of one attack."""
    space = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    space.filters |= _filters(draw)
    template = space.from_string(wording)
    return template.render(
        q=source.question,
        r=source.reference,
        a=source.answer,
        o=source.other,
        keys=lambda count: _keys(draw, count),
    )


def _filters(draw: Random) -> dict[str, Callable[..., Any]]:
    return {
        "words": _words,
        "long": lambda text: [word for word in _words(text) if len(word) >= _SHORTEST],
        "bare": lambda text: text.rstrip("?. "),
        "stop": lambda text: text.rstrip(". "),
        "small": lambda text: text[:1].lower() + text[1:],
        "half": _half,
        "evens": lambda words: words[::2],
        "odds": lambda words: words[1::2],
        "shuffle": lambda words: draw.sample(words, len(words)),
        "flip": _flip,
        "vowelless": lambda text: "".join(c for c in text if c.lower() not in "aeiou"),
        "mangled": lambda text: " ".join("".join(draw.sample(w, len(w))) for w in _words(text)),
        "misheard": lambda text, share: _misheard(text, share, draw),
    }


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c in "-' " else " " for c in text).split()


def _half(text: str, which: int) -> str:
    words = _words(text)
    middle = len(words) // 2
    return " ".join(words[middle:] if which else words[:middle])


def _flip(text: str, denial: str) -> str:
    """The denial after the first verb that can bear one, or before all where there is none."""
    words = text.split()
    for place, word in enumerate(words):
        if word.lower() in _VERBS:
            verb = [] if denial.startswith("can") else [word]
            return " ".join([*words[:place], *verb, *denial.split(), *words[place + 1 :]])
    return f"It is {denial} true that {text[:1].lower()}{text[1:]}"


def _keys(draw: Random, count: int) -> str:
    return " ".join(
        "".join(draw.choice(_LETTERS) for _ in range(draw.randint(4, 9))) for _ in range(count)
    )


def _misheard(text: str, share: float, draw: Random) -> str:
    """Some words replaced by others of the same text, cut short, or lost."""
    words = _words(text)
    found: list[str] = []
    for word in words:
        if draw.random() >= share:
            found.append(word)
            continue
        kind = draw.randrange(3)
        if kind == 0:
            found.append(draw.choice(words))
        elif kind == 1:
            found.append(word[: max(1, len(word) // 2)])
    return " ".join(found)
