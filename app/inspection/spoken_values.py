"""Values as a person says them: "an empty list", "a list of 2, 2 and 3", "minus 1"."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_MOST_SAID = 4


def said_arguments(arguments: Sequence[str]) -> str:
    """All arguments of a call in words."""
    return ", then ".join(said(argument) for argument in arguments) or "no arguments"


def said(literal: str) -> str:
    """One Python literal in words; other expressions stay as they are."""
    try:
        return _said(ast.literal_eval(literal))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return literal


def _said(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        return f"minus {abs(value)}" if value < 0 else str(value)
    if isinstance(value, str):
        return f"the text {value.strip()}" if value.strip() else _blank(value)
    if isinstance(value, dict):
        pairs = [f"{_short(k)} to {_short(v)}" for k, v in value.items()]
        return f"a dict from {_joined(pairs[:_MOST_SAID])}" if value else "an empty dict"
    if isinstance(value, list | tuple | set | frozenset):
        return _several(list(value), type(value).__name__)
    return str(value)


def _several(items: list[object], kind: str) -> str:
    if not items:
        return f"an empty {kind}"
    if len(items) == 1:
        return f"a {kind} with just {_short(items[0])}"
    if len(items) > _MOST_SAID:
        return f"a {kind} of {len(items)} items"
    return f"a {kind} of {_joined([_short(item) for item in items])}"


def _short(value: object) -> str:
    return (value.strip() or _blank(value)) if isinstance(value, str) else _said(value)


def _blank(value: str) -> str:
    return "an empty text" if not value else "a text of spaces"


def _joined(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
