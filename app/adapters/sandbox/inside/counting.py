"""Counting work: how often each line runs, how often items are compared, how deep calls go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, ClassVar

from app.adapters.sandbox.inside.literal import literal

MOST_STEPS = 120
_SHORT = 80


class Counter:
    """Follows one file's lines while it is entered; `full` is called when there were too many."""

    def __init__(
        self, file: str, *, count: bool, steps: bool, most: int, full: Callable[[int], object]
    ) -> None:
        self._file, self._most, self._full = file, most, full
        self._on, self._with_steps = count or steps, steps
        self._outside: FrameType | None = None
        self.reset()

    def reset(self) -> None:
        """Begin anew: what the file itself did is not the call's work."""
        self._hits: dict[int, int] = {}
        self._events = self._depth = self._deepest = 0
        self._last: int | None = None
        self._steps: list[tuple[int, str, str]] = []
        self._known: dict[tuple[int, str], str] = {}
        Counted.comparisons = 0

    def __enter__(self) -> None:
        """Follow from here on."""
        if self._on:
            sys.settrace(self._on_call)

    def __exit__(self, *_: object) -> None:
        """Stop following."""
        self.stop()

    def stop(self) -> None:
        """Stop following."""
        sys.settrace(None)

    def told(self) -> dict[str, Any]:
        """What was counted."""
        return {
            "hits": {str(line): times for line, times in self._hits.items()},
            "last_line": self._last,
            "comparisons": Counted.comparisons,
            "depth": self._deepest,
            "steps": self._steps,
        }

    def _on_call(self, frame: FrameType, _event: str, _arg: object) -> Any:  # noqa: ANN401 - as sys.settrace has it
        if frame.f_code.co_filename != self._file:
            return None
        self._depth += 1
        self._deepest = max(self._deepest, self._depth)
        return self._on_line_with_steps if self._with_steps else self._on_line

    def _on_line(self, frame: FrameType, event: str, _arg: object) -> Any:  # noqa: ANN401 - as above
        if event == "line":
            line = frame.f_lineno
            self._hits[line] = self._hits.get(line, 0) + 1
            self._events += 1
            if self._events >= self._most:
                self._full(line)
        elif event == "return":
            self._depth -= 1
            back = frame.f_back
            if back is None or back.f_code.co_filename != self._file:
                self._last = frame.f_lineno
        return self._on_line

    def _on_line_with_steps(self, frame: FrameType, event: str, arg: object) -> Any:  # noqa: ANN401 - as above
        if event == "line" and len(self._steps) < MOST_STEPS:
            for name, value in list(frame.f_locals.items()):
                shown = literal(value)
                key = (id(frame), name)
                shown = shown if len(shown) <= _SHORT else "<long>"
                if self._known.get(key) != shown:
                    self._known[key] = shown
                    self._steps.append((frame.f_lineno, name, shown))
        self._on_line(frame, event, arg)
        return self._on_line_with_steps


class Counted(int):
    """A number that counts how often it is compared."""

    comparisons: ClassVar[int] = 0

    @classmethod
    def many(cls, numbers: Iterable[int]) -> list[Counted]:
        """A list of them."""
        return [cls(number) for number in numbers]

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return int.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        Counted.comparisons += 1
        return int.__ne__(self, other) is True

    def __lt__(self, other: int) -> bool:
        Counted.comparisons += 1
        return int.__lt__(self, other)

    def __le__(self, other: int) -> bool:
        Counted.comparisons += 1
        return int.__le__(self, other)

    def __gt__(self, other: int) -> bool:
        Counted.comparisons += 1
        return int.__gt__(self, other)

    def __ge__(self, other: int) -> bool:
        Counted.comparisons += 1
        return int.__ge__(self, other)

    __hash__ = int.__hash__
