"""What must not be graded as if it were an answer: found before and beside the judge.

A gate never changes a number. It leaves the answer ungraded with a reason, sends it to a person,
or (`EMPTY_OF_CONTENT`) holds that nothing in it can carry more than the lowest level.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.assessment.injection import speaks_to_grader
from app.assessment.lexical import asked_stems, novelty, point_stems, recall
from app.assessment.plausibility import is_nonsense, is_other_language
from app.assessment.sentences import Sentence
from app.assessment.short_references import says_all_of
from app.assessment.soup import is_soup
from app.assessment.term_talk import talks_around
from app.assessment.wording import stems, words
from app.domain.question import ReferencePoint
from app.domain.scorecard import Ungraded

PARROTED, SOUP, NEGATED, OFF_TOPIC = "parroted", "soup", "negated", "off_topic"
INJECTION, FILLER, GIBBERISH, LANGUAGE = "injection", "filler", "gibberish", "language"
NEAR_EMPTY, UNRELIABLE = "near_empty", "unreliable"

EMPTY_OF_CONTENT = frozenset({PARROTED, SOUP, FILLER, OFF_TOPIC})

LEAST_PROBABILITY = 0.45
_EXPECTED = "en"
_FOREIGN = "The answer is in another language than the interview."
_BADLY_HEARD = "The words could not be heard well enough to grade them."
_LEAST_STEMS = 3
_PARROT_NOVELTY = 0.25
_SPECIFIC_SHARE = 0.3
_FILLER_RECALL = 0.1
_ECHOED_SHARE = 0.85
_ECHO_OWN = 2
_ECHO_SAID = 0.34
_KNOWN_SHARE = 0.6
_OFF_TOPIC_OWN = 0.36
_OFF_TOPIC_MARGIN = 0.15
_FAR_FROM_ALL = 0.16
_FAR_SPOKEN, _FAR_ALONE, _FAR_BESIDE = 4, 2.0, 1.0
_PARTS = re.compile(r"(?<=[.!?;])\s+")

_DONT_KNOW = re.compile(
    r"""\b(?:
    (?:i|we)\ (?:really\ |just\ |honestly\ |simply\ )?
        (?:don't|do\ not|wouldn't|would\ not|can't|cannot)\ (?:really\ |even\ |actually\ )?
        (?:know|remember|recall|say|think\ of)
    | (?:i\ have\ )?no\ idea | not\ (?:at\ all\ )?sure | no\ clue
    | haven't\ (?:got\ )?(?:a\ clue|an\ idea)
    | never\ heard\ of | i(?:'m|\ am)\ (?:not\ sure|unsure|lost) | pass\ on\ this
    | ^(?:i\ )?pass(?=[.!]?\s*$)
    | (?:have|need)\ to\ look\ (?:it|that|this)\ up | escapes\ me
    | never\ (?:learned|learnt|studied|covered|read\ about)\ | slipped\ my\ mind
    | my\ mind\ (?:is|has\ gone)\ blank | next\ question | nothing\ comes\ to\ mind
    | no\ comment | i\ give\ up
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_GENERIC = stems(
    [
        """
        important importance consider consideration factor various many several different
        depends situation case approach best practice good better great excellent question
        interesting topic experience experienced always think thought thinking feel believe
        opinion careful carefully certain certainly really basically generally overall
        usually typically essentially actually aspect aspects area areas crucial key vital
        essential significant perspective standpoint understand understanding knowledge
        familiar deep strong passionate robust efficient effective quality high level
        solution solutions solve problem challenge work worked working project projects
        people team teams help helps make sure ensure right wrong way ways lot lots bit
        stuff matter matters everything anything everyone fundamental concept principle
        definitely absolutely confident confidently mention discuss talk speak explain
        answer answers question first second finally conclusion end day world today modern
        industry standard professional complex complexity nuance nuanced holistic leverage
        synergy strategy strategic balance tradeoff requirement context appropriate proper
        properly well-known widely common commonly clear clearly true truly number thing
        things point points simple simply straightforward fine okay nice
        """
    ]
)


@dataclass(frozen=True)
class Examination:
    """What is left to grade after the first gates, or why nothing is."""

    kept: tuple[Sentence, ...]
    gates: tuple[str, ...] = ()
    ungraded: Ungraded | None = None
    reason: str = ""


def examine(
    sentences: tuple[Sentence, ...],
    questions: Sequence[str],
    points: Sequence[ReferencePoint],
    probability: float | None = None,
    language: str = "en",
    left_out: Examination | None = None,
) -> Examination:
    """Run the gates that need words alone.

    Args:
        sentences: What was said.
        questions: All that was heard as the question.
        points: The question's points.
        probability: The mean of the recogniser's words.
        language: The interview's.
        left_out: Why other turns of the same question were left out, if some were.
    """
    if left_out is not None and not sentences:
        return left_out
    others = left_out.gates if left_out is not None else ()
    kept = tuple(s for s in sentences if not speaks_to_grader(s.text))
    found = (INJECTION,) if len(kept) < len(sentences) else ()
    found = (*others, *found)
    text = " ".join(sentence.text for sentence in kept)
    refusal = _refusal(
        text, INJECTION in found, asked_stems(questions), points, probability, language
    )
    if refusal is not None:
        return Examination((), (*found, *refusal.gates), refusal.ungraded, refusal.reason)
    return Examination(kept, found + content_gates(text, questions, points))


def unheard(text: str, *, unreliable: bool, language: str) -> Examination | None:
    """Why the words of one spoken turn can't be graded by what the recogniser said of them."""
    if language != _EXPECTED and is_other_language(text):
        return Examination((), (LANGUAGE,), Ungraded.LANGUAGE, _FOREIGN)
    if unreliable:
        return Examination((), (UNRELIABLE,), Ungraded.UNRELIABLE, _BADLY_HEARD)
    return None


def garbled(text: str) -> Examination | None:
    """Why the words of one turn form no answer, spoken or typed; another turn may hold one."""
    if not is_nonsense(text):
        return None
    reason = "The words form no answer: they are not words, or the same ones again and again."
    return Examination((), (GIBBERISH,), Ungraded.GIBBERISH, reason)


def _refusal(
    text: str,
    injected: bool,
    asked: frozenset[str],
    points: Sequence[ReferencePoint],
    probability: float | None,
    language: str,
) -> Examination | None:
    if not text.strip():
        if injected:
            reason = "The words are instructions to the grader, not an answer."
            return Examination((), (), Ungraded.INJECTION, reason)
        return Examination((), (NEAR_EMPTY,), Ungraded.NO_ATTEMPT, "Nothing was said.")
    return _unheard(text, probability, language) or _unattempted(text, asked, points)


def _unheard(text: str, probability: float | None, language: str) -> Examination | None:
    if is_other_language(text, language):
        return Examination((), (LANGUAGE,), Ungraded.LANGUAGE, _FOREIGN)
    if probability is not None and probability < LEAST_PROBABILITY:
        return Examination((), (UNRELIABLE,), Ungraded.UNRELIABLE, _BADLY_HEARD)
    return garbled(text)


def _unattempted(
    text: str, asked: frozenset[str], points: Sequence[ReferencePoint]
) -> Examination | None:
    parts = re.split(r"(?<=[.!?;])\s+|,\s+(?:but|so)\s+", text)
    rest = " ".join(part for part in parts if not _DONT_KNOW.search(part))
    held = stems([rest]) - asked
    specific = held - _GENERIC
    if any(recall(point_stems(p, asked), rest) > 0 for p in points) and held:
        return None
    if len(specific) >= _LEAST_STEMS or (specific and len(stems([rest])) > 2 * _LEAST_STEMS):
        return None
    if rest == text and says_all_of(text, _whole(points), asked):
        return None
    if rest != text and len(held) < _LEAST_STEMS:
        reason = "The answer says that it is not known, and nothing more."
        return Examination((), (NEAR_EMPTY,), Ungraded.NO_ATTEMPT, reason)
    few = len(words(rest)) <= _LEAST_STEMS
    if len(stems([rest])) < (_LEAST_STEMS if few else _LEAST_STEMS - 1):
        return Examination((), (NEAR_EMPTY,), Ungraded.NEAR_EMPTY, "Too little was said to grade.")
    return None


def content_gates(
    text: str, questions: Sequence[str], points: Sequence[ReferencePoint]
) -> tuple[str, ...]:
    """Gates on what the words carry beyond the question: parroted, soup, filler."""
    asked = asked_stems(questions)
    said = max((recall(point_stems(p, asked), text) for p in points), default=0.0)
    found: list[str] = []
    held = stems([text])
    own = held - asked - _GENERIC
    parrots = novelty(text, asked) <= _PARROT_NOVELTY and not _adds(held, asked, points)
    if parrots or _echoes(held, own, asked, said):
        found.append(PARROTED)
    wanted, question = _whole(points), " ".join(questions)
    soup = is_soup(text, wanted, question) or talks_around(text, wanted, question)
    if soup and not says_all_of(text, wanted, asked):
        found.append(SOUP)
    rest = stems(part for part in _PARTS.split(text) if novelty(part, asked) > _PARROT_NOVELTY)
    specific = rest - _GENERIC - asked
    if rest and len(specific) / len(rest) < _SPECIFIC_SHARE and said <= _FILLER_RECALL:
        found.append(FILLER)
    return tuple(found)


def _whole(points: Sequence[ReferencePoint]) -> str:
    return " ".join(point.text for point in points)


def _adds(held: frozenset[str], asked: frozenset[str], points: Sequence[ReferencePoint]) -> bool:
    """Among the question's words stands what some point says beyond the question."""
    new = (stems([point.text]) - asked for point in points)
    return any(len(held & wanted) >= _ECHO_SAID * len(wanted) for wanted in new if wanted)


def _echoes(held: frozenset[str], own: frozenset[str], asked: frozenset[str], said: float) -> bool:
    """Nearly the whole question comes back, with next to nothing of its own."""
    whole = len(asked) >= _LEAST_STEMS and len(held & asked) >= _ECHOED_SHARE * len(asked)
    return whole and len(own) <= _ECHO_OWN and said < _ECHO_SAID


def says_something(sentence: str, question: str) -> bool:
    """Whether a sentence holds a word that is neither the question's nor general talk."""
    return bool(stems([sentence]) - asked_stems([question]) - _GENERIC)


@dataclass(frozen=True)
class Contact:
    """How an answer lies to its own question and to others.

    `own` is the cosine to the question or the reference, whichever is higher, `other` the highest
    to any other question's texts (None where none are known), `said` the highest recall of a point
    in words, `rare` the share of the reference's own words by weight, `near` how near the others
    come, `spoken` the number of words.
    """

    own: float
    other: float | None
    said: float
    rare: float
    near: float
    spoken: int


def belongs_elsewhere(contact: Contact) -> bool:
    """Whether an answer belongs elsewhere, by its log odds.

    The weights were fitted on answers of SAF, Beetle and SciEntsBank beside their own question and
    beside another one.
    """
    if contact.spoken < _FAR_SPOKEN:
        return False
    long = math.log1p(contact.spoken)
    alone = (
        3.1 - 10.5 * contact.own - 2.2 * contact.said + 1.8 * contact.rare - 0.45 * contact.near
    ) + 0.6 * long
    if contact.other is None or alone > _FAR_ALONE:
        return alone > _FAR_ALONE
    beside = (
        1.0 - 13.5 * contact.own - 1.9 * contact.said + 2.7 * contact.rare - 4.1 * contact.near
    ) + 0.76 * long
    return beside + 7.5 * contact.other > _FAR_BESIDE


def off_topic(own: float, other: float, said: float) -> bool:
    """Whether an answer belongs elsewhere.

    `own` and `other` are the highest cosines of the answer to this question's texts and to any
    other question's; `said` is the highest recall of one of its points in words.
    """
    if own < _FAR_FROM_ALL:
        return said < 2 * _FILLER_RECALL
    return own < _OFF_TOPIC_OWN and other - own > _OFF_TOPIC_MARGIN and said < _KNOWN_SHARE
