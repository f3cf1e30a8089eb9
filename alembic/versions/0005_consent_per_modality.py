"""Consent for each modality, a key for each recording, and receipts of what was erased.

Until now the consent to the microphone said that its sound is kept: it stands for both from here.
Recordings of before have no key and stay readable as they are.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE consents DROP CONSTRAINT consents_modality_known;
ALTER TABLE consents ADD CONSTRAINT consents_modality_known
    CHECK (modality IN ('audio', 'recording', 'delivery', 'voice', 'video'));
ALTER TABLE consents DROP CONSTRAINT consents_no_video_in_assessment;
ALTER TABLE consents ADD CONSTRAINT consents_no_expression_in_assessment
    CHECK (NOT (purpose = 'assessment' AND modality IN ('voice', 'video')));
INSERT INTO consents (interview_id, purpose, modality, text_version, given_at, withdrawn_at)
    SELECT interview_id, purpose, 'recording', text_version, given_at, withdrawn_at
    FROM consents WHERE modality = 'audio' ORDER BY id;

CREATE TABLE notices (
    version text PRIMARY KEY,
    modality text NOT NULL,
    title text NOT NULL,
    text text NOT NULL
);

CREATE TABLE recording_keys (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    file text NOT NULL,
    key bytea NOT NULL CONSTRAINT recording_keys_whole CHECK (octet_length(key) = 32),
    PRIMARY KEY (interview_id, file)
);

CREATE TABLE erasures (
    id uuid PRIMARY KEY,
    interview_id uuid NOT NULL,
    modality text CONSTRAINT erasures_modality_known
        CHECK (modality IN ('audio', 'recording', 'delivery', 'voice', 'video')),
    reason text NOT NULL CONSTRAINT erasures_reason_known
        CHECK (reason IN ('withdrawn', 'expired', 'erased')),
    rows integer NOT NULL,
    files integer NOT NULL,
    keys integer NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX erasures_interview_id ON erasures (interview_id);
"""

DOWN = """
DROP TABLE erasures;
DROP TABLE recording_keys;
DROP TABLE notices;
DELETE FROM consents WHERE modality IN ('recording', 'voice');
ALTER TABLE consents DROP CONSTRAINT consents_no_expression_in_assessment;
ALTER TABLE consents ADD CONSTRAINT consents_no_video_in_assessment
    CHECK (NOT (purpose = 'assessment' AND modality = 'video'));
ALTER TABLE consents DROP CONSTRAINT consents_modality_known;
ALTER TABLE consents ADD CONSTRAINT consents_modality_known
    CHECK (modality IN ('audio', 'delivery', 'video'));
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
