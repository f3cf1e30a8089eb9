"""A requirements interview over made-up vectors: what is told, what is not, and the levels."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from app.assessment.elicitation import Exchange, Kind, Vectors, interview, judged, kind_of
from app.domain.stakeholder import Known, Stakeholder

pytestmark = pytest.mark.unit

ASKS = ("Who works there?", "How many bakers are there?")


def known(name: str, says: str, **more: object) -> Known:
    whole = {"id": name, "title": f"About {name}", "says": says, "asks": ASKS, **more}
    return Known.model_validate(whole)


SHOP = Stakeholder(
    id="shop",
    title="Orders of a bakery",
    name="Ben Iqbal, baker",
    brief="I want customers to order bread online. It must be simple.",
    known=(
        known("bakers", "We are two bakers."),
        known("ovens", "There is one oven, and it takes forty loaves."),
        known("simple", "Simple means three clicks.", kind="ambiguity", phrase="simple"),
        known("refunds", "Refunds? We never thought of that.", kind="gap"),
    ),
    unknown=("I don't know.", "No idea."),
    meta="Ask me anything.",
    noted="That is right.",
)
SIZE = 6


def toward(place: int, how: float = 1.0) -> np.ndarray:
    vector = np.zeros(SIZE, dtype=np.float32)
    vector[place], vector[5] = how, (1 - how**2) ** 0.5
    return vector


CUES: tuple[Vectors, ...] = tuple(toward(place)[None, :] for place in range(4))


def held(*turns: tuple[str, np.ndarray]) -> tuple[Exchange, ...]:
    vectors = np.array([vector for _, vector in turns], dtype=np.float32)
    return interview(SHOP, [text for text, _ in turns], vectors, CUES)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who is the customer of this, and why now?", "context"),
        ("What problem should it solve?", "context-free"),
        ("What does success mean to you?", "context-free"),
        ("How many loaves does the oven take?", "context"),
        ("Is there anything else I should ask?", "meta"),
        ("Are you the right person to answer this?", "meta"),
        ("So you are two bakers and there is one oven, right?", "summary"),
        ("Let me summarise: two bakers and one oven.", "statement"),
        ("To sum up, there are two bakers and one oven.", "summary"),
        ("Good morning.", "statement"),
    ],
)
def test_turns_are_told_apart_by_their_words(text: str, kind: Kind) -> None:
    assert kind_of(text, SHOP) == kind


def test_a_fact_is_told_when_it_is_asked_for_and_repeated_as_such() -> None:
    first, again = held(("Who bakes?", toward(0, 0.9)), ("Who are the bakers?", toward(0, 0.8)))
    assert (first.answer, first.told, first.again) == ("We are two bakers.", "bakers", False)
    assert (again.answer, again.again) == ("As I said: We are two bakers.", True)


def test_what_nobody_knows_is_said_so_and_nothing_is_volunteered() -> None:
    far = held(
        ("What is the weather?", toward(0, 0.3)),
        ("And the moon?", toward(5)),
        ("Hello.", toward(1)),
    )
    assert [exchange.told for exchange in far] == [None, None, None]
    assert {exchange.answer for exchange in far} <= set(SHOP.unknown)


def test_two_facts_that_are_as_near_are_not_guessed_between() -> None:
    both = (toward(0, 0.7) + toward(1, 0.7)) / np.sqrt(2)
    (answer,) = held(("What is there?", both))
    assert answer.told is None


def test_a_summary_counts_only_when_it_takes_up_what_was_told() -> None:
    text = "So you are saying there are two bakers in all?"
    too_early = held((text, toward(0, 0.9)))
    assert too_early[0].sums_up == ()
    talk = held(("Who bakes?", toward(0)), (text, toward(0, 0.9)))
    assert talk[1].sums_up == ("bakers",)
    assert talk[1].answer == SHOP.noted


def test_levels_count_turns_and_cite_them() -> None:
    talk = held(
        ("What problem should it solve?", toward(5)),
        ("Who bakes the bread?", toward(0)),
        ("What do you mean by simple?", toward(2)),
        ("What about refunds?", toward(3)),
        ("Is there anything else I should ask?", toward(5)),
    )
    found = judged(SHOP, talk)
    levels = {one.id: (one.level, one.turns) for one in found.criteria}
    assert levels["context-free"][1] == (0,)
    assert levels["meta"] == (1, (4,))
    assert levels["summaries"] == (0, ())
    assert levels["ambiguities"] == (3, (2,))
    assert levels["gaps"] == (3, (3,))
    assert levels["facts"] == (2, (1,))
    assert [one.id for one in found.missed] == ["ovens"]


def test_the_same_question_again_earns_nothing() -> None:
    once = judged(SHOP, held(("Who bakes?", toward(0))))
    often = judged(SHOP, held(*[("Who bakes?", toward(0))] * 6))
    facts = [next(one for one in found.criteria if one.id == "facts") for found in (once, often)]
    assert facts[0] == facts[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"known": (*SHOP.known[:3], SHOP.known[0])},
        {"brief": "I want customers to order bread online."},
        {"known": (*SHOP.known[:3], known("x", "An oven.", kind="ambiguity"))},
        {"known": SHOP.known[:3]},
    ],
)
def test_a_stakeholder_that_does_not_hold_together_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Stakeholder.model_validate({**SHOP.model_dump(), **changes})
