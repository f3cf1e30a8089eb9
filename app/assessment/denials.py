"""Whether a statement is turned into its opposite: by denying it, negating it, or an antonym.

An answer is laid beside a point word by word. What of it is not the point's own is searched for
words that deny, wherever they stand: before, within or after; clauses that speak of something else
are left out. The weights were fitted on real answers to the questions of Beetle, SciEntsBank and
SAF, and on their references affirmed and denied in many ways. Beside them stand an opposite
("slower", "unbalanced") in the place of the point's own word, and a rejection in whatever words
(`rejections`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from app.assessment.denying_words import DENYING
from app.assessment.lexical import beyond, recall
from app.assessment.opposites import exchanged
from app.assessment.rejections import rejects
from app.assessment.scorer.polarity import NEGATIONS
from app.assessment.scorer.tokens import carries, content
from app.assessment.talk_words import TALK
from app.assessment.word_order import SMALL
from app.assessment.wording import stems, words

_REACH = 3
_ROOT = 5
_PREFIXED = re.compile(r"(?:un|in|im|il|ir|non|dis|mis|anti|de)-?([a-z]{4,})$")
_CLAUSE = re.compile(
    r"(?:[,;:.!?]+\s*|\b(?=(?:and|but|so|thus|therefore|hence|because|since|then|until|unless|while"
    r"|whereas|which|otherwise|without)\b))",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|nowhere|neither|nor|without|cannot|impossible|instead"
    r"|otherwise|stops?|avoids?|lacks?|fails?|failed|\w+n't)\b",
    re.IGNORECASE,
)
_THEREFORE = re.compile(
    r"\s*(?:so|thus|therefore|hence)\b(?! (?:is|are|was|what|not)\b)", re.IGNORECASE
)
_OVER = 0.6
_LEAST_SHARE = 0.4
_ALMOST_ALL = 0.65
_LONGER, _SPARE = 1.5, 4
_LONG = 40
_THRESHOLD = -0.75
_CONSTANT = -7.51
_WEIGHTS = {
    "kept": 4.3,
    "fewer": -3.07,
    "odd": 1.84,
    "rest": -0.295,
    "heavy_rest": -1.3,
    "wanted": 0.473,
    "near": -0.328,
    "share": 3.17,
    "uneven_kept": 3.44,
    "share_kept": -1.34,
    "heavy_share_kept": -0.6,
    "uneven_kept_over": -4.0,
    "cue_recall": 1.04,
    "uneven_recall": 0.414,
    "share_recall": 3.52,
    "heavy_share_recall": -0.723,
}


def turned_round(sentences: Sequence[str], points: Iterable[str], question: str) -> bool:
    """Whether these sentences say what some point says and mean its opposite.

    Args:
        sentences: Those of one answer, in order.
        points: The points.
        question: What was asked: its words show nothing.
    """
    pieces, points = _pieces(sentences), tuple(points)
    if rejects(" ".join(sentences), " ".join(points), question):
        return True
    theirs = frozenset(word for point in points for word in words(point)) - NEGATIONS
    return any(
        odds(piece, point, question, theirs) > _THRESHOLD
        for point in points
        for piece in pieces
        if _touches(piece, point)
    ) or _swapped_within(pieces, sentences, points, question)


def _swapped_within(
    pieces: Sequence[str], sentences: Sequence[str], points: Sequence[str], question: str
) -> bool:
    """An opposite stands in a piece, or in one sentence where no point has it as its own word."""
    known = frozenset(word for text in (*points, question) for word in words(text))
    return any(
        _swapped(said, point, question, owned)
        for point in points
        for some, owned in ((pieces, frozenset[str]()), (sentences, known))
        for said in some
        if _touches(said, point)
    )


def odds(said: str, point: str, question: str, theirs: frozenset[str] = frozenset()) -> float:
    """The log odds, up to a constant; `theirs` are words that some point says itself."""
    found = signs(said, point, question, theirs)
    return _CONSTANT + sum(weight * found[name] for name, weight in _WEIGHTS.items())


def signs(
    said: str, point: str, question: str, theirs: frozenset[str] = frozenset()
) -> dict[str, float]:
    """How much of the point is said in its own words, and what in the rest denies it."""
    wanted = words(point)
    foreign = theirs - frozenset(wanted)
    kept_words = words(_to_the_point(said, frozenset(wanted), frozenset(words(question))))
    spoken = [w for w in kept_words if w not in foreign or not denies(w)]
    taken = aligned(spoken, wanted)
    known = frozenset(wanted) | frozenset(words(question))
    rest = [word for place, word in enumerate(spoken) if place not in taken]
    heavy = sum(carries(word) for word in rest)
    cues = [word for word in rest if denies(word) and word not in known]
    fewer = sum(map(denies, spoken)) - sum(map(denies, wanted))
    kept = len(taken) / len(wanted)
    own = frozenset(content(wanted))
    new = (own - frozenset(content(words(question)))) or own
    said_share = len(new & frozenset(content(spoken))) / max(1, len(new))
    touching = {
        "kept": kept,
        "kept_over": max(0.0, kept - _OVER),
        "recall": said_share,
        "recall_over": max(0.0, said_share - _OVER),
    }
    found = {
        "cue": float(bool(cues)),
        "near": float(_beside(spoken, taken)),
        "uneven": float(fewer != 0),
        "share": len(cues) / max(1, len(rest)),
        "heavy_share": len(cues) / (heavy + 1),
    }
    return {
        "kept": kept,
        "fewer": float(fewer < 0),
        "odd": float(fewer % 2),
        "rest": math.log1p(len(rest)),
        "heavy_rest": math.log1p(heavy),
        "wanted": math.log1p(len(wanted)),
        **found,
        **{
            f"{name}_{how}": value * much
            for how, much in touching.items()
            for name, value in found.items()
        },
    }


def _swapped(said: str, point: str, question: str, owned: frozenset[str]) -> bool:
    """An opposite stands where the point has its own word, and little else differs.

    Words that are `owned` by other points turn nothing round.
    """
    spoken, wanted = words(said), words(point)
    new = [word for word in spoken if word not in owned or word in wanted]
    opposites = exchanged(new, wanted)
    own = beyond(point, stems([question])) - stems(opposites)
    if recall(own or stems([point]) - stems(opposites), said) < _ALMOST_ALL:
        return False
    rest = stems([said]) ^ stems([point])
    if len(rest) > len(stems([point])) or len(spoken) > _LONGER * len(wanted) + _SPARE:
        return False
    if opposites:
        return not (sum(map(denies, spoken)) - sum(map(denies, wanted))) % 2
    mine, theirs = set(new) - set(wanted), set(wanted) - set(spoken)
    return _prefixed(mine, theirs) or _prefixed(theirs, mine)


def denies(word: str) -> bool:
    """Whether a word in lower case may deny what it stands with."""
    return word in DENYING or word.endswith("n't")


def aligned(one: Sequence[str], other: Sequence[str]) -> frozenset[int]:
    """The places in the first text of a longest row of words that both have in this order."""
    table = [[0] * (len(other) + 1)]
    for left in one:
        row = [0]
        for column, right in enumerate(other):
            above = table[-1]
            row.append(above[column] + 1 if left == right else max(above[column + 1], row[-1]))
        table.append(row)
    taken: set[int] = set()
    i, j = len(one), len(other)
    while i and j:
        if one[i - 1] == other[j - 1]:
            taken.add(i - 1)
            i, j = i - 1, j - 1
        elif table[i - 1][j] >= table[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return frozenset(taken)


def _pieces(sentences: Sequence[str]) -> list[str]:
    """The whole of a short answer; of a long one each sentence, and each with the next."""
    whole = " ".join(sentences)
    if len(whole.split()) <= _LONG:
        return [whole]
    pairs = [f"{one} {other}" for one, other in pairwise(sentences)]
    return [whole, *sentences, *pairs]


def _touches(said: str, point: str) -> bool:
    """Whether enough of the point's words are there at all."""
    wanted = frozenset(words(point))
    return bool(wanted) and len(wanted & frozenset(words(said))) >= _LEAST_SHARE * len(wanted)


