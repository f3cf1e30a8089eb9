"""What is kept of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from app.dialogue.effects import ClosedAnswer
from app.dialogue.events import Heard
from app.domain.interview import Word
from app.usecases.keep_turns import TurnKeeper
from tests.unit.agent.grading_world import World, turn_of

pytestmark = pytest.mark.unit


def test_what_the_recogniser_said_of_the_words_is_kept() -> None:
    store: Any = World()
    heard = Heard((Word("Ja", 1.0, 1.2),), unreliable=True, language="de")
    answer = ClosedAnswer(heard, None, False, ((1.0, 1.2),), 1.2, 0.5, 0.9)
    (turn,) = TurnKeeper(store.interview(), [turn_of(None)], store).with_answer(answer)
    assert (turn.answer, turn.unreliable, turn.language) == ("Ja", True, "de")
