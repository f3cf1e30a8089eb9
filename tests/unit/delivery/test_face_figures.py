"""Figures of a face: smoothed seconds, gaps that stay gaps, plain words about what was not seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.face_figures import presence_figures, smoothed
from app.domain.figures import Stretch
from app.domain.interview import EMOTIONS, ExpressionReading

pytestmark = pytest.mark.unit


def _reading(
    second: int, name: str | None, *, faces: int = 1, quality: float = 0.9, share: float = 0.94
) -> ExpressionReading:
    if name is None:
        return ExpressionReading(second, 0, None, 0.0)
    rest = (1 - share) / (len(EMOTIONS) - 1)
    shares = tuple(share if each == name else rest for each in EMOTIONS)
    return ExpressionReading(second, faces, shares, quality)


def _film(*names: str | None) -> list[ExpressionReading]:
    return [_reading(second, name) for second, name in enumerate(names)]


def test_one_odd_second_among_many_is_smoothed_away() -> None:
    figures = presence_figures(_film(*["neutral"] * 5, "angry", *["neutral"] * 5), 11)
    assert {each.name for each in figures.seconds} == {"neutral"}


def test_a_smile_of_some_seconds_is_kept_with_its_share() -> None:
    names = ["neutral"] * 6 + ["happy"] * 6
    figures = presence_figures(_film(*names), 12)
    measures = {each.name: each for each in figures.measures}
    assert measures["smiling"].value == pytest.approx(0.5)
    assert measures["changes"].value == pytest.approx(5.0)
    assert measures["smiling"].coverage == 1.0


def test_a_second_without_a_face_is_a_gap_in_every_lane() -> None:
    figures = presence_figures(_film("happy", None, "happy"), 4)
    assert [each.name for each in figures.seconds] == ["happy", None, "happy", None]
    for lane in figures.lanes:
        assert [value is None for value in lane.values] == [False, True, False, True]
    assert figures.unseen == (
        Stretch(1.0, 2.0, "no face seen"),
        Stretch(3.0, 4.0, "no face seen"),
    )
    assert figures.coverage == 0.5


def test_too_little_seen_gives_no_number_and_says_why() -> None:
    figures = presence_figures(_film("happy", *[None] * 9), 10)
    assert all(each.value is None and each.note for each in figures.measures)
    assert any("10% of the time" in note for note in figures.notes)


def test_nobody_seen_says_so_and_nothing_else() -> None:
    figures = presence_figures(_film(None, None), 2)
    assert figures.coverage == 0.0
    assert len(figures.notes) == 1
    assert all(each.value is None for each in figures.measures)
    assert presence_figures([], 0).seconds == ()


def test_dark_seconds_have_no_name_and_a_hint_about_light() -> None:
    film = [_reading(second, "happy", quality=0.1) for second in range(10)]
    figures = presence_figures(film, 10)
    assert {each.name for each in figures.seconds} == {None}
    assert any("more light" in note for note in figures.notes)


def test_several_faces_are_noticed_with_their_time() -> None:
    film = [*_film("neutral", "neutral"), _reading(2, "neutral", faces=2), *_film("neutral")]
    figures = presence_figures(film, 3)
    assert figures.several == (Stretch(2.0, 3.0, "more than one face"),)
    assert any("More than one face was in view for 1 s" in note for note in figures.notes)


def test_a_dim_neighbour_counts_less_than_a_clear_one() -> None:
    dim = {0: _reading(0, "angry", quality=0.1), 1: _reading(1, "neutral")}
    clear = {0: _reading(0, "angry"), 1: _reading(1, "neutral")}
    angry = EMOTIONS.index("angry")
    first, second = smoothed(dim, 1), smoothed(clear, 1)
    assert first is not None
    assert second is not None
    assert first[angry] < second[angry]


@given(
    st.lists(st.sampled_from([*EMOTIONS, None]), max_size=40),
    st.integers(0, 50),
    st.floats(0.0, 1.0),
)
def test_shares_stay_shares_and_every_second_is_there(
    names: list[str | None], expected: int, quality: float
) -> None:
    film = [_reading(second, name, quality=quality) for second, name in enumerate(names)]
    figures = presence_figures(film, expected)
    assert len(figures.seconds) == max(expected, len(names))
    assert 0.0 <= figures.coverage <= 1.0
    for lane in figures.lanes:
        assert len(lane.values) == len(figures.seconds)
        assert all(value is None or -1e-9 <= value <= 1 + 1e-9 for value in lane.values)
