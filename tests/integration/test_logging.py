"""What is logged when something breaks: where and of what kind, never anyone's words."""

import logging
import subprocess
import sys

import pytest

from app.adapters.store.store import PostgresStore
from app.wiring import Wordless

pytestmark = pytest.mark.integration
SECRET = "marmalade"
BREAKS = f"""
import asyncio, logging
from app.wiring import configure_logging

configure_logging("info")

def deep():
    raise KeyError("{SECRET}")

def chained():
    try:
        deep()
    except KeyError as error:
        raise ExceptionGroup("{SECRET}", [ValueError("{SECRET}")]) from error

async def forget():
    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

async def fail():
    raise ValueError("{SECRET}")

try:
    chained()
except Exception:
    logging.getLogger("app.somewhere").exception("it broke")
logging.getLogger("app.somewhere").info("it goes on")
asyncio.run(forget())
"""


def test_a_log_names_what_broke_and_where_but_never_what_it_says() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BREAKS], capture_output=True, text=True, check=True, timeout=300
    )
    assert SECRET not in done.stderr
    assert "it broke" in done.stderr
    assert "it goes on" in done.stderr
    assert "Task exception was never retrieved" in done.stderr
    assert done.stderr.index("KeyError") < done.stderr.index("ExceptionGroup")
    assert "ValueError" in done.stderr
    assert "<string>:8 deep" in done.stderr


def test_a_traceback_that_another_handler_made_is_not_repeated() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        of = (type(error), error, error.__traceback__)
    record = logging.LogRecord("app", logging.ERROR, __file__, 1, "it broke", (), of)
    logging.Formatter().format(record)
    assert record.exc_text is not None
    line = Wordless("%(message)s").format(record)
    assert SECRET not in line
    assert "ValueError" in line


async def test_a_failed_statement_hides_its_values(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)
    assert store._engine.sync_engine.hide_parameters
    await store.close()
