"""How code came to be: versions, runs, questions and words on one line of time."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.domain.code_story import new_lines, spoken, stories
from app.domain.coding import CodeRun, Growth, Snapshot
from app.domain.interview import Probe, Turn, Word
from app.usecases.run_code import growth_of

pytestmark = pytest.mark.unit
ID = UUID(int=1)


def version(number: int, code: str, at_s: float, page: str = "two-sum") -> Snapshot:
    return Snapshot(ID, page, "python", code, "edit", at_s, number)


def turn(index: int, page: str, *words: Word, line: int | None = None, code: str = "") -> Turn:
    probe = Probe("fact", line=line) if line else None
    return Turn(
        id=UUID(int=index), interview_id=ID, index=index, kind="question", question_id=page,
        question=f"Question {index}?", probe=probe, words=words, asked_at_s=float(index), code=code,
    )  # fmt: skip


def test_words_fall_into_stretches_between_pauses() -> None:
    said = (Word("I", 1.0, 1.1), Word("sort", 1.2, 1.5), Word("first", 5.0, 5.3))
    assert [(s.at_s, s.said) for s in spoken(said)] == [(1.0, "I sort"), (5.0, "first")]


def test_new_lines_are_those_that_were_not_there_before() -> None:
    assert new_lines("a\nb\n", "a\nx\nb\ny\n") == (2, 4)
    assert new_lines("", "a\nb") == (1, 2)
    assert new_lines("a\nb", "a") == ()


def test_each_page_of_code_has_its_own_story_in_the_order_of_time() -> None:
    versions = (version(1, "a", 2.0), version(2, "a\nb", 9.0), version(3, "z", 20.0, "other"))
    run = CodeRun(ID, "two-sum", 2, "python", "program", "ran", 10.0)
    turns = (turn(0, "two-sum", Word("then", 4.0, 4.2)), turn(1, "other"))
    first, second = stories(versions, (run,), turns, {"two-sum": "Two numbers"})
    assert (first.title, second.title) == ("Two numbers", "Code")
    assert [step.at_s for step in first.steps] == [0.0, 2.0, 4.0, 9.0, 10.0]
    assert [bool(s.asked) for s in first.steps] == [True, False, False, False, False]
    assert first.steps[3].changed == (2,)
    assert second.last == versions[2]


def test_cited_lines_are_those_asked_of_the_code_as_it_is_last() -> None:
    versions = (version(1, "a\nb", 1.0), version(2, "a\nc", 5.0))
    turns = (turn(0, "two-sum", line=1, code="a\nb"), turn(1, "two-sum", line=2, code="a\nc"))
    (story,) = stories(versions, (), turns, {})
    assert story.cited == {2}
    assert story.line_of(1) == 2
    assert story.line_of(7) is None


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        ([(100, 5), (200, 5)], "about the same for every size"),
        ([(100, 300), (200, 600), (400, 1200)], "about as the size"),
        ([(100, 10_000), (200, 40_000)], "about as the square of the size"),
        ([(10, 1000), (20, 8000)], "about as the cube of the size"),
        ([(100, 300)], "not enough sizes ran through"),
        ([], "not enough sizes ran through"),
    ],
)
def test_growth_is_told_in_words_from_what_was_counted(
    counted: list[tuple[int, int]], words: str
) -> None:
    growth = growth_of(counted)
    assert isinstance(growth, Growth)
    assert growth.words == words
