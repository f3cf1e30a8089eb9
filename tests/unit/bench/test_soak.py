"""What the soak counts as lost, doubled or short, and how it sums memory up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import numpy as np
import pytest

from app.bench.answers import SpokenAnswer
from app.bench.errors import BenchRefused
from app.bench.soak import Tally, bench_soak, compare, growth
from app.bench.undisturbed import Undisturbed
from app.bench.visitor import Misfortune, Said, Schedule, Visitor
from app.bench.words import aligned
from app.domain.interview import Turn, Word

pytestmark = pytest.mark.unit

TEXT = "lists keep their order while tuples never change"
ANSWER = SpokenAnswer("a", np.zeros(16_000, np.int16), tuple(TEXT.split()), (8_000,))
WHOLE_ANSWER = SpokenAnswer("b", ANSWER.pcm, ANSWER.words, ())
ALONE = Undisturbed(aligned(TEXT.split(), TEXT.split()), 4.0)


def turn(index: int, text: str, *spans: tuple[float, float]) -> Turn:
    words = tuple(Word(word, 0.0, 0.1) for word in text.split())
    return Turn(
        id=uuid4(),
        interview_id=uuid4(),
        index=index,
        kind="question",
        question_id="q",
        question="?",
        probe=None,
        asked_at_s=0.0,
        answer=text or None,
        words=words,
        speech=spans or ((0.0, 4.0),),
    )


def counted(turns: list[Turn], *to: int) -> Tally:
    said = [Said(index, ANSWER, Misfortune.DROPPED) for index in to]
    tally = Tally()
    visitor = cast(Any, SimpleNamespace(said=said))
    compare(tally, cast(Visitor, visitor), turns, {"a": ALONE}, b"")
    return tally


def test_whole_answers_in_turns_of_their_own_lose_nothing():
    tally = counted([turn(0, TEXT), turn(1, TEXT), turn(2, "")], 0, 1)
    assert (tally.answers, tally.lost, tally.split, tally.not_stored) == (2, [], 0, 0)
    assert (tally.doubled_words, tally.short_of_speech) == (0, 0)


def test_the_half_before_a_drop_that_is_missing_is_lost():
    tally = counted([turn(0, "while tuples never change", (2.0, 4.0))], 0)
    assert tally.lost[0]["words"] == ["lists", "keep", "their", "order"]
    assert tally.short_of_speech == 1


def test_an_answer_that_became_two_turns_is_split_and_loses_nothing():
    halves = [turn(0, "lists keep their order", (0.0, 2.0)), turn(1, "while tuples never change")]
    tally = counted(halves, 0)
    assert (tally.split, tally.lost) == (1, [])


def test_an_answer_without_a_turn_is_not_stored():
    tally = counted([turn(0, "")], 0)
    assert tally.not_stored == 1
    assert len(tally.lost[0]["words"]) == len(TEXT.split())


def test_words_that_are_stored_twice_are_doubled():
    assert counted([turn(0, f"{TEXT} {TEXT}")], 0).doubled_words == len(TEXT.split())


def test_growth_is_the_last_quarter_over_the_second():
    assert growth([50.0, 60.0, 100.0, 100.0, 101.0, 103.0, 110.0, 110.0]) == 1.1
    assert growth([1.0, 2.0]) is None


def test_a_line_drops_every_so_often_and_the_others_take_turns():
    schedule = Schedule(90.0)
    struck = [schedule.next(ANSWER, now) for now in range(0, 600, 30)]
    assert struck.count(Misfortune.DROPPED) == 7
    assert set(struck) == set(Misfortune)


def test_an_answer_without_a_pause_is_never_struck_within():
    schedule = Schedule(90.0)
    struck = {schedule.next(WHOLE_ANSWER, now) for now in range(0, 600, 30)}
    assert struck == {Misfortune.NONE, Misfortune.RELOADED}


@pytest.mark.parametrize(("minutes", "interviews"), [(0.0, 1), (1.0, 0)])
def test_numbers_that_make_no_sense_are_refused(minutes: float, interviews: int):
    with pytest.raises(BenchRefused):
        bench_soak(minutes=minutes, interviews=interviews, data=None)
