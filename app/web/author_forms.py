"""Editors as plain forms: names like `points.0.text` become the body of a draft, and rows move.

Without our JavaScript every button works: one that adds or drops a row sends the whole form, and
the page comes back with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.authoring import Kind, slug_of
from app.domain.question import Rubric

MOST_ROWS = 40
DEEPEST = 5
LONGEST = 20_000
EMPTY_ROWS: dict[str, dict[str, Any]] = {
    "criteria": {
        "title": "",
        "weight": 1.0,
        "levels": [{"level": n, "anchor": ""} for n in range(4)],
    },
    "levels": {"anchor": ""},
    "points": {"text": ""},
    "probes": {"ask": ""},
    "exemplars": {"answer": "", "levels": {}},
}
_TEXTS = ("text", "spoken", "rephrased", "kind", "difficulty", "topic", "rubric", "reference")
_OPTIONAL = frozenset({"spoken", "rephrased", "source", "licence"})


def tree_of(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Fields by their dotted names; numbers in a name make rows."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        parts = name.split(".")
        if len(parts) > DEEPEST or any(p.isdecimal() and int(p[:4]) >= MOST_ROWS for p in parts):
            continue
        place = root
        for part in parts[:-1]:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            place[parts[-1]] = value[:LONGEST].replace("\r\n", "\n")
    return root


def body_of_form(kind: Kind, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The body that a form holds, as unfinished as it was typed."""
    tree = tree_of(pairs)
    if kind is Kind.RUBRIC:
        return _rubric(tree)
    return _question(tree) if kind is Kind.QUESTION else _track(tree)


def moved(body: dict[str, Any], act: str) -> dict[str, Any]:
    """The body after a button: `add:points`, `drop:points.2`, `add:criteria.0.levels`."""
    verb, _, path = act.partition(":")
    *way, last = path.split(".")
    place: Any = body
    for step in way:
        if isinstance(place, list):
            place = place[int(step)] if step.isdecimal() and int(step) < len(place) else None
        else:
            place = place.get(step) if isinstance(place, dict) else None
    if verb == "add" and isinstance(place, dict) and last in EMPTY_ROWS:
        rows = place.setdefault(last, [])
        if isinstance(rows, list) and len(rows) < MOST_ROWS:
            rows.append(_fresh(EMPTY_ROWS[last]))
    if verb == "drop" and isinstance(place, list) and last.isdecimal() and int(last) < len(place):
        del place[int(last)]
    _number_levels(body)
    return body


def criteria_of(rubric: Rubric | None) -> tuple[tuple[str, str, int], ...]:
    """What a question's form offers: id, title and top level of each criterion."""
    found = rubric.criteria if rubric is not None else ()
    return tuple((criterion.id, criterion.title, criterion.max_level) for criterion in found)


def _rubric(tree: Mapping[str, Any]) -> dict[str, Any]:
    criteria: list[dict[str, Any]] = []
    for row in _rows(tree, "criteria"):
        levels = [
            {"level": n, "anchor": _said(r, "anchor")} for n, r in enumerate(_rows(row, "levels"))
        ]
        criteria.append(
            {
                "id": _id(row, "title", criteria),
                "title": _said(row, "title"),
                "weight": _number(_said(row, "weight")),
                "levels": levels,
            }
        )
    return {"title": _said(tree, "title"), "criteria": criteria, **_tags(tree)}


def _question(tree: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {name: _said(tree, name) for name in _TEXTS}
    body |= {name: _said(tree, name) for name in ("source", "licence")}
    body = {name: value for name, value in body.items() if value or name not in _OPTIONAL}
    body["minutes"] = _number(_said(tree, "minutes"))
    points: list[dict[str, Any]] = []
    for row in _rows(tree, "points"):
        terms = _listed(_said(row, "terms"))
        points.append(
            {
                "id": _id(row, "text", points),
                "text": _said(row, "text"),
                "criterion": _said(row, "criterion"),
                **({"terms": terms} if terms else {}),
            }
        )
    probes: list[dict[str, Any]] = []
    for row in _rows(tree, "probes"):
        point, when = _said(row, "point"), _listed(_said(row, "when"))
        probe = {"id": _id(row, "ask", probes), "ask": _said(row, "ask")}
        probes.append(
            probe | ({"point": point} if point else {}) | ({"when": when} if when else {})
        )
    exemplars = [
        {"answer": _said(row, "answer"), "levels": _levels(row)} for row in _rows(tree, "exemplars")
    ]
    body |= {"points": points, "probes": probes}
    return body | ({"exemplars": exemplars} if exemplars else {}) | _tags(tree)


def _track(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": _said(tree, "title"),
        "summary": _said(tree, "summary"),
        "minutes": _number(_said(tree, "minutes"), int),
        "asks": _number(_said(tree, "asks"), int),
        "questions": _said(tree, "questions").split(),
        **({"code": True} if tree.get("code") == "yes" else {}),
    }


def _rows(tree: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = tree.get(name)
    if not isinstance(found, Mapping):
        return []
    numbered = sorted((key for key in found if key.isdecimal()), key=int)
    return [found[key] for key in numbered if isinstance(found[key], Mapping)]


def _said(tree: Mapping[str, Any], name: str) -> str:
    found = tree.get(name, "")
    return found.strip() if isinstance(found, str) else ""


def _tags(tree: Mapping[str, Any]) -> dict[str, Any]:
    found = _listed(_said(tree, "tags"))
    return {"tags": found} if found else {}


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _number(text: str, kind: type[int] | type[float] = float) -> float | str:
    """The number, or the text as it is, so that the page can say what is wrong with it."""
    try:
        found = kind(text.replace(",", "."))
    except ValueError:
        return text
    return int(found) if isinstance(found, float) and found.is_integer() else found


def _levels(row: Mapping[str, Any]) -> dict[str, Any]:
    found = row.get("levels")
    pairs = found.items() if isinstance(found, Mapping) else ()
    return {k: int(v) if str(v).isdecimal() else v for k, v in pairs if v not in ("", None)}


def _id(row: Mapping[str, Any], named: str, others: list[dict[str, Any]]) -> str:
    """The row's own id, or one made of its first words; none yet while it is empty."""
    own, words = _said(row, "id"), _said(row, named).split()
    if own or not words:
        return own
    made = slug_of(" ".join(words[:4])) or f"row-{len(others) + 1}"
    taken = {other["id"] for other in others}
    return made if made not in taken else f"{made}-{len(others) + 1}"


def _fresh(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: [dict(entry) for entry in value]
        if isinstance(value, list)
        else dict(value)
        if isinstance(value, dict)
        else value
        for key, value in row.items()
    }


def _number_levels(body: Mapping[str, Any]) -> None:
    criteria = body.get("criteria")
    for criterion in criteria if isinstance(criteria, list) else ():
        for number, level in enumerate(criterion.get("levels", ())):
            level["level"] = number
