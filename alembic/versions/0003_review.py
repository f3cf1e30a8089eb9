"""Review: marks beside grades, contests, an append-only trail; and no level without said words.

What the first store kept stays. A level whose quote is not in its answer was never kept by this
program; should there be one, its card is marked as failed, so that it can be graded again.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The functions keep their search path: a restored dump fills the tables under an empty one.
# Words as `str.split` separates them: the same spaces here, or a true quote would be refused.
EVIDENCE = r"""
CREATE FUNCTION one_spaced(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ' ' || btrim(regexp_replace(words, '[\t\n\v\f\r\u001c-\u001f \u0085\u00a0'
        '\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g')) || ' '
$$;

CREATE FUNCTION listed(items jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE jsonb_typeof(items) WHEN 'array' THEN items ELSE '[]' END
$$;

CREATE FUNCTION is_citation(evidence jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT AS $$
    SELECT coalesce(
        jsonb_typeof(evidence -> 'quote') = 'string'
        AND btrim(one_spaced(evidence ->> 'quote')) <> ''
        AND jsonb_typeof(evidence -> 'turn') = 'number', false)
$$;

CREATE FUNCTION every_level_is_cited(criteria jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path FROM CURRENT AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(listed(criteria)) criterion
        WHERE NOT coalesce(CASE jsonb_typeof(criterion -> 'level')
            WHEN 'null' THEN true
            WHEN 'number' THEN CASE jsonb_typeof(criterion -> 'evidence')
                WHEN 'array' THEN
                    jsonb_array_length(criterion -> 'evidence') > 0
                    AND (SELECT bool_and(is_citation(evidence))
                         FROM jsonb_array_elements(criterion -> 'evidence') evidence)
                    AND (criterion ->> 'level')::numeric
                        BETWEEN 0 AND (criterion ->> 'max_level')::numeric
                    AND (criterion ->> 'level')::numeric % 1 = 0
                END
            END, false)
    )
$$;

CREATE FUNCTION evidence_is_said(card_interview uuid, card_turns integer[], card_criteria jsonb)
RETURNS boolean LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT NOT EXISTS (
        SELECT 1
        FROM jsonb_array_elements(listed(card_criteria)) criterion,
             jsonb_array_elements(listed(criterion -> 'evidence')) evidence
        WHERE jsonb_typeof(criterion -> 'level') = 'number'
        AND NOT EXISTS (
            SELECT 1 FROM turns
            WHERE turns.interview_id = card_interview
            AND turns.index = (evidence ->> 'turn')::numeric
            AND turns.index = ANY (card_turns)
            AND strpos(one_spaced(coalesce(turns.amendment, turns.answer, '')),
                       one_spaced(evidence ->> 'quote')) > 0
        )
    )
$$;

CREATE FUNCTION refuse_unsaid_evidence() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT evidence_is_said(NEW.interview_id, NEW.turns, NEW.criteria) THEN
        RAISE EXCEPTION 'a level cites words that were not said'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'scorecards_evidence_is_said';
    END IF;
    RETURN NEW;
END;
$$;

CREATE FUNCTION withdraw_unsaid_levels() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE scorecards SET status = 'waiting', criteria = '[]', gates = '{}', reason = '',
        edition = ''
    WHERE interview_id = OLD.interview_id AND criteria <> '[]'
    AND NOT evidence_is_said(interview_id, turns, criteria);
    RETURN NULL;
END;
$$;
"""

NO_EVIDENCE_NO_LEVEL = r"""
UPDATE scorecards SET criteria = '[]', gates = '{}', reason = ''
    WHERE status NOT IN ('graded', 'review', 'ungraded') AND criteria <> '[]';
UPDATE scorecards SET criteria = '[]', gates = '{}', status = 'failed',
    reason = 'Its evidence could not be found in the answer.'
    WHERE NOT evidence_is_said(interview_id, turns, criteria);

ALTER TABLE scorecards DROP COLUMN released;
ALTER TABLE scorecards ADD COLUMN edition text NOT NULL DEFAULT '';
ALTER TABLE scorecards DROP CONSTRAINT scorecards_level_has_evidence;
ALTER TABLE scorecards ADD CONSTRAINT scorecards_level_has_evidence
    CHECK (every_level_is_cited(criteria));
ALTER TABLE scorecards ADD CONSTRAINT scorecards_level_is_an_outcome CHECK (
    status IN ('graded', 'review')
    OR NOT jsonb_path_exists(criteria, '$[*] ? (@.level != null)'));

CREATE TRIGGER scorecards_evidence_is_said BEFORE INSERT OR UPDATE ON scorecards
    FOR EACH ROW EXECUTE FUNCTION refuse_unsaid_evidence();
CREATE TRIGGER turns_levels_follow AFTER UPDATE OF answer, amendment OR DELETE ON turns
    FOR EACH ROW EXECUTE FUNCTION withdraw_unsaid_levels();
"""

REVIEW = """
CREATE TABLE reviews (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    question_id text NOT NULL,
    edition text NOT NULL,
    state text NOT NULL
        CONSTRAINT reviews_state_known CHECK (state IN ('draft', 'reviewed', 'released')),
    by text NOT NULL CONSTRAINT reviews_signed CHECK (btrim(by) <> ''),
    at timestamptz NOT NULL,
    released_at timestamptz,
    CONSTRAINT reviews_released_when CHECK (state <> 'released' OR released_at IS NOT NULL),
    PRIMARY KEY (interview_id, question_id)
);

CREATE TABLE marks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    question_id text NOT NULL,
    criterion_id text NOT NULL,
    edition text NOT NULL,
    kind text NOT NULL
        CONSTRAINT marks_kind_known CHECK (kind IN ('correction', 'confirmation')),
    proposed integer,
    level integer,
    max_level integer NOT NULL,
    reason text NOT NULL,
    by text NOT NULL CONSTRAINT marks_signed CHECK (btrim(by) <> ''),
    at timestamptz NOT NULL,
    rubric_id text NOT NULL,
    rubric_version integer NOT NULL,
    model text,
    confidence double precision,
    raw_level integer,
    raw_confidence double precision,
    CONSTRAINT marks_level_on_its_scale CHECK (level BETWEEN 0 AND max_level),
    CONSTRAINT marks_correction_has_reason CHECK (kind <> 'correction' OR btrim(reason) <> '')
);
CREATE INDEX marks_interview_id ON marks (interview_id);

CREATE TABLE contests (
    id uuid PRIMARY KEY,
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    question_id text NOT NULL,
    criterion_id text NOT NULL,
    reason text NOT NULL CONSTRAINT contests_have_reason CHECK (btrim(reason) <> ''),
    at timestamptz NOT NULL,
    answer text,
    answered_by text,
    answered_at timestamptz,
    CONSTRAINT contests_answered_wholly CHECK (
        num_nonnulls(answer, answered_by, answered_at) IN (0, 3))
);
CREATE INDEX contests_interview_id ON contests (interview_id);
CREATE UNIQUE INDEX contests_one_open ON contests (interview_id, question_id, criterion_id)
    WHERE answered_at IS NULL;

CREATE TABLE audit_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    act text NOT NULL CONSTRAINT audit_entries_act_known CHECK (act IN (
        'graded', 'marked', 'reviewed', 'released', 'contested', 'answered', 'amended')),
    who text NOT NULL,
    at timestamptz NOT NULL,
    question_id text,
    criterion_id text,
    before integer,
    after integer
);
CREATE INDEX audit_entries_interview_id ON audit_entries (interview_id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    -- An erased interview takes its rows along; nothing else does.
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT 1 FROM interviews WHERE id = OLD.interview_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END;
$$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_kept BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER marks_append_only BEFORE UPDATE OR DELETE ON marks
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER marks_kept BEFORE TRUNCATE ON marks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

LEARNING = """
CREATE TABLE exemplars (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    question_id text NOT NULL,
    answer text NOT NULL,
    levels jsonb NOT NULL,
    learned_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (interview_id, question_id)
);
CREATE INDEX exemplars_question_id ON exemplars (question_id);
ALTER TABLE passages ADD COLUMN interview_id uuid REFERENCES interviews (id) ON DELETE CASCADE;
CREATE INDEX passages_interview_id ON passages (interview_id);

CREATE TABLE recalibrations (
    rubric_id text NOT NULL,
    rubric_version integer NOT NULL,
    model text NOT NULL,
    marks integer NOT NULL,
    fitted_at timestamptz NOT NULL,
    levels jsonb,
    confidence jsonb NOT NULL,
    error_before double precision NOT NULL,
    error_after double precision NOT NULL,
    PRIMARY KEY (rubric_id, rubric_version, model)
);

-- Apart from everything that grades: only the calibration page reads it.
CREATE TABLE self_reports (
    interview_id uuid PRIMARY KEY REFERENCES interviews (id) ON DELETE CASCADE,
    groups jsonb NOT NULL,
    given_at timestamptz NOT NULL,
    text_version text NOT NULL
);
"""

TABLES = (
    "self_reports", "recalibrations", "exemplars", "audit_entries", "contests", "marks", "reviews",
)  # fmt: skip


def upgrade() -> None:
    for statements in (EVIDENCE, NO_EVIDENCE_NO_LEVEL, REVIEW, LEARNING):
        run(statements)


def downgrade() -> None:
    run("DELETE FROM passages WHERE interview_id IS NOT NULL")
    run("ALTER TABLE passages DROP COLUMN interview_id")
    for table in TABLES:
        run(f"DROP TABLE {table}")
    run(
        """
        DROP TRIGGER turns_levels_follow ON turns;
        DROP TRIGGER scorecards_evidence_is_said ON scorecards;
        DROP FUNCTION withdraw_unsaid_levels, refuse_unsaid_evidence, refuse_change;
        DROP FUNCTION evidence_is_said;
        ALTER TABLE scorecards DROP CONSTRAINT scorecards_level_is_an_outcome;
        ALTER TABLE scorecards DROP CONSTRAINT scorecards_level_has_evidence;
        DROP FUNCTION every_level_is_cited;
        DROP FUNCTION is_citation;
        DROP FUNCTION listed;
        DROP FUNCTION one_spaced;
        ALTER TABLE scorecards ADD CONSTRAINT scorecards_level_has_evidence
            CHECK (NOT jsonb_path_exists(
                criteria, '$[*] ? (@.level != null && @.evidence.size() == 0)'));
        ALTER TABLE scorecards DROP COLUMN edition;
        ALTER TABLE scorecards ADD COLUMN released boolean NOT NULL DEFAULT false;
        ALTER TABLE scorecards ALTER COLUMN released DROP DEFAULT;
        """
    )


def run(statements: str) -> None:
    """Run statements as they stand: no parameter is looked for in them."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(statements)
    cursor.close()
