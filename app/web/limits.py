"""How often somebody may ask: buckets that fill up with time, one for each key.

They live in this process alone. Whoever asks under too many keys is forgotten in turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from time import monotonic

from fastapi import HTTPException
from starlette.requests import HTTPConnection

MOST_KEYS = 10_000


@dataclass
class Buckets:
    """`most` at once, and one more each `every_s` seconds."""

    most: int
    every_s: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str, now: float) -> float:
        """Take one; 0 when there was one, else the seconds until there is."""
        left, at = self._left.pop(key, (float(self.most), now))
        left = min(float(self.most), left + max(0.0, now - at) / self.every_s)
        enough = left >= 1.0
        self._left[key] = (left - 1.0 if enough else left, now)
        while len(self._left) > MOST_KEYS:
            del self._left[next(iter(self._left))]
        return 0.0 if enough else (1.0 - left) * self.every_s

    def give_back(self, key: str) -> None:
        """Begin anew with a full bucket: who got it right is no guesser."""
        self._left.pop(key, None)


def allow(buckets: Buckets, key: str) -> None:
    """Take one, or tell when there will be one."""
    wait = buckets.take(key, monotonic())
    if wait:
        seconds = max(1, ceil(wait))
        text = f"That was often. Nothing is lost. Try again in {seconds} seconds."
        raise HTTPException(429, text, {"Retry-After": str(seconds)})


def limits_of(connection: HTTPConnection) -> Limits:
    """Those of this process."""
    state = connection.app.state
    if not hasattr(state, "limits"):
        state.limits = Limits()
    found: Limits = state.limits
    return found


@dataclass
class Limits:
    """The buckets of one process."""

    sign_in_address: Buckets = field(default_factory=lambda: Buckets(30, 20.0))
    sign_in_account: Buckets = field(default_factory=lambda: Buckets(8, 90.0))
    links: Buckets = field(default_factory=lambda: Buckets(30, 20.0))
    api: Buckets = field(default_factory=lambda: Buckets(120, 0.5))
