"""What differs between two versions of an item, part by part and word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

Piece = tuple[Literal["same", "gone", "new"], str]
_WORDS = re.compile(r"\s+|[^\s]+")
_NUMBERED = {"criteria": "criterion", "points": "point", "probes": "probe", "exemplars": "exemplar"}
_LONGEST = 4000


@dataclass(frozen=True)
class Difference:
    """One part that differs: its place, both texts, and the words that went and came."""

    part: str
    before: str | None
    after: str | None
    pieces: tuple[Piece, ...]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every part that is not the same, in the order of the newer version."""
    old, new = dict(_parts(before)), dict(_parts(after))
    places = [*new, *(place for place in old if place not in new)]
    return tuple(
        Difference(place, old.get(place), new.get(place), _pieces(old.get(place), new.get(place)))
        for place in places
        if old.get(place) != new.get(place)
    )


def _parts(value: object, place: str = "") -> list[tuple[str, str]]:
    """Every text with its place; entries of lists are named by their id where they have one."""
    if isinstance(value, Mapping):
        parts = []
        for key, inner in value.items():
            if key in ("id", "level") and place:
                continue
            parts += _parts(inner, _named(place, str(key)))
        return parts
    if isinstance(value, Sequence) and not isinstance(value, str):
        if all(not isinstance(entry, Mapping) for entry in value):
            return [(place, ", ".join(str(entry) for entry in value))] if value else []
        parts = []
        for number, entry in enumerate(value):
            parts += _parts(entry, f"{_one_of(place)} {_name(entry, number)}")
        return parts
    return [(place, _text(value))] if value not in (None, "") else []


def _named(place: str, key: str) -> str:
    return f"{place}, {key}" if place else key


def _one_of(place: str) -> str:
    head, comma, last = place.rpartition(", ")
    one = _NUMBERED.get(last, last.removesuffix("s"))
    return f"{head}{comma}{one}"


def _name(entry: object, number: int) -> str:
    if isinstance(entry, Mapping):
        for key in ("id", "level"):
            if entry.get(key) not in (None, ""):
                return str(entry[key])
    return str(number + 1)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _pieces(before: str | None, after: str | None) -> tuple[Piece, ...]:
    if before is None or after is None or len(before) + len(after) > _LONGEST:
        gone: list[Piece] = [("gone", before)] if before is not None else []
        came: list[Piece] = [("new", after)] if after is not None else []
        return (*gone, *came)
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[i:j])))
            continue
        if j > i:
            pieces.append(("gone", "".join(old[i:j])))
        if m > k:
            pieces.append(("new", "".join(new[k:m])))
    return tuple(pieces)
