"""A requirements interview: what a stakeholder answers, and how well the interviewer asked.

Answers come from the authored facts by likeness in meaning, or are "I don't know". Questions are
told apart by their words (Gause and Weinberg): about any project, about this one, about the talk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.domain.stakeholder import AGAIN, Known, Stakeholder

Vectors = NDArray[np.float32]
Kind = Literal["context-free", "context", "meta", "summary", "statement"]
NEAR = 0.55
AHEAD = 0.02
SUMS_UP = 0.45
_META = re.compile(
    r"anything (else|more) (that )?i (should|could|have)|should i (be )?(ask|talk|speak)"
    r"|(the )?right person|(who|someone|anybody|anyone) else .*(talk|speak|ask)"
    r"|are my questions|am i asking|too many questions|(come|get) back to you"
    r"|what (have|did) i (not|forget|miss)|(forgotten|forgot|missed) to ask"
)
_SUMMARY = re.compile(
    r"^(so|ok(ay)?,? so|let me (sum|recap|repeat|see if)|to (sum|recap)|in summary|if i understand"
    r"|(so )?what i (hear|understand)|you('re| are) saying|(just )?to (check|confirm))\b.*\w"
)
_ASKS = re.compile(
    r"\?|^(who|what|when|where|why|how|which|is|are|do|does|did|can|could|would|will|should|have|has"
    r"|tell me|describe|explain|walk me)\b"
)
_WORD = re.compile(r"[a-z]{4,}")
# Words that fit any project: they make no question one about this project.
_ANYWHERE = frozenset(
    re.findall(
        r"\w+",
        """
    about also another anything around because been before being better build built case
    cases come could deadline does done each else every everybody everything expect fail
    find first from give goal goals good happen happens have here important into just know
    like look made main make many mean means might money most much must need needs never
    nothing often only other others part people person problem problems product project
    really reason risk risks same solution solve some somebody something soon still success
    successful system take tell than that their them then there these they thing things
    think this those time today trying understand until used user users using very want
    wants week well were what when where which while will with without work works would year
    years your
    """,
    )
)


@dataclass(frozen=True)
class Exchange:
    """One turn of the interviewer and the answer; `told` names what it brought up."""

    asked: str
    kind: Kind
    answer: str
    told: str | None = None
    again: bool = False
    sums_up: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """One criterion: a level with the turns that carry it, counted from 0."""

    id: str
    title: str
    level: int
    max_level: int
    counted: int
    out_of: int | None
    turns: tuple[int, ...]


@dataclass(frozen=True)
class Elicitation:
    """The whole talk, its levels, and what was never brought up."""

    exchanges: tuple[Exchange, ...]
    criteria: tuple[Judged, ...]
    missed: tuple[Known, ...]


def kind_of(text: str, stakeholder: Stakeholder) -> Kind:
    """What sort of turn this is, by its words."""
    plain = " ".join(text.lower().replace("\u2019", "'").split())
    if _META.search(plain):
        return "meta"
    if _SUMMARY.match(plain) and len(plain.split()) >= 6:
        return "summary"
    if not _ASKS.search(plain):
        return "statement"
    return "context" if _words(plain) & _terms(stakeholder) else "context-free"


def interview(
    stakeholder: Stakeholder, asked: Sequence[str], said: Vectors, cues: Sequence[Vectors]
) -> tuple[Exchange, ...]:
    """The talk, from its turns alone: the same turns always get the same answers.

    `said` has a unit vector for each turn, `cues` for each known thing one a question that brings
    it up, and its own words last.
    """
    found: list[Exchange] = []
    told: list[str] = []
    for place, text in enumerate(asked):
        near = [float((rows @ said[place]).max()) for rows in cues]
        exchange = _answer(stakeholder, text, near, told, place)
        if exchange.told is not None and not exchange.again:
            told.append(exchange.told)
        found.append(exchange)
    return tuple(found)


def judged(stakeholder: Stakeholder, exchanges: Sequence[Exchange]) -> Elicitation:
    """Levels by arithmetic; every level cites the turns that it counts."""
    kinds = [(n, exchange.kind) for n, exchange in enumerate(exchanges)]
    first = {e.told: n for n, e in reversed(list(enumerate(exchanges))) if e.told is not None}
    sums = tuple(n for n, e in enumerate(exchanges) if e.sums_up)
    criteria = [
        _counted(
            "context-free",
            "Questions for any project",
            [n for n, k in kinds if k == "context-free"],
            3,
        ),
        _counted(
            "context", "Questions about this project", [n for n, k in kinds if k == "context"], 5
        ),
        _counted("meta", "Questions about the talk", [n for n, k in kinds if k == "meta"], 2),
        _counted("summaries", "Summaries of what was said", list(sums), 2),
        _shared("ambiguities", "Unclear words made clear", stakeholder.of_kind("ambiguity"), first),
        _shared("gaps", "Gaps found", stakeholder.of_kind("gap"), first),
        _shared("facts", "Facts brought up", stakeholder.of_kind("fact"), first),
    ]
    missed = tuple(one for one in stakeholder.known if one.id not in first)
    return Elicitation(tuple(exchanges), tuple(criteria), missed)


def _answer(
    stakeholder: Stakeholder, text: str, near: Sequence[float], told: Sequence[str], place: int
) -> Exchange:
    kind = kind_of(text, stakeholder)
    if kind == "meta":
        return Exchange(text, kind, stakeholder.meta)
    if kind == "summary":
        spoken = zip(stakeholder.known, near, strict=True)
        sums = tuple(one.id for one, how in spoken if one.id in told and how >= SUMS_UP)
        if sums:
            return Exchange(text, kind, stakeholder.noted, sums_up=sums)
    best, *rest = sorted(range(len(near)), key=lambda n: -near[n])
    sure = near[best] >= NEAR and near[best] - near[rest[0]] >= AHEAD
    if kind == "statement" or not sure:
        return Exchange(text, kind, stakeholder.unknown[place % len(stakeholder.unknown)])
    one = stakeholder.known[best]
    again = one.id in told
    return Exchange(text, kind, f"{AGAIN}{one.says}" if again else one.says, one.id, again)


def _counted(id_: str, title: str, turns: list[int], enough: int) -> Judged:
    level = min(3, len(turns) * 3 // enough) if turns else 0
    return Judged(id_, title, max(level, min(1, len(turns))), 3, len(turns), None, tuple(turns))


def _shared(id_: str, title: str, wanted: Sequence[Known], first: dict[str, int]) -> Judged:
    turns = [first[one.id] for one in wanted if one.id in first]
    level = min(3, round(3 * len(turns) / len(wanted))) if wanted else 0
    return Judged(id_, title, level, 3, len(turns), len(wanted), tuple(sorted(turns)))


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.lower()) if word not in _ANYWHERE}


def _terms(stakeholder: Stakeholder) -> set[str]:
    known = " ".join([one.title + " " + one.says for one in stakeholder.known])
    return _words(f"{stakeholder.title} {stakeholder.brief} {known}")
