"""What a camera saw over an interview, as figures: seconds, lanes, measures, gaps, plain notes.

Everything comes with the share of the time that it rests on. A second's expression is smoothed
over its neighbours, each weighing by how well the face was seen; a second without a face stays a
gap, and nothing is smoothed across one that is longer than the smoothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from app.domain.expressions import LEAST_QUALITY, LEAST_SHARE
from app.domain.figures import ExpressionSecond, Lane, Measure, PresenceFigures, Stretch
from app.domain.interview import EMOTIONS, ExpressionReading

REACH = 2
"""Seconds to each side that a second is smoothed over."""

GOOD_QUALITY = 0.5
LEAST_COVERAGE = 0.3
OFTEN = 0.1
RELIABILITY: Mapping[str, float] = {
    "angry": 0.598, "disgust": 0.554, "fear": 0.485, "happy": 0.843, "sad": 0.574,
    "surprise": 0.788, "neutral": 0.591,
}  # fmt: skip
"""F1 of the shipped model on FER-2013's validation part, from `sounding bench face`."""

_NEAR = (1.0, 0.6, 0.25)
_SMILING = EMOTIONS.index("happy")
_NEUTRAL = EMOTIONS.index("neutral")

Shares = tuple[float, ...]
_ByGap = dict[int, ExpressionReading]


def presence_figures(
    readings: Sequence[ExpressionReading], seconds_expected: int
) -> PresenceFigures:
    """The figures over `seconds_expected` seconds; a later reading of a second replaces it."""
    known = {reading.second: reading for reading in readings}
    last = max([seconds_expected - 1, *known], default=-1)
    smooth = {second: smoothed(known, second) for second in range(last + 1)}
    seconds = tuple(_second(second, known.get(second), smooth[second]) for second in smooth)
    faces = [known[second] for second in sorted(known) if known[second].probabilities is not None]
    coverage = len(faces) / (last + 1) if last >= 0 else 0.0
    # Here, not at the top: a process that serves only assessments never imports it.
    from app.delivery.head_figures import head_lane, head_measures, head_note

    heads = {second: known[second].head for second in sorted(known)}
    seen = {second: head for second, head in heads.items() if head is not None}
    return PresenceFigures(
        seconds=seconds,
        lanes=(*_lanes(smooth, known, last + 1), *([head_lane(seen, last + 1)] if seen else [])),
        measures=_measures(seconds, faces, coverage),
        several=_stretches(seconds, lambda each: each.faces > 1, "more than one face"),
        unseen=_stretches(seconds, lambda each: each.faces == 0, "no face seen"),
        notes=(*_notes(seconds, faces, coverage), *([head_note(seen)] if seen else [])),
        coverage=coverage,
        reliability=dict(RELIABILITY),
        head=head_measures(seen, last + 1),
    )


def smoothed(known: _ByGap, second: int) -> Shares | None:
    """The shares of a second, the mean over its neighbours; None where it shows no face."""
    here = known.get(second)
    if here is None or here.probabilities is None:
        return None
    total, weight = [0.0] * len(EMOTIONS), 0.0
    for away in range(-REACH, REACH + 1):
        near = known.get(second + away)
        if near is None or near.probabilities is None:
            continue
        counts = _NEAR[abs(away)] * max(near.quality, 0.05)
        weight += counts
        total = [sum_ + counts * p for sum_, p in zip(total, near.probabilities, strict=True)]
    return tuple(each / weight for each in total)


def _second(
    second: int, reading: ExpressionReading | None, shares: Shares | None
) -> ExpressionSecond:
    if reading is None or shares is None:
        return ExpressionSecond(second, None, 0.0, reading.faces if reading else 0, 0.0)
    place = max(range(len(EMOTIONS)), key=shares.__getitem__)
    clear = shares[place] >= LEAST_SHARE and reading.quality >= LEAST_QUALITY
    name = EMOTIONS[place] if clear else None
    return ExpressionSecond(second, name, shares[place], reading.faces, reading.quality)


def _lanes(smooth: dict[int, Shares | None], known: _ByGap, count: int) -> tuple[Lane, ...]:
    def lane(name: str, title: str, place: int) -> Lane:
        values = tuple(shares[place] if shares else None for shares in smooth.values())
        return Lane(name, title, "share", 0.0, 1.0, values)

    quality = tuple(
        known[second].quality if second in known and known[second].faces else None
        for second in range(count)
    )
    return (
        lane("smiling", "Smiling", _SMILING),
        lane("neutral", "Neutral", _NEUTRAL),
        Lane("face_quality", "How well the face was seen", "share", 0.0, 1.0, quality),
    )


def _measures(
    seconds: Sequence[ExpressionSecond], faces: Sequence[ExpressionReading], coverage: float
) -> tuple[Measure, ...]:
    too_few = "" if coverage >= LEAST_COVERAGE else "A face was seen in too little of the time."
    named = [each.name for each in seconds if each.name is not None]
    minutes = len(named) / 60
    changes = sum(a != b for a, b in pairwise(named))
    rows: tuple[tuple[str, str, str, float | None], ...] = (
        ("smiling", "Smiling, of the clear seconds", "share", _share(named, "happy")),
        ("changes", "Changes of expression", "a minute", changes / minutes if named else None),
        ("unclear", "Nothing stood out, of the seconds seen", "share",
         1 - len(named) / len(faces) if faces else None),
        ("face_quality", "How well the face was seen, median", "share",
         _median([each.quality for each in faces])),
    )  # fmt: skip
    return tuple(
        Measure(name, title, unit, None if too_few else value, coverage=coverage, note=too_few)
        for name, title, unit, value in rows
    )


def _notes(
    seconds: Sequence[ExpressionSecond], faces: Sequence[ExpressionReading], coverage: float
) -> tuple[str, ...]:
    if not faces:
        return ("No face was seen, so nothing is said about expressions.",)
    found = []
    if coverage < LEAST_COVERAGE:
        found.append(
            f"A face was seen in {coverage:.0%} of the time only: a mask, a turned head, darkness "
            "or an empty chair hide it."
        )
    poor = sum(each.quality < GOOD_QUALITY for each in faces) / len(faces)
    if poor > OFTEN:
        found.append(
            f"In {poor:.0%} of the seconds the face was small, dark, glaring or blurred; more "
            "light from the front and a nearer camera help."
        )
    several = sum(each.faces > 1 for each in faces)
    if several:
        found.append(f"More than one face was in view for {several} s; the largest was read.")
    return tuple(found)


def _stretches(
    seconds: Sequence[ExpressionSecond], holds: Callable[[ExpressionSecond], bool], label: str
) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for each in seconds:
        if not holds(each):
            continue
        start, end = float(each.second), each.second + 1.0
        if found and found[-1].end_s == start:
            found[-1] = Stretch(found[-1].start_s, end, label)
        else:
            found.append(Stretch(start, end, label))
    return tuple(found)


def _share(names: Sequence[str], name: str) -> float | None:
    return names.count(name) / len(names) if names else None


def _median(values: Sequence[float]) -> float | None:
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
