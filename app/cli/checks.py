"""What `make check` checks beyond style and types: that docs, schemas and locks keep their word.

`python -m app.cli.checks` prints one line for each broken promise and exits 1 if there is any.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).resolve().parent.parent.parent
EVERY_BENCH = "bench NAME"  # the section that tells once what every bench takes
DOCS = ROOT / "docs"
LOCKS = ("requirements.txt", "requirements-dev.txt")
BANNED_IN_LOCKS = frozenset({"torch", "tensorflow", "keras"})
# Written in pieces, so that this file does not name what it looks for.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("conda", "anaconda", "org"),
        ("crates", "io"),
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:" + "|".join(("work", "root", "home/[a-z]+")) + r")/")
TEXT = frozenset({".css", ".csv", ".html", ".js", ".json", ".md", ".mjs", ".py", ".sh", ".sql"})
TEXT |= frozenset({"", ".svg", ".toml", ".txt", ".yaml", ".yml", ".mako", ".gift", ".xml"})


def main() -> int:
    """Run every check; 1 when a promise is broken."""
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        stale_files,
        missing_settings,
        missing_ports,
        missing_states,
        stale_diagram,
        missing_commands,
        loose_locks,
        forbidden_text,
    )
    found = [problem for check in checks for problem in check()]
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    sys.stdout.write(f"checks: {len(found)} problems\n")
    return 1 if found else 0


def stale_files() -> Iterator[str]:
    """Schemas that differ from the types they are made from."""
    from app.adapters.files.schemas import stale_schemas

    for name in stale_schemas(ROOT):
        yield f"{name}: stale; write it anew with app.adapters.files.schemas.write_schemas"


def missing_settings() -> Iterator[str]:
    """Settings that docs/settings.md does not list, and listed ones that are gone."""
    from app.settings import Settings

    page = _page("settings.md")
    known = {f"SOUNDING_{name.upper()}" for name in Settings.model_fields}
    listed = set(re.findall(r"^\| `(SOUNDING_[A-Z_]+)`", page, re.MULTILINE))
    for name in sorted(known - listed):
        yield f"docs/settings.md: {name} is not listed"
    for name in sorted(listed - known - {"SOUNDING_DATA", "SOUNDING_REQUIRE_ALL"}):
        yield f"docs/settings.md: {name} is no setting"


def missing_ports() -> Iterator[str]:
    """Ports (Protocols in app/ports) that docs/architecture.md does not name."""
    page = _page("architecture.md")
    for path in sorted((ROOT / "app" / "ports").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if _is_port(node) and f"`{node.name}`" not in page:
                yield f"docs/architecture.md: the port {node.name} is not named"


def _is_port(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef) and any(
        isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases
    )


def missing_states() -> Iterator[str]:
    """States of the session that docs/protocol.md does not name."""
    from app.dialogue.session import State

    page = _page("protocol.md")
    for state in State:
        if f"`{state.value}`" not in page:
            yield f"docs/protocol.md: the state {state.value} is not named"


def stale_diagram() -> Iterator[str]:
    """The drawn table in docs/turn-taking.md, if the table has changed since."""
    from app.dialogue.diagram import state_diagram

    if state_diagram() not in _page("turn-taking.md"):
        yield "docs/turn-taking.md: the diagram is stale; draw it with app.dialogue.diagram"


def missing_commands() -> Iterator[str]:
    """Commands and options that docs/commands.md does not list."""
    page = _page("commands.md")
    shared = _section(page, EVERY_BENCH) or ""
    for name, options in commands():
        section = _section(page, name)
        if section is None:
            yield f"docs/commands.md: `sounding {name}` is not described"
            continue
        for option in options:
            if f"`{option}" not in section + (shared if name.startswith("bench ") else ""):
                yield f"docs/commands.md: `{option}` of `sounding {name}` is not described"


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command by its words, with its long options."""
    import typer.main

    from app.cli.main import app

    yield from _walk(typer.main.get_command(app), ())


def _walk(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    inner: dict[str, object] = getattr(command, "commands", {})
    for name, child in inner.items():
        yield from _walk(child, (*words, name))
    if not inner:
        options = [
            next(name for name in parameter.opts if name.startswith("--"))
            for parameter in getattr(command, "params", [])
            if any(name.startswith("--") for name in parameter.opts)
        ]
        yield " ".join(words), [option for option in options if option != "--help"]


def loose_locks() -> Iterator[str]:
    """Requirement locks with an index, an unpinned or unhashed line, or a banned package."""
    for name in LOCKS:
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=\S)", text.strip())
        for block in blocks:
            first = block.splitlines()[0].strip(" \\")
            package = re.split(r"[=\[ ;]", first, maxsplit=1)[0].lower()
            if first.startswith("-") or "://" in block:
                yield f"{name}: {first}: a lock holds requirements alone"
            elif "==" not in first or "--hash=sha256:" not in block:
                yield f"{name}: {first}: expected an exact version with its hashes"
            elif package in BANNED_IN_LOCKS:
                yield f"{name}: {package} has no place in the core"


def forbidden_text() -> Iterator[str]:
    """Registry addresses and paths of one machine, anywhere in the repository."""
    for path in _tracked():
        if path.suffix not in TEXT:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        name = path.relative_to(ROOT).as_posix()
        for host in REGISTRIES:
            if host in text:
                yield f"{name}: names a package registry"
        if MACHINE_PATHS.search(text) and "vendor/" not in name:
            yield f"{name}: names a path of one machine ({MACHINE_PATHS.search(text)!r})"


def _page(name: str) -> str:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _section(page: str, command: str) -> str | None:
    pattern = rf"^## `sounding {re.escape(command)}`.*?(?=^## |\Z)"
    found = re.search(pattern, page, re.MULTILINE | re.DOTALL)
    return found.group() if found else None


def _tracked() -> Iterator[Path]:
    git = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, capture_output=True, text=True, check=False).stdout  # noqa: S603  # fixed words
    for line in listed.splitlines():
        path = ROOT / line
        if path.is_file():
            yield path


if __name__ == "__main__":
    sys.exit(main())
