"""What one check found in one case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One case: when, the words it is about, and what is wrong with them (None: nothing)."""

    at: float
    words: str
    fault: str | None = None
