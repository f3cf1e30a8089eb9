"""Answers about code, held against what a run showed: right, wrong, or open where neither is plain.

Only a plain contradiction is wrong: another value, another error, an error where there was none,
another growth. What says nothing that could be compared stays open, for the judge of the answer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.assessment.sentences import sentences_of

Verdict = Literal["right", "wrong", "open"]


@dataclass(frozen=True)
class Ruling:
    """The verdict, and the sentence of the answer that it stands on."""

    verdict: Verdict
    sentence: str = ""


OPEN = Ruling("open")


def ruling(kind: str, truth: str, asked: str, answer: str) -> Ruling:
    """Hold an answer against the truth of a fact of this kind; `asked` is the question."""
    compare = _COMPARISONS.get(kind)
    if compare is None or not truth.strip() or not answer.strip():
        return OPEN
    said = plain(answer)
    verdict = compare(truth, plain(asked), said)
    if verdict == "open":
        return OPEN
    return Ruling(verdict, _bearing(kind, truth, asked, answer, verdict))


def plain(text: str) -> str:
    """Small letters, numbers as digits, no signs but those inside numbers."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    lower = apart.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    lower = re.sub(
        r"\b(that|this|the|which|each|every|no|any|last|first|next) one\b|\bone of\b", r"\1", lower
    )
    lower = re.sub(r"\b(minus|negative) (?=\w)", "-", lower)
    lower = re.sub(r"(?<=\d)-(?=\d)", " ", lower)
    for word, number in _NUMBERS.items():
        lower = re.sub(rf"(?<!\w){word}\b(?! division)", number, lower)
    lower = re.sub(r"n't\b", " not", lower)
    return " ".join(re.findall(r"-?\d+(?:\.\d+)?|[^\W\d]+", lower))


_NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
_NUMBERS = {name: str(value) for value, name in enumerate(_NUMBER_WORDS)}
_NO = r"(?:not|no|never|without|nothing|neither|nor|instead of|rather than)"
_ERROR = re.compile(
    r"\b(?:error|errors|exception|exceptions|raise|raises|raised|throw|throws|crash|crashes|fail"
    r"|fails|blow|blows|traceback)\b"
)
_NAMED_ERROR = re.compile(
    r"\b(zero division|index|key|type|value|attribute|name|recursion|eof|overflow|memory|syntax"
    r"|permission|file not found|stop iteration|unbound local|indentation) ?error\b"
)
_FINE = re.compile(
    r"\b(?:works|fine|nothing happens|just returns|simply returns|returns|gives back|no problem)\b"
)


def _denied(pattern: str, said: str) -> bool:
    """Whether the words stand behind a denial."""
    return bool(re.search(rf"\b{_NO}(?: \w+){{0,3}} (?:{pattern})", said))


def _raises(truth: str, _asked: str, said: str) -> Verdict:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", truth).lower()
    words = re.escape(re.sub(r" ?error$", "", name))
    if re.search(rf"\b{words} ?error\b", said) and not _denied(f"{words} ?error", said):
        return "right"
    if any(re.escape(match[1]) != words for match in _NAMED_ERROR.finditer(said)):
        return "wrong"
    if _ERROR.search(said):
        return "wrong" if _denied(_ERROR.pattern.strip(r"\b"), said) else "right"
    return "wrong" if _FINE.search(said) or _claimed(said) else "open"


def _returns(truth: str, asked: str, said: str) -> Verdict:
    error = _ERROR.search(said) or _NAMED_ERROR.search(said)
    wanted, denied = _tokens_of(truth), _denied_values(said)
    found = [v for v in _values(said) if v not in denied]
    if wanted and _stand_in_order(wanted, found):
        return "right"
    if error and not _denied(_ERROR.pattern.strip(r"\b"), said):
        return "wrong"
    text = plain(truth)
    if not wanted and text and re.search(rf"\b{re.escape(text)}\b", said):
        return "right"
    stated = _stated(said) - denied
    if wanted and stated and not stated & set(wanted):
        return "wrong"
    claimed = _claimed(said) - denied - set(_values(asked)) - set(wanted)
    if wanted and any(value in wanted for value in found):
        return "open"  # a part of it is right
    return "wrong" if claimed or (denied & set(wanted)) else "open"


