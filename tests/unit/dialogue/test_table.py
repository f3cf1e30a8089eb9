"""Properties of the whole table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dialogue.commands import spoken_command, trailing_command
from app.dialogue.effects import MakePlan, OpenTurn, Recognise, ReopenAnswer, StoreAnswer
from app.dialogue.errors import NoTransition
from app.dialogue.events import (
    Commanded,
    Connected,
    ConnectionLost,
    Event,
    Heard,
    Judged,
    Planned,
    Played,
    Recognised,
    SpeechStarted,
    SpeechStopped,
    Tick,
    Typed,
)
from app.dialogue.session import Session, State
from app.dialogue.table import TRANSITIONS, advance
from tests.unit.dialogue.script import question, words

pytestmark = pytest.mark.unit


def test_every_state_can_be_reached_and_left():
    reached, frontier = {State.AWAITING_CONSENT}, [State.AWAITING_CONSENT]
    while frontier:
        for row in TRANSITIONS[frontier.pop()].values():
            frontier += [state for state in row.to if state not in reached]
            reached |= row.to
    assert reached == set(State)
    for state in set(State) - {State.CLOSED}:
        assert any(row.to - {state} for row in TRANSITIONS[state].values()), state


def test_an_event_without_a_row_is_a_mistake():
    with pytest.raises(NoTransition):
        advance(Session(), Event(0.0))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Repeat the question.", "repeat"),
        ("Sorry, could you say that again please?", "repeat"),
        ("Um, can you rephrase the question?", "rephrase"),
        ("Skip this question please.", "skip"),
        ("Let's move on.", "skip"),
        ("Okay, let me think for a moment.", "think"),
        ("Give me a second.", "think"),
        ("I'm done.", "done"),
        ("That's all I have.", "done"),
        ("Can we take a break?", "pause"),
        ("I would skip the cache.", None),
        ("Repeat the loop until the list is empty.", None),
        ("I think it is a tree.", None),
        ("You pause the thread and move on.", None),
        ("Let me think about the complexity of quicksort first.", None),
        ("", None),
    ],
)
def test_commands_are_told_from_answers(text: str, command: str | None):
    assert spoken_command(text) == command


def test_a_command_at_the_end_of_an_answer_only_holds_or_ends():
    assert trailing_command("It hashes the key. Let me think.") == "think"
    assert trailing_command("It hashes the key. That's all.") == "done"
    assert trailing_command("It hashes the key. Skip it.") is None


class World:
    """Plays the world around the session: answers effects late, never, or in time."""

    def __init__(self) -> None:
        self.session = Session()
        self.at = 0.0
        self.pending: list[Event] = []
        self.open: dict[int, bool] = {}
        self.spoken: list[float] = []

    def give(self, event: Event) -> None:
        self.session, effects = advance(self.session, event)
        for effect in effects:
            if isinstance(effect, StoreAnswer):
                assert self.open.get(effect.turn) is False, "an answer is stored once, when open"
                said = effect.answer.heard.text or effect.answer.typed or effect.answer.skipped
                assert said, "never an empty turn"
                self.open[effect.turn] = True
            elif isinstance(effect, OpenTurn):
                assert effect.turn not in self.open
                assert all(self.open.values()), "one open question at a time"
                self.open[effect.turn] = False
            elif isinstance(effect, ReopenAnswer):
                self.open = {t: done for t, done in self.open.items() if t <= effect.turn}
                self.open[effect.turn] = False
            elif isinstance(effect, Recognise):
                spans = sum(e - s for s, e in self.session.speech)
                heard = words("word " * round(spans)) if spans >= 1 else Heard()
                self.pending.append(Recognised(0.0, effect.attempt, heard))
            elif isinstance(effect, MakePlan):
                plan = question(len(self.open) + 1)
                self.pending.append(Planned(0.0, effect.attempt, plan))

    def move(self, name: str, number: float) -> None:
        self.at += number
        at, session = self.at, self.session
        plain: dict[str, Event] = {
            "tick": Tick(at),
            "start": SpeechStarted(at),
            "stop": SpeechStopped(at, ended=max(0.0, at - 0.2)),
            "judge": Judged(at, session.attempt, (number * 7) % 1),
            "played": Played(at, session.utterance),
            "typed": Typed(at, "typed"),
            "lost": ConnectionLost(at),
        }
        if name in plain:
            self.give(plain[name])
        elif name == "back":
            if session.state in (State.AWAITING_CONSENT, State.SUSPENDED):
                self.give(Connected(at))
        elif name == "result":
            if self.pending:
                late = self.pending.pop(int(number * 10) % len(self.pending))
                self.give(type(late)(**{**late.__dict__, "at": at}))
        else:
            self.give(Commanded(at, name))  # type: ignore[arg-type]


RARE = ["lost", "skip", "done", "think", "pause", "resume", "repeat", "end", "typed", "judge"]
OFTEN = ["tick", "tick", "start", "stop", "played", "back", "result", "result"]
MOVES = st.tuples(st.sampled_from(RARE + OFTEN * 3), st.floats(0.0, 4.0))


@settings(max_examples=300, deadline=None)
@given(st.lists(MOVES, max_size=80))
def test_no_schedule_of_events_stores_an_answer_twice_or_empty(moves: list[tuple[str, float]]):
    world = World()
    world.give(Connected(0.0))
    for name, number in moves:
        world.move(name, number)
    assert world.session.state in State
