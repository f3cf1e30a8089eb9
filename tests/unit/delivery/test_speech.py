"""Delivery counts what was heard, and says so where something was not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.speech import (
    NOTE_MEASURED,
    NOTE_MISSING,
    bands,
    delivery_of,
    is_filler,
    pauses_of,
)
from app.domain.interview import Turn, Word
from tests.unit.agent.grading_world import turn_of

pytestmark = pytest.mark.unit

FORTY = "word " * 40


def _turn(**changes: object) -> Turn:
    return turn_of(FORTY, **{"speech": ((12.0, 22.0), (25.0, 31.0)), "asked_at_s": 10.0, **changes})


def test_pace_is_words_over_the_time_spent_speaking() -> None:
    delivery = delivery_of([_turn()])
    assert delivery.words == 40
    assert delivery.speech_seconds == 16.0
    assert delivery.answer_seconds == 19.0
    assert delivery.rate_wpm == pytest.approx(150)
    assert delivery.coverage == 1.0


def test_a_pause_is_a_silence_inside_an_answer_not_between_two() -> None:
    delivery = delivery_of([_turn(), _turn(index=1, speech=((60.0, 61.0), (61.2, 62.0)))])
    assert [(pause.start_s, pause.seconds) for pause in delivery.pauses] == [(22.0, 3.0)]
    assert delivery.long_pauses == 1
    assert delivery.pause_share == pytest.approx(3 / 21)


def test_the_wait_before_an_answer_is_the_median_over_answers() -> None:
    turns = [_turn(), _turn(index=1, asked_at_s=8.0), _turn(index=2, asked_at_s=11.0)]
    assert delivery_of(turns).response_s_median == 2.0


def test_fillers_have_times_and_a_rate() -> None:
    heard = (Word("So", 12.0, 12.2), Word("Um,", 12.3, 12.6), Word("uh", 13.0, 13.2))
    delivery = delivery_of([_turn(filler_words=heard)])
    assert [(filler.text, filler.start_s) for filler in delivery.fillers] == [
        ("Um", 12.3),
        ("uh", 13.0),
    ]
    assert delivery.fillers_per_minute == pytest.approx(7.5)
    assert delivery.filler_note == NOTE_MEASURED


def test_without_a_second_pass_fillers_are_unknown_and_never_zero() -> None:
    delivery = delivery_of([_turn()])
    assert delivery.fillers_per_minute is None
    assert delivery.filler_note == NOTE_MISSING


def test_a_second_pass_over_some_answers_says_over_how_many() -> None:
    delivery = delivery_of([_turn(filler_words=()), _turn(index=1)])
    assert delivery.fillers_per_minute == 0.0
    assert "1 of 2" in delivery.filler_note


def test_too_little_speech_has_no_pace_and_no_index() -> None:
    delivery = delivery_of([turn_of("Yes it is.", speech=((12.0, 13.0),))])
    assert delivery.rate_wpm is None
    assert delivery.index is None


def test_typed_and_silent_answers_lower_the_coverage() -> None:
    assert delivery_of([_turn(), turn_of(FORTY, index=1, typed=True)]).coverage == 0.5
    nothing = delivery_of([turn_of("", index=0)])
    assert (nothing.coverage, nothing.index, nothing.response_s_median) == (0.0, None, None)


def test_the_index_is_the_share_of_known_bands_that_were_met() -> None:
    assert delivery_of([_turn(filler_words=())]).index == 1.0
    assert delivery_of([_turn(speech=((12.0, 22.0), (40.0, 46.0)))]).index == 0.5


@pytest.mark.parametrize("word", ["like", "so", "you know", "under", "error"])
def test_ordinary_words_are_never_fillers(word: str) -> None:
    assert not is_filler(word)


SPANS = st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 20)), min_size=1, max_size=8)


@given(SPANS)
def test_pauses_are_longer_than_a_quarter_second_and_fit_between_the_spans(
    lengths: list[tuple[float, float]],
) -> None:
    speech: list[tuple[float, float]] = []
    clock = 0.0
    for gap, length in lengths:
        speech.append((clock + gap, clock + gap + length))
        clock += gap + length
    turn = turn_of(FORTY, speech=tuple(speech))
    silence = sum(pause.seconds for pause in pauses_of(turn))
    assert all(pause.seconds > 0.25 for pause in pauses_of(turn))
    assert silence <= speech[-1][1] - speech[0][0] + 1e-6


@given(*[st.none() | st.floats(0, 400)] * 3)
def test_an_unmeasured_band_is_neither_met_nor_missed(
    rate: float | None, fillers: float | None, pauses: float | None
) -> None:
    assert all((band.value is None) == (band.met is None) for band in bands(rate, fillers, pauses))
