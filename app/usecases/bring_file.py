"""Files of other tools into drafts: read apart, shown to a person, taken only then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from app.domain.authoring import Brought, BroughtItem, Kind, body_of, gaps
from app.domain.errors import BadContent
from app.domain.exchange import Content, Exported, Format, Imported, Refusal, Report
from app.domain.exchange import Draft as FileDraft
from app.domain.question import Question, Rubric, Track
from app.domain.task import Task
from app.ports.authoring import BankFiles
from app.ports.store import Store

MOST_ITEMS = 20_000
MOST_TOLD = 5_000
_KINDS = {kind.value for kind in Kind}


async def bring_file(
    store: Store, files: BankFiles, data: bytes, name: str, *, by: str, now: datetime
) -> Brought:
    """Read a file and keep what it held until a person takes it.

    Raises:
        BadContent: the file as a whole can't be taken.
    """
    plain = PurePath(name.replace("\\", "/")).name[:120] or "file"
    imported = await files.read(data, plain)
    if len(imported.drafts) > MOST_ITEMS:
        raise BadContent(f"{plain}: expected at most {MOST_ITEMS} items, found more")
    items, refusals = await _sorted_out(store, imported)
    report = replace(
        imported.report,
        carried=sum(item.kind is Kind.QUESTION for item in items),
        losses=imported.report.losses[:MOST_TOLD],
        changes=imported.report.changes[:MOST_TOLD],
        refusals=(*imported.report.refusals, *refusals)[:MOST_TOLD],
    )
    brought = Brought(uuid4(), plain, by, now, report)
    async with store.begin() as work:
        await work.authoring.imports.add(brought, items)
    return brought


async def export_library(
    store: Store, files: BankFiles, named: Format, tasks: Sequence[Task] = ()
) -> Exported:
    """Everything that is offered, as a file; as YAML it is a whole copy."""
    async with store.begin() as work:
        rows = work.authoring.published
        questions = await rows.all_offered(Kind.QUESTION)
        rubrics = await rows.all_offered(Kind.RUBRIC)
        tracks = await rows.all_offered(Kind.TRACK)
    content = Content(
        tuple(q for q in questions if isinstance(q, Question)),
        tuple(r for r in rubrics if isinstance(r, Rubric)),
        tuple(t for t in tracks if isinstance(t, Track)),
        tuple(tasks),
    )
    return await files.export(named, content)


def losses_by_part(report: Report) -> tuple[tuple[str, str, int, str], ...]:
    """Losses and changes of one kind told once: part, why, how many items, the first of them."""
    told: dict[tuple[str, str], list[str]] = {}
    for loss in report.losses:
        told.setdefault((loss.part, loss.why), []).append(loss.item)
    for change in report.changes:
        told.setdefault((change.part, change.what), []).append(change.item)
    return tuple(
        (part, why, len(items), ", ".join(items[:3])) for (part, why), items in told.items()
    )


async def _sorted_out(
    store: Store, imported: Imported
) -> tuple[tuple[BroughtItem, ...], tuple[Refusal, ...]]:
    """What becomes a draft; what is there already in these very words does not."""
    items: list[BroughtItem] = []
    refusals: list[Refusal] = []
    async with store.begin() as work:
        there = {
            (kind.value, item.id): body_of(item)
            for kind in Kind
            for item in await work.authoring.published.all_offered(kind)
        }
    for draft in imported.drafts:
        if draft.kind not in _KINDS:
            why = "code tasks are files: put it into question_bank/tasks"
            refusals.append(Refusal(draft.place, draft.id, why))
            continue
        item = _item(draft)
        if there.get((draft.kind, draft.id)) == item.body:
            refusals.append(Refusal(draft.place, draft.id, "it is here in the same words"))
            continue
        items.append(item)
    return tuple(items), tuple(refusals)


def _item(draft: FileDraft) -> BroughtItem:
    kind = Kind(draft.kind)
    body = {k: _plain(v) for k, v in draft.keys.items() if k not in ("id", "version")}
    still = tuple(f"{gap.part}: {gap.message}" for gap in gaps(kind, draft.id, body))
    return BroughtItem(kind, draft.id, draft.place, body, still[:20])


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a file
    """Values that a store keeps as they are; dates of YAML become texts."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
