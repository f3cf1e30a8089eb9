"""What only graders see, as XHTML that people can read and that is read back.

Reference, points, follow-ups and exemplars, and what else has no field of its own.
Every element carries a class of ours; an HTML editor that keeps classes keeps the notes.
"""

from __future__ import annotations

from html import escape

from app.adapters.exchange.markup import OURS, clean, to_html
from app.adapters.exchange.xml_reader import Element
from app.domain.question import Question

_ALONE = ("spoken", "rephrased", "source", "licence")


def written(question: Question) -> str:
    """The notes of a question."""
    parts = [_head("Reference answer"), to_html(clean(question.reference), "reference")]
    parts += _list("Points", "point", [_point(point.model_dump()) for point in question.points])
    parts += _list("Follow-ups", "probe", [_probe(probe.model_dump()) for probe in question.probes])
    parts += _list(
        "Graded answers",
        "exemplar",
        [
            _span("answer", exemplar.answer)
            + "".join(_span("level", f"{name}={level}") for name, level in exemplar.levels.items())
            for exemplar in question.exemplars
        ],
    )
    for name in _ALONE:
        value = getattr(question, name)
        if value is not None:
            parts += [_head(name.capitalize()), to_html(clean(value), name)]
    return f'<div class="{OURS}notes">{"".join(parts)}</div>'


def read(notes: Element) -> dict[str, object]:
    """The keys that notes of ours tell."""
    keys: dict[str, object] = {}
    for element in notes.every():
        kind = _kind(element)
        if kind in ("reference", *_ALONE):
            keys[kind] = element.text()
        elif kind == "points":
            keys["points"] = [_read_point(item) for item in element.each()]
        elif kind == "probes":
            keys["probes"] = [_read_probe(item) for item in element.each()]
        elif kind == "exemplars":
            keys["exemplars"] = [_read_exemplar(item) for item in element.each()]
    return keys


def notes_in(element: Element) -> Element | None:
    """The element that holds notes of ours, if there is one."""
    if _kind(element) == "notes":
        return element
    return next((inner for inner in element.every() if _kind(inner) == "notes"), None)


def _head(text: str) -> str:
    return f'<h4 class="{OURS}head">{text}</h4>'


def _span(kind: str, text: str) -> str:
    return f'<span class="{OURS}{kind}">{escape(clean(text))}</span> '


def _list(title: str, kind: str, items: list[str]) -> list[str]:
    if not items:
        return []
    lines = "".join(f'<li class="{OURS}{kind}">{item}</li>' for item in items)
    return [_head(title), f'<ul class="{OURS}{kind}s">{lines}</ul>']


def _point(point: dict[str, object]) -> str:
    terms = point["terms"]
    assert isinstance(terms, tuple)  # noqa: S101  # of ReferencePoint
    return (
        _span("name", str(point["id"]))
        + _span("criterion", str(point["criterion"]))
        + _span("text", str(point["text"]))
        + "".join(_span("term", term) for term in terms)
    )


def _probe(probe: dict[str, object]) -> str:
    when = probe["when"]
    assert isinstance(when, tuple)  # noqa: S101  # of Probe
    return (
        _span("name", str(probe["id"]))
        + _span("text", str(probe["ask"]))
        + (_span("opens", str(probe["point"])) if probe["point"] is not None else "")
        + "".join(_span("when", words) for words in when)
    )


def _read_point(item: Element) -> dict[str, object]:
    told: dict[str, object] = {
        "id": _one(item, "name"),
        "text": _one(item, "text"),
        "criterion": _one(item, "criterion"),
    }
    return told | _several(item, "term", "terms")


def _read_probe(item: Element) -> dict[str, object]:
    told: dict[str, object] = {"id": _one(item, "name"), "ask": _one(item, "text")}
    point = _one(item, "opens")
    return told | ({"point": point} if point else {}) | _several(item, "when", "when")


def _read_exemplar(item: Element) -> dict[str, object]:
    levels: dict[str, object] = {}
    for child in item.each():
        if _kind(child) == "level":
            name, _, level = child.text().rpartition("=")
            levels[name] = int(level) if level.isdecimal() else level
    return {"answer": _one(item, "answer"), "levels": levels}


def _several(item: Element, kind: str, key: str) -> dict[str, object]:
    found = [child.text() for child in item.each() if _kind(child) == kind]
    return {key: found} if found else {}


def _one(item: Element, kind: str) -> str:
    return next((child.text() for child in item.each() if _kind(child) == kind), "")


def _kind(element: Element) -> str:
    named = element.attributes.get("class", "")
    return named.removeprefix(OURS) if named.startswith(OURS) else ""
