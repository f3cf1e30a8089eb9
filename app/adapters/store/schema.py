"""The tables as the code sees them. The migrations make them, and a test says when the two differ.

The firewall stands in the database too: an interview's purpose can't be updated (a trigger), no
consent to expressions exists in an assessment, and expression readings exist for practice only.
"""

from __future__ import annotations

import sqlalchemy as sa
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

DIMENSIONS = 384
FIREWALL = frozenset(
    {
        "interviews_purpose_fixed",
        "consents_no_expression_in_assessment",
        "expression_readings_practice_only",
        "stress_readings_practice_only",
    }
)

metadata = sa.MetaData()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _real(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB(none_as_null=True), nullable=nullable)


def _of_interview(*, primary_key: bool = False) -> sa.Column[object]:
    parent = sa.ForeignKey("interviews.id", ondelete="CASCADE")
    return sa.Column("interview_id", sa.Uuid, parent, nullable=False, primary_key=primary_key)


def _of_purpose() -> sa.ForeignKeyConstraint:
    ours, theirs = ["interview_id", "purpose"], ["interviews.id", "interviews.purpose"]
    return sa.ForeignKeyConstraint(ours, theirs, ondelete="CASCADE")


interviews = sa.Table(
    "interviews",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _text("purpose"),
    _text("track_id"),
    _text("title"),
    _text("status"),
    _text("mode"),
    _time("created_at"),
    _text("token"),
    _text("order"),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("asks", sa.Integer, nullable=False),
    _real("minutes"),
    sa.Column("question_ids", ARRAY(sa.Text), nullable=False),
    _real("clock_s"),
    _text("code", nullable=True),
    _text("code_language"),
    _text("background"),
    _flag("voice"),
    _real("patience"),
    sa.Column("accommodations", ARRAY(sa.Text), nullable=False),
    _json("models"),
    sa.Column("weights", ARRAY(sa.Double), nullable=False),
    _time("started_at", nullable=True),
    _time("finished_at", nullable=True),
    _text("failure", nullable=True),
    sa.Column("owner_id", sa.Uuid, sa.ForeignKey("people.id"), nullable=True),
    sa.UniqueConstraint("id", "purpose", name="interviews_id_purpose_key"),
    sa.CheckConstraint("purpose IN ('practice', 'assessment')", name="interviews_purpose_known"),
    sa.CheckConstraint("cardinality(weights) = 3", name="interviews_three_weights"),
    sa.Index("interviews_created_at", "created_at"),
    sa.Index("interviews_owner_id", "owner_id"),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("interview_id", sa.Uuid, nullable=False),
    _text("purpose"),
    _text("modality"),
    _text("text_version"),
    _time("given_at"),
    _time("withdrawn_at", nullable=True),
    _of_purpose(),
    sa.CheckConstraint(
        "modality IN ('audio', 'recording', 'delivery', 'voice', 'video')",
        name="consents_modality_known",
    ),
    sa.CheckConstraint(
        "NOT (purpose = 'assessment' AND modality IN ('voice', 'video'))",
        name="consents_no_expression_in_assessment",
    ),
    sa.Index("consents_interview_id", "interview_id"),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _of_interview(),
    sa.Column("index", sa.Integer, nullable=False),
    _text("kind"),
    _text("question_id"),
    _text("question"),
    _json("probe", nullable=True),
    _text("answer", nullable=True),
    _text("unhinted", nullable=True),
    _text("amendment", nullable=True),
    _flag("typed"),
    _flag("skipped"),
    _json("words"),
    _json("filler_words", nullable=True),
    _real("asked_at_s"),
    _real("answered_from_s", nullable=True),
    _real("answered_to_s", nullable=True),
    _json("speech"),
    _real("end_wait_s", nullable=True),
    _real("response_s", nullable=True),
    _flag("interrupted"),
    _text("code", nullable=True),
    sa.Column("revision", sa.Integer, nullable=False),
    _flag("unreliable"),
    _text("language"),
    sa.UniqueConstraint("interview_id", "index", name="turns_interview_id_index_key"),
    sa.CheckConstraint("index >= 0", name="turns_index_counts_from_0"),
    sa.CheckConstraint("kind IN ('question', 'follow_up')", name="turns_kind_known"),
)

