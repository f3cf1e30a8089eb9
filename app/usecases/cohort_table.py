"""A cohort as CSV for a spreadsheet, where no cell can act as a formula."""

from __future__ import annotations

import csv
import io

from app.usecases.show_cohort import Cell, Cohort, Row

# Also the wide forms, which some spreadsheets read as the plain ones.
_FORMULAS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20|%")


def neutral(cell: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take as a formula."""
    first = cell.lstrip(" \u00a0\u200b\ufeff")[:1]
    return f"'{cell}" if first in _FORMULAS and first else cell


def cohort_table(cohort: Cohort) -> str:
    """One line a person: shares 0..1, the state of each, the mean with its interval."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    titles = [f"{column.title} ({column.rubric_id})" for column in cohort.columns]
    head = ["name", "group", "attempt", "state"]
    head += [part for title in titles for part in (title, f"{title}: state")]
    head += ["mean share", "low", "high", "answers", "verdict", "open contests"]
    writer.writerow([neutral(cell) for cell in head])
    for row in cohort.rows:
        writer.writerow([neutral(cell) for cell in _line(row)])
    return text.getvalue()


def _line(row: Row) -> list[str]:
    share = row.need.share
    line = [
        row.invitation.name,
        row.invitation.group,
        str(row.taken.attempt.number) if row.taken is not None else "",
        row.state,
    ]
    for cell in row.cells:
        line += _pair(cell)
    line += [_number(value) for value in (share.value, share.low, share.high)]
    contests = row.taken.open_contests if row.taken is not None else 0
    return [*line, str(share.n), row.need.verdict, str(contests)]


def _pair(cell: Cell | None) -> list[str]:
    return ["", ""] if cell is None else [_number(cell.share), cell.state.value]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
