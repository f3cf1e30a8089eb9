"""What people do besides speaking: typing, buttons, pauses, a lost connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.dialogue.commands import spoken_command
from app.dialogue.effects import (
    DropSpeculation,
    Effect,
    ForgetSpeech,
    Hint,
    StopSpeaking,
    StoreAnswer,
)
from app.dialogue.events import (
    Commanded,
    CommandName,
    Event,
    MicrophoneChanged,
    PatienceSet,
    Typed,
)
from app.dialogue.moves import (
    answer,
    close,
    end_turn,
    finish_answer,
    give_floor,
    greet,
    say_again,
    stop_hearing,
    with_span,
)
from app.dialogue.session import THINK_SECONDS, WRITING_SECONDS, Session, State, Step

WRITTEN: Final[frozenset[CommandName]] = frozenset({"repeat", "rephrase", "pause"})
"""Commands that are obeyed when they are typed; the others are buttons for who types."""


def typed(session: Session, event: Typed) -> Step:
    """A typed answer ends the turn; words that were spoken before it stay part of it."""
    if not session.asking:
        return session, ()
    fresh = session.state in (State.LISTENING, State.SPEAKING) and not session.speech
    command = spoken_command(event.text) if fresh and not session.typed else None
    if command in WRITTEN:
        return COMMANDS[command](session)
    text = " ".join(part for part in (session.typed, event.text) if part)
    typed = replace(session, typed=text, plan=None)
    stop: tuple[Effect, ...] = (StopSpeaking(),) if session.state is State.SPEAKING else ()
    if session.state in (State.ENDPOINTING, State.TRANSCRIBING) and typed.heard is None:
        return replace(typed, state=State.TRANSCRIBING, finishing=True), ()
    unheard = typed.heard is None and (typed.speech or typed.speech_from is not None)
    following, effects = stop_hearing(typed) if unheard else end_turn(typed, undoable=False)
    return following, (*stop, *effects)


def commanded(session: Session, event: Commanded) -> Step:
    return COMMANDS[event.name](session)


def repeat(session: Session) -> Step:
    return say_again(session, "question")


def rephrase(session: Session) -> Step:
    return say_again(session, "rephrased")


def skip(session: Session) -> Step:
    if not session.asking:
        return session, ()
    stop: tuple[Effect, ...] = (StopSpeaking(),) if session.state is State.SPEAKING else ()
    clean = replace(session, heard=None, speech=(), speech_from=None, silence_from=None, plan=None)
    following, effects = end_turn(clean, skipped=True, undoable=False)
    return following, (*stop, DropSpeculation(following.attempt), *effects, ForgetSpeech())


def take_time(session: Session) -> Step:
    until = session.at + THINK_SECONDS
    waiting = replace(session, think_until=until)
    if session.state is State.ENDPOINTING and session.deadline is not None:
        held = until > session.deadline
        deadline, wait = (until, None) if held else (session.deadline, session.policy_wait)
        waiting = replace(waiting, deadline=deadline, policy_wait=wait)
    if session.state is not State.SPEAKING:
        return waiting, (Hint("thinking"),)
    following, effects = give_floor(waiting)
    return following, (StopSpeaking(), Hint("thinking"), *effects)


def done(session: Session) -> Step:
    if session.state is State.SPEAKING:
        following, effects = give_floor(session)
        return following, (StopSpeaking(), *effects)
    if session.state is State.HEARING:
        return stop_hearing(session)
    if session.state is State.ENDPOINTING:
        return finish_answer(replace(session, deadline=None))
    if session.state is State.LISTENING and session.speech:
        return stop_hearing(session)
    return session, ((Hint("help"),) if session.state is State.LISTENING else ())


def pause(session: Session) -> Step:
    """Stop listening; what was said so far stays part of the answer."""
    ended = session.at if session.silence_from is None else session.silence_from
    held = with_span(session, ended)
    quiet = replace(
        held,
        state=State.PAUSED,
        attempt=session.attempt + 1,
        over=None,
        before=None,
        finishing=False,
        deadline=None,
    )
    return quiet, (StopSpeaking(), DropSpeculation(quiet.attempt))


def resume(session: Session) -> Step:
    return greet(session) if session.state is State.PAUSED else (session, ())


def end(session: Session) -> Step:
    """End early; words that were said to the open question are stored first."""
    if not session.asking:
        return close(session, "ended_early")
    if session.heard is not None and session.heard.text:
        stored = StoreAnswer(session.turn, answer(session))
        closed, effects = close(session, "ended_early")
        return closed, (stored, *effects)
    if session.speech or session.speech_from is not None:
        return stop_hearing(replace(session, ending=True))
    return close(session, "ended_early")


def only_end(session: Session, event: Commanded) -> Step:
    """While nothing is open, only pause and end mean something."""
    if event.name in ("pause", "end"):
        return COMMANDS[event.name](session)
    return session, ()


def paused_command(session: Session, event: Commanded) -> Step:
    if event.name in ("resume", "end"):
        return COMMANDS[event.name](session)
    return session, ()


def suspend(session: Session, event: Event) -> Step:
    """The connection is gone; spoken words stay part of the open answer."""
    ended = session.at if session.silence_from is None else session.silence_from
    held = with_span(session, ended)
    quiet = replace(
        held,
        state=State.SUSPENDED,
        attempt=session.attempt + 1,
        over=None,
        before=None,
        finishing=False,
        deadline=None,
        heard=None,
        plan=None,
        ending=False,
    )
    return quiet, (StopSpeaking(), DropSpeculation(quiet.attempt))


def suspend_on_failure(session: Session, event: Event) -> Step:
    return suspend(session, event)


def microphone(session: Session, event: MicrophoneChanged) -> Step:
    return replace(session, microphone=event.on), ()


def patience(session: Session, event: PatienceSet) -> Step:
    return replace(session, patience=replace(session.patience, factor=event.factor)), ()


def active(session: Session, event: Event) -> Step:
    quiet_from = max(session.quiet_from, event.at)
    writing_until = event.at + WRITING_SECONDS
    return replace(session, quiet_from=quiet_from, rung=0, writing_until=writing_until), ()


def ignore(session: Session, event: Event) -> Step:
    return session, ()


COMMANDS: dict[str, Callable[[Session], Step]] = {
    "repeat": repeat,
    "rephrase": rephrase,
    "skip": skip,
    "think": take_time,
    "done": done,
    "pause": pause,
    "resume": resume,
    "end": end,
}
