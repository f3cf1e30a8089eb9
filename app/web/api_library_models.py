"""What the API takes and tells of questions, rubrics and tracks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path
from pydantic import AfterValidator, Field

from app.domain.authoring import Brought, Draft, Kind, Publication, Shelved, State
from app.domain.exchange import Format, Report
from app.usecases.bring_file import losses_by_part
from app.usecases.draft_from_text import MOST_QUESTIONS
from app.web.api_models import Model, Reason, Text300, Text8000, Text20000, Told

DEEPEST = 12
LARGEST = 10**15
ItemId = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


def _keepable(body: dict[str, Any]) -> dict[str, Any]:
    """Refuse what no store keeps: endless nesting, and numbers that are none."""
    waiting: list[tuple[object, int]] = [(body, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError(f"expected at most {DEEPEST} levels")
        if isinstance(value, int | float) and not abs(value) <= LARGEST:
            raise ValueError(f"expected numbers up to {LARGEST}")
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(inner, str) or not hasattr(inner, "__iter__"):
            continue
        waiting += [(each, depth + 1) for each in inner]
    return body


Body = Annotated[
    dict[str, Any],
    AfterValidator(_keepable),
    Field(
        description="The item's own keys, as in the bank's files, without `id` and `version`. "
        "A draft may be unfinished.",
        examples=[{"title": "Clarity", "criteria": []}],
    ),
]


class Line(Told):
    """One item of the library: its newest version, and whether a draft of it is open."""

    kind: Kind
    id: str
    title: str
    tags: tuple[str, ...]
    state: State
    version: int | None = Field(description="The newest version; null while there is none.")
    revision: int | None = Field(description="How often the open draft was saved.")
    at: datetime | None = Field(description="When it was worked on last.")
    likeness: float | None = Field(None, description="Cosine to what was asked for, by meaning.")

    @classmethod
    def of(cls, line: Shelved, likeness: float | None) -> Line:
        """That of a line of the library."""
        return cls.model_validate(line).model_copy(update={"likeness": likeness})


class Published(Told):
    """Who published a version, and why its warnings were accepted."""

    version: int
    by: str
    at: datetime
    reason: str
    accepted: tuple[str, ...]
    archived_at: datetime | None


class DraftOut(Told):
    """A draft; `revision` is its ETag."""

    kind: Kind
    id: str
    revision: int
    base: int | None = Field(description="The version it was made from.")
    origin: str
    by: str
    at: datetime
    body: dict[str, Any]


class Item(Model):
    """One item with its versions; `offered` is what new interviews use."""

    kind: Kind
    id: str
    offered: int | None
    versions: tuple[int, ...] = Field(description="The newest first.")
    published: tuple[Published, ...]
    body: dict[str, Any] = Field(description="Of the newest version, else of the draft.")
    draft: int | None = Field(description="The revision of the open draft.")
    used_by: tuple[str, ...]

    @classmethod
    def of(
        cls,
        kind: Kind,
        item_id: str,
        told: tuple[Publication, ...],
        draft: Draft | None,
        **rest: Any,  # noqa: ANN401 - the other fields
    ) -> Item:
        """That of what the store holds."""
        published = tuple(Published.model_validate(one) for one in told)
        revision = draft.revision if draft is not None else None
        return cls(kind=kind, id=item_id, published=published, draft=revision, **rest)


class NewDraft(Model):
    """What to start; the id is made of the title, which is a question's text."""

    title: Text300
    body: Body | None = None


class SavedDraft(Model):
    """The whole text of a draft."""

    body: Body


class FromVersion(Model):
    """Which version a draft is opened from."""

    version: int = Field(ge=1, le=10**6)


class Publishing(Model):
    """Why it is published with its warnings; empty where there are none."""

    reason: Reason = ""


class FindingOut(Told):
    """One thing to look at before publication; errors stop it."""

    part: str = Field(examples=["criterion 1, level 0, anchor"])
    rule: str
    severity: Literal["error", "warning"]
    message: str


class Findings(Model):
    """What stands between a draft and its publication."""

    publishable: bool = Field(description="No errors; warnings still need a reason.")
    findings: tuple[FindingOut, ...]


class DifferenceOut(Told):
    """A part that is not the same in two texts; null where it is missing."""

    part: str
    before: str | None
    after: str | None


class Version(Model):
    """What was just published."""

    kind: Kind
    id: str
    version: int


class TrialAnswer(Model):
    """An answer to try a draft on."""

    answer: Text8000


class SourceText(Model):
    """A job description or lecture notes to draft questions from."""

    source: Text20000
    rubric: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    count: int = Field(3, ge=1, le=MOST_QUESTIONS)


class Lost(Model):
    """A part that was not carried over, or not as it stood."""

    part: str
    why: str
    items: int
    first: str = Field(description="The first of them.")


class Refused(Told):
    """Something of a file that was not taken."""

    place: str
    item: str
    why: str


class FileReport(Model):
    """What came of an import or export."""

    format: Format
    carried: int = Field(description="How many questions.")
    lost: tuple[Lost, ...]
    refusals: tuple[Refused, ...]

    @classmethod
    def of(cls, report: Report) -> FileReport:
        """That of a report."""
        return cls(
            format=report.format,
            carried=report.carried,
            lost=tuple(
                Lost(part=part, why=why, items=items, first=first)
                for part, why, items, first in losses_by_part(report)
            ),
            refusals=tuple(Refused.model_validate(one) for one in report.refusals),
        )


class ImportOut(Model):
    """A file that was read; take it to make drafts of it."""

    id: UUID
    name: str
    by: str
    at: datetime
    counts: dict[str, int] = Field(description="How many items of each kind.")
    report: FileReport

    @classmethod
    def of(cls, brought: Brought) -> ImportOut:
        """That of what was brought."""
        return cls(
            id=brought.id,
            name=brought.name,
            by=brought.by,
            at=brought.at,
            counts=dict(brought.counts),
            report=FileReport.of(brought.report),
        )


class Taken(Model):
    """How many drafts were made; items that have one already are left out."""

    drafts: int
