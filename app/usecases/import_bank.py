"""Set what a file held apart from what the bank holds: nothing is replaced, and gaps are named."""

from __future__ import annotations

from dataclasses import replace

from pydantic import ValidationError

from app.domain.exchange import Draft, Imported, Refusal
from app.domain.question import Bank, Question, Rubric, dangling


def set_apart(imported: Imported, bank: Bank, tasks: frozenset[str] = frozenset()) -> Imported:
    """The drafts with an id that the bank doesn't have, each told what it refers to in vain."""
    taken = {
        "question": frozenset(question.id for question in bank.questions),
        "rubric": frozenset(rubric.id for rubric in bank.rubrics),
        "track": frozenset(track.id for track in bank.tracks),
        "task": tasks,
    }
    fresh = tuple(draft for draft in imported.drafts if draft.id not in taken[draft.kind])
    refusals = tuple(
        Refusal(draft.place, draft.id, f"{draft.kind} {draft.id!r} is in the bank; it stays")
        for draft in imported.drafts
        if draft.id in taken[draft.kind]
    )
    rubrics = (*bank.rubrics, *_rubrics(fresh))
    report = replace(
        imported.report,
        carried=sum(draft.kind == "question" for draft in fresh),
        refusals=(*imported.report.refusals, *refusals),
    )
    return Imported(tuple(_with_what_dangles(draft, rubrics) for draft in fresh), report)


def _rubrics(drafts: tuple[Draft, ...]) -> tuple[Rubric, ...]:
    whole = (draft for draft in drafts if draft.kind == "rubric" and not draft.open)
    return tuple(Rubric.model_validate(draft.keys) for draft in whole)


def _with_what_dangles(draft: Draft, rubrics: tuple[Rubric, ...]) -> Draft:
    if draft.kind != "question":
        return draft
    try:
        question = Question.model_validate(draft.keys)
    except ValidationError:
        return draft
    found = tuple(problem.message for problem in dangling((), (question,), rubrics))
    return replace(draft, open=(*draft.open, *found))
