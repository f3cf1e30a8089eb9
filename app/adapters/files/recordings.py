"""Kept microphone audio: one folder for each interview, one encrypted file a stretch.

Each file has a key of its own, which lies in the store: without it the bytes say nothing, so
erasing the key erases the sound, also from copies of the folder. Files of before (`N.pcm`, plain
samples; also in a folder `recordings` of its own) are still read.
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

from app.adapters.files.sealed import SealedWriter, plain_size, read_sealed
from app.ports.errors import StoreUnavailable
from app.ports.recordings import Keys, Shredded

_BYTES_PER_SECOND = 2 * 16_000
_SAMPLE_BYTES = 2
_NAME = re.compile(r"[0-9]{1,9}\.(pcm|sealed)")
_PLAIN = ".pcm"
_SEALED = ".sealed"


class FileRecordingWriter:
    """One stretch that is being kept; at most a second of it is not yet on its way to disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sealed = SealedWriter(path)

    @property
    def file(self) -> str:
        """The name that `FileRecordings.read` takes."""
        return self._path.name

    def seal_with(self, key: bytes) -> None:
        """Begin the file; raises OSError."""
        self._sealed.seal_with(key)

    def append(self, pcm: bytes) -> None:
        """Add samples.

        Raises:
            StoreUnavailable: the disk is full, or the stretch was closed.
        """
        if self._sealed.closed:
            raise StoreUnavailable("this recording is closed")
        try:
            self._sealed.append(pcm)
        except OSError as error:
            raise _failure(error) from error

    def close(self) -> float:
        """Finish; the seconds kept. A second call changes nothing."""
        try:
            self._sealed.close()
        except OSError as error:
            raise _failure(error) from error
        return self._sealed.kept / _BYTES_PER_SECOND

    def give_up(self) -> None:
        """Remove the file again."""
        self._sealed.give_up()
        self._path.unlink(missing_ok=True)
        with suppress(OSError):  # others may lie beside it
            self._path.parent.rmdir()


class FileRecordings:
    """Kept audio below one folder, readable by its owner only."""

    def __init__(self, data_dir: Path, keys: Keys) -> None:
        self._folder = data_dir / "recordings"
        self._keys = keys

    def open(self, interview_id: UUID) -> FileRecordingWriter:
        """Begin a new stretch.

        Raises:
            StoreUnavailable: the disk is full, the folder can't be written, or the store that
                keeps the keys can't be reached.
        """
        try:
            writer = self._new(interview_id)
        except OSError as error:
            raise _failure(error) from error
        try:
            writer.seal_with(self._keys.make(interview_id, writer.file))
        except OSError as error:
            writer.give_up()
            raise _failure(error) from error
        except BaseException:
            writer.give_up()
            raise
        return writer

    def read(
        self, interview_id: UUID, file: str, from_s: float = 0.0, to_s: float | None = None
    ) -> bytes:
        """The samples of a stretch between two of its seconds, also of one cut off by a crash.

        Raises:
            StoreUnavailable: there is no such stretch, or its key is gone.
        """
        first, last = _place(from_s), None if to_s is None else _place(to_s)
        with self._opened(interview_id, file) as stretch:
            if file.endswith(_PLAIN):
                stretch.seek(first)
                pcm = stretch.read() if last is None else stretch.read(max(0, last - first))
            else:
                pcm = read_sealed(stretch, self._key(interview_id, file), first, last)
        return pcm[: len(pcm) - len(pcm) % _SAMPLE_BYTES]

    def seconds(self, interview_id: UUID, file: str) -> float:
        """How long a stretch is by now.

        Raises:
            StoreUnavailable: there is no such stretch, or its key is gone.
        """
        with self._opened(interview_id, file) as stretch:
            if file.endswith(_PLAIN):
                kept = stretch.seek(0, os.SEEK_END)
            else:
                kept = plain_size(stretch, self._key(interview_id, file))
        return (kept - kept % _SAMPLE_BYTES) / _BYTES_PER_SECOND

    def remove(self, interview_id: UUID, file: str) -> None:
        """Remove one stretch with its key; none is no error."""
        if not _NAME.fullmatch(file):
            return
        self._keys.erase(interview_id, file)
        try:
            for folder in self._folders(interview_id):
                (folder / file).unlink(missing_ok=True)
        except OSError as error:
            raise _failure(error) from error

    def erase(self, interview_id: UUID) -> Shredded:
        """Remove all audio of an interview: first the keys, then the files."""
        keys = self._keys.erase(interview_id)
        files = 0
        for folder in self._folders(interview_id):
            try:
                files += sum(1 for path in folder.iterdir() if _NAME.fullmatch(path.name))
                shutil.rmtree(folder)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _failure(error) from error
        return Shredded(files, keys)

    def _new(self, interview_id: UUID) -> FileRecordingWriter:
        folder = self._folders(interview_id)[0]
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        number = max(self._numbers(interview_id), default=0) + 1
        while True:
            try:
                return FileRecordingWriter(folder / f"{number}{_SEALED}")
            except FileExistsError:
                number += 1

    def _numbers(self, interview_id: UUID) -> Iterator[int]:
        for folder in self._folders(interview_id):
            with suppress(FileNotFoundError):
                yield from (int(p.stem) for p in folder.iterdir() if _NAME.fullmatch(p.name))

    def _key(self, interview_id: UUID, file: str) -> bytes:
        key = self._keys.of(interview_id, file)
        if key is None:
            raise _missing()
        return key

    @contextmanager
    def _opened(self, interview_id: UUID, file: str) -> Iterator[BinaryIO]:
        if not _NAME.fullmatch(file):
            raise _missing()
        paths = [folder / file for folder in self._folders(interview_id)]
        path = next((path for path in paths if path.exists()), paths[0])
        try:
            with path.open("rb") as stretch:
                yield stretch
        except FileNotFoundError:
            raise _missing() from None
        except OSError as error:
            raise _failure(error) from error

    def _folders(self, interview_id: UUID) -> tuple[Path, Path]:
        """Where an interview's files are; they were a folder deeper once."""
        name = str(UUID(str(interview_id)))
        return self._folder / name, self._folder / "recordings" / name


def _place(seconds: float) -> int:
    return max(0, round(seconds * _BYTES_PER_SECOND / _SAMPLE_BYTES)) * _SAMPLE_BYTES


def _missing() -> StoreUnavailable:
    error = StoreUnavailable("no such recording")
    error.retryable = False
    return error


def _failure(error: OSError) -> StoreUnavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreUnavailable("the disk is full: free some space to keep recording")
    return StoreUnavailable(f"the recording could not be kept: {error.strerror or error}")
