"""One list of everything: drafts beside the newest version of each id."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.adapters.store.authoring_schema import CONTENT, drafts, publications
from app.adapters.store.repositories import Run
from app.domain.authoring import Kind, Shelf, Shelved, State
from app.ports.authoring import Wanted


async def shelf_of(run: Run, kind: Kind, wanted: Wanted) -> Shelf:
    """The lines that are wanted, and how many there are in all."""
    lines = _lines(kind)
    query = sa.select(lines, sa.func.count().over().label("total"))
    for condition in _conditions(lines, wanted):
        query = query.where(condition)
    order = (
        [sa.func.array_position(list(wanted.ids), lines.c.id)]
        if wanted.ids is not None
        else [lines.c.at.desc().nulls_last(), lines.c.id]
    )
    found = (await run(query.order_by(*order).limit(wanted.limit).offset(wanted.offset))).all()
    if not found and wanted.offset:
        counted = await shelf_of(run, kind, Wanted(wanted.words, wanted.tag, wanted.state))
        return Shelf((), counted.total)
    return Shelf(tuple(_shelved(kind, row) for row in found), found[0].total if found else 0)


def _lines(kind: Kind) -> sa.Subquery:
    """A line for each id: of the draft where there is one, with the newest version beside it."""
    table = CONTENT[kind]
    newest = (
        sa.select(table.c.id, table.c.version, table.c.body, table.c.current)
        .ext(distinct_on(table.c.id))
        .order_by(table.c.id, table.c.current.desc(), table.c.version.desc())
        .subquery("newest")
    )
    draft = sa.select(drafts).where(drafts.c.kind == kind.value).subquery("draft")
    told = publications
    joined = newest.join(draft, draft.c.id == newest.c.id, full=True).outerjoin(
        told,
        sa.and_(
            told.c.kind == kind.value,
            told.c.id == newest.c.id,
            told.c.version == newest.c.version,
        ),
    )
    state = sa.case(
        (newest.c.id.is_(None), State.DRAFT.value),
        (sa.and_(newest.c.current, told.c.id.is_not(None)), State.PUBLISHED.value),
        (newest.c.current, State.SHIPPED.value),
        else_=State.ARCHIVED.value,
    )
    known = sa.or_(draft.c.id.is_not(None), newest.c.current, told.c.id.is_not(None))
    return (
        sa.select(
            sa.func.coalesce(draft.c.id, newest.c.id).label("id"),
            sa.func.coalesce(draft.c.body, newest.c.body).label("body"),
            newest.c.version,
            draft.c.revision,
            sa.func.coalesce(draft.c.by, told.c.by, "").label("by"),
            sa.func.coalesce(draft.c.at, told.c.at).label("at"),
            state.label("state"),
        )
        .select_from(joined)
        .where(known)
        .subquery("lines")
    )


def _conditions(lines: sa.Subquery, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    text = sa.func.concat(lines.c.id, " ", sa.cast(lines.c.body, sa.Text))
    found: list[sa.ColumnElement[bool]] = [
        text.icontains(word, autoescape=True) for word in wanted.words
    ]
    if wanted.tag:
        found.append(lines.c.body["tags"].contains([wanted.tag]))
    if wanted.state is State.DRAFT:
        found.append(lines.c.revision.is_not(None))
    elif wanted.state is not None:
        found.append(lines.c.state == wanted.state.value)
    if wanted.ids is not None:
        found.append(lines.c.id.in_(wanted.ids))
    return found


def _shelved(kind: Kind, row: sa.Row[Any]) -> Shelved:
    return Shelved(
        kind, row.id, row.body, State(row.state), row.version, row.revision, row.by, row.at
    )
