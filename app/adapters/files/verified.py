"""Remembers which cached files were hashed, so that checking them at each start costs a `stat`."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

RECORD = ".verified.json"
_CHUNK_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file, read a megabyte at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


class VerifiedRecord:
    """sha256 of each cached file as last hashed, valid while its size and time stay the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def digest(self, path: Path, *, afresh: bool = False) -> str:
        """sha256 of `path`, from the record when the file has not changed; OSError if unreadable.

        `afresh` reads the file whatever the record says.
        """
        key = path.relative_to(self._folder).as_posix()
        stat = path.stat()
        mark = [stat.st_size, stat.st_mtime_ns]
        entry = self._load().get(key)
        if not afresh and entry is not None and entry[:2] == mark:
            return str(entry[2])
        found = sha256_of(path)
        self._store(key, [*mark, found])
        return found

    def _load(self) -> dict[str, list[int | str]]:
        try:
            content = json.loads((self._folder / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(content, dict):
            return {}
        return {
            str(key): entry
            for key, entry in content.items()
            if isinstance(entry, list) and len(entry) == 3
        }

    def _store(self, key: str, entry: list[int | str]) -> None:
        """A cache that can't be written (shared, read-only) only costs the hashing again."""
        content = self._load() | {key: entry}
        scratch = self._folder / f"{RECORD}.{os.getpid()}"
        try:
            scratch.write_text(json.dumps(content, indent=1), encoding="utf-8")
            scratch.replace(self._folder / RECORD)
        except OSError:
            scratch.unlink(missing_ok=True)
