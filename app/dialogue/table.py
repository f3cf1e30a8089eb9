"""The table of the live session, and `advance`, the only way through it.

Nothing here reads a clock, waits, or touches the world. A new behaviour is a new row and a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from app.dialogue.controls import (
    active,
    commanded,
    ignore,
    microphone,
    only_end,
    patience,
    paused_command,
    suspend,
    suspend_on_failure,
    typed,
)
from app.dialogue.errors import NoTransition
from app.dialogue.events import (
    Active,
    Commanded,
    Connected,
    ConnectionLost,
    Event,
    Judged,
    MicrophoneChanged,
    Overheard,
    PatienceSet,
    Planned,
    Played,
    Recognised,
    SpeechStarted,
    SpeechStopped,
    StageFailed,
    Tick,
    Typed,
)
from app.dialogue.listening import (
    hearing_failed,
    judged,
    planned_early,
    recognised_early,
    recognised_late,
    speech_started,
    speech_stopped,
    tick_endpointing,
    tick_hearing,
    tick_listening,
    wrote,
)
from app.dialogue.overlap import (
    overheard,
    speech_over_us,
    speech_over_us_ended,
    tick_over_us,
)
from app.dialogue.session import Session, State, Step
from app.dialogue.speaking import connect, planned, played

Handler = Callable[[Session, Event], Step]
Happening = TypeVar("Happening", bound=Event)


@dataclass(frozen=True)
class Row:
    """One row of the table: what handles the event, and the states that it may lead to."""

    handle: Handler
    to: frozenset[State]


def advance(session: Session, event: Event) -> Step:
    """The next session and what to do, given what happened.

    Raises:
        NoTransition: the table has no row for this event in this state.
    """
    if getattr(event, "attempt", session.attempt) != session.attempt:
        return session, ()
    row = TRANSITIONS[session.state].get(type(event))
    if row is None:
        raise NoTransition(f"{type(event).__name__} in state {session.state}")
    following, effects = row.handle(replace(session, at=max(session.at, event.at)), event)
    if following.state not in row.to | {session.state}:
        raise NoTransition(
            f"{type(event).__name__} led from {session.state} to {following.state}, "
            "which the table does not list"
        )
    return following, effects


_S = State
_NOTHING = frozenset[State]()
_ENDS = frozenset({_S.THINKING, _S.SPEAKING, _S.TRANSCRIBING, _S.CLOSED})
_ANY_COMMAND = _ENDS | {_S.LISTENING, _S.PAUSED}


def _row(handle: Callable[[Session, Happening], Step], *to: State) -> Row:
    return Row(cast(Handler, handle), frozenset(to))


_ANYWHERE: dict[type[Event], Row] = {
    MicrophoneChanged: _row(microphone),
    PatienceSet: _row(patience),
    Active: _row(ignore),
    Tick: _row(ignore),
    Played: _row(ignore),
    SpeechStarted: _row(ignore),
    SpeechStopped: _row(ignore),
    Judged: _row(ignore),
    Overheard: _row(ignore),
    Recognised: _row(ignore),
    Planned: _row(ignore),
    Typed: _row(ignore),
    StageFailed: _row(ignore),
    ConnectionLost: _row(suspend, _S.SUSPENDED),
}

TRANSITIONS: dict[State, dict[type[Event], Row]] = {
    _S.AWAITING_CONSENT: _ANYWHERE
    | {
        Connected: _row(connect, _S.THINKING, _S.SPEAKING),
        Commanded: _row(paused_command, _S.CLOSED),
        ConnectionLost: _row(ignore),
    },
    _S.THINKING: _ANYWHERE
    | {
        Planned: _row(planned, _S.SPEAKING),
        SpeechStarted: _row(speech_over_us),
        SpeechStopped: _row(speech_over_us_ended),
        Overheard: _row(overheard, _S.HEARING, _S.ENDPOINTING),
        Tick: _row(tick_over_us, _S.HEARING, _S.ENDPOINTING),
        Commanded: _row(only_end, _S.PAUSED, _S.CLOSED),
        StageFailed: _row(suspend_on_failure, _S.SUSPENDED),
    },
    _S.SPEAKING: _ANYWHERE
    | {
        Played: _row(played, _S.LISTENING, _S.HEARING, _S.ENDPOINTING, _S.CLOSED),
        SpeechStarted: _row(speech_over_us),
        SpeechStopped: _row(speech_over_us_ended, _S.ENDPOINTING),
        Overheard: _row(overheard, *_ANY_COMMAND, _S.HEARING, _S.ENDPOINTING),
        Tick: _row(tick_over_us, _S.HEARING, _S.ENDPOINTING),
        Typed: _row(typed, _S.THINKING, _S.TRANSCRIBING, _S.PAUSED),
        Commanded: _row(commanded, *_ANY_COMMAND, _S.HEARING, _S.ENDPOINTING),
    },
    _S.LISTENING: _ANYWHERE
    | {
        SpeechStarted: _row(speech_started, _S.HEARING),
        Tick: _row(tick_listening, _S.THINKING, _S.TRANSCRIBING, _S.SPEAKING),
        Active: _row(active),
        Typed: _row(typed, _S.THINKING, _S.TRANSCRIBING, _S.SPEAKING, _S.PAUSED),
        Commanded: _row(commanded, *_ANY_COMMAND),
    },
    _S.HEARING: _ANYWHERE
    | {
        SpeechStopped: _row(speech_stopped, _S.ENDPOINTING),
        Tick: _row(tick_hearing, _S.TRANSCRIBING),
        Active: _row(active),
        Typed: _row(typed, _S.TRANSCRIBING),
        Commanded: _row(commanded, *_ANY_COMMAND),
    },
    _S.ENDPOINTING: _ANYWHERE
    | {
        SpeechStarted: _row(speech_started, _S.HEARING),
        Judged: _row(judged, _S.SPEAKING),
        Recognised: _row(recognised_early, *_ANY_COMMAND),
        Planned: _row(planned_early),
        Active: _row(wrote),
        Tick: _row(tick_endpointing, _S.TRANSCRIBING, _S.THINKING, _S.SPEAKING),
        Typed: _row(typed, _S.TRANSCRIBING, _S.THINKING),
        Commanded: _row(commanded, *_ANY_COMMAND),
        StageFailed: _row(hearing_failed, _S.LISTENING),
    },
    _S.TRANSCRIBING: _ANYWHERE
    | {
        SpeechStarted: _row(speech_started, _S.HEARING),
        Recognised: _row(recognised_late, *_ANY_COMMAND),
        Commanded: _row(only_end, _S.PAUSED, _S.CLOSED),
        StageFailed: _row(hearing_failed, _S.LISTENING, _S.THINKING, _S.CLOSED),
        Typed: _row(typed, _S.THINKING),
    },
    _S.PAUSED: _ANYWHERE
    | {
        Commanded: _row(paused_command, _S.SPEAKING, _S.THINKING, _S.TRANSCRIBING, _S.CLOSED),
        Typed: _row(typed, _S.THINKING, _S.TRANSCRIBING),
    },
    _S.SUSPENDED: _ANYWHERE
    | {
        Connected: _row(connect, _S.THINKING, _S.SPEAKING),
        ConnectionLost: _row(ignore),
        Commanded: _row(paused_command, _S.TRANSCRIBING, _S.CLOSED),
    },
    _S.CLOSED: _ANYWHERE
    | {Connected: _row(ignore), Commanded: _row(ignore), ConnectionLost: _row(ignore)},
}
