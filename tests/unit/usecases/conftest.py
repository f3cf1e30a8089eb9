"""Use cases are tested on a clock that leaps: no test waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.unit.usecases.live_world import LeapingLoop


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """All tests here run on the leaping loop."""
    return {"leaping": LeapingLoop}
