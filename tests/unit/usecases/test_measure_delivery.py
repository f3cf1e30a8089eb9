"""The filler pass hears the recording again, with both consents, on the interview's clock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np
import pytest

from app.domain.consent import Consent, Modality
from app.domain.interview import Recording, Word
from app.ports.errors import SpeechUnavailable
from app.ports.speech import SAMPLE_RATE, Pcm, Transcript
from app.usecases.measure_delivery import MeasureDelivery, pieces
from tests.unit.agent.grading_world import NOW, World

pytestmark = pytest.mark.unit

BOTH = tuple(Consent(m, "1", NOW) for m in (Modality.DELIVERY, Modality.RECORDING))


class Tape:
    def read(
        self, interview_id: UUID, file: str, from_s: float = 0.0, to_s: float | None = None
    ) -> bytes:
        until = 60.0 if to_s is None else to_s
        return np.zeros(round((until - from_s) * SAMPLE_RATE), dtype=np.int16).tobytes()


def _measuring(world: Any, heard: list[float], failure: Exception | None = None) -> MeasureDelivery:
    async def fillers(pcm: Pcm) -> Transcript:
        heard.append(len(pcm) / SAMPLE_RATE)
        if failure:
            raise failure
        return Transcript((Word("um", 1.0, 1.3),))

    return MeasureDelivery(store=world, recordings=Tape(), fillers=fillers)  # type: ignore[arg-type]


def _world(consents: tuple[Consent, ...] = BOTH) -> tuple[World, UUID]:
    world = World()
    interview = world.interview(consents=consents)
    world.answered(interview, "It waits.", speech=((112.0, 115.0),))
    world.recordings = (Recording(interview.id, "a.pcm", 100.0, 60.0),)
    return world, interview.id


async def test_fillers_are_kept_on_the_turn_with_times_of_the_interview() -> None:
    world, interview_id = _world()
    heard: list[float] = []
    assert await _measuring(world, heard)(interview_id) == 1
    (turn,) = world.turns.values()
    assert turn.filler_words is not None
    assert turn.filler_words[0].start_s == pytest.approx(112.8)
    assert heard == [pytest.approx(3.4)]
    assert await _measuring(world, heard)(interview_id) == 0


@pytest.mark.parametrize("consents", [(), BOTH[:1], BOTH[1:]])
async def test_without_both_consents_nothing_is_heard(consents: tuple[Consent, ...]) -> None:
    world, interview_id = _world(consents)
    heard: list[float] = []
    assert await _measuring(world, heard)(interview_id) == 0
    assert heard == []


async def test_a_failed_pass_leaves_the_turn_unmeasured() -> None:
    world, interview_id = _world()
    assert await _measuring(world, [], SpeechUnavailable("busy"))(interview_id) == 0
    (turn,) = world.turns.values()
    assert turn.filler_words is None


def test_spans_are_joined_and_cut_to_what_is_recognised_at_once() -> None:
    assert pieces([(0.0, 5.0), (6.0, 20.0), (21.0, 40.0)]) == ((0.0, 20.0), (21.0, 40.0))
    assert pieces([(0.0, 60.0)]) == ((0.0, 28.0), (28.0, 56.0), (56.0, 60.0))
