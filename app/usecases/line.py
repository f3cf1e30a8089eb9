"""The line to the candidate: the newest connection, its screen, and the clock that runs with it."""

from __future__ import annotations

import asyncio

from app.usecases.mouth import Wire
from app.usecases.show import Screen


class Line:
    """A connection or none; the interview's clock stands still without one."""

    def __init__(self, clock_s: float) -> None:
        self.wire: Wire | None = None
        self.screen = Screen(None)
        self._clock = clock_s
        self._since: float | None = None
        self._idle_since = loop_time()

    @property
    def now(self) -> float:
        """Seconds of the interview's clock."""
        return self._clock + (0.0 if self._since is None else loop_time() - self._since)

    @property
    def connected(self) -> bool:
        """Whether someone is there."""
        return self.wire is not None

    @property
    def idle_for(self) -> float:
        """Seconds since nobody is there."""
        return 0.0 if self.connected else loop_time() - self._idle_since

    def take(self, wire: Wire) -> None:
        """This connection is the one that counts, and the clock runs."""
        self.wire, self.screen, self._since = wire, Screen(wire), loop_time()

    def drop(self) -> None:
        """Nobody is there, and the clock stands."""
        self._clock, self._since, self.wire = self.now, None, None
        self.screen = Screen(None)
        self._idle_since = loop_time()

    def expect(self) -> None:
        """Somebody is about to come."""
        self._idle_since = loop_time()

    def go_on_from(self, clock_s: float) -> None:
        """The clock goes on after this, where it was behind."""
        self._clock = max(self._clock, clock_s)

    def loop_time_of(self, at: float) -> float:
        """A moment of the interview's clock as the time of the loop."""
        return loop_time() - (self.now - at)


def loop_time() -> float:
    """The time of the loop, which all waits follow."""
    return asyncio.get_running_loop().time()
