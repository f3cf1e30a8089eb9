"""Drafts and published versions in Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store import rows
from app.adapters.store.authoring_schema import CONTENT, draft_edits, drafts, publications
from app.adapters.store.imports import PostgresImports
from app.adapters.store.library import replace_passages
from app.adapters.store.repositories import Transaction
from app.adapters.store.shelf import shelf_of
from app.domain.authoring import MODELS, Draft, Edit, Item, Kind, Publication, Shelf
from app.domain.question import Question, Track
from app.ports.authoring import Wanted
from app.ports.embeddings import Vectors
from app.ports.store import Passage


class PostgresDrafts:
    """Items under work."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, draft: Draft) -> bool:
        """Keep a new draft; False when there is one of this kind and id."""
        values = _draft_values(draft)
        new = insert(drafts).values(values).on_conflict_do_nothing()
        if (await self._run(new.returning(drafts.c.id))).first() is None:
            return False
        await self._run(sa.insert(draft_edits).values(_edit_values(values)))
        return True

    async def get(self, kind: Kind, item_id: str) -> Draft | None:
        """The draft as it was saved last, or None."""
        query = sa.select(drafts).where(drafts.c.kind == kind.value, drafts.c.id == item_id)
        row = (await self._run(query)).first()
        return _draft(row) if row is not None else None

    async def save(self, draft: Draft) -> Draft | None:
        """Keep the body over the revision that it names, unless that is not the newest."""
        same = (
            drafts.c.kind == draft.kind.value,
            drafts.c.id == draft.id,
            drafts.c.revision == draft.revision,
        )
        values = _draft_values(draft) | {"revision": draft.revision + 1}
        new = {name: values[name] for name in ("body", "revision", "by", "at")}
        row = (
            await self._run(sa.update(drafts).where(*same).values(new).returning(drafts))
        ).first()
        if row is None:
            return None
        await self._run(sa.insert(draft_edits).values(_edit_values(values)))
        return _draft(row)

    async def edits(self, kind: Kind, item_id: str) -> tuple[Edit, ...]:
        """Every saved text of the draft, the newest first."""
        table = draft_edits
        query = sa.select(table).where(table.c.kind == kind.value, table.c.id == item_id)
        found = await self._run(query.order_by(table.c.revision.desc()))
        return tuple(Edit(row.revision, row.body, row.by, row.at) for row in found)

    async def remove(self, kind: Kind, item_id: str) -> bool:
        """Drop the draft with its edits; False when there was none."""
        gone = sa.delete(drafts).where(drafts.c.kind == kind.value, drafts.c.id == item_id)
        return (await self._run(gone)).rowcount > 0


