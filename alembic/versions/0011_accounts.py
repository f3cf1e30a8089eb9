"""People, what lets them in, the log of accounts; interviews have owners and interviewers."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PEOPLE = """
CREATE TABLE people (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    role text NOT NULL CONSTRAINT people_role_known
        CHECK (role IN ('candidate', 'educator', 'interviewer', 'admin')),
    password text CONSTRAINT people_password_hashed CHECK (password LIKE '$argon2id$%'),
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    deleted_at timestamptz,
    CONSTRAINT people_deleted_are_nameless CHECK (
        deleted_at IS NULL OR (name = '' AND email = '' AND password IS NULL))
);
CREATE UNIQUE INDEX people_email ON people (email) WHERE deleted_at IS NULL;

CREATE TABLE sign_ins (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    digest text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_ins_person_id ON sign_ins (person_id);

CREATE TABLE account_links (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    digest text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    made_by uuid,
    used_at timestamptz
);
CREATE INDEX account_links_person_id ON account_links (person_id);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name text NOT NULL,
    digest text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX api_keys_person_id ON api_keys (person_id);
"""

LOG = """
CREATE TABLE account_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    act text NOT NULL,
    at timestamptz NOT NULL,
    who uuid,
    whom uuid,
    interview_id uuid,
    note text NOT NULL
);
CREATE INDEX account_events_interview_id ON account_events (interview_id);

CREATE FUNCTION refuse_any_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END;
$$;
CREATE TRIGGER account_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_any_change();
"""

OWNERS = """
ALTER TABLE interviews ADD COLUMN owner_id uuid REFERENCES people (id);
CREATE INDEX interviews_owner_id ON interviews (owner_id);

CREATE TABLE interviewers (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    PRIMARY KEY (interview_id, person_id)
);
CREATE INDEX interviewers_person_id ON interviewers (person_id);
"""


def upgrade() -> None:
    for part in (PEOPLE, LOG, OWNERS):
        op.execute(part)


def downgrade() -> None:
    op.execute("DROP TABLE interviewers")
    op.execute("ALTER TABLE interviews DROP COLUMN owner_id")
    for table in ("account_events", "api_keys", "account_links", "sign_ins", "people"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_any_change()")
