"""What the operating system says about Postgres processes of one data directory."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")


class Process(NamedTuple):
    """State letter ("Z" is dead, only not yet reaped) and command line of a process."""

    state: str
    command: str


def recorded_pid(data: Path) -> int | None:
    """The pid that the last postmaster of this data directory wrote down, alive or not."""
    try:
        return abs(int((data / "postmaster.pid").read_text().splitlines()[0]))
    except (FileNotFoundError, IndexError, ValueError):
        return None


def is_postmaster(pid: int, data: Path) -> bool:
    """Whether this pid is a running postmaster of `data`, not merely a number used again."""
    process = _look_up(pid)
    if process is None or process.state.startswith("Z"):
        return False
    return "postgres" in process.command and f"-D {data} " in f"{process.command} "


def orphans(data: Path) -> tuple[int, ...]:
    """Server processes that outlived their killed postmaster; () where that can't be seen."""
    if not _PROC.is_dir():
        return ()
    found = []
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and _works_in(entry, data):
            process = _look_up(int(entry.name))
            if process and process.state != "Z" and process.command.startswith("postgres:"):
                found.append(int(entry.name))
    return tuple(found)


def _works_in(entry: Path, data: Path) -> bool:
    try:
        return Path(os.readlink(entry / "cwd")) == data
    except OSError:
        return False


def _look_up(pid: int) -> Process | None:
    if not _PROC.is_dir():
        return _ask_ps(pid)
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
        command = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return None
    state = stat.rpartition(")")[2].split()[0]
    return Process(state, command.replace(b"\0", b" ").decode(errors="replace").strip())


def _ask_ps(pid: int) -> Process | None:
    command = ["ps", "-o", "stat=,command=", "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    state, _, line = done.stdout.strip().partition(" ")
    return Process(state, line.strip()) if state else None
