"""What a face shows, in words that name no feeling; in the order of `EMOTIONS`."""

from __future__ import annotations

from app.domain.interview import EMOTIONS, ExpressionReading

WORDS: dict[str, str] = {
    "angry": "brows drawn down",
    "disgust": "nose wrinkled",
    "fear": "eyes wide",
    "happy": "smiling",
    "sad": "mouth corners down",
    "surprise": "brows raised",
    "neutral": "neutral",
}
LEAST_SHARE = 0.4
LEAST_QUALITY = 0.2


def strongest(reading: ExpressionReading) -> tuple[str, float] | None:
    """The name of the expression that stands out and its share; None where none does."""
    shares = reading.probabilities
    if shares is None or reading.quality < LEAST_QUALITY:
        return None
    place = max(range(len(EMOTIONS)), key=lambda each: shares[each])
    return (EMOTIONS[place], shares[place]) if shares[place] >= LEAST_SHARE else None
