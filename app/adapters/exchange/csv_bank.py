"""CSV: a row a question, lists as lines in a cell, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from app.adapters.exchange.assemble import Desk, said_plainly
from app.adapters.exchange.csv_cells import read_cell, written_cell
from app.adapters.exchange.decoding import decode
from app.adapters.exchange.losses import beyond_questions
from app.adapters.exchange.markup import clean, shown
from app.domain.errors import BadContent
from app.domain.exchange import Content, Exported, Format, Imported, Notes
from app.domain.question import Question

COLUMNS = (
    *("id", "version", "text", "spoken", "rephrased", "kind", "difficulty", "topic", "rubric"),
    *("minutes", "reference", "points", "probes", "exemplars", "tags", "source", "licence"),
)
_RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_SEPARATOR = re.compile(r"\"?sep=([,;\t|])\"?\n", re.IGNORECASE)
_OTHER_NAMES = {"question": "text", "answer": "reference", "category": "topic", "name": "id"}


def export(content: Content) -> Exported:
    """Every question with all its fields."""
    notes = Notes()
    beyond_questions(content, notes)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for question in content.questions:
        writer.writerow(list(_cells(question, notes)))
    return Exported(
        file.getvalue().encode("utf-8-sig"), notes.report(Format.CSV, len(content.questions))
    )


def read(data: bytes, name: str) -> Imported:
    """Drafts of all rows that can be read.

    Raises:
        BadContent: no header that names a column of questions.
    """
    notes = Notes()
    decoded = decode(data, name)
    if decoded.guess:
        notes.changed(name, "encoding", f"read as {decoded.guess}")
    rows = _rows(decoded.text, notes)
    first = next(rows, None)
    columns = [_column(cell) for cell in first[1]] if first else []
    if "text" not in columns:
        raise BadContent(f"{name}: line 1: expected a header with the column 'text'")
    for column in sorted(set(columns) - set(COLUMNS)):
        notes.lost("every row", column or "a column without a name", "no field of a question")
    desk = Desk(notes)
    for line, cells in rows:
        _take(f"line {line}", cells, columns, desk, notes)
    return Imported(tuple(desk.drafts), notes.report(Format.CSV, len(desk.drafts)))


def guarded(value: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{value}" if _RUNS.match(value) else value


def unguarded(value: str) -> str:
    """The same without the apostrophe."""
    return value[1:] if value.startswith("'") and _RUNS.match(value) else value


def _cells(question: Question, notes: Notes) -> Iterator[str]:
    told = question.model_dump(mode="json", exclude_defaults=True)
    for column in COLUMNS:
        cell = written_cell(column, told.get(column))
        cleaned = clean(cell)
        if cleaned != cell:
            notes.changed(question.id, column, "control characters were taken out")
        safe = guarded(shown(cleaned))
        if safe.startswith("'") and not cleaned.startswith("'"):
            notes.changed(question.id, column, "an apostrophe keeps it from being a formula")
        yield safe


def _rows(text: str, notes: Notes) -> Iterator[tuple[int, list[str]]]:
    named = _SEPARATOR.match(text)  # as Excel writes it above the header
    text = text[named.end() :] if named else text
    head = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = named[1] if named else max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    above = 1 if named else 0
    line = 1 + above
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            notes.refused(f"line {line}", "row", f"expected a whole row, found: {error}")
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1 + above


def _take(place: str, cells: list[str], columns: list[str], desk: Desk, notes: Notes) -> None:
    if len(cells) > len(columns):
        notes.refused(place, "row", f"expected {len(columns)} cells, found {len(cells)}")
        return
    told = dict(zip(columns, cells, strict=False))
    item = told.get("id", "").strip() or place
    if not told.get("text", "").strip():
        notes.refused(place, item, "expected a question in the column 'text', found none")
        return
    keys: dict[str, object] = {}
    for column in COLUMNS:
        cell = told.get(column, "")
        if not cell.strip():
            continue
        if not cell.startswith("'") and _RUNS.match(cell):
            notes.changed(item, column, "looks like a formula; kept as text")
        plain = said_plainly(unguarded(cell), item, column, notes)
        try:
            keys[column] = read_cell(column, plain)
        except ValueError as error:
            notes.lost(item, column, str(error))
    if keys.get("id"):
        desk.put("question", keys, place)
    else:
        desk.put_titled("", keys, place)


def _column(cell: str) -> str:
    name = re.sub(r"[\s_-]+", "_", cell.strip().lower().lstrip("\ufeff"))
    return _OTHER_NAMES.get(name, name)
