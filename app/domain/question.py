"""Authored content: tracks, questions and rubrics, as they stand in YAML, forms and the store.

A question's `points` are the reference points that a complete answer makes; its rubric's criteria
say how they are judged. A published rubric version never changes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000)]


class _Authored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionKind(StrEnum):
    """What sort of answer the question wants; patience and grading follow it."""

    CONCEPT = "concept"
    CODE = "code"
    DESIGN = "design"
    BEHAVIOURAL = "behavioural"


class Difficulty(StrEnum):
    """The author's estimate, the cold start of the ability model (-1, 0, +1)."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Level(_Authored):
    """One anchored step of a criterion; `level` counts from 0."""

    level: int = Field(ge=0, le=6)
    anchor: Text


class Criterion(_Authored):
    """One thing that is judged on its own, against written levels."""

    id: Slug
    title: Text
    weight: float = Field(default=1.0, gt=0, le=10)
    levels: tuple[Level, ...] = Field(min_length=2, max_length=7)

    @model_validator(mode="after")
    def _levels_count_up(self) -> Self:
        if [level.level for level in self.levels] != list(range(len(self.levels))):
            raise ValueError(f"levels of {self.id!r} must count up from 0 without a gap")
        return self

    @property
    def max_level(self) -> int:
        """The highest level that can be reached."""
        return self.levels[-1].level

    def aim(self, level: int, *, complete: bool = False) -> Level | None:
        """The level worth aiming at from here; None at the top.

        The next one may itself describe a fault, so it is the lowest from half of the scale on;
        the top for an answer that is `complete`, in which everything expected was found.
        """
        least = self.max_level if complete else self.max_level / 2
        return next((step for step in self.levels[level + 1 :] if step.level >= least), None)


class Rubric(_Authored):
    """A named, versioned set of 2-5 criteria that questions refer to by id."""

    id: Slug
    version: int = Field(ge=1)
    title: Text
    criteria: tuple[Criterion, ...] = Field(min_length=2, max_length=5)
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _criteria_differ(self) -> Self:
        ids = [criterion.id for criterion in self.criteria]
        if len(set(ids)) != len(ids):
            raise ValueError(f"criterion ids of rubric {self.id!r} must differ")
        return self


class ReferencePoint(_Authored):
    """One statement that a complete answer makes, in a sentence, for one criterion."""

    id: Slug
    text: Text
    criterion: Slug
    terms: tuple[str, ...] = ()


class Probe(_Authored):
    """An authored follow-up.

    `point` names the reference point that it opens without giving it away; `when` lists words or
    short phrases of an answer that it takes up; `{phrase}` in `ask` is replaced by the
    candidate's own words, and such a probe is only asked when one of `when` was said.
    """

    id: Slug
    ask: Text
    point: Slug | None = None
    when: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _phrase_needs_when(self) -> Self:
        if "{phrase}" in self.ask and not self.when:
            raise ValueError(f"probe {self.id!r} uses {{phrase}} but lists no 'when'")
        return self


class Exemplar(_Authored):
    """An answer with the levels that a person gave it, by criterion id."""

    answer: Text
    levels: dict[Slug, int]


class Question(_Authored):
    """One question with everything needed to ask, probe and grade it."""

    id: Slug
    version: int = Field(default=1, ge=1)
    text: Text
    spoken: Text | None = None
    rephrased: Text | None = None
    kind: QuestionKind
    difficulty: Difficulty
    topic: Text
    rubric: Slug
    minutes: float = Field(default=3.0, gt=0, le=30)
    reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20)]
    points: tuple[ReferencePoint, ...] = Field(min_length=2, max_length=12)
    probes: tuple[Probe, ...] = Field(min_length=1, max_length=10)
    exemplars: tuple[Exemplar, ...] = ()
    tags: tuple[str, ...] = ()
    source: str | None = None
    licence: str | None = None

    @model_validator(mode="after")
    def _refers_to_itself_rightly(self) -> Self:
        ids = [point.id for point in self.points]
        if len(set(ids)) != len(ids):
            raise ValueError(f"point ids of question {self.id!r} must differ")
        probe_ids = [probe.id for probe in self.probes]
        if len(set(probe_ids)) != len(probe_ids):
            raise ValueError(f"probe ids of question {self.id!r} must differ")
        for probe in self.probes:
            if probe.point is not None and probe.point not in ids:
                raise ValueError(f"probe {probe.id!r} names the unknown point {probe.point!r}")
        if self.source is not None and self.licence is None:
            raise ValueError(f"question {self.id!r} has a source but no licence")
        return self


