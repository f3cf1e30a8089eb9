"""Drafts, published versions that never change, versions of interviews, files that wait."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE drafts (
    kind text NOT NULL
        CONSTRAINT drafts_kind_known CHECK (kind IN ('question', 'rubric', 'track')),
    id text NOT NULL,
    body jsonb NOT NULL,
    revision integer NOT NULL CONSTRAINT drafts_revision_counts_from_1 CHECK (revision >= 1),
    base integer,
    origin text NOT NULL,
    by text NOT NULL CONSTRAINT drafts_signed CHECK (btrim(by) <> ''),
    at timestamptz NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX drafts_at ON drafts (kind, at);

CREATE TABLE draft_edits (
    kind text NOT NULL,
    id text NOT NULL,
    revision integer NOT NULL,
    body jsonb NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (kind, id, revision),
    FOREIGN KEY (kind, id) REFERENCES drafts (kind, id) ON DELETE CASCADE
);

CREATE TABLE publications (
    kind text NOT NULL
        CONSTRAINT publications_kind_known CHECK (kind IN ('question', 'rubric', 'track')),
    id text NOT NULL,
    version integer NOT NULL,
    by text NOT NULL CONSTRAINT publications_signed CHECK (btrim(by) <> ''),
    at timestamptz NOT NULL,
    reason text NOT NULL,
    accepted text[] NOT NULL,
    archived_by text,
    archived_at timestamptz,
    CONSTRAINT publications_warnings_have_a_reason
        CHECK (cardinality(accepted) = 0 OR btrim(reason) <> ''),
    PRIMARY KEY (kind, id, version)
);

CREATE TABLE interview_versions (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    kind text NOT NULL
        CONSTRAINT interview_versions_kind_known CHECK (kind IN ('question', 'rubric', 'track')),
    id text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (interview_id, kind, id)
);

CREATE TABLE imports (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    report jsonb NOT NULL
);

CREATE TABLE import_items (
    import_id uuid NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    position integer NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    place text NOT NULL,
    body jsonb NOT NULL,
    open text[] NOT NULL,
    PRIMARY KEY (import_id, position)
);
"""

NEVER_CHANGED = """
CREATE FUNCTION published_versions_stay() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.body = OLD.body AND NEW.id = OLD.id
        AND NEW.version = OLD.version THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM publications
               WHERE kind = TG_ARGV[0] AND id = OLD.id AND version = OLD.version) THEN
        RAISE EXCEPTION 'a published version never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_versions_stay';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END;
$$;

CREATE FUNCTION publications_stay() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY['archived_by', 'archived_at']
        = to_jsonb(OLD) - ARRAY['archived_by', 'archived_at'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a publication never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'publications_stay';
END;
$$;

CREATE TRIGGER questions_published_stay BEFORE UPDATE OR DELETE ON questions
    FOR EACH ROW EXECUTE FUNCTION published_versions_stay('question');
CREATE TRIGGER rubrics_published_stay BEFORE UPDATE OR DELETE ON rubrics
    FOR EACH ROW EXECUTE FUNCTION published_versions_stay('rubric');
CREATE TRIGGER tracks_published_stay BEFORE UPDATE OR DELETE ON tracks
    FOR EACH ROW EXECUTE FUNCTION published_versions_stay('track');
CREATE TRIGGER publications_stay BEFORE UPDATE OR DELETE ON publications
    FOR EACH ROW EXECUTE FUNCTION publications_stay();
"""

UNDONE = """
DROP TRIGGER questions_published_stay ON questions;
DROP TRIGGER rubrics_published_stay ON rubrics;
DROP TRIGGER tracks_published_stay ON tracks;
DROP TABLE import_items, imports, interview_versions, publications, draft_edits, drafts;
DROP FUNCTION published_versions_stay;
DROP FUNCTION publications_stay;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(NEVER_CHANGED)


def downgrade() -> None:
    op.execute(UNDONE)
