"""Who uses an embedded server: one locked file for each process; the last one out stops it.

The kernel drops a file lock with its process, so a killed app never counts as a user.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4


class Holders:
    """The processes that use the server of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: Path | None = None
        self._descriptor: int | None = None

    @property
    def joined(self) -> bool:
        """Whether this object counts as a user."""
        return self._descriptor is not None

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / "turnstile", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def join(self) -> None:
        """Count as a user from now on."""
        if self._descriptor is not None:
            return
        self._file = self._folder / f"{os.getpid()}-{uuid4().hex}.held"
        self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def leave(self) -> None:
        """Stop counting as a user."""
        if self._descriptor is None or self._file is None:
            return
        with suppress(FileNotFoundError):
            self._file.unlink()
        os.close(self._descriptor)
        self._descriptor = self._file = None

    def others(self) -> int:
        """How many other users live; files of dead ones are removed. Call inside `exclusive`."""
        files = [file for file in self._folder.glob("*.held") if file != self._file]
        return sum(not _swept(file) for file in files)


def _swept(file: Path) -> bool:
    try:
        descriptor = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        with suppress(FileNotFoundError):
            file.unlink()
        return True
    finally:
        os.close(descriptor)
