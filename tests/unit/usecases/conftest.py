"""Use cases are tested on a clock that leaps: no test waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from app.bench.leaping import LeapingLoop
from tests.unit.usecases.live_world import World


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """All tests here run on the leaping loop."""
    return {"leaping": LeapingLoop}


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    """Everything that a live interview runs on, scripted."""
    world = World()
    yield world
    await world.end()
