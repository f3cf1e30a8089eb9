"""What happens while we plan and speak: a connection, a plan, the end of our utterance."""

from __future__ import annotations

from dataclasses import replace

from app.dialogue.effects import Hint
from app.dialogue.events import Connected, Planned, Played
from app.dialogue.moves import ask, close, fall_silent, give_floor, greet, take_floor
from app.dialogue.session import Session, State, Step


def connect(session: Session, event: Connected) -> Step:
    return greet(replace(session, voice=event.voice, microphone=event.microphone))


def planned(session: Session, event: Planned) -> Step:
    return ask(session, event.plan)


def played(session: Session, event: Played) -> Step:
    if event.utterance != session.utterance:
        return session, ()
    if session.aside:
        return aside_over(replace(session, aside=False))
    if session.question is not None and session.question.kind == "closing":
        return close(session, "completed")
    following, effects = give_floor(session)
    if following.state is not State.LISTENING or not following.time_is_short:
        return following, effects
    return replace(following, time_hint_from=None), (*effects, Hint("time"))


def aside_over(session: Session) -> Step:
    """After a short line of ours the silence goes on as if we had said nothing."""
    if session.over is not None:
        return take_floor(session, ())
    if session.silence_from is not None:
        return fall_silent(session, session.at)
    return replace(session, state=State.LISTENING), ()
