"""The moves that handlers share: opening a turn, ending it, speaking, falling silent."""

from __future__ import annotations

from dataclasses import replace

from app.dialogue.effects import (
    Aside,
    Close,
    ClosedAnswer,
    DropSpeculation,
    Effect,
    Judge,
    MakePlan,
    OpenTurn,
    Recognise,
    Say,
    SpeechForm,
    StopSpeaking,
    StoreAnswer,
)
from app.dialogue.events import Heard
from app.dialogue.session import (
    LADDER,
    MOST_PAUSES,
    SETTLE_SECONDS,
    UNDO_SECONDS,
    Session,
    State,
    Step,
)
from app.domain.plan import Plan


def think(session: Session, answer: ClosedAnswer | None) -> Step:
    following = replace(session, state=State.THINKING, attempt=session.attempt + 1, plan=None)
    return following, (MakePlan(following.attempt, answer),)


def say(session: Session, plan: Plan, form: SpeechForm) -> Step:
    following = replace(
        session,
        state=State.SPEAKING,
        aside=False,
        utterance=session.utterance + 1,
        first_spoken_at=session.at if session.first_spoken_at is None else session.first_spoken_at,
    )
    return following, (Say(following.utterance, following.turn, plan, form),)


def say_aside(session: Session, line: Aside) -> Step:
    """Say a short line within the open turn; who has no voice of ours reads it as a hint."""
    if session.question is None or not session.voice:
        return session, ()
    quiet = replace(session, attempt=session.attempt + 1, over=None, before=None)
    following, effects = say(quiet, session.question, line)
    return replace(following, aside=True), (DropSpeculation(quiet.attempt), *effects)


def ask(session: Session, plan: Plan) -> Step:
    """Open the plan's turn (a closing opens none) and say it."""
    asked = replace(
        session,
        turn=session.turn + (plan.kind != "closing"),
        question=plan,
        speech=(),
        speech_from=None,
        silence_from=None,
        deadline=None,
        probability=None,
        second=None,
        looked_again=False,
        heard=None,
        plan=None,
        finishing=False,
        typed=None,
        discarded=0,
        undone=0,
        cut=0,
        barged_in=False,
        think_until=0.0,
        rung=0,
    )
    following, effects = say(asked, plan, "whole")
    opening: tuple[Effect, ...] = () if plan.kind == "closing" else (OpenTurn(asked.turn, plan),)
    return following, opening + effects


def listen(session: Session) -> Session:
    return replace(
        session,
        state=State.LISTENING,
        quiet_from=session.at,
        rung=0,
        silence_from=None,
        deadline=None,
    )


def greet(session: Session) -> Step:
    """Begin, or go on at the open question after a pause or a lost connection."""
    fresh = replace(session, first_spoken_at=None, over=None, before=None, echoes=False)
    if fresh.question is None:
        return think(fresh, None)
    return say(fresh, fresh.question, "welcome")


def hear_from(session: Session, start: float, effects: tuple[Effect, ...]) -> Step:
    speculating = session.state in (State.ENDPOINTING, State.TRANSCRIBING)
    following = replace(
        with_pause(session, start) if speculating else session,
        state=State.HEARING,
        over=None,
        discarded=session.discarded + speculating,
        attempt=session.attempt + 1,
        speech_from=start,
        silence_from=None,
        deadline=None,
        probability=None,
        second=None,
        looked_again=False,
        heard=None,
        plan=None,
        finishing=False,
    )
    return following, (*effects, DropSpeculation(following.attempt))


def with_pause(session: Session, ends: float) -> Session:
    """Remember how long this speaker paused within the answer, unless the time was asked for."""
    begun = session.silence_from
    if begun is None or ends <= begun or session.think_until > begun or ends - begun > LADDER[0][0]:
        return session
    return replace(session, pauses=(*session.pauses, round(ends - begun, 3))[-MOST_PAUSES:])


def take_floor(session: Session, effects: tuple[Effect, ...], *, dropped: bool = False) -> Step:
    """The candidate has the floor from when they began to speak over us, and may be done again.

    `dropped`: the effects drop the speculation already.
    """
    over = session.over
    if over is None:
        return listen(session), effects
    following, hearing = hear_from(session, over.since, ())
    all_effects = effects if dropped else (*effects, *hearing)
    if dropped:
        following = replace(following, attempt=session.attempt)
    if over.until is None:
        return following, all_effects
    silent, more = fall_silent(following, over.until)
    return silent, (*all_effects, *more)


