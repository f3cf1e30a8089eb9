"""Geometry of the report's inline charts; a table with the same numbers stands under each."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.expressions import WORDS, strongest
from app.domain.interview import ExpressionReading
from app.domain.report import Presence, Report

WIDTH = 1000.0
SMILING = WORDS["happy"]
UNSEEN = "no face seen"
UNCLEAR = "unclear"


@dataclass(frozen=True)
class Span:
    """One mark in a lane; `x` and `width` in the chart's units, times in seconds."""

    x: float
    width: float
    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True)
class Lanes:
    """Turns, speech, pauses, fillers and expressions over the interview's time."""

    seconds: float
    turns: tuple[Span, ...]
    speech: tuple[Span, ...]
    pauses: tuple[Span, ...]
    fillers: tuple[Span, ...]
    expressions: tuple[Span, ...]
    ticks: tuple[Span, ...]


def timeline(report: Report) -> Lanes | None:
    """The lanes; None when nothing was spoken or seen."""
    spoken = [t for t in report.turns if t.answered_from_s is not None]
    ends = [t.answered_to_s or t.answered_from_s or 0.0 for t in spoken]
    seen = runs(report.presence)
    ends += [end for _, end, _ in seen]
    seconds = max([report.interview.clock_s, *ends], default=0.0)
    if not (spoken or seen) or seconds <= 0:
        return None

    def span(start: float, end: float, label: str) -> Span:
        x = start / seconds * WIDTH
        width = max((end - start) / seconds * WIDTH, 1.5)
        return Span(round(x, 2), round(width, 2), start, end, label)

    step = next((s for s in (10, 30, 60, 120, 300, 600) if seconds / s <= 10), 1200)
    delivery = report.delivery
    return Lanes(
        seconds,
        tuple(
            span(t.answered_from_s or 0.0, t.answered_to_s or seconds, f"Answer {t.index + 1}")
            for t in spoken
        ),
        tuple(span(a, b, "speech") for t in spoken for a, b in t.speech),
        tuple(
            span(p.start_s, p.start_s + p.seconds, f"pause {p.seconds:.1f} s")
            for p in (delivery.pauses if delivery else ())
        ),
        tuple(span(f.start_s, f.start_s, f.text) for f in (delivery.fillers if delivery else ())),
        tuple(span(start, end, words) for start, end, words in seen),
        tuple(span(s, s, "") for s in range(0, int(seconds) + 1, step)),
    )


def runs(presence: Presence | None) -> tuple[tuple[float, float, str], ...]:
    """Start, end and words of each run of seconds in which the same was seen."""
    found: list[tuple[float, float, str]] = []
    for reading in presence.timeline if presence else ():
        start, words = float(reading.second), _words(reading)
        if found and found[-1][2] == words and found[-1][1] >= start:
            found[-1] = (found[-1][0], start + 1, words)
        else:
            found.append((start, start + 1, words))
    return tuple(found)


def _words(reading: ExpressionReading) -> str:
    if reading.probabilities is None:
        return UNSEEN
    found = strongest(reading)
    return WORDS[found[0]] if found else UNCLEAR
