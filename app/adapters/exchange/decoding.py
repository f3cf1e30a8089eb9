"""The text of a file whose encoding nobody told."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from app.domain.errors import BadContent

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Decoded:
    """The text with plain line ends, and a word about the encoding if it was a guess."""

    text: str
    guess: str = ""


def decode(data: bytes, name: str) -> Decoded:
    """UTF-8, or what the byte order mark says; else Windows-1252 or Latin-1, as a guess.

    Raises:
        BadContent: binary data, or text that its own mark misnames.
    """
    encoding = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    guess = ""
    if encoding is None:
        encoding, guess = _unmarked(data)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise BadContent(f"{name}: file: expected {encoding} text, found: {error}") from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise BadContent(f"{name}: line {line}: expected text, found a NUL byte")
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), guess)


def _unmarked(data: bytes) -> tuple[str, str]:
    start = data[:400]
    half = len(start) // 2
    if half and start[1::2].count(0) > half // 2 and not start[::2].count(0):
        return "utf-16-le", "UTF-16 without a byte order mark"
    if half and start[::2].count(0) > half // 2 and not start[1::2].count(0):
        return "utf-16-be", "UTF-16 without a byte order mark"
    for encoding, guess in (("utf-8", ""), ("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding, guess
    raise AssertionError("Latin-1 decodes everything")
