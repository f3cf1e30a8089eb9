"""The hall: who may come in, and how an interview is taken up again after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from app.dialogue.session import State
from app.domain.consent import Modality
from app.domain.load import Load
from app.usecases.doorkeeper import FORGET_SECONDS
from app.usecases.hall import KEEP_PLACE_SECONDS, HallFull, UnknownInterview
from tests.unit.usecases.live_world import QUESTIONS, Client, World

pytestmark = pytest.mark.unit


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    world = World(limit=1)
    yield world
    await world.end()


async def test_an_interview_that_does_not_exist_is_unknown(world: World):
    with pytest.raises(UnknownInterview):
        await world.hall.enter(uuid4())


async def test_a_full_hall_lets_nobody_in_until_a_place_is_free(world: World):
    first = await world.begin()
    other = await world.add(Modality.AUDIO)
    with pytest.raises(HallFull) as full:
        await world.hall.enter(other)
    assert full.value.ahead == 0
    first.command("end")
    await first.wait_for(lambda: first.got("closed"))
    assert await world.hall.enter(other)


async def test_who_loses_the_connection_keeps_the_place_for_half_a_minute(world: World):
    first = await world.begin()
    other = await world.add(Modality.AUDIO)
    await first.leave()
    with pytest.raises(HallFull):
        await world.hall.enter(other)
    assert await world.hall.enter(first.live.interview.id) is first.live
    await asyncio.sleep(KEEP_PLACE_SECONDS + 1.0)
    assert await world.hall.enter(other)


async def test_who_comes_back_too_late_waits_like_everybody(world: World):
    first = await world.begin()
    await first.leave()
    await asyncio.sleep(KEEP_PLACE_SECONDS + 1.0)
    other = await world.begin()
    with pytest.raises(HallFull):
        await world.hall.enter(first.live.interview.id)
    await other.leave()
    await asyncio.sleep(KEEP_PLACE_SECONDS + 1.0)
    assert await world.hall.enter(first.live.interview.id) is first.live


async def test_connections_that_have_not_said_hello_take_places_too(world: World):
    await world.hall.enter(await world.add(Modality.AUDIO))
    with pytest.raises(HallFull):
        await world.hall.enter(await world.add(Modality.AUDIO))


async def test_a_closed_interview_takes_no_place(world: World):
    client = await world.begin()
    client.command("end")
    await client.wait_for(lambda: client.got("closed"))
    assert world.hall.talking == 0
    assert await world.hall.enter(await world.add())


async def test_the_load_shows_who_is_there_and_in_which_state(world: World):
    assert world.hall.load == Load(1, (), world.hall.load.lanes)
    client = await world.begin(voice=False, microphone=False)
    await client.until(State.LISTENING)
    (place,) = world.hall.load.places
    assert (place.interview_id, place.state, place.connected, place.turn) == (
        client.live.interview.id,
        "listening",
        True,
        0,
    )
    assert place.clock_s == pytest.approx(client.live.now, abs=0.05)
    await client.leave()
    assert (world.hall.load.talking, len(world.hall.load.places)) == (0, 1)


async def test_the_load_counts_who_waits_at_the_door(world: World):
    await world.begin()
    with pytest.raises(HallFull):
        await world.hall.enter(await world.add(Modality.AUDIO))
    assert world.hall.load.queued == 1
    await asyncio.sleep(FORGET_SECONDS + 1.0)
    assert world.hall.load.queued == 0


async def test_a_closed_interview_is_no_load(world: World):
    client = await world.begin()
    client.command("end")
    await client.wait_for(lambda: client.got("closed"))
    assert world.hall.load.places == ()


async def test_after_a_restart_the_open_question_is_asked_again_and_nothing_else(world: World):
    client = await world.begin(voice=False, microphone=False)
    client.type("it keeps order")
    await client.asked(1)
    planned = len(world.interviewer.planned)
    await world.restart()
    again = await world.enter(client.live.interview.id)
    await again.hello(voice=False, microphone=False)
    await again.asked(1)
    assert len(world.interviewer.planned) == planned
    assert again.got("welcome")[0]["resumed"] is True
    assert [event["text"] for event in again.got("question")] == [QUESTIONS[1]]
    assert [turn.question for turn in await world.turns(again)] == list(QUESTIONS[:2])


async def test_after_a_restart_an_answered_turn_is_followed_by_the_next(world: World):
    client = await world.begin(voice=False, microphone=False)
    world.interviewer.takes_seconds = 10.0
    client.type("it keeps order")
    await client.until(State.THINKING)
    await client.quiet(0.3)
    world.interviewer.takes_seconds = 0.0
    await world.restart()
    again = await world.enter(client.live.interview.id)
    await again.hello(voice=False, microphone=False)
    await again.asked(1)
    assert [turn.answer for turn in await world.turns(again)] == ["it keeps order", None]


@pytest.mark.parametrize("words", [2, 30])
async def test_words_recorded_before_a_kill_are_part_of_the_answer(world: World, words: int):
    client = await world.begin()
    text = " ".join(f"w{number}" for number in range(words))
    await client.say(text)
    await client.quiet(0.6)
    if words > 20:
        await client.say("more")
        text += " more"
    at = client.live.now
    await world.restart()
    again = await world.enter(client.live.interview.id)
    assert again.live.now == pytest.approx(at, abs=0.2)
    await again.hello()
    await again.asked(0)
    await again.say("order")
    await again.asked(1)
    (first, _) = await world.turns(again)
    assert first.answer == f"{text} order"
    assert first.answered_from_s is not None
    assert first.answered_from_s < at


async def test_a_recording_that_cannot_be_read_is_a_gap(world: World):
    client = await world.begin()
    await client.say("it keeps")
    await world.restart()
    world.recordings.erase(client.live.interview.id)
    again = await world.enter(client.live.interview.id)
    await again.hello()
    await again.asked(0)
    await again.say("order")
    await again.asked(1)
    assert (await world.turns(again))[0].answer == "order"


async def test_a_closed_interview_stays_closed_after_a_restart(world: World):
    client = await world.begin()
    client.command("end")
    await client.wait_for(lambda: client.got("closed"))
    await world.restart()
    again = await world.enter(client.live.interview.id)
    await again.hello()
    assert again.live.session.state is State.CLOSED
    assert again.got("closed")[0]["reason"] == "ended_early"


async def test_refreshing_an_interview_that_is_not_live_changes_nothing(world: World):
    await world.hall.refresh(await world.add(Modality.AUDIO))
    assert world.hall.talking == 0


async def test_an_interview_left_alone_for_long_is_rebuilt_from_the_store(world: World):
    client = await world.begin(voice=False, microphone=False)
    await client.leave()
    await client.quiet(601.0)
    again = await world.enter(client.live.interview.id)
    assert again.live is not client.live
    await again.hello(voice=False, microphone=False)
    await again.asked(0)


async def test_an_erased_interview_is_shut_and_who_is_in_it_is_told(world: World):
    client = await world.begin()
    await world.hall.dismiss(client.live.interview.id)
    assert client.codes("error") == ["unknown_interview"]
    assert client.got("error")[0]["fatal"] is True
    assert client.wire.closed == 4404
    assert world.hall.talking == 0
    kept, begun = len(world.recorded(client)), world.store.begun
    await client.say("more secrets")
    client.type("in writing")
    await client.quiet(5.0)
    assert (len(world.recorded(client)), world.store.begun) == (kept, begun)
    assert (await world.hall.enter(client.live.interview.id)) is not client.live


async def test_dismissing_an_interview_that_is_not_live_changes_nothing(world: World):
    await world.hall.dismiss(uuid4())
    assert world.hall.talking == 0


def hints(client: Client) -> list[str]:
    return [message["kind"] for message in client.got("hint")]


async def test_little_time_left_is_told_once_after_a_question(world: World):
    client = await world.enter(await world.add(Modality.AUDIO, minutes=0.5))
    await client.hello()
    await client.asked(0)
    await client.quiet(23.0)
    assert "time" not in hints(client)
    for turn, text in enumerate(("it keeps order", "it just does"), start=1):
        await client.say(text)
        await client.asked(turn)
    assert hints(client).count("time") == 1


async def test_without_a_time_limit_no_time_is_told(world: World):
    unlimited = {"minutes": 0.1, "accommodations": ("no_time_limit",)}
    client = await world.enter(await world.add(Modality.AUDIO, **unlimited))
    await client.hello()
    await client.asked(0)
    await client.say("it keeps order")
    await client.asked(1)
    assert "time" not in hints(client)


async def _with_a_long_answer(world: World) -> UUID:
    """An interview whose open answer has been going on when the server was killed."""
    client = await world.begin()
    await client.say(" ".join(f"w{number}" for number in range(120)))
    interview_id = client.live.interview.id
    await world.restart()
    return interview_id


async def test_taking_up_a_long_answer_lets_others_come_in(world: World):
    world.limit = 2
    long = await _with_a_long_answer(world)
    other = await world.add(Modality.AUDIO)
    slow = asyncio.ensure_future(world.hall.enter(long))
    await asyncio.sleep(0)
    assert await world.hall.enter(other)
    assert not slow.done()
    assert (await slow).interview.id == long
    assert len(world.hall.load.places) == 2


async def test_who_is_being_taken_up_holds_a_place_already(world: World):
    long = await _with_a_long_answer(world)
    other = await world.add(Modality.AUDIO)
    slow = asyncio.ensure_future(world.hall.enter(long))
    await asyncio.sleep(0)
    with pytest.raises(HallFull):
        await world.hall.enter(other)
    assert await slow


async def test_two_connections_at_once_take_an_interview_up_once(world: World):
    long = await _with_a_long_answer(world)
    first, second = await asyncio.gather(world.hall.enter(long), world.hall.enter(long))
    assert first is second


async def test_an_interview_that_is_erased_while_it_is_taken_up_is_gone(world: World):
    long = await _with_a_long_answer(world)
    slow = asyncio.ensure_future(world.hall.enter(long))
    await asyncio.sleep(0)
    await world.hall.dismiss(long)
    assert slow.done()
    assert world.hall.load.places == ()


async def test_giving_up_while_an_interview_is_taken_up_frees_its_place(world: World):
    long = await _with_a_long_answer(world)
    before = asyncio.all_tasks()
    slow = asyncio.ensure_future(world.hall.enter(long))
    while len(asyncio.all_tasks() - before) < 3:  # itself, and the two loops of the interview
        await asyncio.sleep(0)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() <= before
    assert world.hall.load.places == ()
    assert await world.hall.enter(await world.add(Modality.AUDIO))
