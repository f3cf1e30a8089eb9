"""Everything that stands between a draft and its publication."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pydantic import ValidationError

from app.assessment.draft_lint import (
    Alike,
    Finding,
    errors,
    lint_question_draft,
    lint_rubric_draft,
    warnings,
)
from app.domain.authoring import Body, Item, Kind, gaps, whole
from app.domain.question import Question, Rubric, Track, dangling
from app.ports.embeddings import Embedder
from app.ports.errors import PortError
from app.ports.store import Store

_NEAR = 4


@dataclass(frozen=True)
class Checked:
    """The item, if the draft is whole, and all that was found."""

    item: Item | None
    findings: tuple[Finding, ...]
    rubric: Rubric | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops a publication."""
        return errors(self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person may accept with a reason."""
        return warnings(self.findings)


async def check_draft(
    store: Store, embedder: Embedder | None, kind: Kind, item_id: str, body: Body
) -> Checked:
    """Look at a draft as it would be published now; nothing is kept."""
    version = await next_version(store, kind, item_id)
    missing = [Finding(gap.part, "gap", "error", gap.message) for gap in gaps(kind, item_id, body)]
    if missing:
        return Checked(None, tuple(missing), await _rubric(store, body.get("rubric")))
    try:
        item = whole(kind, item_id, version, body)
    except ValidationError as error:  # a version that no longer fits its bounds
        return Checked(None, (Finding("", "gap", "error", str(error)),))
    if isinstance(item, Question):
        return await _question(store, embedder, item)
    if isinstance(item, Rubric):
        return await _of_rubric(store, item)
    return await _track(store, item)


async def next_version(store: Store, kind: Kind, item_id: str) -> int:
    """The number that the next published version gets."""
    async with store.begin() as work:
        versions = await work.authoring.published.versions(kind, item_id)
    return max((item.version for item in versions), default=0) + 1


async def _question(store: Store, embedder: Embedder | None, question: Question) -> Checked:
    rubric = await _rubric(store, question.rubric)
    found = [
        Finding("rubric", "dangling", "error", f"{problem.message}.")
        for problem in dangling((), (question,), (rubric,) if rubric is not None else ())
    ]
    if rubric is None:
        return Checked(question, tuple(found))
    alike = await _alike(store, embedder, question) if embedder is not None else ()
    return Checked(question, (*found, *lint_question_draft(question, rubric, alike)), rubric)


async def _of_rubric(store: Store, rubric: Rubric) -> Checked:
    """Its own faults, and questions that would no longer fit it."""
    async with store.begin() as work:
        users = await work.authoring.published.using(Kind.RUBRIC, rubric.id)
    questions = tuple(user for user in users if isinstance(user, Question))
    broken = [
        Finding(f"question {problem.id}", "dangling", "error", f"{problem.message}.")
        for problem in dangling((), questions, (rubric,))
    ]
    return Checked(rubric, (*broken, *lint_rubric_draft(rubric)), rubric)


async def _track(store: Store, track: Track) -> Checked:
    async with store.begin() as work:
        offered = [
            await work.authoring.published.offered(Kind.QUESTION, n) for n in track.questions
        ]
    found = [
        Finding("questions", "dangling", "error", f"{name!r} is no published question.")
        for name, question in zip(track.questions, offered, strict=True)
        if question is None
    ]
    if track.asks > len(track.questions):
        message = f"It asks {track.asks} questions, but has {len(track.questions)}."
        found.append(Finding("asks", "track-too-few", "error", message))
    if len(set(track.questions)) < len(track.questions):
        found.append(Finding("questions", "track-repeats", "error", "A question stands twice."))
    needed = sum(q.minutes for q in offered[: track.asks] if isinstance(q, Question))
    if needed > track.minutes:
        message = f"Its first {track.asks} questions need {needed:g} minutes."
        found.append(Finding("minutes", "track-too-short", "warning", message))
    return Checked(track, tuple(found))


async def _rubric(store: Store, named: object) -> Rubric | None:
    if not isinstance(named, str):
        return None
    async with store.begin() as work:
        found = await work.authoring.published.offered(Kind.RUBRIC, named)
    return found if isinstance(found, Rubric) else None


async def _alike(store: Store, embedder: Embedder, question: Question) -> tuple[Alike, ...]:
    """The nearest questions; none where embeddings fail, which is no reason to stop anybody."""
    try:
        vector = (await asyncio.to_thread(embedder.embed, [question.text]))[0]
    except PortError:
        return ()
    async with store.begin() as work:
        near = await work.library.nearest(vector, kinds=("question",), limit=_NEAR)
    return tuple(Alike(p.question_id, p.text, p.likeness or 0.0) for p in near)
