"""A zip from a stranger, read in memory: nothing is ever unpacked to a disk."""

from __future__ import annotations

import io
import lzma
import posixpath
import stat
import struct
import zipfile
import zlib
from urllib.parse import unquote

from app.domain.errors import BadContent

FILES = 30_000
FILE_BYTES = 4 * 1024 * 1024
ALL_BYTES = 128 * 1024 * 1024
RATIO = 200
_SMALL = 64 * 1024
_BROKEN = (  # all that zipfile raises for bytes that are no zip, or not quite
    *(zipfile.BadZipFile, zlib.error, struct.error, lzma.LZMAError),
    *(ValueError, EOFError, OSError, RuntimeError),
)


class Package:
    """The files of a zip by their path, each read within limits."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open it.

        Raises:
            BadContent: no zip, a path that leaves the package, a link, a password, or a bomb.
        """
        self._name = name
        self._left = ALL_BYTES
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise BadContent(f"{name}: file: expected a whole zip, found: {error}") from error
        members = self._zip.infolist()
        if len(members) > FILES:
            raise BadContent(f"{name}: file: expected at most {FILES} files, found {len(members)}")
        for member in members:
            self._check(member)
        self._members = {posixpath.normpath(m.filename): m for m in members if not m.is_dir()}

    def read(self, path: str) -> bytes:
        """The bytes of one file.

        Raises:
            BadContent: it is missing, damaged, or larger than it may be.
        """
        where = f"{self._name}: {path[:120]}"
        member = self._members.get(posixpath.normpath(path))
        if member is None:
            raise BadContent(f"{where}: expected this file in the package, found none")
        try:
            with self._zip.open(member) as file:
                data = file.read(FILE_BYTES + 1)
        except _BROKEN as error:
            raise BadContent(f"{where}: expected a whole file, found: {error}") from error
        self._left -= len(data)
        if len(data) > FILE_BYTES or self._left < 0:
            raise BadContent(
                f"{where}: expected at most {FILE_BYTES >> 20} MB a file and "
                f"{ALL_BYTES >> 20} MB in all, found more"
            )
        return data

    def inside(self, base: str, link: str) -> str:
        """The path that a link in a file of the folder `base` means.

        Raises:
            BadContent: it leads out of the package.
        """
        path = posixpath.normpath(posixpath.join(base, unquote(link)))
        if _leaves(path) or "://" in link:
            raise BadContent(f"{self._name}: {link[:120]!r}: expected a path inside the package")
        return path

    def _check(self, member: zipfile.ZipInfo) -> None:
        named = f"{self._name}: {member.filename[:120]!r}"
        if _leaves(posixpath.normpath(member.filename)) or _leaves(member.orig_filename):
            raise BadContent(f"{named}: expected a path inside the package")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise BadContent(f"{named}: expected a file, found a link")
        if member.flag_bits & 0x1:
            raise BadContent(f"{named}: expected a file without a password")
        swollen = member.file_size > RATIO * max(1, member.compress_size)
        if member.file_size > FILE_BYTES or (swollen and member.file_size > _SMALL):
            raise BadContent(
                f"{named}: expected at most {FILE_BYTES >> 20} MB, {RATIO} times the packed size"
            )


def _leaves(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return path.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]
