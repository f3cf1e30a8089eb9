"""Live interviews where the candidate speaks over us or thinks long, with what was measured."""

from __future__ import annotations

import pytest

from app.dialogue.events import PatienceSet
from app.dialogue.session import State
from app.domain.metrics import TurnMetrics
from tests.unit.usecases.live_world import QUESTIONS, Client, World

pytestmark = pytest.mark.unit


async def metrics(world: World, client: Client) -> tuple[TurnMetrics, ...]:
    async with world.store.begin() as work:
        return await work.metrics.of(client.live.interview.id)


async def test_a_turn_is_measured_with_its_answer_and_again_with_our_response(world: World):
    client = await world.begin()
    await client.say("it keeps order")
    await client.asked(1)
    (kept,) = await metrics(world, client)
    assert kept.policy_wait_s == pytest.approx(2.2, abs=0.1)
    assert kept.end_wait_s == pytest.approx(kept.policy_wait_s, abs=0.15)
    assert kept.excess_s is not None
    assert abs(kept.excess_s) < 0.2
    assert kept.probability == 0.95
    assert None not in (kept.judge_s, kept.recognise_s, kept.plan_s, kept.speak_s)
    (told,) = client.got("answered")
    assert told["policy_wait_s"] == kept.policy_wait_s


async def test_speech_that_resumes_counts_as_a_dropped_speculation(world: World):
    client = await world.begin()
    await client.say("it keeps")
    await client.quiet(1.0)
    await client.say("order")
    await client.asked(1)
    (kept,) = await metrics(world, client)
    assert (kept.discarded, kept.undone, kept.cut) == (1, 0, 0)


async def test_an_end_that_was_taken_back_is_counted(world: World):
    client = await world.begin()
    await client.say("it keeps order")
    await client.until(State.SPEAKING)
    await client.say("and it may hold doubles")
    await client.asked(1)
    (kept,) = await metrics(world, client)
    assert (kept.undone, kept.cut) == (1, 1)


async def test_a_second_look_shortens_a_hold(world: World):
    world.detector.probability = 0.1
    client = await world.begin()
    await client.say("it keeps order")
    await client.until(State.ENDPOINTING)
    await client.quiet(0.5)
    world.detector.probability = 0.9
    await client.asked(1)
    (kept,) = await metrics(world, client)
    assert (kept.probability, kept.second_probability) == (0.1, 0.9)
    assert kept.policy_wait_s == pytest.approx(3.2, abs=0.1)


async def test_two_words_over_a_question_stop_it_and_begin_the_answer(world: World):
    client = await long_question(world)
    await client.say("wait it hashes the key")
    assert client.live.session.state is not State.SPEAKING
    assert client.got("speech_stop")
    await client.asked(2)
    turns = await world.turns(client)
    assert turns[1].answer == "wait it hashes the key"
    assert (await metrics(world, client))[1].barged_in


async def test_a_backchannel_over_a_question_lowers_our_voice_and_no_more(world: World):
    client = await long_question(world)
    await client.say("okay right yeah")
    assert client.got("speech_duck", on=True)
    await client.wait_for(lambda: client.got("speech_duck", on=False))
    assert not client.got("speech_stop")
    await client.asked(1)
    await client.say("it hashes the key")
    await client.asked(2)
    assert (await world.turns(client))[1].answer == "it hashes the key"
    assert not (await metrics(world, client))[1].barged_in


async def test_reassurance_is_spoken_and_changes_nothing(world: World):
    client = await world.begin()
    await client.quiet(20.0)
    assert "Take your time." in world.voice.said
    assert [hint["kind"] for hint in client.got("hint")] == ["quiet", "take_your_time"]
    assert len(client.got("question")) == 1
    await client.say("it keeps order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"


async def test_let_me_think_is_acknowledged_and_holds(world: World):
    client = await world.begin()
    await client.say("let me think")
    await client.wait_for(lambda: "Of course." in world.voice.said)
    await client.quiet(25.0)
    assert (await world.turns(client))[0].answer is None
    assert [hint["kind"] for hint in client.got("hint")] == ["thinking"]
    await client.say("it keeps order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"


async def long_question(world: World) -> Client:
    """The follow-up is long, and has been spoken for more than 3 s."""
    world.interviewer.lead = "I see what you mean by that and it is a fine beginning of an answer."
    client = await world.begin()
    await client.say("it keeps order")
    await client.wait_for(lambda: client.live.session.turn == 1)
    await client.quiet(3.5)
    assert client.live.session.state is State.SPEAKING
    assert client.got("question")[-1]["text"] == QUESTIONS[1]
    return client


async def test_the_patience_slider_survives_a_killed_server(world: World):
    client = await world.begin()
    client.live.happened(PatienceSet(client.live.now, 1.5))
    await client.quiet(0.2)
    await world.restart()
    again = await world.enter(client.live.interview.id)
    await again.hello()
    assert again.got("welcome")[0]["patience"] == 1.5


async def test_a_lead_of_two_sentences_has_a_caption_for_each(world: World):
    world.interviewer.lead = "Thank you. Let us go on."
    client = await world.begin()
    await client.say("it keeps order")
    await client.asked(1)
    said = [speech["text"] for speech in client.got("speech")]
    assert said[-3:] == ["Thank you.", "Let us go on.", QUESTIONS[1]]


async def test_what_everybody_is_told_is_synthesised_once(world: World):
    client = await world.begin()
    engines = client.live._sitting.parts.engines
    await engines.learn(["Thank you."])
    world.voice.said.clear()
    world.interviewer.lead = "Thank you."
    await client.say("it keeps order")
    await client.asked(1)
    assert "Thank you." not in world.voice.said
    assert "Thank you." in [speech["text"] for speech in client.got("speech")]
