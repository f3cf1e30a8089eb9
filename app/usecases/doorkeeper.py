"""Who may come in next: first come, first served, and nobody is let in to make all wait.

Who is turned away asks again every few seconds; who stops asking loses the place in the queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

ASK_AGAIN_SECONDS = 5.0
FORGET_SECONDS = 20.0


@dataclass
class _Visitor:
    came: float
    asked: float


class Doorkeeper:
    """The queue before a hall with so many places."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._queue: dict[UUID, _Visitor] = {}

    def queued(self, now: float) -> int:
        """How many wait to be let in."""
        return sum(now - visitor.asked <= FORGET_SECONDS for visitor in self._queue.values())

    def ask(self, interview_id: UUID, *, taken: int, behind: bool, now: float) -> int | None:
        """How many are before this one; None when it may come in now.

        Args:
            interview_id: Who asks.
            taken: Places that are held.
            behind: Whether the engines can't keep up with those who are in.
            now: The time, in seconds.
        """
        self._queue = {
            key: visitor
            for key, visitor in self._queue.items()
            if now - visitor.asked <= FORGET_SECONDS
        }
        visitor = self._queue.setdefault(interview_id, _Visitor(now, now))
        visitor.asked = now
        ahead = sum(other.came < visitor.came for other in self._queue.values())
        free = 0 if behind and taken else self._places - taken
        if ahead >= free:
            return ahead
        del self._queue[interview_id]
        return None