scorecards = sa.Table(
    "scorecards",
    metadata,
    _of_interview(primary_key=True),
    sa.Column("question_id", sa.Text, primary_key=True),
    sa.Column("turns", ARRAY(sa.Integer), nullable=False),
    _text("status"),
    _json("criteria"),
    sa.Column("gates", ARRAY(sa.Text), nullable=False),
    _text("reason"),
    _json("provenance", nullable=True),
    sa.Column("edition", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint(
        "status IN ('waiting', 'running', 'graded', 'review', 'ungraded', 'failed')",
        name="scorecards_status_known",
    ),
    sa.CheckConstraint("jsonb_typeof(criteria) = 'array'", name="scorecards_criteria_listed"),
    # No evidence, no number; a trigger compares the evidence with the turns.
    sa.CheckConstraint("every_level_is_cited(criteria)", name="scorecards_level_has_evidence"),
    sa.CheckConstraint(
        "status IN ('graded', 'review') OR NOT jsonb_path_exists(criteria, "
        "'$[*] ? (@.level != null)')",
        name="scorecards_level_is_an_outcome",
    ),
)

expression_readings = sa.Table(
    "expression_readings",
    metadata,
    sa.Column("interview_id", sa.Uuid, primary_key=True),
    _text("purpose"),
    sa.Column("second", sa.Integer, primary_key=True),
    sa.Column("faces", sa.SmallInteger, nullable=False),
    sa.Column("probabilities", ARRAY(sa.Double), nullable=True),
    _real("quality"),
    _json("head", nullable=True),
    _of_purpose(),
    sa.CheckConstraint("purpose = 'practice'", name="expression_readings_practice_only"),
)

recordings = sa.Table(
    "recordings",
    metadata,
    _of_interview(primary_key=True),
    sa.Column("file", sa.Text, primary_key=True),
    _real("start_s"),
    _real("seconds"),
)

turn_metrics = sa.Table(
    "turn_metrics",
    metadata,
    _of_interview(primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    *(
        _real(name, nullable=True)
        for name in (
            "policy_wait_s",
            "end_wait_s",
            "response_s",
            "probability",
            "second_probability",
            "judge_s",
            "recognise_s",
            "plan_s",
            "speak_s",
        )
    ),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("discarded", "undone", "cut")),
    _flag("barged_in"),
    sa.Column(
        "recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    ),
    sa.CheckConstraint("turn >= 0", name="turn_metrics_turn_counts_from_0"),
    sa.Index("turn_metrics_recorded_at", "recorded_at"),
)


def _authored(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        _json("body"),
        _flag("current"),
    )


tracks = _authored("tracks")
questions = _authored("questions")
rubrics = _authored("rubrics")

passages = sa.Table(
    "passages",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _text("kind"),
    _text("question_id"),
    _text("key"),
    _text("text"),
    _text("criterion_id", nullable=True),
    sa.Column("level", sa.Integer, nullable=True),
    sa.Column("embedding", HALFVEC(DIMENSIONS), nullable=False),
    # Set for a learned exemplar, which goes with its interview; None for the bank's own.
    sa.Column("interview_id", sa.Uuid, sa.ForeignKey("interviews.id", ondelete="CASCADE")),
    sa.Index("passages_question_id", "question_id"),
    sa.Index("passages_interview_id", "interview_id"),
    sa.Index(
        "passages_embedding",
        "embedding",
        postgresql_using="hnsw",
        postgresql_with={"m": 24, "ef_construction": 128},
        postgresql_ops={"embedding": "halfvec_cosine_ops"},
    ),
)

bank_state = sa.Table(
    "bank_state",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    _text("digest"),
    sa.CheckConstraint("id = 1", name="bank_state_one_row"),
)
