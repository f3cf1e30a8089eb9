"""Which speech a reading left out.

Whisper can stop early, skip a segment that it takes for silence, or stretch one word over a clause.
Voice activity knows better where somebody spoke, so what no word covers is found and read again.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.interview import Word

Span = tuple[float, float]

NEAR_SECONDS = 0.25
LONGEST_WORD_SECONDS = 1.0
AT_AN_END_SECONDS = 1.2
BETWEEN_SECONDS = 2.0


def unread(words: Sequence[Word], spans: Sequence[Span]) -> tuple[Span, ...]:
    """Stretches of speech, in seconds, that no word covers and that are too long for a hum.

    Args:
        words: What was read, in order.
        spans: Where somebody speaks, in order.

    Returns:
        Stretches of more than 1.2 s of speech before the first or after the last word, and of more
        than 2 s between two words; each as long as from its first speech to its last.
    """
    if not words:
        return tuple(spans)
    covered = [(word.start_s - NEAR_SECONDS, _end(word) + NEAR_SECONDS) for word in words]
    begins = [float("-inf"), *(end for _, end in covered)]
    stops = [*(start for start, _ in covered), float("inf")]
    found: list[Span] = []
    for place, (begin, stop) in enumerate(zip(begins, stops, strict=True)):
        parts = [
            (max(begin, start), min(stop, end))
            for start, end in spans
            if min(stop, end) > max(begin, start)
        ]
        least = AT_AN_END_SECONDS if place in (0, len(words)) else BETWEEN_SECONDS
        if sum(end - start for start, end in parts) > least:
            found.append((parts[0][0], parts[-1][1]))
    return tuple(found)


def _end(word: Word) -> float:
    """No word lasts longer than a second; one that does hides others."""
    return min(word.end_s, word.start_s + LONGEST_WORD_SECONDS)
