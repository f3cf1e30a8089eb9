"""Slow work of a live interview, as tasks that are dropped when the candidate goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from app.dialogue.events import Stage, StageFailed
from app.ports.errors import PortError
from app.usecases.sitting import Sitting

log = logging.getLogger(__name__)

Work = Callable[[], Coroutine[Any, Any, None]]


class Speculation:
    """Tasks whose results come back as events with their attempt."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Work, attempt: int, stage: Stage) -> None:
        """Start this work; its failure is an event too."""
        task = asyncio.ensure_future(self._guarded(work, attempt, stage))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def drop(self) -> None:
        """Nobody waits for it any more."""
        for task in self._tasks:
            task.cancel()

    async def _guarded(self, work: Work, attempt: int, stage: Stage) -> None:
        try:
            await work()
        except (PortError, TimeoutError) as error:
            log.warning("%s failed: %s", stage, type(error).__name__)
            if stage not in ("judge", "overhear"):
                self._sitting.happened(StageFailed(self._sitting.now, attempt, stage))
        except asyncio.CancelledError:
            raise
        except Exception:  # the edge of a task: logged, and the interview goes on
            log.exception("%s broke", stage)
            self._sitting.happened(StageFailed(self._sitting.now, attempt, stage))
