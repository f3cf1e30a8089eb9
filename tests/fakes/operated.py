"""The fake web as an operator sees it: live interviews, and turns of the last day."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import FastAPI

from app.domain.load import LaneLoad, Load, Place
from app.domain.metrics import TurnMetrics
from app.usecases.hall import Hall
from tests.fakes.web import DONE, GRADING, NOW, OPEN, FakeWeb

TOKEN = "a secret that only the operator knows"
LOAD = Load(
    limit=4,
    places=(
        Place(UUID("9f1c2ab4-0000-4000-8000-000000000001"), "hearing", True, 3, 512.0),
        Place(UUID("0b77e1d0-0000-4000-8000-000000000002"), "speaking", True, 0, 21.0),
        Place(UUID("c3d4e5f6-0000-4000-8000-000000000003"), "suspended", False, 5, 1033.0),
        Place(UUID("77aa01ff-0000-4000-8000-000000000004"), "awaiting_consent", True, -1, 0.0),
    ),
    lanes=(
        LaneLoad("hear", 1, 3, 33),
        LaneLoad("speak", 1, 1, 33),
        LaneLoad("turn", 1, 0, 33),
        LaneLoad("embed", 1, 0, 33),
        LaneLoad("see", 1, 2, 9),
    ),
    queued=2,
    behind_s=0.4,
)


class BusyHall(Hall):
    """A hall that says what it is told to say."""

    def __init__(self, load: Load) -> None:
        self._load = load

    def change(self, load: Load) -> None:
        """Say this from now on."""
        self._load = load

    @property
    def load(self) -> Load:
        return self._load


def operated(web: FakeWeb, **changes: Any) -> FastAPI:
    """The app over this web, with other services; its clock stands at `NOW`."""
    app = web.app()
    settled: Mapping[str, Any] = {"clock": lambda: NOW, **changes}
    app.state.services = replace(app.state.services, **settled)
    return app


async def measure_turns(web: FakeWeb, count: int = 60) -> None:
    """Keep the metrics of turns over the last day, as a run on two cores may leave them."""
    chance = random.Random(3)
    for number in range(count):
        web.store.now = NOW - timedelta(minutes=22.0 * (count - number))
        owner = (DONE, GRADING, OPEN)[number * 3 // count]
        wait = chance.choice((2.0, 2.0, 2.0, 3.2, 6.0))
        looked_twice = wait > 2.0
        metrics = TurnMetrics(
            interview_id=owner,
            turn=number % max(1, count // 3),
            policy_wait_s=wait,
            end_wait_s=wait + 0.03,
            response_s=round(wait + abs(chance.gauss(0.12, 0.1)), 3),
            probability=round(chance.betavariate(5, 1.5), 3),
            second_probability=round(chance.random(), 3) if looked_twice else None,
            judge_s=round(chance.uniform(0.02, 0.06), 3),
            recognise_s=round(chance.lognormvariate(0.0, 0.4), 3),
            plan_s=round(chance.uniform(0.05, 1.2), 3),
            speak_s=round(chance.uniform(0.1, 0.4), 3),
            discarded=chance.choice((0, 0, 0, 1, 2)),
            undone=int(number % 17 == 5),
            cut=int(number % 34 == 5),
            barged_in=number % 23 == 7,
        )
        async with web.store.begin() as work:
            await work.metrics.save(metrics)
    web.store.now = NOW
