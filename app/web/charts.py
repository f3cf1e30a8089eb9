"""Geometry of the report's inline charts; a table with the same numbers stands under each."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.interview import EMOTIONS
from app.domain.report import Presence, Report

WIDTH = 1000.0
HAPPY = EMOTIONS.index("happy")
NEUTRAL = EMOTIONS.index("neutral")


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
    """Turns, speech, pauses and fillers over the interview's time."""

    seconds: float
    turns: tuple[Span, ...]
    speech: tuple[Span, ...]
    pauses: tuple[Span, ...]
    fillers: tuple[Span, ...]
    ticks: tuple[Span, ...]


def timeline(report: Report) -> Lanes | None:
    """The lanes; None when nothing was spoken."""
    spoken = [t for t in report.turns if t.answered_from_s is not None]
    ends = [t.answered_to_s or t.answered_from_s or 0.0 for t in spoken]
    seconds = max([report.interview.clock_s, *ends], default=0.0)
    if not spoken or seconds <= 0:
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
        tuple(span(s, s, "") for s in range(0, int(seconds) + 1, step)),
    )


def expression_line(presence: Presence | None) -> tuple[tuple[Span, ...], ...]:
    """Per second: smiling and neutral as bars from below; empty without readings."""
    if presence is None or not presence.timeline:
        return ()
    last = max(r.second for r in presence.timeline) + 1
    smiling: list[Span] = []
    neutral: list[Span] = []
    for reading in presence.timeline:
        if reading.probabilities is None:
            continue
        x = round(reading.second / last * WIDTH, 2)
        start = float(reading.second)
        for series, index in ((smiling, HAPPY), (neutral, NEUTRAL)):
            share = reading.probabilities[index]
            series.append(Span(x, round(40 * share, 1), start, start + 1, f"{share:.0%}"))
    return tuple(smiling), tuple(neutral)
