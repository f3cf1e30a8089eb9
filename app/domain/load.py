"""How busy the server is: the live interviews it holds and the calls that its engines have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Place:
    """A live interview as the operator may see it: no words, no name."""

    interview_id: UUID
    state: str
    connected: bool
    turn: int
    clock_s: float


@dataclass(frozen=True)
class LaneLoad:
    """One engine's lane: calls that run or wait, of as many as it takes before it refuses."""

    name: str
    workers: int
    held: int
    most: int

    @property
    def waiting(self) -> int:
        """Calls that wait for their turn."""
        return max(0, self.held - self.workers)


@dataclass(frozen=True)
class Load:
    """The whole server at one moment.

    `limit` is how many people may talk at once, `queued` how many wait to be let in, and `behind_s`
    by how many seconds the recogniser came too late of late.
    """

    limit: int
    places: tuple[Place, ...]
    lanes: tuple[LaneLoad, ...]
    queued: int = 0
    behind_s: float = 0.0

    @property
    def talking(self) -> int:
        """How many people are connected."""
        return sum(place.connected for place in self.places)

    @property
    def states(self) -> Mapping[str, int]:
        """How many live interviews are in each state."""
        return Counter(place.state for place in self.places)
