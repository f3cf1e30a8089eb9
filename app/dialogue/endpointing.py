"""Endpointing: how long to wait in silence before a turn is over.

The wait is piecewise linear in the turn detector's probability, taken after 0.2 s of silence: later
looks drift towards "complete", so the one at 1.4 s may only shorten a hold. A trailing hook word
("because", "and", "the") means that more is coming. People who pause longer are given longer.

The detector is asked about speech with 0.2 s of silence after its last voiced moment, no more: each
tenth of a second of silence moves pauses within sentences towards "complete". Where the line bends
was measured on pauses in read speech (docs/benchmarks.md); a pause of 2 s is heard as up to 2.2 s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

LOOK_AGAIN_SECONDS = 1.4
COMPLETE_ABOVE = 0.5
SURE_AT_SECOND_LOOK = 0.0125
"""Pauses within phrases stay at .006-.009 at the later look; ends that looked open rise to .015."""
USUAL_PAUSE_SECONDS = 0.8
LONGEST_OWN_FACTOR = 1.5
FEWEST_PAUSES = 6
PER_TAKEN_BACK = 0.1
MOST_TAKEN_BACK = 5

HOOKS = frozenset(
    re.findall(
        r"\S+",
        "a about after also an and as at because before but by can could for from has have if in "
        "into is it's its like may my of on or our so than that the their then this to was we were "
        "when where which while who will with would your i um uh er erm",
    )
)

NEVER_LAST = frozenset(
    re.findall(
        r"\S+",
        "a an and as because but er erm i if my or our than the their uh um when which while your",
    )
)
"""Hook words that end no sentence; the others may ("I like this", "what it is")."""


@dataclass(frozen=True)
class Patience:
    """Seconds of silence that end a turn: `done` when it sounds complete, `hold` when surely not.

    `maybe` is for an even chance, `open` for when more is likely to come. A word that ends no
    sentence means `hook` more than a hold, any other hook word at least `open`. `factor` scales all
    of them: the speaker's slider, the question's difficulty, own pauses. When `sharp`, there is no
    middle: `done` above a probability of one half, else `hold`.
    """

    done: float = 2.2
    maybe: float = 3.2
    open: float = 3.6
    hold: float = 6.0
    hook: float = 1.5
    factor: float = 1.0
    sharp: bool = False

    def wait(self, probability: float | None, text: str = "", second: float | None = None) -> float:
        """The wait for these last words and this probability (None: not known yet).

        `second` is the detector's later look: it may shorten a hold, never below `maybe`.
        """
        base = self.maybe if probability is None else self._by_probability(probability)
        if self.sharp:
            return base * self.factor
        last = _last_word(text)
        if last in NEVER_LAST:
            return (max(base, self.hold) + self.hook) * self.factor
        if second is not None:
            base = min(base, max(self.maybe, self.done, self._at_second_look(second)))
        if last in HOOKS:
            base = max(base, self.open)
        return base * self.factor

    def look_again_after(self, wait: float) -> float | None:
        """Seconds of silence after which a second look may shorten this wait; None: it can't."""
        after = LOOK_AGAIN_SECONDS * self.factor
        return after if not self.sharp and wait > self.maybe * self.factor else None

    def _by_probability(self, probability: float) -> float:
        if self.sharp:
            return self.done if probability > COMPLETE_ABOVE else self.hold
        return _between(
            (
                (0.0, self.hold),
                (0.01, self.hold),
                (0.03, self.open),
                (0.3, self.maybe),
                (0.4, self.done),
                (1.0, self.done),
            ),
            probability,
        )

    def _at_second_look(self, probability: float) -> float:
        """As the first look, but holding on only where the detector is as sure as before."""
        if probability > SURE_AT_SECOND_LOOK:
            return min(self.open, self._by_probability(probability))
        return self._by_probability(probability)


QUICK = Patience(done=0.2, maybe=3.0, hold=3.0, hook=0.0, sharp=True)
"""Pipecat's default rule: the detector once at 0.2 s, or else 3 s; to compare with, not to use."""


def _between(knots: Sequence[tuple[float, float]], probability: float) -> float:
    p = min(1.0, max(0.0, probability))
    for (x0, y0), (x1, y1) in pairwise(knots):
        if p <= x1:
            return y0 + (y1 - y0) * (p - x0) / (x1 - x0)
    return knots[-1][1]


def own_pace(pauses: Sequence[float], taken_back: int = 0) -> float:
    """How much longer to wait for this speaker, from the own pauses (s) within answers.

    Only ever longer: a quick speaker thinks too. Each end that had to be taken back adds a little.
    """
    own = median(pauses) / USUAL_PAUSE_SECONDS if len(pauses) >= FEWEST_PAUSES else 1.0
    learnt = min(LONGEST_OWN_FACTOR, max(1.0, own))
    return learnt * (1.0 + PER_TAKEN_BACK * min(taken_back, MOST_TAKEN_BACK))


def ends_on_hook(text: str) -> bool:
    """Whether the last word promises more; a final mark such as a full stop does not matter."""
    return _last_word(text) in HOOKS


def _last_word(text: str) -> str:
    words = re.findall(r"[a-z']+", text.lower())
    return words[-1] if words else ""
