"""Reading one authored YAML file strictly: what a person mistyped is named, never guessed at."""

from __future__ import annotations

from pathlib import Path

import yaml

from app.domain.errors import BadContent

MAX_BYTES = 256 * 1024


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML in which a key appears once, and in which nothing refers to something else."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # no stub
            raise yaml.MarkedYAMLError(
                problem="expected a value, found an alias", problem_mark=mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"expected each key once, found {key.value!r} again",
                        problem_mark=key.start_mark,
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, name: str) -> dict[str, object]:
    """The mapping in a YAML file.

    Args:
        path: The file.
        name: What to call it in messages.

    Raises:
        BadContent: `name: where: what was expected`, for anything else than one plain mapping.
    """
    document = _parse(_text(path, name), name)
    if not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
        found = type(document).__name__ if document is not None else "nothing"
        raise BadContent(f"{name}: file: expected a mapping of named keys, found {found}")
    return document


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "an error"
        raise BadContent(f"{name}: file: expected a readable file, found: {reason}") from error
    if len(data) > MAX_BYTES:
        raise BadContent(f"{name}: file: expected at most {MAX_BYTES // 1024} kB, found more")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise BadContent(f"{name}: line {line}: expected text, found a NUL byte")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadContent(f"{name}: line {line}: expected UTF-8 text") from error


def _parse(text: str, name: str) -> object:
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  # a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "file"
        raise BadContent(f"{name}: {where}: {_said(error)}") from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise BadContent(f"{name}: file: expected YAML, found: {reason}") from error
    except RecursionError as error:
        raise BadContent(f"{name}: file: expected fewer levels of nesting") from error
    except ValueError as error:
        raise BadContent(f"{name}: file: expected plain values, found: {error}") from error


def _said(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "something else"
    if problem.startswith("expected"):
        return problem
    context = f" {error.context}" if error.context else ""
    return f"expected YAML, found a fault{context}: {problem}"
