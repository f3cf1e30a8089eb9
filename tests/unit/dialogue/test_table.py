"""Properties of the whole table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dialogue.commands import spoken_command, trailing_command
from app.dialogue.effects import (
    Effect,
    ForgetSpeech,
    MakePlan,
    OpenTurn,
    Overhear,
    Recognise,
    ReopenAnswer,
    StoreAnswer,
)
from app.dialogue.errors import NoTransition
from app.dialogue.events import (
    Commanded,
    Connected,
    ConnectionLost,
    Event,
    Heard,
    Judged,
    Overheard,
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
        self.said: list[tuple[float, float]] = []
        self.kept: dict[int, tuple[tuple[float, float], ...]] = {}
        self.forgotten: list[tuple[float, float]] = []

    def give(self, event: Event) -> None:
        before = self.session
        self.session, effects = advance(before, event)
        self.remember(before, event, effects)
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
            elif isinstance(effect, Overhear):
                over = self.session.over
                assert over is not None
                long = (over.until or self.session.at) - over.since >= 1
                heard = words("two words" if long else "mm-hm", over.since)
                self.pending.append(Overheard(0.0, effect.attempt, heard))
            elif isinstance(effect, MakePlan):
                plan = question(len(self.open) + 1)
                self.pending.append(Planned(0.0, effect.attempt, plan))

    def remember(self, before: Session, event: Event, effects: tuple[Effect, ...]) -> None:
        """Where each span of speech went."""
        if isinstance(event, SpeechStopped):
            since = before.over.since if before.over else before.speech_from
            if since is not None:
                self.said.append((since, event.ended))
        for effect in effects:
            if isinstance(effect, StoreAnswer):
                self.kept[effect.turn] = effect.answer.speech
            elif isinstance(effect, ReopenAnswer):
                self.kept.pop(effect.turn)
            elif isinstance(effect, ForgetSpeech):
                self.forgotten += [span for span in self.said if self.homes(span) == 0]

    def homes(self, span: tuple[float, float]) -> int:
        """In how many answers this span is, the open one included."""
        standing = () if self.session.turn in self.kept else self.session.speech
        answers = [*self.kept.values(), standing]
        return sum(any(s <= span[0] and span[1] <= e for s, e in speech) for speech in answers)

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


TALK = st.tuples(
    st.sampled_from(
        ["start", "stop", "stop", "tick", "tick", "played", "result", "result", "judge"]
    ),
    st.floats(0.3, 4.0),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TALK, max_size=60))
def test_every_span_of_speech_lands_in_exactly_one_answer(moves: list[tuple[str, float]]):
    world = World()
    world.give(Connected(0.0))
    world.give(Planned(0.0, world.session.attempt, question()))
    world.pending.clear()
    world.give(Played(5.0, world.session.utterance))
    world.at = 5.0
    for name, number in moves:
        speaking = world.session.speech_from is not None or world.session.over is not None
        if (name == "start" and speaking) or (name == "stop" and not speaking):
            continue  # voice activity begins and ends by turns
        world.move(name, number)
    for span in world.said:
        homes = world.homes(span)
        assert homes <= 1, f"{span} is in two answers"
        if homes == 0 and world.session.over is None:
            short = span[1] - span[0] < 1.0
            assert span in world.forgotten, f"{span} is lost"
            assert short, f"{span} was more than a backchannel"


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
