"""Bodies as pages can show them: whatever a file held, rows are rows and lists are lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ROWS = ("criteria", "points", "probes", "exemplars")
_LISTS = ("tags", "questions", "terms", "when")


def shaped(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with everything in the shape that its page expects; texts stay as they are."""
    found = {key: _plain(key, value) for key, value in body.items()}
    for criterion in found.get("criteria", ()):
        levels = criterion.get("levels")
        criterion["levels"] = _mappings(levels)
    for exemplar in found.get("exemplars", ()):
        levels = exemplar.get("levels")
        exemplar["levels"] = dict(levels) if isinstance(levels, Mapping) else {}
    return found


def _plain(key: str, value: object) -> Any:  # noqa: ANN401 - any value of a draft
    if key in _ROWS:
        return [{k: _plain(k, v) for k, v in row.items()} for row in _mappings(value)]
    if key in _LISTS:
        return [str(entry) for entry in value] if isinstance(value, list | tuple) else []
    if key == "levels" or not isinstance(value, Mapping | list | tuple):
        return value
    return str(value)


def _mappings(value: object) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list | tuple) else ()
    return [dict(row) for row in rows if isinstance(row, Mapping)]