def _counts(truth: str, asked: str, said: str) -> Verdict:
    numbers = re.findall(r"-?\d+(?:\.\d+)?", said)
    if truth in numbers:
        return "right"
    known = set(re.findall(r"-?\d+(?:\.\d+)?", asked))
    told = set(numbers) if _short(said) else {m[1] for m in _COUNTED.finditer(said)}
    return "wrong" if told - known or re.search(r"\bnever\b|\bonce\b", said) else "open"


def growth_claimed(truth: str, answer: str) -> str | None:
    """The words by which an answer claims another growth than was counted, if it does.

    Constant and logarithmic are left out: they are mostly said of one step, such as a look-up.
    """
    said = plain(answer)
    if _growth(truth, "", said) != "wrong":
        return None
    whole = [pattern for name, pattern in _ORDERS if name not in {"constant", "logarithmic"}]
    found = (re.search(pattern, said) for pattern in whole)
    return next((match[0] for match in found if match is not None), None)


def _growth(truth: str, _asked: str, said: str) -> Verdict:
    found = {name for name, pattern in _ORDERS if re.search(pattern, said)}
    if "linearithmic" in found:
        found -= {"linear", "logarithmic"}
    if "quadratic" in found:
        found -= {"linear"}
    denied = {name for name, pattern in _ORDERS if _denied(pattern, said)}
    found -= denied
    wanted = truth.split()[0]
    accepted = {"linear", "linearithmic"} if wanted == "linear" else {wanted}
    if found & accepted:
        return "right"
    return "wrong" if found or denied & accepted else "open"


_ORDERS = (
    ("constant", r"\bconstant\b|\bo (?:of )?1\b|\border 1\b"),
    ("linearithmic", r"\bn log n\b|\bn times log"),
    ("logarithmic", r"\blogarithmic|\blog n\b|\bo of log\b"),
    (
        "quadratic",
        r"\bquadratic|\bn squared?\b|\bsquare of\b|\b4 times\b|\bn to the (?:power of )?2"
        r"|\bo (?:of )?n 2\b",
    ),
    ("cubic", r"\bcubic\b|\bn cubed\b|\b8 times\b|\bo (?:of )?n 3\b"),
    ("exponential", r"\bexponential|\b2 to the (?:power of )?n\b"),
    (
        "linear",
        r"\blinear\b|\bo (?:of )?n\b(?! (?:squared?|log|cubed|times|to the|2|3))|\bproportional"
        r"|\border n\b(?! (?:squared?|log))|\btwice (?:as|the)|\bdoubles?\b",
    ),
)


def _same_after(_truth: str, _asked: str, said: str) -> Verdict:
    changed = re.search(
        r"\b(?:chang\w*|modif\w*|mutat\w*|different|differs?|in place|no longer|not the same)\b",
        said,
    )
    kept = re.search(
        r"\b(?:unchanged|the same|not (?:be )?(?:chang\w*|modif\w*|mutat\w*)|stays?|untouched"
        r"|not touch\w*|never chang\w*)\b",
        said,
    )
    if kept and not re.search(r"\bnot (?:\w+ )?the same\b|\bno longer\b", said):
        return "wrong" if not said.startswith("no ") or said.startswith("no it stays") else "open"
    if changed or said.split()[:1] == ["no"]:
        return "right"
    return "wrong" if said.split()[:1] == ["yes"] else "open"


def _ends(_truth: str, _asked: str, said: str) -> Verdict:
    endless = re.search(
        r"\bnever\b|\binfinite|\bendless|\bforever\b|\bnothing (?:stops|ends|brings)|\bhangs?\b"
        r"|\b(?:not|no) (?:\w+ ){0,2}(?:end|stop|terminat\w*|finish)|\bkeeps (?:on )?\w+ing\b"
        r"|^nothing\b",
        said,
    )
    if endless:
        return "right"
    ends = re.search(r"\b(?:ends?|stops?|terminates?|finishes|returns?|reaches|becomes)\b", said)
    return "wrong" if ends else "open"


