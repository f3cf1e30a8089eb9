"""How smoothly the answers ran, in one of four words, with the numbers it rests on.

Own rules over published measures, for coaching alone. More than 5 fillers or 4 repeats and restarts
a minute: *hesitant*. Faster than 190 words a minute of speech with 2 or more repeats and restarts a
minute: *cluttered* (fast, irregular, collapsing speech: St. Louis and Schulte 2011). More than a
fifth of the time in pauses above 2 s, or two fifths in any pauses: *with pauses*. It is no
diagnosis of a speech disorder.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.delivery.language import language_notes
from app.delivery.speech import (
    LEAST_SPEECH,
    LEAST_WORDS,
    MOST_FILLERS,
    MOST_PAUSED,
    long_pause_share,
)
from app.domain.figures import Fluency, FluencyKind, Stretch
from app.domain.interview import Turn
from app.domain.report import Delivery

MOST_STUMBLES = 4.0
CLUTTERED_WPM = 190.0
CLUTTERED_STUMBLES = 2.0
MOST_SILENT = 0.4


def fluency_of(turns: Sequence[Turn], delivery: Delivery) -> Fluency:
    """The class and its evidence; None where too little was said."""
    minutes = delivery.speech_seconds / 60
    if delivery.speech_seconds < LEAST_SPEECH or delivery.words < LEAST_WORDS:
        return Fluency(None, (f"Only {delivery.words} words were spoken; too few to tell.",))
    notes = [n for n in language_notes(turns) if n.kind in ("repeated", "restarted")]
    stumbles = len(notes) / minutes
    paused = long_pause_share(delivery)
    evidence = [f"{stumbles:.1f} repeats and restarts a minute."]
    if delivery.fillers_per_minute is not None:
        evidence.insert(0, f"{delivery.fillers_per_minute:.1f} fillers a minute.")
    if delivery.rate_wpm is not None:
        evidence.append(f"{delivery.rate_wpm:.0f} words a minute of speech.")
    if delivery.pause_share is not None and paused is not None:
        evidence.append(
            f"{delivery.pause_share:.0%} of the time silent, {paused:.0%} in long pauses."
        )
    stumbled = tuple(note.stretch for note in notes if note.stretch)
    fillers = tuple(Stretch(f.start_s, f.start_s + 0.5, f.text) for f in delivery.fillers)
    kind = _kind(delivery, stumbles, paused)
    heard = tuple(sorted((*stumbled, *fillers), key=lambda stretch: stretch.start_s))
    return Fluency(kind, tuple(evidence), heard)


def _kind(delivery: Delivery, stumbles: float, paused: float | None) -> FluencyKind:
    fast = delivery.rate_wpm is not None and delivery.rate_wpm > CLUTTERED_WPM
    if fast and stumbles >= CLUTTERED_STUMBLES:
        return "cluttered"
    if (delivery.fillers_per_minute or 0.0) > MOST_FILLERS or stumbles > MOST_STUMBLES:
        return "hesitant"
    if (paused or 0.0) > MOST_PAUSED or (delivery.pause_share or 0.0) > MOST_SILENT:
        return "with pauses"
    return "fluent"
