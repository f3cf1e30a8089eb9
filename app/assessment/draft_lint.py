"""What an author should look at before a draft is published: errors that stop it, and warnings.

Errors are gaps and topics that no interview may touch. All else is a warning: a rule by words can
be wrong, so a person may go on with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.assessment.lint import Problem, illegal_topic, lint_question, lint_rubric
from app.domain.question import Question, Rubric

Severity = Literal["error", "warning"]
ALIKE = 0.8  # of 87 shipped questions no two are nearer than 0.66; paraphrases are at 0.93
FEWEST_LEVELS = 3
SHARES_SUM = 0.01

_VAGUE = re.compile(
    r"\b(good|very good|excellent|poor|bad|adequate(ly)?|appropriate(ly)?|reasonabl[ey]"
    r"|satisfactory|sufficient(ly)?|acceptabl[ey]|well|somewhat|fairly|quite|decent|strong|weak"
    r"|understands?|knows?|is aware of|is familiar with|etc)\b",
    re.IGNORECASE,
)
# Words of family that are everyday words of computing too: a tree has children.
_TWO_MEANINGS = re.compile(r"^(child(ren)?|parents|young|wages?|earned|the family|a family)$", re.I)


@dataclass(frozen=True)
class Finding:
    """One thing to look at; `part` names where in the draft."""

    part: str
    rule: str
    severity: Severity
    message: str

    @property
    def line(self) -> str:
        """The finding as it is kept with a publication."""
        return f"{self.rule} in {self.part}: {self.message}" if self.part else self.message


@dataclass(frozen=True)
class Alike:
    """A question that is there already and means nearly the same."""

    question_id: str
    text: str
    likeness: float


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a publication."""
    return tuple(finding for finding in findings if finding.severity == "error")


def warnings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that a person may accept."""
    return tuple(finding for finding in findings if finding.severity == "warning")


def lint_rubric_draft(rubric: Rubric) -> tuple[Finding, ...]:
    """What is doubtful in a whole rubric."""
    found = [_of_problem(problem) for problem in lint_rubric(rubric)]
    return (*found, *_vague(rubric), *_levels(rubric), *_weights(rubric), *_titles(rubric))


def lint_question_draft(
    question: Question, rubric: Rubric, alike: Sequence[Alike] = ()
) -> tuple[Finding, ...]:
    """What is doubtful in a whole question, beside those that mean nearly the same."""
    found = [_of_problem(problem) for problem in lint_question(question, rubric)]
    found += _topics(question)
    found += [
        Finding(
            "text",
            "near-duplicate",
            "warning",
            f"{near.question_id!r} asks nearly the same (likeness {near.likeness:.2f}): "
            f"{near.text}",
        )
        for near in alike
        if near.likeness >= ALIKE and near.question_id != question.id
    ]
    return tuple(found)


def _of_problem(problem: Problem) -> Finding:
    part = problem.where.split(", ", 1)[1] if ", " in problem.where else ""
    stops = problem.rule == "illegal-topic" and not _may_be_meant(problem.message)
    return Finding(part, problem.rule, "error" if stops else "warning", _sentence(problem.message))


def _may_be_meant(message: str) -> bool:
    found = re.search(r"found '(.*)'$", message)
    return found is not None and _TWO_MEANINGS.match(found.group(1)) is not None


def _topics(question: Question) -> Iterator[Finding]:
    """Illegal topics in what grades, not only in what is asked."""
    graded = [(f"point {point.id}", point.text) for point in question.points]
    for part, text in [*graded, ("reference", question.reference)]:
        topic = illegal_topic(text)
        if topic is not None:
            message = f"Expected a topic that may be graded, found {topic!r}."
            severity: Severity = "warning" if _TWO_MEANINGS.match(topic) else "error"
            yield Finding(part, "illegal-topic", severity, message)


def _vague(rubric: Rubric) -> Iterator[Finding]:
    for criterion in rubric.criteria:
        for level in criterion.levels:
            word = _VAGUE.search(level.anchor)
            if word is not None:
                message = (
                    f"{word.group()!r} is read differently by different people. "
                    "Say what is heard in the answer."
                )
                part = f"criterion {criterion.id}, level {level.level}"
                yield Finding(part, "anchor-ambiguous", "warning", message)


def _levels(rubric: Rubric) -> Iterator[Finding]:
    counts = {len(criterion.levels) for criterion in rubric.criteria}
    for criterion in rubric.criteria:
        if len(criterion.levels) < FEWEST_LEVELS:
            message = f"Expected {FEWEST_LEVELS} levels or more, found {len(criterion.levels)}."
            yield Finding(f"criterion {criterion.id}", "levels-missing", "warning", message)
    if len(counts) > 1:
        found = " and ".join(str(count) for count in sorted(counts))
        message = f"Criteria have {found} levels: a top level then means different things."
        yield Finding("criteria", "levels-uneven", "warning", message)


def _weights(rubric: Rubric) -> Iterator[Finding]:
    weights = [criterion.weight for criterion in rubric.criteria]
    if all(weight < 1 for weight in weights) and abs(sum(weights) - 1) > SHARES_SUM:
        message = f"These look like shares of 1, but add up to {sum(weights):.2f}."
        yield Finding("weights", "weights-sum", "warning", message)
    elif len(weights) > 2 and max(weights) > sum(weights) / 2:
        heavy = max(rubric.criteria, key=lambda criterion: criterion.weight)
        share = heavy.weight / sum(weights)
        message = f"{heavy.title!r} alone decides: it has {share:.0%} of the weight."
        yield Finding("weights", "weight-dominates", "warning", message)


def _titles(rubric: Rubric) -> Iterator[Finding]:
    titles = [criterion.title.casefold() for criterion in rubric.criteria]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        message = f"Two criteria are called {title!r}."
        yield Finding("criteria", "title-repeated", "warning", message)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."
