"""Short facts about a question as tags, in formats that have tags and no fields for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.adapters.exchange.markup import shown
from app.domain.question import Difficulty, Question, QuestionKind

_TOLD = re.compile(r"^(kind|difficulty|rubric|minutes|version|topic|tag):")


def tags_of(question: Question, *, topic: bool = False) -> tuple[str, ...]:
    """The question's own tags and those that stand for its fields."""
    own = tuple(shown(f"tag:{tag}" if _TOLD.match(tag) else tag) for tag in question.tags)
    return (
        *own,
        f"kind:{question.kind.value}",
        f"difficulty:{question.difficulty.value}",
        f"rubric:{question.rubric}",
        f"minutes:{question.minutes:g}",
        *((f"version:{question.version}",) if question.version != 1 else ()),
        *((shown(f"topic:{question.topic}"),) if topic else ()),
    )


def keys_of(tags: Iterable[str]) -> Mapping[str, object]:
    """The fields that tags stand for; the others stay tags."""
    keys: dict[str, object] = {}
    own: list[str] = []
    for tag in tags:
        name, _, value = tag.partition(":")
        read = _value(name, value) if _TOLD.match(tag) else None
        if name == "tag" and value:
            own.append(value)
        elif read is None or name in keys:
            own.append(tag)
        else:
            keys[name] = read
    if own:
        keys["tags"] = own
    return keys


def _value(name: str, value: str) -> object | None:
    if name in ("kind", "difficulty"):
        known = {item.value for item in (QuestionKind if name == "kind" else Difficulty)}
        return value if value in known else None
    if name == "version":
        return int(value) if re.fullmatch(r"\d{1,6}", value) else None
    if name == "minutes":
        return float(value) if re.fullmatch(r"\d{1,3}(\.\d{1,6})?", value) else None
    if name == "rubric":
        return value if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) else None
    return value or None
