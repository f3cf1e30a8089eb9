r"""Lists in cells: a line an entry, its fields split by `|`; `\\`, `\|`, `\,` and `\n` are escapes.

points      id | criterion | text | term, term
probes      id | point | ask | words, words
exemplars   criterion=level, criterion=level | answer
tags        tag, tag
"""

from __future__ import annotations

import re

LISTS = ("points", "probes", "exemplars", "tags")
_TOKEN = re.compile(r"\\.|[^\\]|\\", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def written_cell(column: str, value: object) -> str:
    """The cell of a value as `Question.model_dump` gives it; empty for None."""
    if value is None:
        return ""
    if not isinstance(value, list):
        return str(value)
    if column == "tags":
        return ", ".join(_escape(str(tag), ",") for tag in value)
    return "\n".join(_entry(column, entry) for entry in value)


def read_cell(column: str, cell: str) -> object:
    """The value of a cell.

    Raises:
        ValueError: a list that isn't written as this module says.
    """
    if column == "tags":
        return _split(cell, ",")
    if column in LISTS:
        return [_read_entry(column, line) for line in cell.split("\n") if line.strip()]
    if column == "version":
        return int(cell) if re.fullmatch(r"\d{1,6}", cell) else cell
    if column == "minutes":
        number = cell.strip().replace(",", ".")
        return float(number) if re.fullmatch(r"\d{1,4}(\.\d{1,9})?", number) else cell
    return cell


def _entry(column: str, entry: dict[str, object]) -> str:
    if column == "points":
        fields = [entry["id"], entry["criterion"], entry["text"]]
        return _joined(fields, entry.get("terms"))
    if column == "probes":
        return _joined([entry["id"], entry.get("point") or "", entry["ask"]], entry.get("when"))
    levels = entry["levels"]
    assert isinstance(levels, dict)  # noqa: S101  # of Exemplar
    named = ", ".join(f"{name}={level}" for name, level in levels.items())
    return f"{named} | {_escape(str(entry['answer']))}"


def _joined(fields: list[object], several: object) -> str:
    texts = [_escape(str(field)) for field in fields]
    if isinstance(several, list) and several:
        texts.append(", ".join(_escape(str(text), ",|") for text in several))
    return " | ".join(texts)


def _read_entry(column: str, line: str) -> dict[str, object]:
    fields = _split(line, "|", unescape=False)
    if column == "exemplars":
        if len(fields) != 2:
            raise ValueError(f"expected 'criterion=level, ... | answer', found {line[:60]!r}")
        return {"answer": _plain(fields[1]), "levels": _levels(fields[0])}
    if len(fields) not in (3, 4):
        raise ValueError(
            f"expected 3 or 4 fields split by '|', found {len(fields)} in {line[:60]!r}"
        )
    first, second, third = (_plain(field) for field in fields[:3])
    several = _split(fields[3], ",") if len(fields) == 4 else []
    if column == "points":
        told: dict[str, object] = {"id": first, "text": third, "criterion": second}
        return told | ({"terms": several} if several else {})
    told = {"id": first, "ask": third}
    return told | ({"point": second} if second else {}) | ({"when": several} if several else {})


def _levels(field: str) -> dict[str, object]:
    levels: dict[str, object] = {}
    for part in _split(field, ","):
        name, _, level = part.partition("=")
        levels[name.strip()] = int(level) if level.strip().isdecimal() else level
    return levels


def _split(text: str, at: str, *, unescape: bool = True) -> list[str]:
    """The parts between unescaped separators, without the one space that is written around them."""
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        if token == at:
            parts.append([])
        else:
            parts[-1].append(token)
    joined = ["".join(part) for part in parts]
    bare = [_bare(part, index, len(joined), at) for index, part in enumerate(joined)]
    return [_plain(part) if unescape else part for part in bare]


def _bare(part: str, index: int, count: int, at: str) -> str:
    if index > 0:
        part = part.removeprefix(" ")
    if at == "|" and index < count - 1:
        part = part.removesuffix(" ")
    return part


def _escape(text: str, separators: str = "|") -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    for separator in separators:
        text = text.replace(separator, f"\\{separator}")
    return text


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found.group(1) == "n" else found.group(1), text)
