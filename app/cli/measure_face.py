"""`sounding measure face`: pictures and videos of faces as a table of expressions."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.interview import EMOTIONS

if TYPE_CHECKING:
    from app.adapters.vision.face_files import FaceLine
    from app.adapters.vision.face_reader import DeepFaceReader

COLUMNS = (
    "file", "time_s", "faces", "emotion", *(f"p_{name}" for name in EMOTIONS),
    "coverage", "quality", "error",
)  # fmt: skip


def measure_faces(pictures: Path, out: Path, *, cropped: bool, model: Path | None) -> None:
    """Write the table of a folder of pictures and videos, or of one file."""
    from app.adapters.vision.face_files import find_files, read_file
    from app.cli.measure import note, stop

    if out.is_dir() or not out.absolute().parent.is_dir():
        stop(f"--out: expected a file in a folder that exists, found {out}", 2)
    if not pictures.exists():
        stop(f"{pictures}: no such file or folder", 2)
    if model is not None and not model.is_file():
        stop(f"--model: no such file: {model}", 2)
    files = find_files(pictures)
    if not files:
        stop(f"{pictures}: expected pictures (jpg, png) or videos (mp4, webm, mjpeg ...)", 2)
    reader = _reader(model)
    root = pictures if pictures.is_dir() else pictures.parent

    def lines() -> Iterator[FaceLine]:
        for count, file in enumerate(files, 1):
            yield from read_file(file, str(file.relative_to(root)), reader, cropped=cropped)
            if count % 100 == 0:
                note(f"{count} of {len(files)} files")

    try:
        failed = _write(lines(), out)
    except OSError as error:
        stop(f"{out}: {error.strerror}", 1)
    note(f"{out}: {len(files)} files, {failed} lines with an error")


def _reader(model: Path | None) -> DeepFaceReader:
    from app.adapters.files.errors import ModelFileError
    from app.adapters.files.models import ModelStore
    from app.adapters.vision.face_reader import WEIGHTS, DeepFaceReader
    from app.cli.measure import stop
    from app.ports.errors import PortError

    try:
        store = ModelStore()
        cascade = store.path("haar", "haarcascade_frontalface_default.xml")
        return DeepFaceReader(model or store.path("emotion", WEIGHTS), cascade)
    except (ModelFileError, PortError) as error:
        stop(str(error), 1)


def _write(lines: Iterable[FaceLine], out: Path) -> int:
    failed = 0
    with out.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for line in lines:
            failed += bool(line.error)
            table.writerow(_cells(line))
    return failed


def _cells(line: FaceLine) -> list[str]:
    shares = [f"{share:.4f}" for share in line.shares] if line.shares else [""] * len(EMOTIONS)
    return [
        line.file,
        f"{line.time_s:.1f}",
        str(line.faces),
        line.emotion or "",
        *shares,
        f"{line.coverage:.2f}",
        f"{line.quality:.2f}",
        line.error,
    ]