class PostgresPublications:
    """Published versions; their bodies stand with those of the bank's files."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def publish(
        self,
        item: Item,
        publication: Publication,
        passages: Sequence[Passage] = (),
        vectors: Vectors | None = None,
    ) -> None:
        """Keep the version and offer it in place of any other of its id."""
        table = CONTENT[publication.kind]
        await self._withdraw(table, item.id)
        body = rows.cleaned(item.model_dump(mode="json"))
        row = {"id": item.id, "version": item.version, "body": body, "current": True}
        await self._run(sa.insert(table).values(row))
        values = {
            "kind": publication.kind.value,
            "id": item.id,
            "version": item.version,
            "by": publication.by,
            "at": publication.at,
            "reason": publication.reason,
            "accepted": list(publication.accepted),
        }
        await self._run(sa.insert(publications).values(rows.cleaned(values)))
        await self._passages(item, passages, vectors)

    async def of(self, kind: Kind, item_id: str) -> tuple[Publication, ...]:
        """All publications of an id, the newest first."""
        table = publications
        query = sa.select(table).where(table.c.kind == kind.value, table.c.id == item_id)
        found = await self._run(query.order_by(table.c.version.desc()))
        return tuple(_publication(row) for row in found)

    async def versions(self, kind: Kind, item_id: str) -> tuple[Item, ...]:
        """All versions of an id, published or of the bank's files, the newest first."""
        table = CONTENT[kind]
        query = sa.select(table.c.body).where(table.c.id == item_id)
        found = await self._run(query.order_by(table.c.version.desc()))
        return tuple(MODELS[kind].model_validate(body) for body in found.scalars())

    async def offered(self, kind: Kind, item_id: str) -> Item | None:
        """The version that new interviews use, or None."""
        table = CONTENT[kind]
        query = sa.select(table.c.body).where(table.c.id == item_id, table.c.current)
        body = (await self._run(query)).scalar_one_or_none()
        return MODELS[kind].model_validate(body) if body is not None else None

    async def all_offered(self, kind: Kind) -> tuple[Item, ...]:
        """Everything of this kind that new interviews may use, by id."""
        table = CONTENT[kind]
        found = await self._run(sa.select(table.c.body).where(table.c.current).order_by(table.c.id))
        return tuple(MODELS[kind].model_validate(body) for body in found.scalars())

    async def archive(self, kind: Kind, item_id: str, *, by: str, at: datetime) -> bool:
        """Offer no version of it any more; False when none that was published is offered."""
        content, table = CONTENT[kind], publications
        live = (
            sa.select(content.c.version)
            .where(content.c.id == item_id, content.c.current)
            .scalar_subquery()
        )
        same = (table.c.kind == kind.value, table.c.id == item_id, table.c.version == live)
        done = sa.update(table).where(*same).values(archived_by=by, archived_at=at)
        if not (await self._run(done)).rowcount:
            return False
        await self._withdraw(content, item_id)
        if kind is Kind.QUESTION:
            await replace_passages(self._run, item_id, (), None)
        return True

    async def offer(
        self, item: Item, passages: Sequence[Passage] = (), vectors: Vectors | None = None
    ) -> None:
        """Offer an archived version again."""
        kind = next(kind for kind, model in MODELS.items() if isinstance(item, model))
        content, table = CONTENT[kind], publications
        await self._withdraw(content, item.id)
        same = (content.c.id == item.id, content.c.version == item.version)
        await self._run(sa.update(content).where(*same).values(current=True))
        mine = (table.c.kind == kind.value, table.c.id == item.id, table.c.version == item.version)
        none = {"archived_by": None, "archived_at": None}
        await self._run(sa.update(table).where(*mine).values(none))
        await self._passages(item, passages, vectors)

    async def using(self, kind: Kind, item_id: str) -> tuple[Question | Track, ...]:
        """What is offered and refers to it: questions of a rubric, tracks of a question."""
        if kind is Kind.RUBRIC:
            table = CONTENT[Kind.QUESTION]
            refers = table.c.body["rubric"].astext == item_id
        elif kind is Kind.QUESTION:
            table = CONTENT[Kind.TRACK]
            refers = table.c.body["questions"].contains([item_id])
        else:
            return ()
        query = sa.select(table.c.body).where(table.c.current, refers).order_by(table.c.id)
        bodies = (await self._run(query)).scalars()
        model: type[Question | Track] = Question if kind is Kind.RUBRIC else Track
        return tuple(model.model_validate(body) for body in bodies)

    async def shelf(self, kind: Kind, wanted: Wanted) -> Shelf:
        """Lines of the library, those worked on last first."""
        return await shelf_of(self._run, kind, wanted)

    async def _withdraw(self, table: sa.Table, item_id: str) -> None:
        mine = sa.update(table).where(table.c.id == item_id, table.c.current)
        await self._run(mine.values(current=False))

    async def _passages(
        self, item: Item, passages: Sequence[Passage], vectors: Vectors | None
    ) -> None:
        if isinstance(item, Question):
            await replace_passages(self._run, item.id, passages, vectors)


class PostgresAuthoringWork:
    """What authoring keeps, within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.drafts = PostgresDrafts(transaction)
        self.published = PostgresPublications(transaction)
        self.imports = PostgresImports(transaction)


def _draft_values(draft: Draft) -> rows.Values:
    return rows.cleaned(
        {
            "kind": draft.kind.value,
            "id": draft.id,
            "body": dict(draft.body),
            "revision": draft.revision,
            "base": draft.base,
            "origin": draft.origin,
            "by": draft.by,
            "at": draft.at,
        }
    )


def _edit_values(values: rows.Values) -> rows.Values:
    return {name: values[name] for name in ("kind", "id", "revision", "body", "by", "at")}


def _draft(row: sa.Row[Any]) -> Draft:
    return Draft(
        Kind(row.kind), row.id, row.body, row.by, row.at, row.revision, row.base, row.origin
    )


def _publication(row: sa.Row[Any]) -> Publication:
    return Publication(
        Kind(row.kind),
        row.id,
        row.version,
        row.by,
        row.at,
        row.reason,
        tuple(row.accepted),
        row.archived_by,
        row.archived_at,
    )
