"""The own format: one YAML file with everything, or one authored file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from app.adapters.exchange.assemble import Desk, plain_tree
from app.adapters.exchange.decoding import decode
from app.adapters.exchange.markup import clean, shown
from app.domain.errors import BadContent
from app.domain.exchange import Content, Exported, Format, Imported, Notes
from app.domain.question import Question, Rubric, Track
from app.domain.task import Task

DEPTH = 40
_END = "..."  # of a document, so that a file that was cut off is told from a whole one
_FOLDERS = {"rubrics": "rubric", "questions": "question", "tracks": "track", "tasks": "task"}
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def export(content: Content) -> Exported:
    """Everything; nothing is lost."""
    notes = Notes()
    folders: dict[str, tuple[Rubric | Question | Track | Task, ...]] = {
        "rubrics": content.rubrics,
        "questions": content.questions,
        "tracks": content.tracks,
        "tasks": content.tasks,
    }
    document = {
        "sounding_bank": 1,
        "items": sum(len(items) for items in folders.values()),
        **{
            name: [
                _shown(item.model_dump(mode="json", exclude_defaults=True), item.id, "", notes)
                for item in items
            ]
            for name, items in folders.items()
            if items
        },
    }
    data = f"{dumped(document)}{_END}\n".encode()
    return Exported(data, notes.report(Format.YAML, len(content.questions)))


def dumped(document: Mapping[str, object]) -> str:
    """YAML as an author would write it."""
    return str(yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100))


def read(data: bytes, name: str) -> Imported:
    """Drafts of a whole bank, or of the one question in the file.

    Raises:
        BadContent: the file isn't YAML of either shape.
    """
    notes = Notes()
    decoded = decode(data, name)
    if decoded.guess:
        notes.changed(name, "encoding", f"read as {decoded.guess}")
    desk = Desk(notes)
    for kind, keys, place in _items(decoded.text, name, notes):
        told = str(keys.get("id", "?"))
        plain = plain_tree(keys, told, "", notes)
        assert isinstance(plain, dict)  # noqa: S101  # of a mapping
        desk.put(kind, plain, place)
    carried = sum(draft.kind == "question" for draft in desk.drafts)
    return Imported(tuple(desk.drafts), notes.report(Format.YAML, carried))


def _shown(value: object, item: str, part: str, notes: Notes) -> object:
    if isinstance(value, str):
        cleaned = clean(value)
        if cleaned != value:
            notes.changed(item, part, "control characters were taken out")
        return shown(cleaned)
    if isinstance(value, dict):
        return {
            key: _shown(inner, item, f"{part}.{key}" if part else key, notes)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_shown(inner, item, part, notes) for inner in value]
    return value


def _items(text: str, name: str, notes: Notes) -> Iterator[tuple[str, dict[str, object], str]]:
    try:
        _check_events(text, name)
        loader = _Loader(text)
        root = loader.get_single_node()
        keys = _keys(root, text, name)
        if "sounding_bank" not in keys:
            yield from _one("question", root, loader, notes)
            return
        for folder, kind in _FOLDERS.items():
            node = keys.get(folder)
            if isinstance(node, yaml.SequenceNode):
                for item in node.value:
                    yield from _one(kind, item, loader, notes)
            elif node is not None:
                notes.refused(_line(node), folder, "expected a list")
        for folder in sorted(keys.keys() - _FOLDERS.keys() - {"sounding_bank", "items"}):
            notes.refused(_line(keys[folder]), folder, "expected no such key")
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        at = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        where = f"line {at.line + 1}, column {at.column + 1}" if at is not None else "file"
        reason = getattr(error, "problem", None) or " ".join(str(error).split())
        raise BadContent(f"{name}: {where}: expected YAML, found: {reason}") from error


def _keys(root: yaml.Node | None, text: str, name: str) -> dict[str, yaml.Node]:
    if not isinstance(root, yaml.MappingNode):
        raise BadContent(f"{name}: file: expected a mapping of named keys")
    keys = {key.value: value for key, value in root.value}
    if len(keys) < len(root.value):
        raise BadContent(f"{name}: file: expected each key once")
    if "items" in keys and not text.rstrip().endswith(f"\n{_END}"):
        raise BadContent(f"{name}: {_last_line(text)}: expected {_END!r} at the end: cut off?")
    return keys


def _one(
    kind: str,
    node: yaml.Node,
    loader: yaml.SafeLoader,
    notes: Notes,
) -> Iterator[tuple[str, dict[str, object], str]]:
    place = _line(node)
    if not isinstance(node, yaml.MappingNode):
        notes.refused(place, kind, "expected a mapping of named keys")
        return
    names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        notes.refused(place, kind, f"expected each key once, found {twice[0]!r} again")
        return
    try:
        value = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError) as error:
        notes.refused(place, kind, f"expected plain values, found: {' '.join(str(error).split())}")
        return
    if not all(isinstance(key, str) for key in value):
        notes.refused(place, kind, "expected keys that are text")
        return
    yield kind, value, place


def _check_events(text: str, name: str) -> None:
    """No aliases (they can grow), no great depth, one document."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = f"line {event.start_mark.line + 1}" if event.start_mark is not None else "file"
        if isinstance(event, yaml.AliasEvent):
            raise BadContent(f"{name}: {line}: expected a value, found an alias")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH:
            raise BadContent(f"{name}: {line}: expected at most {DEPTH} levels of nesting")


def _last_line(text: str) -> str:
    return f"line {text.rstrip().count(chr(10)) + 1}"


def _line(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}" if node.start_mark is not None else "file"