def _to_the_point(said: str, wanted: frozenset[str], asked: frozenset[str]) -> str:
    """The text without the plain negations of clauses that speak of something else.

    Such a clause, a reason or a consequence, brings more words of its own than of the point; talk
    and verdicts ("nobody thinks so") are no such words, as they may be about the point. After "so"
    stands a consequence, where none of its words is the point's or talk ("so nobody can go on").
    """
    ours = wanted | asked | TALK | DENYING

    def scoped(clause: str) -> str:
        spoken = words(clause)
        heavy = [word for word in spoken if carries(word)]
        new = sum(word not in ours and not denies(word) for word in heavy)
        apart = not any(word in TALK or word in wanted for word in spoken if word not in SMALL)
        follows = _THEREFORE.match(clause) is not None and apart
        far = new > sum(word in wanted for word in heavy) or follows
        return _PLAIN.sub("", clause) if far else clause

    return " , ".join(scoped(clause) for clause in _CLAUSE.split(said.replace("’", "'")))


def _beside(spoken: Sequence[str], taken: frozenset[int]) -> bool:
    """A denying word of the rest stands shortly before a word of the point."""
    return any(
        place not in taken
        and denies(word)
        and any(after in taken for after in range(place + 1, place + 1 + _REACH))
        for place, word in enumerate(spoken)
    )


def _prefixed(some: Iterable[str], others: Iterable[str]) -> bool:
    """A word stands in one text with, in the other without a prefix that turns it round."""
    roots = [found[1][:_ROOT] for word in some if (found := _PREFIXED.match(word))]
    return any(other.startswith(root) for root in roots for other in others)
