"""The tables of accounts; the migrations make them, as in `schema`.

The log refers to no row: it outlives the people and the interviews that it tells of.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.adapters.store.schema import metadata


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_person(*, primary_key: bool = False) -> sa.Column[object]:
    parent = sa.ForeignKey("people.id", ondelete="CASCADE")
    return sa.Column("person_id", sa.Uuid, parent, nullable=False, primary_key=primary_key)


people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _text("name"),
    _text("email"),
    _text("role"),
    _text("password", nullable=True),
    _time("created_at"),
    _time("disabled_at", nullable=True),
    _time("deleted_at", nullable=True),
    sa.CheckConstraint(
        "role IN ('candidate', 'educator', 'interviewer', 'admin')", name="people_role_known"
    ),
    sa.CheckConstraint("password LIKE '$argon2id$%'", name="people_password_hashed"),
    sa.CheckConstraint(
        "deleted_at IS NULL OR (name = '' AND email = '' AND password IS NULL)",
        name="people_deleted_are_nameless",
    ),
)
sa.Index(
    "people_email", people.c.email, unique=True, postgresql_where=people.c.deleted_at.is_(None)
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _of_person(),
    _text("digest"),
    _time("created_at"),
    _time("expires_at"),
    sa.UniqueConstraint("digest", name="sign_ins_digest_key"),
    sa.Index("sign_ins_person_id", "person_id"),
)

account_links = sa.Table(
    "account_links",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _of_person(),
    _text("digest"),
    _time("created_at"),
    _time("expires_at"),
    sa.Column("made_by", sa.Uuid, nullable=True),
    _time("used_at", nullable=True),
    sa.UniqueConstraint("digest", name="account_links_digest_key"),
    sa.Index("account_links_person_id", "person_id"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _of_person(),
    _text("name"),
    _text("digest"),
    _time("created_at"),
    _time("revoked_at", nullable=True),
    sa.UniqueConstraint("digest", name="api_keys_digest_key"),
    sa.Index("api_keys_person_id", "person_id"),
)

# Rows are only ever added: a trigger refuses the rest.
account_events = sa.Table(
    "account_events",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _text("act"),
    _time("at"),
    sa.Column("who", sa.Uuid, nullable=True),
    sa.Column("whom", sa.Uuid, nullable=True),
    sa.Column("interview_id", sa.Uuid, nullable=True),
    _text("note"),
    sa.Index("account_events_interview_id", "interview_id"),
)

interviewers = sa.Table(
    "interviewers",
    metadata,
    sa.Column(
        "interview_id",
        sa.Uuid,
        sa.ForeignKey("interviews.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=True,
    ),
    _of_person(primary_key=True),
    _time("at"),
    sa.Index("interviewers_person_id", "person_id"),
)
