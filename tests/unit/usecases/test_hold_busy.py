"""Live interviews share one recogniser: little is asked of it, and what is urgent comes first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.dialogue.session import State
from app.usecases.line import loop_time
from tests.unit.usecases.live_world import Client, World

pytestmark = pytest.mark.unit


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    world = World(limit=2)
    yield world
    await world.end()


def due_in(client: Client) -> float:
    """In how many seconds the words of the answer are needed."""
    return client.live.words_due - loop_time()


async def test_a_pause_within_an_unfinished_sentence_costs_no_recognition(world: World):
    world.detector.probability = 0.1
    client = await world.begin()
    await client.say("a list keeps")
    await client.quiet(1.2)
    await client.say("its order")
    assert world.hearing.jobs == []


async def test_a_pause_that_sounds_finished_is_recognised_at_once(world: World):
    world.detector.probability = 0.95
    client = await world.begin()
    await client.say("a list keeps its order")
    await client.quiet(0.6)
    assert len(world.hearing.jobs) == 1


async def test_done_does_not_wait_for_a_breath(world: World):
    world.detector.probability = 0.1
    client = await world.begin()
    await client.say("a list keeps its order")
    await client.quiet(0.4)
    assert world.hearing.jobs == []
    client.command("done")
    await client.quiet(0.2)
    assert len(world.hearing.jobs) == 1


async def test_words_are_in_no_hurry_until_the_wait_at_the_end_of_a_turn(world: World):
    client = await world.begin()
    await client.say("a list keeps")
    assert client.live.session.state is State.HEARING
    assert due_in(client) > 5.0
    await client.quiet(0.5)
    assert client.live.session.state is State.ENDPOINTING
    assert due_in(client) < 2.0
