"""What happens when the candidate speaks while we plan or speak: undo, barge-in, backchannels.

Our voice is lowered at once. Within the window after a turn's end, 0.6 s of speech or one telling
word takes the end back. Later it takes 0.6 s and two words, not all of them backchannels, to stop
us; where words can't be had in time, long speech alone does. Words that are guessed from a short
sound don't ("mm-hmm" may be read as "in a mom"): who wants the floor goes on. Our own words, come
back through the loudspeaker, are neither; once they were heard on a connection, length alone proves
nothing there.
"""

from __future__ import annotations

from dataclasses import replace

from app.dialogue.asides import ASIDES
from app.dialogue.backchannels import interrupts, is_echo, is_guessed, says_something
from app.dialogue.commands import spoken_command
from app.dialogue.controls import commanded
from app.dialogue.effects import (
    DropSpeculation,
    Duck,
    Effect,
    ForgetSpeech,
    Overhear,
    ReopenAnswer,
    StopSpeaking,
)
from app.dialogue.events import Commanded, Event, Overheard, SpeechStopped
from app.dialogue.moves import may_interrupt, take_floor, undoable, with_pause
from app.dialogue.session import (
    CONFIRM_SECONDS,
    NOTICED_SECONDS,
    OVERHEAR_SECONDS,
    SHORTEST_WORD_SECONDS,
    SURE_SECONDS,
    Over,
    Session,
    State,
    Step,
)

EARLY_SECONDS = 0.3


def speech_over_us(session: Session, event: Event) -> Step:
    if session.over is not None:
        return replace(session, over=replace(session.over, until=None)), ()
    over = replace(session, over=Over(event.at))
    return over, ((Duck(True),) if may_interrupt(over) else ())


def speech_over_us_ended(session: Session, event: SpeechStopped) -> Step:
    over = session.over
    if over is None:
        return session, ()
    if not may_interrupt(session):
        return let_pass(session, ())
    if event.ended - over.since < SHORTEST_WORD_SECONDS:
        return let_pass(session, (Duck(False),))
    ended = replace(session, over=replace(over, until=event.ended))
    return barge_in(ended) if session.aside else overhear(ended)


def let_pass(session: Session, effects: tuple[Effect, ...]) -> Step:
    """It was nothing; the first half of an open answer is kept with it."""
    quiet = replace(session, over=None)
    if session.asking and session.speech:
        return quiet, effects
    return quiet, (*effects, ForgetSpeech())


def tick_over_us(session: Session, event: Event) -> Step:
    over = session.over
    if over is None:
        return session, ()
    if over.until is not None:
        late = over.asked_at is not None and event.at - over.asked_at >= OVERHEAR_SECONDS
        return without_words(session, over.until - over.since) if late else (session, ())
    spoken = event.at - over.since
    audible = session.state is State.SPEAKING
    if spoken < CONFIRM_SECONDS or not (audible or undoable(session)):
        return session, ()
    if may_interrupt(session) and not session.echoes:
        if session.before is not None and undoable(session):
            sure = spoken >= CONFIRM_SECONDS + NOTICED_SECONDS
            return undo(session, session.before) if sure else (session, ())
        if spoken >= SURE_SECONDS or session.aside:
            return barge_in(session)
    due = over.asked_at is None or event.at - over.asked_at >= CONFIRM_SECONDS
    return overhear(session) if due and not over.waiting else (session, ())


def without_words(session: Session, spoken: float) -> Step:
    """The words were not to be had in time: what lasted long is taken for speech, never lost."""
    if spoken < CONFIRM_SECONDS or session.echoes:
        return let_pass(session, (Duck(False),))
    if session.before is not None and undoable(session):
        return undo(session, session.before)
    return barge_in(session)


def overhear(session: Session) -> Step:
    if session.over is None:
        return session, ()
    asked = replace(session.over, asked_at=session.at, waiting=True)
    return replace(session, over=asked), (Overhear(session.attempt),)


def overheard(session: Session, event: Overheard) -> Step:
    over = session.over
    if over is None:
        return session, ()
    from_here = over.since - EARLY_SECONDS
    words = [word for word in event.heard.words if word.start_s >= from_here]
    text = " ".join(word.text for word in words)
    known = replace(session, over=replace(over, waiting=False))
    if is_echo(text, said_by_us(session)):
        known = replace(known, echoes=True)
    elif session.before is not None and undoable(known):
        if says_something(text):
            return undo(known, session.before)
    elif may_interrupt(known):
        command = spoken_command(text) if over.until is not None else None
        if command is not None:
            return obey_over_us(known, Commanded(session.at, command))
        if interrupts(text) and not is_guessed(words, _heard_seconds(over, event.at)):
            return barge_in(known)
    return (known, ()) if over.until is None else let_pass(known, (Duck(False),))


def _heard_seconds(over: Over, now: float) -> float:
    """How long the sound was that the words were read from."""
    known = [now, over.until, over.asked_at]
    return min(at for at in known if at is not None) - over.since


def said_by_us(session: Session) -> str:
    if session.state is not State.SPEAKING or session.question is None:
        return ""
    return f"{session.question.spoken} {' '.join(ASIDES.values())}"


def obey_over_us(session: Session, command: Commanded) -> Step:
    quiet, passing = let_pass(session, (Duck(False),))
    following, effects = commanded(quiet, command)
    return following, (*passing, *effects)


def barge_in(session: Session) -> Step:
    spoken_over = replace(session, barged_in=session.barged_in or not session.aside, aside=False)
    return take_floor(spoken_over, (StopSpeaking(),))


def undo(session: Session, before: Session) -> Step:
    """Go back to the session before the turn ended, as if it had not."""
    since = session.at if session.over is None else session.over.since
    back = replace(
        with_pause(before, since),
        state=State.HEARING,
        at=session.at,
        attempt=session.attempt + 1,
        utterance=session.utterance,
        first_spoken_at=session.first_spoken_at,
        echoes=session.echoes,
        voice=session.voice,
        microphone=session.microphone,
        patience=session.patience,
        time_hint_from=session.time_hint_from,
        time_up_from=session.time_up_from,
        over=session.over,
        before=None,
        interrupted=session.state is State.SPEAKING,
        taken_back=session.taken_back + 1,
        undone=before.undone + 1,
        cut=before.cut + (session.state is State.SPEAKING),
        discarded=before.discarded + 1,
    )
    taken = (DropSpeculation(back.attempt), StopSpeaking(), ReopenAnswer(back.turn))
    return take_floor(back, taken, dropped=True)
