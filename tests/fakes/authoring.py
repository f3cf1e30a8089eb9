"""Authoring in memory, with the rules of the real store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from app.domain.authoring import (
    Brought,
    BroughtItem,
    Draft,
    Edit,
    Item,
    Kind,
    Publication,
    Shelf,
    Shelved,
    State,
)
from app.domain.question import Question, Rubric, Track
from app.ports.authoring import Wanted
from app.ports.embeddings import Vectors
from app.ports.store import Passage
from tests.fakes.library import LibraryRows
from tests.fakes.review import refused

Key = tuple[Kind, str]


@dataclass
class AuthoringRows(LibraryRows):
    """The rows of authoring."""

    drafts: dict[Key, Draft] = field(default_factory=dict)
    edits: dict[Key, list[Edit]] = field(default_factory=dict)
    imports: dict[UUID, tuple[Brought, tuple[BroughtItem, ...]]] = field(default_factory=dict)


class FakeAuthoringWork:
    """The repositories of authoring over one state."""

    def __init__(self, rows: AuthoringRows) -> None:
        self.drafts = FakeDrafts(rows)
        self.published = FakePublications(rows)
        self.imports = FakeImports(rows)


class FakeDrafts:
    def __init__(self, rows: AuthoringRows) -> None:
        self._rows = rows

    async def add(self, draft: Draft) -> bool:
        key = draft.kind, draft.id
        if key in self._rows.drafts:
            return False
        self._keep(replace(draft, body=_plain(draft.body)))
        return True

    async def get(self, kind: Kind, item_id: str) -> Draft | None:
        return self._rows.drafts.get((kind, item_id))

    async def save(self, draft: Draft) -> Draft | None:
        known = self._rows.drafts.get((draft.kind, draft.id))
        if known is None or known.revision != draft.revision:
            return None
        body = _plain(draft.body)
        new = replace(known, body=body, by=draft.by, at=draft.at, revision=draft.revision + 1)
        self._keep(new)
        return new

    async def edits(self, kind: Kind, item_id: str) -> tuple[Edit, ...]:
        return tuple(reversed(self._rows.edits.get((kind, item_id), [])))

    async def remove(self, kind: Kind, item_id: str) -> bool:
        self._rows.edits.pop((kind, item_id), None)
        return self._rows.drafts.pop((kind, item_id), None) is not None

    def _keep(self, draft: Draft) -> None:
        if not draft.by.strip():
            raise refused("a draft without a name")
        key = draft.kind, draft.id
        self._rows.drafts[key] = draft
        edit = Edit(draft.revision, draft.body, draft.by, draft.at)
        self._rows.edits[key] = [*self._rows.edits.get(key, []), edit]


class FakePublications:
    def __init__(self, rows: AuthoringRows) -> None:
        self._rows = rows

    async def publish(
        self,
        item: Item,
        publication: Publication,
        passages: Sequence[Passage] = (),
        vectors: Vectors | None = None,
    ) -> None:
        key = publication.kind, item.id
        if item.version in self._rows.content.get(key, {}):
            raise refused("this version exists")
        if publication.accepted and not publication.reason.strip():
            raise refused("warnings without a reason")
        self._rows.content.setdefault(key, {})[item.version] = item
        self._rows.offered[key] = item.version
        self._rows.publications[(*key, item.version)] = publication
        if isinstance(item, Question):
            self._rows.replace_passages(item.id, passages, vectors)

    async def of(self, kind: Kind, item_id: str) -> tuple[Publication, ...]:
        every = self._rows.publications.values()
        mine = [p for p in every if (p.kind, p.id) == (kind, item_id)]
        return tuple(sorted(mine, key=lambda p: -p.version))

    async def versions(self, kind: Kind, item_id: str) -> tuple[Item, ...]:
        found = self._rows.content.get((kind, item_id), {})
        return tuple(found[version] for version in sorted(found, reverse=True))

    async def offered(self, kind: Kind, item_id: str) -> Item | None:
        version = self._rows.offered.get((kind, item_id))
        return None if version is None else self._rows.content[kind, item_id][version]

    async def all_offered(self, kind: Kind) -> tuple[Item, ...]:
        keys = sorted(key for key in self._rows.offered if key[0] is kind)
        return tuple(self._rows.content[key][self._rows.offered[key]] for key in keys)

    async def archive(self, kind: Kind, item_id: str, *, by: str, at: datetime) -> bool:
        version = self._rows.offered.get((kind, item_id))
        told = self._rows.publications.get((kind, item_id, version or 0))
        if told is None:
            return False
        gone = replace(told, archived_by=by, archived_at=at)
        self._rows.publications[kind, item_id, told.version] = gone
        del self._rows.offered[kind, item_id]
        if kind is Kind.QUESTION:
            self._rows.replace_passages(item_id, (), None)
        return True

    async def offer(
        self, item: Item, passages: Sequence[Passage] = (), vectors: Vectors | None = None
    ) -> None:
        kind = kind_of(item)
        self._rows.offered[kind, item.id] = item.version
        key = kind, item.id, item.version
        if key in self._rows.publications:
            back = replace(self._rows.publications[key], archived_by=None, archived_at=None)
            self._rows.publications[key] = back
        if isinstance(item, Question):
            self._rows.replace_passages(item.id, passages, vectors)

    async def using(self, kind: Kind, item_id: str) -> tuple[Question | Track, ...]:
        questions = await self.all_offered(Kind.QUESTION)
        tracks = await self.all_offered(Kind.TRACK)
        if kind is Kind.RUBRIC:
            return tuple(q for q in questions if isinstance(q, Question) and q.rubric == item_id)
        if kind is Kind.QUESTION:
            return tuple(t for t in tracks if isinstance(t, Track) and item_id in t.questions)
        return ()

    async def shelf(self, kind: Kind, wanted: Wanted) -> Shelf:
        known = {name for of_kind, name in self._rows.content if of_kind is kind}
        under_work = {name for of_kind, name in self._rows.drafts if of_kind is kind}
        lines = [line for name in sorted(known | under_work) if (line := self._line(kind, name))]
        lines = [line for line in lines if _wanted(line, wanted)]
        if wanted.ids is not None:
            lines.sort(key=lambda line: (wanted.ids or ()).index(line.id))
        else:
            lines.sort(key=lambda line: line.at.timestamp() if line.at else 0.0, reverse=True)
        page = lines[wanted.offset : wanted.offset + wanted.limit]
        return Shelf(tuple(page), len(lines))

    def _line(self, kind: Kind, name: str) -> Shelved | None:
        draft = self._rows.drafts.get((kind, name))
        versions = self._rows.content.get((kind, name), {})
        offered = self._rows.offered.get((kind, name))
        version = offered or max(versions, default=None)
        told = self._rows.publications.get((kind, name, version or 0))
        if version is None:
            state = State.DRAFT
        elif offered is not None:
            state = State.PUBLISHED if told else State.SHIPPED
        else:
            state = State.ARCHIVED
        if draft is None and offered is None and told is None:
            return None
        body = draft.body if draft else _plain(versions[version or 0].model_dump(mode="json"))
        latest = draft or told
        return Shelved(
            kind,
            name,
            body,
            state,
            version,
            draft.revision if draft else None,
            latest.by if latest else "",
            latest.at if latest else None,
        )


class FakeImports:
    def __init__(self, rows: AuthoringRows) -> None:
        self._rows = rows

    async def add(self, brought: Brought, items: Sequence[BroughtItem]) -> None:
        self._rows.imports[brought.id] = brought, tuple(items)

    async def get(self, import_id: UUID) -> Brought | None:
        if import_id not in self._rows.imports:
            return None
        brought, items = self._rows.imports[import_id]
        counts: dict[str, int] = {}
        for item in items:
            counts[item.kind.value] = counts.get(item.kind.value, 0) + 1
        return replace(brought, counts=counts)

    async def items(self, import_id: UUID, limit: int = 50) -> tuple[BroughtItem, ...]:
        return self._rows.imports[import_id][1][:limit] if import_id in self._rows.imports else ()

    async def take(self, import_id: UUID, *, by: str, at: datetime) -> int:
        if import_id not in self._rows.imports:
            return 0
        brought, items = self._rows.imports.pop(import_id)
        drafts = FakeDrafts(self._rows)
        made = [
            await drafts.add(
                Draft(i.kind, i.id, i.body, by, at, origin=f"file {brought.name}, {i.place}")
            )
            for i in items
        ]
        return sum(made)

    async def remove(self, import_id: UUID) -> None:
        self._rows.imports.pop(import_id, None)


def kind_of(item: Item) -> Kind:
    if isinstance(item, Question):
        return Kind.QUESTION
    return Kind.RUBRIC if isinstance(item, Rubric) else Kind.TRACK


def _wanted(line: Shelved, wanted: Wanted) -> bool:
    text = f"{line.id} {json.dumps(dict(line.body), ensure_ascii=False)}".casefold()
    in_state = {
        None: True,
        State.DRAFT: line.revision is not None,
    }.get(wanted.state, line.state is wanted.state)
    return (
        in_state
        and all(word.casefold() in text for word in wanted.words)
        and (not wanted.tag or wanted.tag in line.tags)
        and (wanted.ids is None or line.id in wanted.ids)
    )


def _plain(body: object) -> dict[str, object]:
    plain: dict[str, object] = json.loads(json.dumps(body))
    return plain
