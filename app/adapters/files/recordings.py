"""Kept microphone audio as raw PCM16 files: one folder for each interview, one file a stretch.

Raw samples have no header to finish, so a stretch that a crash cut off is readable as it stands.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from app.ports.errors import StoreUnavailable

_BYTES_PER_SECOND = 2 * 16_000
_SAMPLE_BYTES = 2
_NAME = re.compile(r"[0-9]{1,9}\.pcm")


class FileRecordingWriter:
    """One stretch that is being kept; at most a second of it is not yet on its way to disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting = bytearray()
        self._kept = 0
        self._descriptor: int | None = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600
        )

    @property
    def file(self) -> str:
        """The name that `FileRecordings.read` takes."""
        return self._path.name

    def append(self, pcm: bytes) -> None:
        """Add samples.

        Raises:
            StoreUnavailable: the disk is full, or the stretch was closed.
        """
        self._waiting += pcm
        if len(self._waiting) >= _BYTES_PER_SECOND:
            self._write()

    def close(self) -> float:
        """Finish; the seconds kept. A second call changes nothing."""
        if self._descriptor is not None:
            try:
                self._write()
                os.fsync(self._descriptor)
            finally:
                os.close(self._descriptor)
                self._descriptor = None
        return self._kept / _BYTES_PER_SECOND

    def _write(self) -> None:
        if self._descriptor is None:
            raise StoreUnavailable("this recording is closed")
        try:
            while self._waiting:
                written = os.write(self._descriptor, self._waiting)
                self._kept += written
                del self._waiting[:written]
        except OSError as error:
            self._waiting.clear()
            self._kept -= self._kept % _SAMPLE_BYTES  # half a sample would turn the rest to noise
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._kept)
            raise _failure(error) from error


class FileRecordings:
    """Kept audio below one folder, readable by its owner only."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "recordings"

    def open(self, interview_id: UUID) -> FileRecordingWriter:
        """Begin a new stretch.

        Raises:
            StoreUnavailable: the disk is full or the folder can't be written.
        """
        folder = self._of(interview_id)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            taken = [int(path.stem) for path in folder.iterdir() if _NAME.fullmatch(path.name)]
            number = max(taken, default=0) + 1
            while True:
                try:
                    return FileRecordingWriter(folder / f"{number}.pcm")
                except FileExistsError:
                    number += 1
        except OSError as error:
            raise _failure(error) from error

    def read(
        self, interview_id: UUID, file: str, from_s: float = 0.0, to_s: float | None = None
    ) -> bytes:
        """The samples of a stretch between two of its seconds, also of one cut off by a crash.

        Raises:
            StoreUnavailable: there is no such stretch.
        """
        with self._opened(interview_id, file) as stretch:
            first = _place(from_s)
            stretch.seek(first)
            pcm = stretch.read() if to_s is None else stretch.read(max(0, _place(to_s) - first))
        return pcm[: len(pcm) - len(pcm) % _SAMPLE_BYTES]

    def seconds(self, interview_id: UUID, file: str) -> float:
        """How long a stretch is by now.

        Raises:
            StoreUnavailable: there is no such stretch.
        """
        with self._opened(interview_id, file) as stretch:
            kept = stretch.seek(0, os.SEEK_END)
        return (kept - kept % _SAMPLE_BYTES) / _BYTES_PER_SECOND

    def erase(self, interview_id: UUID) -> None:
        """Remove all audio of an interview."""
        try:
            shutil.rmtree(self._of(interview_id))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _failure(error) from error

    @contextmanager
    def _opened(self, interview_id: UUID, file: str) -> Iterator[BinaryIO]:
        if not _NAME.fullmatch(file):
            raise _missing()
        try:
            with (self._of(interview_id) / file).open("rb") as stretch:
                yield stretch
        except FileNotFoundError:
            raise _missing() from None
        except OSError as error:
            raise _failure(error) from error

    def _of(self, interview_id: UUID) -> Path:
        return self._folder / str(UUID(str(interview_id)))


def _place(seconds: float) -> int:
    return max(0, round(seconds * _BYTES_PER_SECOND / _SAMPLE_BYTES)) * _SAMPLE_BYTES


def _missing() -> StoreUnavailable:
    error = StoreUnavailable("no such recording")
    error.retryable = False
    return error


def _failure(error: OSError) -> StoreUnavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreUnavailable("the disk is full: free some space to keep recording")
    return StoreUnavailable(f"the recording could not be kept: {error.strerror}")
