"""Migrations keep what was kept, agree with the code's tables, and hold the firewall themselves."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from alembic import command
from app.adapters.store.migrate import config_for, upgrade
from app.adapters.store.schema import metadata
from app.adapters.store.store import PostgresStore
from app.domain.consent import Modality, Purpose
from app.domain.metrics import TurnMetrics
from tests.postgres import connect

pytestmark = pytest.mark.integration

FIRST = Path(__file__).with_name("first_store.sql")
PRACTICE = UUID("00000000-0000-4000-8000-000000000001")
EXAM = UUID("00000000-0000-4000-8000-000000000002")
SAID = '{"quote": "sequence", "turn": 0}'
UNPROVEN = (
    '{"level": 2, "max_level": 3, "evidence": []}',
    '{"level": 2, "max_level": 3}',
    '{"level": 2, "max_level": 3, "evidence": null}',
    '{"level": 2, "max_level": 3, "evidence": {}}',
    '{"level": 2, "max_level": 3, "evidence": [{}]}',
    '{"level": 2, "max_level": 3, "evidence": [{"quote": " ", "turn": 0}]}',
    '{"level": 2, "max_level": 3, "evidence": [{"quote": "sequence", "turn": "0"}]}',
    '{"level": 2, "max_level": 3, "evidence": [{"quote": "sequence"}]}',
    '{"level": 2, "max_level": 3, "evidence": [{"quote": "sequel", "turn": 0}]}',
    '{"level": 2, "max_level": 3, "evidence": [{"quote": "a sequence", "turn": 0}]}',
    '{"level": 2, "max_level": 3, "evidence": [{"quote": "quence", "turn": 0}]}',
    '{"level": 2, "max_level": 3, "evidence": [{"quote": "sequence", "turn": 1}]}',
    f'{{"level": 2, "max_level": 3, "evidence": [{SAID}, {{"quote": "other", "turn": 0}}]}}',
    f'{{"level": 4, "max_level": 3, "evidence": [{SAID}]}}',
    f'{{"level": -1, "max_level": 3, "evidence": [{SAID}]}}',
    f'{{"level": 1.5, "max_level": 3, "evidence": [{SAID}]}}',
    f'{{"level": 2, "evidence": [{SAID}]}}',
    f'{{"level": "2", "max_level": 3, "evidence": [{SAID}]}}',
    '{"max_level": 3, "evidence": []}',
)
MARK = (
    "interview_id, question_id, criterion_id, edition, kind, proposed, level, max_level, reason,"
    " by, at, rubric_id, rubric_version"
)
REVIEWED = f"""
INSERT INTO audit_entries (interview_id, act, who, at)
    VALUES ('{PRACTICE}', 'reviewed', 'Ada', now());
INSERT INTO marks ({MARK}) VALUES
    ('{PRACTICE}', 'one', 'depth', 'e', 'correction', 1, 2, 3, 'why', 'Ada', now(), 'r', 1);