def _accepted(_truth: str, _asked: str, said: str) -> Verdict:
    if re.search(r"\bsyntax error\b|\bmissing\b|\bnot accept|\bno\b|\bnot valid|\binvalid\b", said):
        return "right"
    return "wrong" if re.search(r"\byes\b|\baccepts?\b|\bvalid\b|\bfine\b", said) else "open"


_COMPARISONS = {
    "raises": _raises,
    "returns": _returns,
    "holds": _returns,
    "prints": _returns,
    "runs-often": _counts,
    "growth": _growth,
    "changes-input": _same_after,
    "keeps-state": _same_after,
    "endless": _ends,
    "syntax-error": _accepted,
}

_VALUE = re.compile(
    r"\bempty (?:list|dict|dictionary|string|text|tuple|set)\b|\bnone\b|\bnull\b|\btrue\b|\bfalse\b"
    r"|(?<!line )-?\b\d+(?:\.\d+)?\b"
)
_STATED = re.compile(
    r"\b(?:returns?|gives?|get|prints?|outputs?|holds?|is|be)(?: back| just)? (?:an? )?"
    rf"({_VALUE.pattern})"
)
_SAME_VALUE = {"null": "none", "empty dictionary": "empty dict", "empty string": "empty text"}


_COUNTED = re.compile(
    r"\b(\d+) (?:times?|comparisons?|steps?|iterations?|calls?|pass(?:es)?|runs?|rounds?)\b"
)
_MOST_OF_A_BARE_CLAIM = 8


def _short(said: str) -> bool:
    return len(said.split()) <= _MOST_OF_A_BARE_CLAIM


def _stated(said: str) -> set[str]:
    """Values of which it is said that something returns, holds or is them."""
    return {_number(_SAME_VALUE.get(m[1], m[1])) for m in _STATED.finditer(said)}


def _claimed(said: str) -> set[str]:
    """Values that are stated; all of them where little else is said ("I think 5")."""
    return set(_values(said)) if _short(said) else _stated(said)


def _values(said: str) -> list[str]:
    """Values that are named, in order."""
    found = [match[0] for match in _VALUE.finditer(said)]
    return [_number(_SAME_VALUE.get(value, value)) for value in found]


def _denied_values(said: str) -> set[str]:
    denied = re.finditer(rf"\b{_NO} (?:an? |the |it is )?({_VALUE.pattern})", said)
    return {_number(_SAME_VALUE.get(match[1], match[1])) for match in denied}


def _number(text: str) -> str:
    return re.sub(r"\.0+$", "", text)


def _tokens_of(truth: str) -> list[str]:
    """The values that a right answer names; empty for texts."""
    try:
        value = ast.literal_eval(truth)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return _values(plain(truth))
    return _named(value)


def _named(value: object) -> list[str]:
    if isinstance(value, bool) or value is None:
        return [str(value).lower()]
    if isinstance(value, int | float):
        return [_number(str(value))]
    if isinstance(value, str):
        return [] if value.strip() else ["empty text"]
    if isinstance(value, dict):
        inner = [name for pair in value.items() for part in pair for name in _named(part)]
        return inner if value else ["empty dict"]
    if isinstance(value, list | tuple | set):
        return (
            [n for item in value for n in _named(item)]
            if value
            else [f"empty {type(value).__name__}"]
        )
    return []


def _stand_in_order(wanted: Sequence[str], found: Sequence[str]) -> bool:
    left = iter(found)
    return all(any(value == other for other in left) for value in wanted)


def _bearing(kind: str, truth: str, asked: str, answer: str, verdict: Verdict) -> str:
    """The sentence that shows the verdict by itself; else the whole answer's first one."""
    compare = _COMPARISONS[kind]
    parts = [sentence.text for sentence in sentences_of([(0, answer)])]
    shows = (p for p in parts if compare(truth, plain(asked), plain(p)) == verdict)
    return next(shows, parts[0] if parts else answer)
