"""The moves that handlers share: opening a turn, ending it, speaking, falling silent."""

from __future__ import annotations

from dataclasses import replace

from app.dialogue.effects import (
    Close,
    ClosedAnswer,
    DropSpeculation,
    Effect,
    MakePlan,
    OpenTurn,
    Recognise,
    Say,
    SpeechForm,
    StopSpeaking,
    StoreAnswer,
)
from app.dialogue.events import Heard
from app.dialogue.session import SETTLE_SECONDS, UNDO_SECONDS, Session, State, Step
from app.domain.plan import Plan


def think(session: Session, answer: ClosedAnswer | None) -> Step:
    following = replace(session, state=State.THINKING, attempt=session.attempt + 1, plan=None)
    return following, (MakePlan(following.attempt, answer),)


def say(session: Session, plan: Plan, form: SpeechForm) -> Step:
    following = replace(
        session,
        state=State.SPEAKING,
        utterance=session.utterance + 1,
        first_spoken_at=session.at if session.first_spoken_at is None else session.first_spoken_at,
    )
    return following, (Say(following.utterance, following.turn, plan, form),)


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
        heard=None,
        plan=None,
        finishing=False,
        typed=None,
        think_until=0.0,
        rung=0,
    )
    following, effects = say(asked, plan, "whole")
    opening: tuple[Effect, ...] = () if plan.kind == "closing" else (OpenTurn(asked.turn, plan),)
    return following, opening + effects


def listen(session: Session) -> Session:
    return replace(session, state=State.LISTENING, quiet_from=session.at, rung=0, deadline=None)


def greet(session: Session) -> Step:
    """Begin, or go on at the open question after a pause or a lost connection."""
    fresh = replace(session, first_spoken_at=None, over_from=None, before=None)
    if fresh.question is None:
        return think(fresh, None)
    return say(fresh, fresh.question, "welcome")


def hear_from(session: Session, start: float, effects: tuple[Effect, ...]) -> Step:
    following = replace(
        session,
        state=State.HEARING,
        attempt=session.attempt + 1,
        speech_from=start,
        silence_from=None,
        deadline=None,
        probability=None,
        heard=None,
        plan=None,
        finishing=False,
    )
    return following, (*effects, DropSpeculation(following.attempt))


def give_floor(session: Session) -> Step:
    """We are silent: listen, or go on hearing someone who speaks already."""
    if session.over_from is None:
        return listen(session), ()
    return hear_from(replace(session, over_from=None), session.over_from, ())


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
    return ClosedAnswer(
        heard=session.heard or Heard(),
        typed=session.typed,
        skipped=skipped,
        speech=session.speech,
        ended_s=session.silence_from,
        end_wait_s=None if waited is None else round(waited, 3),
        probability=session.probability,
    )


def end_turn(session: Session, *, skipped: bool = False, undoable: bool = True) -> Step:
    """Store the answer; say what is planned already, or plan now."""
    given = answer(session, skipped=skipped)
    stored = StoreAnswer(session.turn, given)
    ended = replace(
        session,
        before=session if undoable and session.speech else None,
        ended_at=session.at,
        over_from=None,
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
    return (
        session.before is not None
        and session.ended_at is not None
        and session.over_from is not None
        and session.over_from - session.ended_at <= UNDO_SECONDS
    )


def say_again(session: Session, form: SpeechForm) -> Step:
    if session.question is None or not session.asking:
        return session, ()
    quiet = replace(session, over_from=None)
    following, effects = say(quiet, session.question, form)
    stop: tuple[Effect, ...] = (StopSpeaking(),) if session.state is State.SPEAKING else ()
    return following, (*stop, *effects)
