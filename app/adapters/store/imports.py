"""Files that were read and wait for a person, in Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store import rows
from app.adapters.store.authoring_schema import draft_edits, drafts, import_items, imports
from app.adapters.store.repositories import Transaction
from app.domain.authoring import Brought, BroughtItem, Kind
from app.domain.exchange import Change, Format, Loss, Refusal, Report

_BATCH = 500


class PostgresImports:
    """Files that wait."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, brought: Brought, items: Sequence[BroughtItem]) -> None:
        """Keep what a file held; a batch at a time, so that others get their turn."""
        report = {**asdict(brought.report), "format": brought.report.format.value}
        values = {
            "id": brought.id,
            "name": brought.name,
            "by": brought.by,
            "at": brought.at,
            "report": report,
        }
        await self._run(sa.insert(imports).values(rows.cleaned(values)))
        for start in range(0, len(items), _BATCH):
            part = items[start : start + _BATCH]
            batch = [_item_values(brought.id, start + n, item) for n, item in enumerate(part)]
            await self._run(sa.insert(import_items), batch)

    async def get(self, import_id: UUID) -> Brought | None:
        """The import, or None."""
        row = (await self._run(sa.select(imports).where(imports.c.id == import_id))).first()
        if row is None:
            return None
        table = import_items
        query = sa.select(table.c.kind, sa.func.count().label("count")).group_by(table.c.kind)
        counted = await self._run(query.where(table.c.import_id == import_id))
        counts = {line.kind: line._mapping["count"] for line in counted}
        return Brought(row.id, row.name, row.by, row.at, _report(row.report), counts)

    async def items(self, import_id: UUID, limit: int = 50) -> tuple[BroughtItem, ...]:
        """The first items of it, in the file's order."""
        table = import_items
        query = sa.select(table).where(table.c.import_id == import_id)
        found = await self._run(query.order_by(table.c.position).limit(limit))
        return tuple(
            BroughtItem(Kind(row.kind), row.id, row.place, row.body, tuple(row.open))
            for row in found
        )

    async def take(self, import_id: UUID, *, by: str, at: datetime) -> int:
        """Make drafts of its items where there is none yet, and drop the import; how many."""
        items = import_items
        source = (
            sa.select(
                items.c.kind,
                items.c.id,
                items.c.body,
                sa.literal(1),
                sa.func.concat("file ", imports.c.name, ", ", items.c.place),
                sa.literal(by),
                sa.literal(at, sa.DateTime(timezone=True)),
            )
            .join(imports, imports.c.id == items.c.import_id)
            .where(items.c.import_id == import_id)
        )
        named = ["kind", "id", "body", "revision", "origin", "by", "at"]
        new = insert(drafts).from_select(named, source).on_conflict_do_nothing()
        made = (await self._run(new.returning(drafts.c.kind, drafts.c.id))).all()
        kept = ["kind", "id", "revision", "body", "by", "at"]
        first = (
            sa.select(*(drafts.c[name] for name in kept))
            .join(items, sa.and_(items.c.kind == drafts.c.kind, items.c.id == drafts.c.id))
            .where(items.c.import_id == import_id)
        )
        edits = insert(draft_edits).from_select(kept, first).on_conflict_do_nothing()
        await self._run(edits)
        await self.remove(import_id)
        return len(made)

    async def remove(self, import_id: UUID) -> None:
        """Drop it; nothing happens when it is gone."""
        await self._run(sa.delete(imports).where(imports.c.id == import_id))


def _item_values(import_id: UUID, position: int, item: BroughtItem) -> rows.Values:
    values = {
        "import_id": import_id,
        "position": position,
        "kind": item.kind.value,
        "id": item.id,
        "place": item.place,
        "body": dict(item.body),
        "open": list(item.open),
    }
    return rows.cleaned(values)


def _report(kept: dict[str, Any]) -> Report:
    return Report(
        Format(kept["format"]),
        kept["carried"],
        tuple(Loss(**loss) for loss in kept["losses"]),
        tuple(Change(**change) for change in kept["changes"]),
        tuple(Refusal(**refusal) for refusal in kept["refusals"]),
    )
