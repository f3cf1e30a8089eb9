"""The first store: interviews, authored content and the job queue.

The job queue's schema is procrastinate's own, from the installed package.
"""

from __future__ import annotations

from procrastinate.schema import SchemaManager

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INTERVIEWS = """
CREATE TABLE interviews (
    id uuid PRIMARY KEY,
    purpose text NOT NULL
        CONSTRAINT interviews_purpose_known CHECK (purpose IN ('practice', 'assessment')),
    track_id text NOT NULL,
    title text NOT NULL,
    status text NOT NULL,
    mode text NOT NULL,
    created_at timestamptz NOT NULL,
    token text NOT NULL,
    "order" text NOT NULL,
    seed bigint NOT NULL,
    asks integer NOT NULL,
    minutes double precision NOT NULL,
    question_ids text[] NOT NULL,
    clock_s double precision NOT NULL,
    code text,
    code_language text NOT NULL,
    background text NOT NULL,
    voice boolean NOT NULL,
    patience double precision NOT NULL,
    accommodations text[] NOT NULL,
    models jsonb NOT NULL,
    weights double precision[] NOT NULL
        CONSTRAINT interviews_three_weights CHECK (cardinality(weights) = 3),
    started_at timestamptz,
    finished_at timestamptz,
    failure text,
    CONSTRAINT interviews_id_purpose_key UNIQUE (id, purpose)
);
CREATE INDEX interviews_created_at ON interviews (created_at);

CREATE FUNCTION refuse_purpose_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the purpose of an interview never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'interviews_purpose_fixed';
END;
$$;
CREATE TRIGGER interviews_purpose_fixed BEFORE UPDATE ON interviews
    FOR EACH ROW WHEN (OLD.purpose IS DISTINCT FROM NEW.purpose)
    EXECUTE FUNCTION refuse_purpose_change();

CREATE TABLE consents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    interview_id uuid NOT NULL,
    purpose text NOT NULL,
    modality text NOT NULL
        CONSTRAINT consents_modality_known CHECK (modality IN ('audio', 'delivery', 'video')),
    text_version text NOT NULL,
    given_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT consents_no_video_in_assessment
        CHECK (NOT (purpose = 'assessment' AND modality = 'video')),
    FOREIGN KEY (interview_id, purpose) REFERENCES interviews (id, purpose) ON DELETE CASCADE
);
CREATE INDEX consents_interview_id ON consents (interview_id);
"""

ANSWERS = """
CREATE TABLE turns (
    id uuid PRIMARY KEY,
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    index integer NOT NULL CONSTRAINT turns_index_counts_from_0 CHECK (index >= 0),
    kind text NOT NULL CONSTRAINT turns_kind_known CHECK (kind IN ('question', 'follow_up')),
    question_id text NOT NULL,
    question text NOT NULL,
    probe jsonb,
    answer text,
    unhinted text,
    amendment text,
    typed boolean NOT NULL,
    skipped boolean NOT NULL,
    words jsonb NOT NULL,
    filler_words jsonb,
    asked_at_s double precision NOT NULL,
    answered_from_s double precision,
    answered_to_s double precision,
    speech jsonb NOT NULL,
    end_wait_s double precision,
    response_s double precision,
    interrupted boolean NOT NULL,
    code text,
    revision integer NOT NULL,
    unreliable boolean NOT NULL,
    language text NOT NULL,
    CONSTRAINT turns_interview_id_index_key UNIQUE (interview_id, index)
);

CREATE TABLE scorecards (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    question_id text NOT NULL,
    turns integer[] NOT NULL,
    status text NOT NULL CONSTRAINT scorecards_status_known CHECK (
        status IN ('waiting', 'running', 'graded', 'review', 'ungraded', 'failed')),
    criteria jsonb NOT NULL
        CONSTRAINT scorecards_criteria_listed CHECK (jsonb_typeof(criteria) = 'array')
        CONSTRAINT scorecards_level_has_evidence CHECK (NOT jsonb_path_exists(
            criteria, '$[*] ? (@.level != null && @.evidence.size() == 0)')),
    gates text[] NOT NULL,
    reason text NOT NULL,
    provenance jsonb,
    released boolean NOT NULL,
    PRIMARY KEY (interview_id, question_id)
);

CREATE TABLE expression_readings (
    interview_id uuid NOT NULL,
    purpose text NOT NULL
        CONSTRAINT expression_readings_practice_only CHECK (purpose = 'practice'),
    second integer NOT NULL,
    faces smallint NOT NULL,
    probabilities double precision[],
    quality double precision NOT NULL,
    PRIMARY KEY (interview_id, second),
    FOREIGN KEY (interview_id, purpose) REFERENCES interviews (id, purpose) ON DELETE CASCADE
);

CREATE TABLE recordings (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    file text NOT NULL,
    start_s double precision NOT NULL,
    seconds double precision NOT NULL,
    PRIMARY KEY (interview_id, file)
);
"""

LIBRARY = """
CREATE TABLE tracks (
    id text, version integer, body jsonb NOT NULL, current boolean NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE TABLE questions (
    id text, version integer, body jsonb NOT NULL, current boolean NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE TABLE rubrics (
    id text, version integer, body jsonb NOT NULL, current boolean NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE TABLE passages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    question_id text NOT NULL,
    key text NOT NULL,
    text text NOT NULL,
    criterion_id text,
    level integer,
    embedding halfvec(384) NOT NULL
);
CREATE INDEX passages_question_id ON passages (question_id);
CREATE INDEX passages_embedding ON passages
    USING hnsw (embedding halfvec_cosine_ops) WITH (m = 16, ef_construction = 64);
CREATE TABLE bank_state (
    id smallint PRIMARY KEY CONSTRAINT bank_state_one_row CHECK (id = 1),
    digest text NOT NULL
);
"""

TABLES = (
    "bank_state", "passages", "rubrics", "questions", "tracks", "recordings",
    "expression_readings", "scorecards", "turns", "consents", "interviews",
)  # fmt: skip


def upgrade() -> None:
    run("CREATE EXTENSION IF NOT EXISTS vector")
    for statements in (INTERVIEWS, ANSWERS, LIBRARY):
        run(statements)
    queue = op.get_bind().exec_driver_sql("SELECT to_regclass('procrastinate_jobs')")
    if queue.scalar_one() is None:
        run(SchemaManager.get_schema())


def downgrade() -> None:
    """The job queue stays: its jobs name interviews by id and do nothing without them."""
    for table in TABLES:
        run(f"DROP TABLE {table}")
    run("DROP FUNCTION refuse_purpose_change")


def run(statements: str) -> None:
    """Run statements as they stand: no parameter is looked for in them."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(statements)
    cursor.close()
