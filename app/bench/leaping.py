"""An event loop on a clock that leaps: a two-minute silence takes no time.

Time passes as soon as nothing else is left to do. While something outside is waited for, such as a
language model's server, the clock runs like any other.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")

LONGEST_LOOK_SECONDS = 0.02


class LeapingSelector(selectors.DefaultSelector):
    """Waits for nothing, unless something outside is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 1000.0
        self.outside = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        """Whatever is ready; else the clock moves on by the time it was asked to wait."""
        if self.outside:
            return self._watch(timeout)
        ready = super().select(0)
        if timeout is None and not ready:
            raise RuntimeError("nothing is left that could happen")
        if not ready:
            self.time += timeout or 0.0
        return ready

    def _watch(self, timeout: float | None) -> list[Any]:
        longest = LONGEST_LOOK_SECONDS if timeout is None else min(timeout, LONGEST_LOOK_SECONDS)
        before = time.monotonic()
        ready = super().select(max(0.0, longest))
        self.time += time.monotonic() - before
        return ready


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop on a clock of its own; blocking calls are made at once."""

    def __init__(self) -> None:
        self._leaping = LeapingSelector()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Seconds of the leaping clock."""
        return self._leaping.time

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Within this block the clock runs as fast as the world's."""
        self._leaping.outside += 1
        try:
            yield
        finally:
            self._leaping.outside -= 1

    def run_in_executor(
        self, executor: object, func: Callable[..., Result], *args: object
    ) -> asyncio.Future[Result]:
        """Make the call now; its result is there when the caller waits for it."""
        future: asyncio.Future[Result] = self.create_future()
        asyncio._set_running_loop(None)
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        finally:
            asyncio._set_running_loop(self)
        return future


def run_leaping(work: Callable[[LeapingLoop], Any]) -> Any:  # noqa: ANN401  # the work's own result
    """Run `work(loop)` to its end on a new leaping loop."""
    loop = LeapingLoop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(work(loop))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        asyncio.set_event_loop(None)
        loop.close()
