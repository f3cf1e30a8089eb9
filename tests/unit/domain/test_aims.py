"""The level that a report and the coach say to aim at, and what they name as not found."""

from __future__ import annotations

import pytest

from app.domain.question import Criterion
from app.domain.scorecard import CriterionScore, Evidence

pytestmark = pytest.mark.unit

EVIDENCE = (Evidence("quote", "Each one waits", 0),)


def _criterion(top: int) -> Criterion:
    levels = [{"level": n, "anchor": f"Descriptor {n}."} for n in range(top + 1)]
    return Criterion.model_validate({"id": "why", "title": "Reasons", "levels": levels})


def _score(level: int, **more: object) -> CriterionScore:
    known: dict[str, object] = {"next_level": "Gives one correct reason."} | more
    return CriterionScore("why", "Reasons", level, 3, 1.0, EVIDENCE, "", 0.7, **known)  # type: ignore[arg-type]  # of the fields


@pytest.mark.parametrize(
    ("top", "level", "aim"),
    [(3, 0, 2), (3, 1, 2), (3, 2, 3), (2, 0, 1), (2, 1, 2), (1, 0, 1), (4, 0, 2), (6, 1, 3)],
)
def test_the_aim_is_the_first_higher_level_from_half_of_the_scale_on(
    top: int, level: int, aim: int
) -> None:
    found = _criterion(top).aim(level)
    assert found is not None
    assert (found.level, found.anchor) == (aim, f"Descriptor {aim}.")


def test_where_everything_expected_was_found_the_aim_is_the_top() -> None:
    found = _criterion(3).aim(1, complete=True)
    assert found is not None
    assert found.level == 3


def test_there_is_nothing_to_aim_at_from_the_top() -> None:
    assert _criterion(3).aim(3) is None
    assert _criterion(3).aim(3, complete=True) is None


def test_the_advice_names_the_level_that_it_describes() -> None:
    assert _score(0, next_at=2).advice == "To reach level 2: Gives one correct reason."


def test_the_advice_says_what_the_top_asks_for_where_everything_was_found() -> None:
    score = _score(2, next_at=3, points_met=("cause",))
    assert score.advice == "The top level reads: Gives one correct reason."
    still_open = _score(2, next_at=3, points_met=("cause",), points_open=("effect",))
    assert still_open.advice.startswith("To reach level 3:")


def test_a_card_of_before_names_its_next_level_only_where_that_is_no_fault() -> None:
    assert _score(0).advice == ""
    assert _score(1).advice == "To reach level 2: Gives one correct reason."
    assert _score(3, next_level=None).advice == ""


def test_aspects_that_were_not_found_are_named_and_numbers_are_not() -> None:
    score = _score(1, points_open=("roc-axes", "point-2", "p3"))
    assert score.not_found == ("roc axes",)