"""


@pytest.fixture
def kept_url(bare_url: str) -> str:
    """A database of the first migration, with rows of its time, brought to the newest."""
    upgrade(bare_url, "0001")
    with connect(bare_url) as connection:
        connection.execute(FIRST.read_text())
    upgrade(bare_url)
    return bare_url


async def test_what_the_first_store_kept_is_read_by_the_newest(kept_url: str) -> None:
    store = PostgresStore(kept_url)
    async with store.begin() as work:
        interview = await work.interviews.get(PRACTICE)
        exam = await work.interviews.get(EXAM)
        (turn,) = await work.turns.of(PRACTICE)
        (card,) = await work.scorecards.of(PRACTICE)
        (reading,) = await work.observations.readings(PRACTICE)
        (recording,) = await work.observations.recordings(PRACTICE)
        digest = await work.library.digest()
        await work.metrics.save(TurnMetrics(PRACTICE, 0, response_s=2.5))
    async with store.begin() as work:
        assert await work.metrics.of(PRACTICE) == (TurnMetrics(PRACTICE, 0, response_s=2.5),)
    await store.close()
    assert interview is not None
    assert exam is not None
    assert interview.question_ids == ("one", "two")
    assert interview.agreed(Modality.VIDEO)
    assert exam.purpose is Purpose.ASSESSMENT
    assert turn.heard == "a mutable sequence"
    assert turn.probe is not None
    assert turn.words[0].text == "sequence"
    assert turn.filler_words is not None
    assert (turn.unreliable, turn.language) == (True, "de")
    assert card.share == pytest.approx(1 / 3)
    assert card.provenance is not None
    assert reading.probabilities == (0, 0, 0, 1, 0, 0, 0)
    assert (recording.file, recording.seconds) == ("1.pcm", 12)
    assert digest == "abc"


def test_the_tables_of_the_code_are_those_of_the_migrations(bare_url: str) -> None:
    upgrade(bare_url)
    engine = sa.create_engine(bare_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _: (
                kind != "table" or not name.startswith("procrastinate_")
            ),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        inspector = sa.inspect(connection)
        for table in metadata.sorted_tables:
            found = {check["name"] for check in inspector.get_check_constraints(table.name)}
            named = {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
            assert found == named, table.name


def tables_of(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_migrating_twice_and_at_the_same_time_is_harmless(bare_url: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, [bare_url] * 3))
    upgrade(bare_url)
    assert set(metadata.tables) <= tables_of(bare_url)


def test_it_can_be_taken_back_and_applied_again(bare_url: str) -> None:
    upgrade(bare_url)
    engine = sa.create_engine(bare_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        command.downgrade(config_for(connection), "base")
    assert not set(metadata.tables) & tables_of(bare_url)
    upgrade(bare_url)
    assert set(metadata.tables) <= tables_of(bare_url)


def test_migrations_are_found_from_any_folder(bare_url: str, open_folder: Path) -> None:
    code = "import sys; from app.adapters.store.migrate import upgrade; upgrade(sys.argv[1])"
    paths = {"PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run(
        [sys.executable, "-c", code, bare_url],
        cwd=open_folder,
        env=os.environ | paths,
        check=True,
    )
    assert set(metadata.tables) <= tables_of(bare_url)


REFUSED = (
    f"UPDATE interviews SET purpose = 'practice' WHERE id = '{EXAM}'",
    f"UPDATE interviews SET purpose = 'assessment' WHERE id = '{PRACTICE}'",
    "INSERT INTO consents (interview_id, purpose, modality, text_version, given_at)"
    f" VALUES ('{EXAM}', 'assessment', 'video', '1', now())",
    f"INSERT INTO expression_readings VALUES ('{EXAM}', 'assessment', 1, 1, NULL, 0.5)",
    *(f"UPDATE scorecards SET criteria = '[{level}]'" for level in UNPROVEN),
    "UPDATE scorecards SET status = 'waiting'",
    "UPDATE scorecards SET turns = '{1}'",
    "UPDATE audit_entries SET who = 'Bo'",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries",
    "UPDATE marks SET level = 3",
    "DELETE FROM marks",
    "TRUNCATE marks",
    f"INSERT INTO marks ({MARK}) VALUES ('{PRACTICE}', 'one', 'depth', 'e', 'correction', 1, 2,"
    " 3, ' ', 'Ada', now(), 'r', 1)",
    f"INSERT INTO marks ({MARK}) VALUES ('{PRACTICE}', 'one', 'depth', 'e', 'correction', 1, 4,"
    " 3, 'why', 'Ada', now(), 'r', 1)",
    f"INSERT INTO reviews VALUES ('{PRACTICE}', 'one', 'e', 'released', 'Ada', now(), NULL)",
    f"INSERT INTO reviews VALUES ('{PRACTICE}', 'one', 'e', 'reviewed', ' ', now(), NULL)",
    """UPDATE scorecards SET criteria = '{"level": 2}'""",
)


def test_the_database_itself_refuses(kept_url: str) -> None:
    with connect(kept_url) as connection:
        connection.execute(REVIEWED)
        before = connection.execute("SELECT criteria FROM scorecards").fetchall()
        for statement in REFUSED:
            with contextlib.suppress(psycopg.errors.CheckViolation):
                connection.execute(statement)
                pytest.fail(f"not refused: {statement}")
        assert connection.execute("SELECT criteria FROM scorecards").fetchall() == before


def test_the_rules_hold_under_the_empty_search_path_of_a_restore(kept_url: str) -> None:
    with connect(kept_url) as connection:
        connection.execute("SET search_path = ''")
        connection.execute("UPDATE public.scorecards SET reason = 'seen'")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(f"UPDATE public.scorecards SET criteria = '[{UNPROVEN[-2]}]'")
        connection.execute("UPDATE public.turns SET amendment = 'nothing'")
        found = connection.execute("SELECT status FROM public.scorecards").fetchall()
    assert found == [("waiting",)]


def test_the_trail_goes_with_its_interview_and_not_before(kept_url: str) -> None:
    with connect(kept_url) as connection:
        connection.execute(REVIEWED)
        connection.execute(f"DELETE FROM interviews WHERE id = '{PRACTICE}'")
        for table in ("audit_entries", "marks"):
            left = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert left == (0,), table


def test_levels_of_before_that_no_words_carry_can_be_graded_again(bare_url: str) -> None:
    upgrade(bare_url, "0002")
    lie = '[{"level": 1, "max_level": 3, "evidence": [{"quote": "never said", "turn": 0}]}]'
    with connect(bare_url) as connection:
        connection.execute(FIRST.read_text())
        connection.execute("UPDATE scorecards SET criteria = %s", (lie,))
        upgrade(bare_url)
        found = connection.execute("SELECT status, criteria FROM scorecards").fetchall()
    assert found == [("failed", [])]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO consents (interview_id, purpose, modality, text_version, given_at)"
        f" VALUES ('{EXAM}', 'practice', 'video', '1', now())",
        f"INSERT INTO expression_readings VALUES ('{EXAM}', 'practice', 1, 1, NULL, 0.5)",
    ],
)
def test_a_row_cannot_lie_about_its_interviews_purpose(kept_url: str, statement: str) -> None:
    with connect(kept_url) as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute(statement)
