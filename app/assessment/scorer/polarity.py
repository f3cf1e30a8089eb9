"""Signs of contradiction: numbers that differ, negations, and opposites in place of the term."""

from __future__ import annotations

import re

from app.assessment.scorer.overlap import Read
from app.assessment.scorer.tokens import carries, share, stem

_NEGATION_WORDS = """
    not no never none nothing nor without cannot neither hardly isn't aren't wasn't weren't don't
    doesn't didn't can't couldn't won't wouldn't shouldn't hasn't haven't dont doesnt isnt cant wont
"""
NEGATIONS = frozenset(_NEGATION_WORDS.split())
_REACH = 3
_MOST = 3
_NO_NUMBER = -0.2
_OPPOSITES = """
    more less|higher lower|high low|increase decrease|increases decreases|increased decreased
    |increasing decreasing|bigger smaller|big small|large small|larger smaller|faster slower
    |fast slow|hot cold|hotter colder|warm cool|warmer cooler|heavy light|heavier lighter|hard soft
    |harder softer|long short|longer shorter|loud quiet|louder softer|same different|open closed
    |connected disconnected|connected separated|positive negative|before after|first last
    |always never|all none|on off|in out|up down|above below|top bottom|left right|north south
    |attract repel|attracts repels|strong weak|stronger weaker|thick thin|thicker thinner
    |tight loose|tighter looser|dark light|darker lighter|rough smooth|wet dry|full empty
    |add remove|insert delete|push pop|front rear|front back|head tail|begin end|beginning end
    |start stop|true false|yes no|maximum minimum|max min|best worst|best least|most least
    |most fewest|many few|same opposite|internal external|inside outside|inner outer|static dynamic
    |public private|sender receiver|send receive|encrypt decrypt|constant variable
    |linear exponential|iterative recursive|pass fail|valid invalid|possible impossible
    |dependent independent|conductor insulator|evaporate condense|evaporation condensation
    |melt freeze|acid base|even odd|upper lower|ascending descending|early late|earlier later
    |near far|closer farther|gain lose|rise fall|rises falls|expand contract|float sink
    |floats sinks|push pull|reference value|stack queue|lifo fifo|unicast broadcast
    |synchronous asynchronous|reliable unreliable|secure insecure|equal unequal|correct incorrect
    |complete incomplete|with without|solid liquid|male female|old young|new old|good bad
    |better worse|easy difficult|easier harder|simple complex|cheap expensive|deep shallow
    |wide narrow|parallel series|physical chemical|damaged intact|unchanged changed|allow prevent
    |allows prevents|enable disable|create destroy|lock unlock|read write|input output
    |mutable immutable|ordered unordered|sorted unsorted|bounded unbounded|safe unsafe
    |success failure|succeeds fails|improve worsen|shared exclusive|strict lenient|local global
"""
_NUMBER_NAMES = "zero one two three four five six seven eight nine ten eleven twelve"
_UNKNOWN = re.compile(
    r"\b(?:don'?t know|do not know|no idea|not sure|dunno|no clue|can'?t remember|idk)\b"
    r"|^\s*\?+\s*$",
    re.IGNORECASE,
)


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _OPPOSITES.split("|"):
        one, other = pair.split()
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _opposites()
_NUMBERS = {name: str(value) for value, name in enumerate(_NUMBER_NAMES.split()) if name != "one"}
_NUMBERS |= {"once": "1", "twice": "2", "half": "0.5"}


def number_signs(text: Read) -> dict[str, float]:
    """Whether the reference's numbers are said, and whether others stand in their place."""
    wanted, said, asked = map(_numbers, (text.reference, text.answer, text.question))
    own, new = said - asked, wanted - asked
    return {
        "numbers_said": share(len(wanted & said), len(wanted)) if wanted else _NO_NUMBER,
        "numbers_clash": float(bool(own) and bool(new) and not own & new),
        "numbers_extra": float(min(_MOST, len(own - wanted))),
        "numbers_wanted": float(bool(wanted)),
    }


def negation_signs(text: Read) -> dict[str, float]:
    """Whether the answer denies where the reference affirms, in all and near shared words."""
    wanted, said = (_negated(words) for words in (text.reference, text.answer))
    shared = frozenset(text.wanted) & frozenset(text.said)
    clash = (denied(text.answer) ^ denied(text.reference)) & shared
    return {
        "negations_more": float(max(-_MOST, min(_MOST, said - wanted))),
        "negations_differ": float((said > 0) != (wanted > 0)),
        "negations_said": float(min(_MOST, said)),
        "negations_wanted": float(min(_MOST, wanted)),
        "denied_share": share(len(clash), len(shared)),
        "denied": float(min(_MOST, len(clash))),
    }


def opposite_signs(text: Read) -> dict[str, float]:
    """Words of the answer that stand for the opposite of a word of the reference."""
    pairs = opposed(text.answer, text.reference)
    asked = frozenset(text.question)
    return {
        "opposites": float(min(_MOST, len(pairs))),
        "opposites_asked": float(any(one in asked and other in asked for one, other in pairs)),
    }


def opposed(answer: list[str], reference: list[str]) -> list[tuple[str, str]]:
    """Pairs of an answer's word and its opposite, where each stands in one of the two alone."""
    said, wanted = frozenset(answer), frozenset(reference)
    return [
        (word, other)
        for word in sorted(said - wanted)
        for other in OPPOSITES.get(word, ())
        if other in wanted and other not in said
    ]


def unknown_sign(answer: str) -> dict[str, float]:
    """Whether the answer says that it is not known."""
    return {"not_known": float(bool(_UNKNOWN.search(answer)))}


def denied(words: list[str]) -> frozenset[str]:
    """The stems that follow a negation closely."""
    return frozenset(
        stem(word)
        for place, negation in enumerate(words)
        if negation in NEGATIONS
        for word in words[place + 1 : place + 1 + _REACH]
        if carries(word)
    )


def _negated(words: list[str]) -> int:
    return sum(word in NEGATIONS for word in words)


def _numbers(words: list[str]) -> frozenset[str]:
    digits = {word for word in words if word[0].isdigit()}
    return frozenset(digits | {_NUMBERS[word] for word in words if word in _NUMBERS})
