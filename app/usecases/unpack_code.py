"""Source files out of what was dropped: a file, a zip or a git bundle; nothing touches the disk.

What an archive says about itself is not believed: sizes are counted while unpacking, names are
shown and never opened, and what is too much is refused as a whole.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.domain.errors import BadContent
from app.usecases.unpack_bundle import bundle_files

MOST_BYTES = 900_000
MOST_ENTRIES = 2_000
MOST_FILES = 50
MOST_FILE = 100_000
MOST_UNPACKED = 2_000_000
ENDINGS = {".py": "python", ".js": "javascript", ".mjs": "javascript", ".java": "java"}
_CHUNK = 65_536


@dataclass(frozen=True)
class SourceFile:
    """One source file: its name inside what was dropped, language and text."""

    name: str
    language: str
    code: str


@dataclass(frozen=True)
class Unpacked:
    """The source files, and how many other entries were left out."""

    files: tuple[SourceFile, ...]
    left_out: int = 0


def unpack(name: str, body: bytes) -> Unpacked:
    """The source files in this body.

    Raises:
        BadContent: it is too much, broken, or holds no source file; the message says which.
    """
    if len(body) > MOST_BYTES:
        raise BadContent(f"expected at most {MOST_BYTES} bytes, found {len(body)}")
    if body[:4] == b"PK\x03\x04" or body[:4] == b"PK\x05\x06":
        return _chosen(_zipped(body))
    if body.startswith(b"# v2 git bundle") or body.startswith(b"# v3 git bundle"):
        return _chosen(bundle_files(body, most=MOST_UNPACKED, entries=MOST_ENTRIES))
    return _chosen(iter([(name, body)]))


def _zipped(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents; an entry is read only as far as its share of the limit."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise BadContent("expected a zip, found a broken one") from error
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise BadContent(f"expected at most {MOST_ENTRIES} entries, found {len(entries)}")
    left = MOST_UNPACKED
    for entry in entries:
        if entry.is_dir() or _ending(entry.filename) is None:
            yield entry.filename, b""
            continue
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise BadContent(f"expected plain files, found a link: {_shown(entry.filename)}")
        if entry.flag_bits & 0x1:
            raise BadContent("expected a zip without a password")
        content = _read(archive, entry, left)
        left -= len(content)
        yield entry.filename, content


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    content = bytearray()
    most = min(left, MOST_FILE)
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                content += chunk
                if len(content) > most:
                    text = f"expected {MOST_FILE} bytes a file and {MOST_UNPACKED} in all at most"
                    raise BadContent(f"{text}: {_shown(entry.filename)} unpacks to more")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
        raise BadContent(f"{_shown(entry.filename)} can't be unpacked") from error
    return bytes(content)


def _chosen(found: Iterator[tuple[str, bytes]]) -> Unpacked:
    files: list[SourceFile] = []
    left_out = 0
    for name, body in found:
        language = _ending(name)
        if language is None:
            left_out += 1
            continue
        _refuse_escape(name)
        if len(body) > MOST_FILE:
            raise BadContent(f"expected {MOST_FILE} bytes a file at most: {_shown(name)} has more")
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadContent(f"{_shown(name)} is no text in UTF-8") from error
        if "\0" in text:
            raise BadContent(f"{_shown(name)} is no text")
        files.append(SourceFile(_shown(name), language, text))
        if len(files) > MOST_FILES:
            raise BadContent(f"expected at most {MOST_FILES} source files")
    if not files:
        raise BadContent("expected a source file in Python, JavaScript or Java, found none")
    return Unpacked(tuple(files), left_out)


def _refuse_escape(name: str) -> None:
    """A name that leads out of its folder: nothing is written here, but such an archive lies."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise BadContent(f"expected names inside the archive, found {_shown(name)}")


def _ending(name: str) -> str | None:
    if PurePosixPath(name).name.startswith("._"):
        return None
    return ENDINGS.get(PurePosixPath(name).suffix.lower())


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:120]
