"""A value as text: a Python literal where it is plain data, else a short description."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice

MOST_ITEMS = 2_000
MOST_TEXT = 20_000
MOST_DRAWN = 50
_DEEPEST = 12


def literal(value: object, *, draw: bool = False) -> str:
    """The value's text; with `draw` items of an iterator are taken, but not endlessly."""
    if draw and isinstance(value, Iterator):
        drawn = [_text(item, 1) for item in islice(value, MOST_DRAWN)]
        return f"<an iterator of {', '.join(drawn)}>" if drawn else "<an iterator of nothing>"
    text = _text(value, 0)
    return text if len(text) <= MOST_TEXT else f"{text[:200]}... ({len(text)} characters)"


def _text(value: object, depth: int) -> str:
    if depth > _DEEPEST:
        return "..."
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int):
        number = int(value)
        bits = number.bit_length()
        return int.__repr__(number) if bits < 10_000 else f"<a whole number of {bits} bits>"
    if isinstance(value, float | complex | bytes):
        return repr(value)[:MOST_TEXT]
    if isinstance(value, str):
        return str.__repr__(value)
    return _collection(value, depth + 1)


def _collection(value: object, depth: int) -> str:
    if isinstance(value, dict):
        pairs = islice(dict.items(value), MOST_ITEMS)
        return "{" + ", ".join(f"{_text(k, depth)}: {_text(v, depth)}" for k, v in pairs) + "}"
    if isinstance(value, tuple):
        inner = _items(value, depth)
        return f"({inner[0]},)" if len(inner) == 1 else f"({', '.join(inner)})"
    if isinstance(value, list | deque):
        return f"[{', '.join(_items(value, depth))}]"
    if isinstance(value, set | frozenset):
        inner = sorted(_items(value, depth))
        return "{" + ", ".join(inner) + "}" if inner else "set()"
    return f"<{type(value).__name__}>"


def _items(
    values: list[object] | tuple[object, ...] | deque[object] | set[object] | frozenset[object],
    depth: int,
) -> list[str]:
    return [_text(item, depth) for item in islice(values, MOST_ITEMS)]
