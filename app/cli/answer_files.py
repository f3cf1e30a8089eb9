"""The two files of `sounding grade`: answers are read line by line, results only ever appended."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from app.usecases.answer_line import LineId, id_of

LONGEST_LINE = 4 * 2**20
_MARK = b"\xef\xbb\xbf"
_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class BadFile(Exception):
    """A file can't be used; the message says what was expected."""


class InUse(Exception):
    """Another run writes the same results."""


@dataclass(frozen=True)
class RawLine:
    """A line of the file: its number from 1, its text, and why it can't be read, if so."""

    number: int
    text: str
    fault: str = ""

    @property
    def id(self) -> LineId | None:
        """The id, where the line is an object that has one."""
        try:
            return id_of(json.loads(self.text))
        except (ValueError, RecursionError):
            return None

    @property
    def key(self) -> str:
        """What tells the line apart from all others."""
        return key_of(self.id, self.number)


def key_of(line_id: LineId | None, number: int) -> str:
    """The id as JSON; a line without one goes by its number."""
    return json.dumps(line_id) if line_id is not None else f"line {number}"


def raw_lines(file: BinaryIO) -> Iterator[RawLine]:
    """The lines that are not blank; a byte order mark and Windows line ends are passed over."""
    number = 0
    while data := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(data) > LONGEST_LINE and not data.endswith(b"\n"):
            _skip_line(file)
            yield RawLine(number, "", f"expected a line of at most {LONGEST_LINE} bytes")
            continue
        data = data.removeprefix(_MARK) if number == 1 else data
        if not data.strip():
            continue
        try:
            yield RawLine(number, data.decode("utf-8").rstrip("\r\n"))
        except UnicodeDecodeError:
            yield RawLine(number, data.decode("utf-8", "replace"), "expected UTF-8")


class Results:
    """The file of results, locked while it is open; `done` holds what stands there already."""

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            BadFile: Something stands there that is no result.
            InUse: Another run writes it.
            OSError: It can't be written.
        """
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.done: set[str] = set()
            self.errors = 0
            self._take_up(path)
        except BlockingIOError:
            self._file.close()
            raise InUse(f"{path}: another run writes it") from None
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, document: dict[str, Any]) -> None:
        """Append one result, whole."""
        self._file.write(_encoded(document))
        self._file.flush()

    def _take_up(self, path: Path) -> None:
        self._file.seek(0)
        whole = 0
        for number, data in enumerate(self._file, 1):
            result = _result(data)
            if result is None and not data.endswith(b"\n"):
                break  # the line that was being written when the run was stopped
            if result is None:
                raise BadFile(f"{path}: expected a result in line {number}, found something else")
            self._note(result)
            whole += len(data)
            if not data.endswith(b"\n"):
                self._file.write(b"\n")
                return
        self._file.truncate(whole)

    def _note(self, result: dict[str, Any]) -> None:
        failed = result["status"] == "error"
        self.errors += failed
        number = result.get("line")
        self.done.add(key_of(id_of(result), number if isinstance(number, int) else 0))


def _result(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and "status" in document else None


def _encoded(document: dict[str, Any]) -> bytes:
    """One line whatever reads it: signs that some take for a line's end are escaped."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False).translate(_BREAKS)
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(document, allow_nan=False).encode() + b"\n"


def _skip_line(file: BinaryIO) -> None:
    while (data := file.readline(LONGEST_LINE)) and not data.endswith(b"\n"):
        pass
