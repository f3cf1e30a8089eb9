"""Taking turns by voice in a real browser: undo, Done, "let me think", repeat and barge-in.

The server is whole and real (Whisper, Piper, Smart Turn, Silero). The microphone is a stream of the
page's own, into which clips are played at the moment that a test chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.pages import asked
from tests.e2e.talk import AUDIBLE, Talk
from tests.served import Served

pytestmark = pytest.mark.e2e

BEGUN = "A list can be changed after it is made."
MORE = "And a tuple can never be changed, so it is a safe key for a dictionary."
UNFINISHED = "I would use a tuple for a key because"  # a hook word: 7.5 s of patience
HINTS = """() => {
  window.hints = [];
  const kept = () => hints.push(document.getElementById("hint").textContent);
  new MutationObserver(kept).observe(document.getElementById("hint"), { childList: true });
}"""  # a hint stands until the next pause within the words
OVER = ["transcribing", "thinking", "speaking"]


@pytest.fixture
def talk(server: Served, chromium: Browser) -> Iterator[Talk]:
    talking = Talk(chromium, server.url)
    yield talking
    talking.leave()


def test_an_end_that_came_too_early_is_taken_back(talk: Talk):
    talk.enter_to_answer()
    talk.be_patient()  # so that the next question is ready to be said, on a busy machine too
    first = asked(talk.page)
    talk.page.evaluate(HINTS)
    half = talk.say(BEGUN)
    rest = talk.begin_over(MORE, half.ends, type="question", turn=1)
    assert rest.began - rest.after < 2500, "too slow to speak while the end can be taken back"
    heard = talk.event("question", rest.began, turn=0)

    assert talk.loudest(heard + 300, heard + 1500) < AUDIBLE, "our voice falls silent"
    expect(talk.page.locator("#question")).to_have_text(first)
    talk.page.wait_for_function("() => hints.includes('Go on, I am listening.')")
    expect(talk.page.locator("#heard")).to_contain_text("changed after")

    talk.event("question", rest.ends, turn=1)
    turns = talk.turns()
    assert len(turns) == 2
    answer = turns[0]["answer"].lower()
    assert "changed after" in answer, "the first half is kept"
    assert "dictionary" in answer, "the second half belongs to it"
    assert turns[0]["interrupted"]
    assert not turns[1]["answer"]


def test_done_ends_the_turn_at_once_by_key_and_by_button(talk: Talk):
    talk.enter_to_answer()
    ends: tuple[Callable[[], None], ...] = (
        lambda: talk.page.keyboard.press("Space"),
        lambda: talk.page.click("[data-command=done]"),
    )
    for turn, end in enumerate(ends):
        talk.say(UNFINISHED)
        pressed = talk.now()
        end()
        over = talk.event("state", pressed, state=OVER)
        assert over - pressed < 4000, "far below the 7.5 s that these words are waited for"
        talk.event("question", pressed, turn=turn + 1)
        assert "tuple" in talk.turns()[turn]["answer"].lower()
        talk.take_the_floor()


def test_let_me_think_as_words_gives_quiet_and_is_no_answer(talk: Talk):
    talk.enter_to_answer()
    asking = talk.say("Let me think about it for a moment.")
    talk.event("hint", asking.began, kind="thinking")
    talk.event("state", asking.ends, state="listening")
    expect(talk.page.locator("#state")).to_have_text("Your time to think")
    quiet = talk.now()
    talk.rest(9.5)  # the first rung of the ladder is at 8 s
    assert talk.events("hint", quiet) == []
    assert talk.states(quiet) == []

    answer = talk.say(MORE)
    talk.page.keyboard.press("Space")
    talk.event("question", answer.began, turn=1)
    stored = talk.turns()[0]["answer"].lower()
    assert "dictionary" in stored
    assert "think" not in stored


def test_let_me_think_as_a_button_holds_a_turn_that_would_have_ended(talk: Talk):
    talk.enter_to_answer()
    half = talk.say(BEGUN)
    talk.event("state", half.began, state="endpointing")
    talk.page.click("[data-command=think]")
    pressed = talk.now()
    expect(talk.page.locator("#state")).to_have_text("Your time to think")
    talk.rest(6.5)  # a sentence that sounds complete is waited for 2 s, an incomplete one 6 s
    assert talk.states(pressed) == []

    rest = talk.say(MORE)
    talk.page.keyboard.press("Space")
    talk.event("question", rest.began, turn=1)
    stored = talk.turns()[0]["answer"].lower()
    assert "changed after" in stored
    assert "dictionary" in stored


def test_repeat_says_the_same_question_again_and_stores_nothing(talk: Talk):
    talk.enter_to_answer()
    question = asked(talk.page)
    wish = talk.say("Could you repeat the question, please?")
    talk.event("speech", wish.ends, text=question)
    talk.voice(wish.ends)
    talk.take_the_floor()

    talk.rest(0.5)
    pressed = talk.now()
    talk.page.click("[data-command=repeat]")
    talk.event("speech", pressed, text=question)
    talk.voice(pressed)
    assert asked(talk.page) == question
    turns = talk.turns()
    assert len(turns) == 1
    assert not turns[0]["answer"]
    assert not turns[0]["skipped"]


def test_words_over_a_question_stop_it_and_a_backchannel_does_not(talk: Talk):
    voice = talk.enter()
    talk.until(voice + 4000)  # in the first 3 s nothing stops us
    hum = talk.say("Mm-hmm.")
    ducked = talk.event("speech_duck", hum.began, on=True)
    restored = talk.event("speech_duck", ducked, on=False)
    assert talk.events("speech_stop") == []
    assert talk.states(hum.began) == [] or talk.states(hum.began) == ["listening"]

    talk.page.click("[data-command=repeat]")
    again = talk.voice(restored + 500)
    over = talk.begin(f"Sorry, I know this one already. {MORE}")
    heard = talk.event("state", over.began, state="hearing")
    assert talk.loudest(again, over.began + 100) > AUDIBLE, "it was said until then"
    assert talk.loudest(heard + 300, heard + 1300) < AUDIBLE, "our voice falls silent"
    assert heard < over.ends, "it stopped for words that were still being said"
    talk.event("question", over.ends, turn=1)
    answer = talk.turns()[0]["answer"].lower()
    assert "dictionary" in answer
    assert "hmm" not in answer
