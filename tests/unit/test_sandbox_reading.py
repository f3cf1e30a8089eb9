"""What a program tells of itself is untrusted: any text makes an outcome, none makes an error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.sandbox.reading import exit_of, outcome_of

pytestmark = pytest.mark.unit

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["value", "raised", "stopped", "hits", "steps", "last_line", "comparisons", "ran_seconds"]
)


@given(st.dictionaries(NAMES, JSON), st.integers(0, 255))
def test_no_report_raises(told: dict[str, object], status: int) -> None:
    outcome_of("f()", {"result": f"\x00{json.dumps(told)}", "status": status})


@given(st.text())
def test_no_text_raises(text: str) -> None:
    outcome_of("f()", {"result": text})


def test_the_limit_seen_from_outside_counts_more_than_the_one_told() -> None:
    told = {"result": '\x00{"stopped": "lines", "last_line": 4}', "stopped": "wall"}
    outcome = outcome_of("", told)
    assert (outcome.stopped, outcome.last_line) == ("wall", 4)


def test_where_it_was_is_read_from_what_the_fault_handler_wrote() -> None:
    trace = 'Current thread:\n  File "program.py", line 7 in work\n  File "program.py", line 9 in'
    assert outcome_of("", {"result": trace, "stopped": "cpu"}).last_line == 7


def test_a_death_without_a_report_is_no_success() -> None:
    assert outcome_of("", {"result": "", "status": 11}).killed == "SIGSEGV"
    assert outcome_of("", {"result": "", "status": 0}).killed == "it ended without a report"
    assert not outcome_of("", {"result": "", "status": 0}).done


def test_the_exit_status_is_that_of_a_program_which_ended_by_itself() -> None:
    assert exit_of({"status": 3 << 8}) == 3
    assert exit_of({"status": 9}) is None
    assert exit_of({"status": 0, "stopped": "wall"}) is None
