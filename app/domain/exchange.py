"""What goes between the bank and other tools' files: whole banks, drafts, and a report of the way.

A draft is a question as far as a file told it. A person completes and publishes it; nothing here
does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.question import Question, Rubric, Track
from app.domain.task import Task

Keys = Mapping[str, object]


class Format(StrEnum):
    """The formats that banks are exported to and imported from."""

    YAML = "yaml"
    CSV = "csv"
    GIFT = "gift"
    MOODLE = "moodle"
    QTI = "qti"


@dataclass(frozen=True)
class Content:
    """What an export takes: questions, and what belongs to them."""

    questions: tuple[Question, ...]
    rubrics: tuple[Rubric, ...] = ()
    tracks: tuple[Track, ...] = ()
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A question, rubric, track or task read from a file; `keys` are those of its type.

    `open` says what keeps it from being whole; it is empty for an item that only awaits a person.
    """

    kind: str
    id: str
    place: str
    keys: Keys
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loss:
    """A part of an item that the other side has no place for."""

    item: str
    part: str
    why: str


@dataclass(frozen=True)
class Change:
    """A part of an item that was carried, but not as it stood."""

    item: str
    part: str
    what: str


@dataclass(frozen=True)
class Refusal:
    """Something that was not taken: where it stood, what it was, and why."""

    place: str
    item: str
    why: str


@dataclass(frozen=True)
class Report:
    """What came of an import or export."""

    format: Format
    carried: int = 0
    losses: tuple[Loss, ...] = ()
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def lost_parts(self) -> dict[str, int]:
        """How many items lost which part."""
        return dict(sorted(Counter(loss.part for loss in self.losses).items()))


@dataclass(frozen=True)
class Exported:
    """The file and the report of what is not in it."""

    data: bytes
    report: Report


@dataclass(frozen=True)
class Imported:
    """The drafts and the report of what is not in them."""

    drafts: tuple[Draft, ...]
    report: Report


@dataclass
class Notes:
    """Losses, changes and refusals while they are being collected."""

    losses: list[Loss] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def lost(self, item: str, part: str, why: str) -> None:
        """Note a loss."""
        self.losses.append(Loss(item, part, why))

    def changed(self, item: str, part: str, what: str) -> None:
        """Note a change."""
        self.changes.append(Change(item, part, what))

    def refused(self, place: str, item: str, why: str) -> None:
        """Note a refusal."""
        self.refusals.append(Refusal(place, item, why))

    def report(self, named: Format, carried: int) -> Report:
        """The report of all notes."""
        return Report(named, carried, tuple(self.losses), tuple(self.changes), tuple(self.refusals))
