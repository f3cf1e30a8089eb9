"""A file of encrypted frames that grows while it is written and can be read in any place.

After eight bytes that name the format come frames of one second of sound each, every one sealed
with AES-256-GCM. A frame's nonce is its number: the key belongs to one file, and a file has one
writer that never writes a number twice. The last frame may be shorter. One that a crash cut off
does not open, and is left out: at most a second is lost, as with an open file of plain samples.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"SNDAES01"
PLAIN = 32_000
TAG = 16
FRAME = PLAIN + TAG


class Broken(OSError):
    """A frame does not open: another key, or bytes that were changed."""


class SealedWriter:
    """Appends to a new file; what is less than a frame waits for the rest of it."""

    def __init__(self, path: Path) -> None:
        self._cipher: AESGCM | None = None
        self._waiting = bytearray()
        self._number = 0
        self.kept = 0
        self._descriptor: int | None = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600
        )

    def seal_with(self, key: bytes) -> None:
        """Begin the file; raises OSError."""
        self._cipher = AESGCM(key)
        self._write(MAGIC, 0)

    def append(self, data: bytes) -> None:
        """Add bytes; raises OSError, and then nothing more can be added."""
        self._waiting += data
        while len(self._waiting) >= PLAIN:
            self._seal(PLAIN)

    def close(self) -> None:
        """Write what waits, as far as there is room. A second call changes nothing."""
        if self._descriptor is None:
            return
        try:
            if self._waiting:
                self._seal(len(self._waiting))
            os.fsync(self._descriptor)
        finally:
            self.give_up()

    def give_up(self) -> None:
        """Close without writing more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def closed(self) -> bool:
        """Whether nothing can be added."""
        return self._descriptor is None

    def _seal(self, size: int) -> None:
        if self._cipher is None:
            raise OSError("no key was given")
        plain = bytes(self._waiting[:size])
        sealed = self._cipher.encrypt(_nonce(self._number), plain, MAGIC)
        self._number += 1  # whatever comes of it: no number is used twice
        del self._waiting[:size]
        self._write(sealed, size)

    def _write(self, data: bytes, plain: int) -> None:
        if self._descriptor is None:
            raise OSError("this file is closed")
        view, before = memoryview(data), os.fstat(self._descriptor).st_size
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            self._waiting.clear()
            with suppress(OSError):
                os.ftruncate(self._descriptor, before)
            self.give_up()
            raise
        self.kept += plain


def read_sealed(stream: BinaryIO, key: bytes, first: int, last: int | None) -> bytes:
    """The plain bytes from `first` to `last`, or to the end.

    Raises:
        Broken: a frame between them does not open.
    """
    cipher = AESGCM(key)
    number, end = first // PLAIN, os.fstat(stream.fileno()).st_size
    _require_format(stream)
    stream.seek(len(MAGIC) + number * FRAME)
    plain = bytearray()
    while last is None or number * PLAIN < last:
        sealed = stream.read(FRAME)
        if len(sealed) <= TAG:
            break
        try:
            plain += cipher.decrypt(_nonce(number), sealed, MAGIC)
        except InvalidTag:
            if stream.tell() < end or len(sealed) == FRAME:
                raise Broken("a frame of this recording does not open") from None
            break
        number += 1
    skipped = first // PLAIN * PLAIN
    return bytes(plain[first - skipped : None if last is None else max(0, last - skipped)])


def plain_size(stream: BinaryIO, key: bytes) -> int:
    """How many plain bytes there are by now; only the last frame is opened."""
    whole, rest = divmod(max(0, os.fstat(stream.fileno()).st_size - len(MAGIC)), FRAME)
    if rest <= TAG:
        return whole * PLAIN
    return whole * PLAIN + len(read_sealed(stream, key, whole * PLAIN, None))


def _require_format(stream: BinaryIO) -> None:
    stream.seek(0)
    begins = stream.read(len(MAGIC))
    if begins and begins != MAGIC[: len(begins)]:
        raise Broken("this is no sealed recording")


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
