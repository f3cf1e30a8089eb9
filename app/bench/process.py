"""What a server takes of the machine: memory and processor time, out of Linux' /proc."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def memory_mb(pid: int) -> float:
    """Proportional set size: resident memory, with what is shared divided among its users."""
    for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1]) / 1000.0
    return 0.0


def descendants(pid: int) -> tuple[int, ...]:
    """The processes below this one: its store."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return tuple(found)


def memory_of_all_mb(pid: int) -> float:
    """Memory of the process and of all below it."""
    total = memory_mb(pid)
    for child in descendants(pid):
        with suppress(OSError):
            total += memory_mb(child)
    return total


def processor_seconds(pid: int) -> float:
    """Processor time of the process and of those below it that run now."""
    total = 0.0
    for each in (pid, *descendants(pid)):
        with suppress(OSError):
            fields = (_PROC / str(each) / "stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / _TICKS
    return total


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in (_PROC / str(pid) / "task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found