def fall_silent(session: Session, ended: float) -> Step:
    """Speech ended: begin to judge, to recognise and to wait."""
    paused = replace(with_span(session, ended), state=State.ENDPOINTING, silence_from=ended)
    following = wait_for(paused, paused.patient.wait(None))
    return following, (Judge(following.attempt), Recognise(following.attempt))


def wait_for(session: Session, wait: float, *, hold: float = 0.0) -> Session:
    """End the turn after this silence, or later where a hold goes on until later."""
    silence_from = session.at if session.silence_from is None else session.silence_from
    until = max(hold, session.held_until)
    held = until > silence_from + wait
    return replace(
        session,
        deadline=until if held else silence_from + wait,
        policy_wait=None if held else wait,
    )


def give_floor(session: Session) -> Step:
    """We are silent: listen, or go on hearing someone who speaks already."""
    return take_floor(session, ())


def with_span(session: Session, ended: float) -> Session:
    if session.speech_from is None:
        return session
    span = (session.speech_from, max(ended, session.speech_from))
    return replace(session, speech=(*session.speech, span), speech_from=None)


def stop_hearing(session: Session) -> Step:
    """End the turn at once, though speech may be going on."""
    closed = with_span(session, session.at)
    following = replace(
        closed, state=State.TRANSCRIBING, silence_from=session.at, finishing=True, heard=None
    )
    return following, (Recognise(following.attempt),)


def finish_answer(session: Session) -> Step:
    """The wait is over: end the turn, or wait for its words first."""
    if session.heard is not None:
        return end_turn(session)
    return replace(session, state=State.TRANSCRIBING, finishing=True), ()


def answer(session: Session, *, skipped: bool = False) -> ClosedAnswer:
    waited = None if session.silence_from is None else session.at - session.silence_from
    by_policy = session.deadline is not None and session.at >= session.deadline
    chosen = session.policy_wait if by_policy else None
    return ClosedAnswer(
        heard=session.heard or Heard(),
        typed=session.typed,
        skipped=skipped,
        speech=session.speech,
        ended_s=session.silence_from,
        end_wait_s=None if waited is None else round(waited, 3),
        probability=session.probability,
        policy_wait_s=None if chosen is None else round(chosen, 3),
        second_probability=session.second,
        discarded=session.discarded,
        undone=session.undone,
        cut=session.cut,
        barged_in=session.barged_in,
    )


def end_turn(session: Session, *, skipped: bool = False, undoable: bool = True) -> Step:
    """Store the answer; say what is planned already, or plan now."""
    given = answer(session, skipped=skipped)
    stored = StoreAnswer(session.turn, given)
    ended = replace(
        session,
        before=replace(session, before=None) if undoable and session.speech else None,
        ended_at=session.at,
        over=None,
        interrupted=False,
    )
    following, effects = (
        ask(ended, session.plan)
        if session.plan is not None and not skipped
        else think(replace(ended, question=None), given)
    )
    return following, (stored, *effects)


def close(session: Session, reason: str) -> Step:
    closed = replace(session, state=State.CLOSED, attempt=session.attempt + 1, before=None)
    stop: tuple[Effect, ...] = (StopSpeaking(),) if session.state is State.SPEAKING else ()
    ending = Close("completed" if reason == "completed" else "ended_early")
    return closed, (*stop, DropSpeculation(closed.attempt), ending)


def may_interrupt(session: Session) -> bool:
    """Undo always; barge-in only once echo cancellation had time to settle."""
    if undoable(session):
        return True
    if not session.asking:
        return False
    since = session.first_spoken_at
    return (
        session.state is State.SPEAKING
        and since is not None
        and session.at - since >= SETTLE_SECONDS
    )


def undoable(session: Session) -> bool:
    """Within the window after a turn's end, or for as long as we have not begun to speak."""
    if session.before is None or session.ended_at is None or session.over is None:
        return False
    soon = session.over.since - session.ended_at <= UNDO_SECONDS
    return soon or session.state is State.THINKING


def say_again(session: Session, form: SpeechForm) -> Step:
    if session.question is None or not session.asking:
        return session, ()
    quiet = replace(session, over=None)
    following, effects = say(quiet, session.question, form)
    stop: tuple[Effect, ...] = (StopSpeaking(),) if session.state is State.SPEAKING else ()
    return following, (*stop, *effects)
