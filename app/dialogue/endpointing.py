"""Endpointing: how long to wait in silence before a turn is over.

The wait is piecewise linear in the turn detector's probability, taken once after 0.2 s of silence:
later looks drift towards "complete". A trailing hook word ("because", "and", "the") means that more
is coming. Measured on pauses put into fluent speech, 2.0/3.2/6.0 s cut no pause of 2 s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

HOOKS = frozenset(
    re.findall(
        r"\S+",
        "a about after also an and as at because before but by can could for from has have if in "
        "into is it's its like may my of on or our so than that the their then this to was we were "
        "when where which while who will with would your i um uh er erm",
    )
)


@dataclass(frozen=True)
class Patience:
    """Seconds of silence that end a turn: `done` when it sounds complete, `hold` when it does not.

    `factor` scales all of them: the speaker's slider, the question's difficulty.
    """

    done: float = 2.0
    maybe: float = 3.2
    hold: float = 6.0
    hook: float = 1.5
    factor: float = 1.0

    def wait(self, probability: float | None, text: str = "") -> float:
        """The wait for this probability (None: not known yet) and these last words."""
        base = self.maybe if probability is None else self._by_probability(probability)
        if ends_on_hook(text):
            base = max(base, self.hold) + self.hook
        return base * self.factor

    def _by_probability(self, probability: float) -> float:
        knots = (
            (0.0, self.hold),
            (0.3, self.hold),
            (0.5, self.maybe),
            (0.9, self.done),
            (1.0, self.done),
        )
        p = min(1.0, max(0.0, probability))
        for (x0, y0), (x1, y1) in pairwise(knots):
            if p <= x1:
                return y0 + (y1 - y0) * (p - x0) / (x1 - x0)
        return self.done


def ends_on_hook(text: str) -> bool:
    """Whether the last word promises more; a final mark such as a full stop does not matter."""
    words = re.findall(r"[a-z']+", text.lower())
    return bool(words) and words[-1] in HOOKS
