"""Every format by name, and which one a file is in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from app.adapters.exchange import csv_bank, gift, moodle, qti, yaml_bank
from app.domain.errors import BadContent
from app.domain.exchange import Content, Exported, Format, Imported

MAX_BYTES = 64 * 1024 * 1024
_WRITERS: dict[Format, Callable[[Content], Exported]] = {
    Format.YAML: yaml_bank.export,
    Format.CSV: csv_bank.export,
    Format.GIFT: gift.export,
    Format.MOODLE: moodle.export,
    Format.QTI: qti.export,
}
_READERS: dict[Format, Callable[[bytes, str], Imported]] = {
    Format.YAML: yaml_bank.read,
    Format.CSV: csv_bank.read,
    Format.GIFT: gift.read,
    Format.MOODLE: moodle.read,
    Format.QTI: qti.read,
}
_ENDINGS = {
    ".yaml": Format.YAML,
    ".yml": Format.YAML,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".gift": Format.GIFT,
    ".txt": Format.GIFT,
    ".zip": Format.QTI,
}


def export(named: Format, content: Content) -> Exported:
    """The file of this format, with a report of what is not in it."""
    return _WRITERS[named](content)


def read(named: Format, data: bytes, name: str) -> Imported:
    """The drafts of a file of this format.

    Raises:
        BadContent: the file as a whole can't be taken.
    """
    if len(data) > MAX_BYTES:
        raise BadContent(f"{name}: file: expected at most {MAX_BYTES >> 20} MB, found more")
    return _READERS[named](data, name)


def format_of(name: str, data: bytes) -> Format:
    """The format by the ending of the name; XML by its root.

    Raises:
        BadContent: nothing is known about this ending.
    """
    ending = PurePath(name).suffix.lower()
    if ending == ".xml":
        start = data[:8192].replace(b"\0", b"")  # of UTF-16
        return Format.QTI if b"assessmentItem" in start else Format.MOODLE
    if ending not in _ENDINGS:
        known = ", ".join([*_ENDINGS, ".xml"])
        raise BadContent(f"{name}: expected an ending of {known}, or --format; found {ending!r}")
    return _ENDINGS[ending]
