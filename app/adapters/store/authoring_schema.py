"""The tables of authoring; the migrations make them, as in `schema`.

Bodies of published versions stand with those of the bank's files, in `questions`, `rubrics` and
`tracks`; triggers keep them, and what `publications` says of them, as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.adapters.store import schema
from app.adapters.store.schema import metadata
from app.domain.authoring import Kind

CONTENT = {
    Kind.QUESTION: schema.questions,
    Kind.RUBRIC: schema.rubrics,
    Kind.TRACK: schema.tracks,
}
_KNOWN = "kind IN ('question', 'rubric', 'track')"


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _numbered(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB, nullable=False)


drafts = sa.Table(
    "drafts",
    metadata,
    _key("kind"),
    _key("id"),
    _json("body"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("base", sa.Integer, nullable=True),
    _text("origin"),
    _text("by"),
    _time("at"),
    sa.CheckConstraint(_KNOWN, name="drafts_kind_known"),
    sa.CheckConstraint("btrim(by) <> ''", name="drafts_signed"),
    sa.CheckConstraint("revision >= 1", name="drafts_revision_counts_from_1"),
    sa.Index("drafts_at", "kind", "at"),
)

draft_edits = sa.Table(
    "draft_edits",
    metadata,
    _key("kind"),
    _key("id"),
    _numbered("revision"),
    _json("body"),
    _text("by"),
    _time("at"),
    sa.ForeignKeyConstraint(["kind", "id"], ["drafts.kind", "drafts.id"], ondelete="CASCADE"),
)

# Only the two columns of archiving ever change: a trigger refuses the rest.
publications = sa.Table(
    "publications",
    metadata,
    _key("kind"),
    _key("id"),
    _numbered("version"),
    _text("by"),
    _time("at"),
    _text("reason"),
    sa.Column("accepted", ARRAY(sa.Text), nullable=False),
    _text("archived_by", nullable=True),
    _time("archived_at", nullable=True),
    sa.CheckConstraint(_KNOWN, name="publications_kind_known"),
    sa.CheckConstraint("btrim(by) <> ''", name="publications_signed"),
    sa.CheckConstraint(
        "cardinality(accepted) = 0 OR btrim(reason) <> ''",
        name="publications_warnings_have_a_reason",
    ),
)

# The versions that an interview was made with.
pins = sa.Table(
    "interview_versions",
    metadata,
    sa.Column(
        "interview_id",
        sa.Uuid,
        sa.ForeignKey("interviews.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    _key("kind"),
    _key("id"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint(_KNOWN, name="interview_versions_kind_known"),
)

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _text("name"),
    _text("by"),
    _time("at"),
    _json("report"),
)

import_items = sa.Table(
    "import_items",
    metadata,
    sa.Column(
        "import_id", sa.Uuid, sa.ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    ),
    _numbered("position"),
    _text("kind"),
    _text("id"),
    _text("place"),
    _json("body"),
    sa.Column("open", ARRAY(sa.Text), nullable=False),
)
