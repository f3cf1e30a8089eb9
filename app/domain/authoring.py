"""Work on the library: drafts that people edit, and what they publish.

A draft may be unfinished, so its body is as it was typed: the keys of its type without `id` and
`version`. A published version is whole and never changes; a second edition gets the next number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.domain.exchange import Report
from app.domain.question import Question, Rubric, Track

Body = Mapping[str, Any]
Item = Question | Rubric | Track
LONGEST_ID = 80


class Kind(StrEnum):
    """What can be written on the pages."""

    QUESTION = "question"
    RUBRIC = "rubric"
    TRACK = "track"


class State(StrEnum):
    """Where an item of the library stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SHIPPED = "shipped"  # of the bank's files
    ARCHIVED = "archived"


MODELS: Mapping[Kind, type[Question] | type[Rubric] | type[Track]] = {
    Kind.QUESTION: Question,
    Kind.RUBRIC: Rubric,
    Kind.TRACK: Track,
}


@dataclass(frozen=True)
class Draft:
    """One item under work; `revision` counts its saves, `base` is the version it started from."""

    kind: Kind
    id: str
    body: Body
    by: str
    at: datetime
    revision: int = 1
    base: int | None = None
    origin: str = ""


@dataclass(frozen=True)
class Edit:
    """The draft as one save left it."""

    revision: int
    body: Body
    by: str
    at: datetime


@dataclass(frozen=True)
class Publication:
    """Who published a version, when, and why its warnings were accepted."""

    kind: Kind
    id: str
    version: int
    by: str
    at: datetime
    reason: str = ""
    accepted: tuple[str, ...] = ()
    archived_by: str | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True)
class Shelved:
    """One line of the library: the newest version, and the draft if there is one."""

    kind: Kind
    id: str
    body: Body
    state: State
    version: int | None = None
    revision: int | None = None
    by: str = ""
    at: datetime | None = None

    @property
    def title(self) -> str:
        """What people call it: a question by its text."""
        return str(self.body.get("title") or self.body.get("text") or self.id)

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags; none where the draft holds something else."""
        found = self.body.get("tags")
        return tuple(str(tag) for tag in found) if isinstance(found, list | tuple) else ()


@dataclass(frozen=True)
class Shelf:
    """A page of the library, and how many lines there are in all."""

    entries: tuple[Shelved, ...]
    total: int


@dataclass(frozen=True)
class Gap:
    """What keeps a body from being whole: where, and what was expected."""

    part: str
    message: str


@dataclass(frozen=True)
class BroughtItem:
    """One item that a file held, as a draft is made of it."""

    kind: Kind
    id: str
    place: str
    body: Body
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brought:
    """A file that was read and waits for a person to take its drafts, or not."""

    id: UUID
    name: str
    by: str
    at: datetime
    report: Report
    counts: Mapping[str, int] = field(default_factory=dict)


def whole(kind: Kind, item_id: str, version: int, body: Body) -> Item:
    """The item of this body.

    Raises:
        ValidationError: something is missing or wrong.
    """
    return MODELS[kind].model_validate({**body, "id": item_id, "version": version})


def body_of(item: Item) -> dict[str, Any]:
    """The keys of an item as a draft holds them."""
    return item.model_dump(mode="json", exclude={"id", "version"}, exclude_defaults=True)


def settled(kind: Kind, item_id: str, body: Body) -> Body:
    """The body without what is so by default, where it is whole: then equal items look equal."""
    try:
        return body_of(whole(kind, item_id, 1, body))
    except ValidationError:
        return body


def gaps(kind: Kind, item_id: str, body: Body) -> tuple[Gap, ...]:
    """What is missing or wrong in the body of a draft."""
    try:
        whole(kind, item_id, 1, body)
    except ValidationError as error:
        return tuple(Gap(_place(fault["loc"]), _said(fault)) for fault in error.errors())
    return ()


def slug_of(text: str) -> str:
    """An id made of a title; empty when no letter or digit is in it."""
    flat = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", flat).strip("-")[:LONGEST_ID].strip("-")


_ONE = {"criteria": "criterion", "levels": "level", "points": "point", "probes": "follow-up"}


def _place(location: tuple[int | str, ...]) -> str:
    """A place in words: criterion 1, level 0, anchor. Levels count from 0, all else from 1."""
    parts: list[str] = []
    for part in location:
        if isinstance(part, int) and parts:
            first = 0 if parts[-1] == "levels" else 1
            parts[-1] = f"{_ONE.get(parts[-1], parts[-1].removesuffix('s'))} {part + first}"
        else:
            parts.append(str(part))
    return ", ".join(parts)


_SLUG = "Small letters, digits and single dashes only, as in linear-search."
_SNAKE = "Letters, digits and underscores only, as in linear_search."
_FAULTS = {
    "missing": "This is missing.",
    "string_too_short": "This is empty or too short.",
    "extra_forbidden": "There is no such field.",
    "float_parsing": "This is not a number.",
    "int_parsing": "This is not a whole number.",
    "int_from_float": "This is not a whole number.",
}


def _said(fault: ErrorDetails) -> str:
    """What is wrong with one field, for the person who fills it in."""
    if fault["input"] == "":
        return "This is missing."
    if fault["type"] == "string_pattern_mismatch":
        snake = "_" in fault["ctx"]["pattern"]
        return _SNAKE if snake else _SLUG
    if fault["type"] == "too_short":
        return f"At least {fault['ctx']['min_length']} needed."
    message = fault["msg"].removeprefix("Value error, ").replace("Input should be", "Expected")
    return _FAULTS.get(fault["type"], message.rstrip(".") + ".")
