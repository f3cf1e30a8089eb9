"""The server's load adds up."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.domain.load import Load, Place

pytestmark = pytest.mark.unit


def test_a_load_counts_people_and_states() -> None:
    there = [("hearing", True), ("hearing", True), ("suspended", False)]
    places = tuple(
        Place(UUID(int=number), state, connected, 0, 1.0)
        for number, (state, connected) in enumerate(there)
    )
    load = Load(4, places, ())
    assert load.talking == 2
    assert load.states == {"hearing": 2, "suspended": 1}
