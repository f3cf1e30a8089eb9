"""What people say to steer an interview, and what only sounds like it."""

from __future__ import annotations

import pytest

from app.dialogue.commands import spoken_command, trailing_command

pytestmark = pytest.mark.unit

COMMANDS = {
    "repeat": """
        Sorry, could you say that again?
        Can you repeat the question, please?
        Repeat that, please.
        I'm sorry, I didn't quite catch that.
        I didn't hear you.
        Pardon?
        Pardon me?
        Sorry?
        What was the question again?
        What did you say?
        What?
        Come again?
        Could you ask me that one more time?
        Um... can you say it once more?
        Would you mind repeating the question?
        Excuse me, what was that?
        I missed the last part.
        You cut out for a second. Could you repeat that?
        Could I hear the question again, please?
        Once more, please.
        I'd like you to repeat the last question.
        Sorry, I forgot the question.
        Okay, so, what's the question?
        Please read the question again, a little slower.
        I couldn't hear you very well.
        Huh?
    """,
    "rephrase": """
        Can you rephrase the question?
        Could you put that another way?
        What do you mean?
        What do you mean by that, exactly?
        Sorry, what exactly do you mean by consistent?
        I don't understand.
        I don't really understand the question.
        I'm not sure what you're asking.
        I'm not sure I understand. Could you explain the question?
        Can you say that in simpler words?
        Could you clarify what you mean?
        Hmm, I don't get it.
        What are you asking me?
        In other words?
        Would you mind rephrasing that?
        Sorry, I didn't follow. Can you ask it differently?
        What does that mean?
        Could you please explain that a bit?
    """,
    "skip": """
        Skip.
        Let's skip this one.
        Can we move on, please?
        Next question.
        Next question, please!
        Pass.
        I'll pass on that one.
        I'd like to skip this question.
        I think I'll skip this one.
        I'd rather not answer that.
        Okay, let's go to the next one.
        Could we move on to the next question?
        I don't want to answer that question.
        Can you ask me something else?
        No. Next.
        Sorry, I'd prefer not to say. Let's move on.
        Maybe just skip that for now.
        Can I have a different question? Skip this one.
    """,
    "think": """
        Let me think.
        Hmm, let me think about that for a second.
        Give me a minute.
        Just a moment, please.
        One second.
        One moment.
        Hold on.
        Wait a second.
        Hang on a minute.
        I need a moment to think.
        Could I have a minute to think about it?
        Can I think about it for a bit?
        I'm thinking.
        I'm still thinking about it.
        That's a good question. Let me think.
        Good question.
        I need some more time to think.
        Okay, bear with me.
        Let me see.
        I'm not done yet.
        Um, wait.
        Let me take a second.
    """,
    "done": """
        I'm done.
        I'm finished with my answer.
        That's it.
        That's all.
        That's all I have.
        Okay, that's my answer.
        I think that's it.
        So yeah, that's pretty much it.
        That would be all from me.
        I have nothing more to add.
        That's about it, I think that's all.
        And that's everything I can think of.
    """,
    "pause": """
        Can we pause?
        Could we take a short break, please?
        Pause the interview.
        I need a break.
        Let's take a break.
        Sorry, can we stop here? Could we take a quick break?
        I need to take a break for a minute.
        Pause, please.
    """,
}
ANSWERS = """
    I would skip the cache.
    I'd skip it when the list is empty.
    I would just skip that step.
    You skip this one if it is already sorted.
    We skip the question mark when we parse it.
    Repeat the loop until nothing changes.
    It repeats the question to the next node.
    Repeat it for every element.
    You say that again in the second loop.
    What was the question of the experiment was never clear.
    Pass it by reference.
    Pass the lock to the next thread.
    Passing it on would copy it.
    It would pass.
    Next, I would look at the logs.
    The next question is how large it gets.
    Next to it is the index.
    It moves on to the next item.
    Then we move on to the next server and try again.
    Let's go through it step by step.
    Let's move the data closer to the reader.
    I think it is a tree.
    I think so.
    I'm thinking of a hash map.
    I'm thinking about the memory that it takes.
    Let me think about the complexity of quicksort first.
    Let me think, it is O of n.
    Let me see the plan of the query first, that's what I would say.
    I need a minute for the build and ten for the tests.
    One minute.
    A minute at most.
    It takes a second.
    Wait for the lock.
    You wait until it is free.
    Wait, no, it is a queue.
    Hold on to the reference.
    It holds on for a second and then it times out.
    Just a list.
    Just a second index on that column.
    The thread is done.
    When I'm done I close the file.
    That's it for the first part, and then there is the cache.
    That's all in memory.
    That's all the index does, it sorts.
    It is finished.
    Nothing.
    Nothing else.
    Nothing happens.
    Pause the consumer and drain the queue.
    You can pause the thread and go on later.
    It takes a break between two tries.
    Break out of the loop.
    The break statement.
    Time out after three seconds.
    Timeout.
    Break.
    What do you mean is what the tests should ask.
    What I mean by that is the order.
    I don't know.
    I don't understand why people use it, because a list does the same.
    I didn't understand the problem at first, so I asked my manager.
    I asked her to repeat the question in her own words.
    Could you explain the plan, I asked, and he did.
    I couldn't hear the difference, so I measured it.
    I catch the exception and say it again with more detail.
    Rephrase the query so that it uses the index.
    In other words, it is a map.
    In other words it blocks.
    Another question is who owns the data.
    Different question, different index.
    I'd rather not lock at all.
    I'd rather use a queue.
    I prefer not to share state.
    Yes.
    No.
    Maybe.
    Right.
    Okay.
    Good.
    Sorry, I meant the other way round.
    Again and again.
    Please the customer first.
    Can we move on was what everyone said in that meeting.
    Go on with the next node until you find it.
    Continue.
    So, a list.
"""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    ("text", "name"), [(line, name) for name, text in COMMANDS.items() for line in _lines(text)]
)
def test_what_steers_the_interview_is_a_command(text: str, name: str) -> None:
    assert spoken_command(text) == name


@pytest.mark.parametrize("text", _lines(ANSWERS))
def test_what_only_sounds_like_a_command_is_an_answer(text: str) -> None:
    assert spoken_command(text) is None


@pytest.mark.parametrize("text", _lines(COMMANDS["skip"] + COMMANDS["repeat"]))
def test_how_a_recogniser_writes_a_command_does_not_matter(text: str) -> None:
    name = spoken_command(text)
    for other in (text.lower(), text.upper(), text.rstrip(".?!"), text.replace("'", "’")):
        assert spoken_command(other) == name


@pytest.mark.parametrize("text", _lines(COMMANDS["repeat"] + COMMANDS["skip"] + COMMANDS["pause"]))
def test_a_command_to_us_at_the_end_of_an_answer_is_part_of_the_answer(text: str) -> None:
    assert trailing_command(f"It hashes the key first. {text}") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It hashes the key. Let me think.", "think"),
        ("It hashes the key. Hmm, hold on a second.", "think"),
        ("It hashes the key. That's it.", "done"),
        ("It hashes the key. So yeah, that's my answer.", "done"),
        ("It hashes the key, that's it.", None),
        ("Wait.", None),
        ("It hashes the key. Wait for the lock.", None),
    ],
)
def test_a_request_for_time_or_an_end_counts_after_an_answer(text: str, name: str | None) -> None:
    assert trailing_command(text) == name


def test_a_long_speech_is_never_a_command() -> None:
    assert spoken_command("Please " * 40 + "repeat the question.") is None
