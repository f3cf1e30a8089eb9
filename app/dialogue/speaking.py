"""What happens while we plan and speak: play-back, speech over us, undo and barge-in."""

from __future__ import annotations

from dataclasses import replace

from app.dialogue.effects import (
    DropSpeculation,
    Duck,
    Effect,
    ForgetSpeech,
    Hint,
    ReopenAnswer,
    StopSpeaking,
)
from app.dialogue.events import Connected, Event, Planned, Played, SpeechStopped
from app.dialogue.moves import ask, close, give_floor, greet, hear_from, may_interrupt, undoable
from app.dialogue.session import CONFIRM_SECONDS, Session, State, Step


def connect(session: Session, event: Connected) -> Step:
    return greet(replace(session, voice=event.voice, microphone=event.microphone))


def planned(session: Session, event: Planned) -> Step:
    return ask(session, event.plan)


def played(session: Session, event: Played) -> Step:
    if event.utterance != session.utterance:
        return session, ()
    if session.question is not None and session.question.kind == "closing":
        return close(session, "completed")
    following, effects = give_floor(session)
    if following.state is not State.LISTENING or not following.time_is_short:
        return following, effects
    return replace(following, time_hint_from=None), (*effects, Hint("time"))


def speech_over_us(session: Session, event: Event) -> Step:
    over = replace(session, over_from=event.at)
    return over, ((Duck(True),) if may_interrupt(over) else ())


def speech_over_us_ended(session: Session, event: SpeechStopped) -> Step:
    quiet = replace(session, over_from=None)
    if session.over_from is None:
        return quiet, ()
    effects: tuple[Effect, ...] = (Duck(False),) if may_interrupt(session) else ()
    if session.asking and session.speech:
        return quiet, effects  # the first half of the open answer is kept with it
    return quiet, (*effects, ForgetSpeech())


def tick_over_us(session: Session, event: Event) -> Step:
    if session.over_from is None or event.at - session.over_from < CONFIRM_SECONDS:
        return session, ()
    if session.before is not None and undoable(session):
        return undo(session, session.before)
    if not may_interrupt(session):
        return session, ()
    return hear_from(replace(session, over_from=None), session.over_from, (StopSpeaking(),))


def undo(session: Session, before: Session) -> Step:
    """Go back to the session before the turn ended, as if it had not."""
    back = replace(
        before,
        state=State.HEARING,
        at=session.at,
        attempt=session.attempt + 1,
        utterance=session.utterance,
        first_spoken_at=session.first_spoken_at,
        voice=session.voice,
        microphone=session.microphone,
        time_hint_from=session.time_hint_from,
        speech_from=session.over_from,
        silence_from=None,
        deadline=None,
        probability=None,
        heard=None,
        plan=None,
        finishing=False,
        before=None,
        interrupted=session.state is State.SPEAKING,
    )
    return back, (DropSpeculation(back.attempt), StopSpeaking(), ReopenAnswer(back.turn))