class Track(_Authored):
    """An ordered list of questions that makes one interview."""

    id: Slug
    version: int = Field(default=1, ge=1)
    title: Text
    summary: Text
    minutes: int = Field(ge=5, le=120)
    asks: int = Field(default=5, ge=1, le=30)
    code: bool = False
    questions: tuple[Slug, ...] = Field(min_length=1)


class Bank(BaseModel):
    """All authored content, checked against itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tracks: tuple[Track, ...]
    questions: tuple[Question, ...]
    rubrics: tuple[Rubric, ...]

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        problems = dangling(self.tracks, self.questions, self.rubrics)
        if problems:
            raise ValueError("; ".join(str(problem) for problem in problems))
        return self

    def track(self, track_id: str) -> Track | None:
        """The track of this id, or None."""
        return next((t for t in self.tracks if t.id == track_id), None)

    def question(self, question_id: str) -> Question | None:
        """The question of this id, or None."""
        return next((q for q in self.questions if q.id == question_id), None)

    def rubric(self, rubric_id: str) -> Rubric | None:
        """The rubric of this id, or None."""
        return next((r for r in self.rubrics if r.id == rubric_id), None)


class Dangling(NamedTuple):
    """A name that does not resolve, or an id that is taken: in which item, and what was found."""

    kind: str
    id: str
    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id!r}: {self.message}"


def dangling(
    tracks: tuple[Track, ...], questions: tuple[Question, ...], rubrics: tuple[Rubric, ...]
) -> tuple[Dangling, ...]:
    """Everything that keeps these items from forming one bank."""
    known_rubrics = {rubric.id: rubric for rubric in rubrics}
    known = {question.id for question in questions}
    problems = [
        *_taken("track", [track.id for track in tracks]),
        *_taken("question", [question.id for question in questions]),
        *_taken("rubric", [rubric.id for rubric in rubrics]),
    ]
    for question in questions:
        problems += _unresolved(question, known_rubrics.get(question.rubric))
    problems += [
        Dangling("track", track.id, name, f"expected a question of the bank, found {name!r}")
        for track in tracks
        for name in track.questions
        if name not in known
    ]
    return tuple(problems)


def _taken(kind: str, ids: list[str]) -> list[Dangling]:
    return [
        Dangling(kind, taken, taken, f"expected its own id, found {taken!r} twice")
        for taken in sorted({i for i in ids if ids.count(i) > 1})
    ]


def _unresolved(question: Question, rubric: Rubric | None) -> list[Dangling]:
    if rubric is None:
        message = f"expected a rubric of the bank, found {question.rubric!r}"
        return [Dangling("question", question.id, question.rubric, message)]
    top = {criterion.id: criterion.max_level for criterion in rubric.criteria}
    used = {point.criterion for point in question.points}
    missing = [
        (name, f"expected a criterion of rubric {rubric.id!r}, found {name!r}")
        for name in sorted(used - set(top))
    ]
    missing += [
        (name, f"expected an exemplar level of rubric {rubric.id!r}, found {name}={level}")
        for exemplar in question.exemplars
        for name, level in exemplar.levels.items()
        if not 0 <= level <= top.get(name, -1)
    ]
    return [Dangling("question", question.id, name, message) for name, message in missing]
