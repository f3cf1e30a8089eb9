"""What happens while the candidate has the floor: speech, silence, words, the end of a turn."""

from __future__ import annotations

from dataclasses import replace

from app.dialogue.backchannels import only_thinking
from app.dialogue.commands import spoken_command, trailing_command
from app.dialogue.controls import commanded
from app.dialogue.effects import (
    DropSpeculation,
    Effect,
    ForgetSpeech,
    Hint,
    Judge,
    MakePlan,
    Notify,
    Prepare,
    StoreAnswer,
)
from app.dialogue.events import (
    Active,
    Commanded,
    CommandName,
    Event,
    Heard,
    Judged,
    Planned,
    Recognised,
    SpeechStopped,
    StageFailed,
)
from app.dialogue.moves import (
    answer,
    close,
    end_turn,
    fall_silent,
    finish_answer,
    hear_from,
    listen,
    say_aside,
    stop_hearing,
    wait_for,
)
from app.dialogue.session import (
    LADDER,
    LONGEST_ANSWER_SECONDS,
    THINK_SECONDS,
    WRITING_SECONDS,
    Session,
    Step,
)

SENTENCE_ENDS = 0.8


def speech_started(session: Session, event: Event) -> Step:
    return hear_from(session, event.at, ())


def speech_stopped(session: Session, event: SpeechStopped) -> Step:
    return fall_silent(session, event.ended)


def judged(session: Session, event: Judged) -> Step:
    if event.second:
        return set_deadline(replace(session, second=event.probability)), ()
    known = replace(session, probability=event.probability)
    if known.time_is_up and event.probability >= SENTENCE_ENDS:
        return say_aside(replace(known, time_up_from=None), "time_up")
    return set_deadline(known), ()


def set_deadline(session: Session) -> Session:
    """The end of the wait, from what is known by now; an explicit hold is never shortened."""
    silence_from = session.at if session.silence_from is None else session.silence_from
    text = session.heard.text if session.heard else ""
    if trailing_command(text) == "done":
        return replace(session, deadline=session.at, policy_wait=None)
    wait = session.patient.wait(session.probability, text, session.second)
    asked = silence_from + THINK_SECONDS if trailing_command(text) == "think" else 0.0
    return wait_for(session, wait, hold=asked)


def wrote(session: Session, event: Active) -> Step:
    """Code is written in the silence: the answer goes on, and what was planned knew older code."""
    writing = set_deadline(replace(session, writing_until=event.at + WRITING_SECONDS))
    if session.heard is None:  # its words are still to come, and are planned for then
        return writing, ()
    fresh = replace(writing, plan=None, attempt=session.attempt + 1)
    return fresh, (DropSpeculation(fresh.attempt),)


def recognised_early(session: Session, event: Recognised) -> Step:
    if not event.heard.text.strip():
        return nothing_said(session)
    command = spoken_command(event.heard.text)
    if command is not None and not (command == "done" and len(session.speech) > 1):
        return obey(session, command)
    if only_thinking(event.heard.text) and not session.finishing:
        return nothing_said(session)
    waiting = set_deadline(replace(thought(session), heard=event.heard))
    if session.finishing:
        return end_turn(waiting)
    hold: tuple[Effect, ...] = (
        (Hint("thinking"),) if trailing_command(event.heard.text) == "think" else ()
    )
    return waiting, (MakePlan(waiting.attempt, answer(waiting)), *hold)


def thought(session: Session) -> Session:
    """Time to think that was asked for before these words is over with them."""
    asked_at = session.think_until - THINK_SECONDS
    if session.silence_from is None or session.silence_from <= asked_at:
        return session
    return replace(session, think_until=0.0)


def nothing_said(session: Session) -> Step:
    """A noise, not a word: never an empty turn."""
    if session.typed is not None:
        return end_turn(replace(session, heard=Heard()))
    clean = replace(
        session, speech=(), silence_from=None, attempt=session.attempt + 1, finishing=False
    )
    return listen(clean), (DropSpeculation(clean.attempt), ForgetSpeech())


def obey(session: Session, command: CommandName) -> Step:
    """The utterance was a command: it is dropped from the answer, and done."""
    clean = replace(
        session, speech=(), silence_from=None, attempt=session.attempt + 1, finishing=False
    )
    if command == "done":  # "that's all" and nothing else: there is no answer to wait for
        command = "skip"
    following, effects = commanded(listen(clean), Commanded(session.at, command))
    dropped = (DropSpeculation(clean.attempt), ForgetSpeech(), *effects)
    if command != "think":
        return following, dropped
    said, saying = say_aside(following, "thinking")
    return said, (*dropped, *saying)


def planned_early(session: Session, event: Planned) -> Step:
    return replace(session, plan=event.plan), (Prepare(event.plan),)


def tick_endpointing(session: Session, event: Event) -> Step:
    if session.deadline is None or session.silence_from is None:
        return session, ()
    if event.at >= session.deadline:
        return finish_answer(session)
    after = session.patient.look_again_after(session.deadline - session.silence_from)
    early = after is None or event.at - session.silence_from < after
    if early or session.looked_again or session.probability is None:
        return session, ()
    return replace(session, looked_again=True), (Judge(session.attempt, second=True),)


def recognised_late(session: Session, event: Recognised) -> Step:
    if session.ending:
        return end_with(session, event.heard)
    if not event.heard.text.strip():
        return nothing_said(session)
    command = spoken_command(event.heard.text)
    if command is not None and command != "done" and session.typed is None:
        return obey(session, command)
    waited = session.deadline is not None and event.at >= session.deadline
    if waited and only_thinking(event.heard.text):
        return nothing_said(session)
    return end_turn(replace(session, heard=event.heard))


def end_with(session: Session, heard: Heard) -> Step:
    """The interview ends with these last words."""
    closed, effects = close(replace(session, heard=heard), "ended_early")
    if not heard.text and session.typed is None:
        return closed, effects
    return closed, (StoreAnswer(session.turn, answer(replace(session, heard=heard))), *effects)


def tick_hearing(session: Session, event: Event) -> Step:
    start = session.speech[0][0] if session.speech else session.speech_from
    if start is None or event.at - start < LONGEST_ANSWER_SECONDS:
        return session, ()
    following, effects = stop_hearing(session)
    return following, (Notify("too_long"), *effects)


def tick_listening(session: Session, event: Event) -> Step:
    """The silence ladder; it never hurries someone who asked to think or who has no microphone."""
    quiet = event.at - max(session.quiet_from, session.think_until)
    if session.rung >= len(LADDER) or quiet < LADDER[session.rung][0]:
        return session, ()
    kind = LADDER[session.rung][1]
    climbed = replace(session, rung=session.rung + 1)
    if kind == "take_your_time" or kind == "help":
        following, effects = say_aside(climbed, kind)
        return following, (Hint(kind), *effects)
    if kind != "moving_on":
        return climbed, (Hint(kind),)
    if not session.microphone:
        return climbed, ()
    following, effects = (
        stop_hearing(climbed) if climbed.speech else end_turn(climbed, skipped=True, undoable=False)
    )
    return following, (Hint(kind), *effects)


def hearing_failed(session: Session, event: StageFailed) -> Step:
    """Ask for the words again; a plan or a verdict that failed early is made again at the end."""
    if event.stage != "hear":
        return session, ()
    if session.ending:
        return end_with(session, Heard())
    if session.typed is not None:
        following, effects = end_turn(replace(session, heard=Heard()), undoable=False)
        return following, (Notify("hearing_off"), *effects)
    clean = replace(session, finishing=False, attempt=session.attempt + 1)
    return listen(clean), (Notify("hearing_off"),)
