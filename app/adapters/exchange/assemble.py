"""Drafts made of what a file told: plain text, an id of its own, and what is still open."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from pydantic import BaseModel, ValidationError

from app.adapters.exchange.markup import Plain, clean, from_html, plain
from app.domain.exchange import Draft, Notes
from app.domain.question import Question, Rubric, Track
from app.domain.task import Task

MODELS: dict[str, type[BaseModel]] = {
    "question": Question,
    "rubric": Rubric,
    "track": Track,
    "task": Task,
}
_LONGEST_ID = 80
_LONGEST_TEXT = 50_000


def slug(text: str) -> str:
    """An id made of a title; empty when no letter or digit is in it."""
    flat = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", flat).strip("-")[:_LONGEST_ID].strip("-")


def said_plainly(text: str, item: str, part: str, notes: Notes) -> str:
    """The text of a field that isn't HTML, with a note of what was taken out of it."""
    return _noted(text, plain, item, part, notes)


def said_in_html(text: str, item: str, part: str, notes: Notes) -> str:
    """The text of a field that is HTML, with a note of what was taken out of it."""
    return _noted(text, from_html, item, part, notes)


def plain_tree(value: object, item: str, part: str, notes: Notes) -> object:
    """The same tree of lists and mappings with every text in it made plain."""
    if isinstance(value, str):
        return said_plainly(value, item, part, notes)
    if isinstance(value, Mapping):
        return {
            key: plain_tree(inner, item, f"{part}.{key}" if part else str(key), notes)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain_tree(inner, item, part, notes) for inner in value]
    return value


def plain_already(keys: dict[str, object], item: str, notes: Notes) -> dict[str, object]:
    """Keys from notes of ours: their texts were escaped once, so what came out is plain."""
    kept = {key: _cleaned(value) for key, value in keys.items()}
    if kept != keys:
        notes.changed(item, "grader notes", "control characters were taken out")
    return kept


class Desk:
    """Collects the drafts of one file and keeps their ids apart."""

    def __init__(self, notes: Notes) -> None:
        self.drafts: list[Draft] = []
        self._notes = notes
        self._places: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def put(self, kind: str, keys: Mapping[str, object], place: str) -> None:
        """Take an item that says its own id; a second one of the same id is refused."""
        told = keys.get("id")
        named = slug(told) if isinstance(told, str) else ""
        if not named:
            self._notes.refused(place, str(told or "?"), "expected an id, found none")
            return
        first = self._places.get((kind, named))
        if first is not None:
            why = f"expected its own id, found {named!r} as in {first}"
            self._notes.refused(place, named, why)
            return
        if named != told:
            self._notes.changed(named, "id", f"made of {told!r}")
        self._keep(kind, named, keys, place)

    def put_titled(self, title: str, keys: Mapping[str, object], place: str) -> None:
        """Take a question without an id: it is named after its title, or its text."""
        wanted = slug(title) or slug(str(keys.get("text", ""))[:60]) or "question"
        named, count = wanted, self._counts.get(wanted, 0)
        while not count or ("question", named) in self._places:
            count += 1
            named = f"{wanted[: _LONGEST_ID - 7]}-{count}" if count > 1 else wanted
        self._counts[wanted] = count
        if count > 1:
            self._notes.changed(named, "id", f"{wanted!r} was taken in this file")
        self._keep("question", named, keys, place)

    def _keep(self, kind: str, named: str, keys: Mapping[str, object], place: str) -> None:
        self._places[(kind, named)] = place
        ordered = {"id": named, **{key: value for key, value in keys.items() if key != "id"}}
        self.drafts.append(Draft(kind, named, place, ordered, tuple(still_open(kind, ordered))))


def still_open(kind: str, keys: Mapping[str, object]) -> Iterable[str]:
    """What keeps these keys from being a whole item, a line each."""
    try:
        MODELS[kind].model_validate(keys)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            where = ".".join(str(part) for part in detail["loc"]) or "item"
            what = detail["msg"].removeprefix("Value error, ")
            yield f"{where}: {'missing' if detail['type'] == 'missing' else what}"


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list) else value


def _noted(text: str, read: Callable[[str], Plain], item: str, part: str, notes: Notes) -> str:
    if len(text) > _LONGEST_TEXT:
        notes.lost(item, part, f"cut after {_LONGEST_TEXT} letters")
        text = text[:_LONGEST_TEXT]
    cleaned = clean(text)
    if len(cleaned) != len(text.replace("\r\n", "\n")):
        notes.changed(item, part, "control characters were taken out")
    found = read(cleaned)
    if found.removed:
        notes.changed(item, part, f"markup was taken out: {', '.join(found.removed)}")
    return clean(found.text)
