"""The docs list every setting, port, state and command, and their links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from app.cli import checks
from app.settings import Settings

pytestmark = pytest.mark.unit

ROOT = checks.ROOT
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_every_setting_is_listed_and_nothing_else() -> None:
    assert list(checks.missing_settings()) == []


def test_every_setting_is_described_in_its_own_words() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description in page, name


def test_every_default_is_the_one_that_the_page_names() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, str | int | float):
            assert f"| `SOUNDING_{name.upper()}` | `{field.default}` |" in page


def test_every_port_is_named() -> None:
    assert list(checks.missing_ports()) == []


def test_every_state_is_named() -> None:
    assert list(checks.missing_states()) == []


def test_the_diagram_is_drawn_from_the_table() -> None:
    assert list(checks.stale_diagram()) == []


def test_every_command_and_option_is_described() -> None:
    assert list(checks.missing_commands()) == []


def test_no_described_command_is_gone() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    described = set(re.findall(r"^## `sounding ([^`]+)`", page, re.MULTILINE))
    assert described - {checks.EVERY_BENCH} == {name for name, _ in checks.commands()}


def test_every_direct_dependency_is_listed_with_its_version() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for pin in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name, version = re.sub(r"\[.*\]", "", pin).split("==")
        assert f"| `{name}` {version} |" in page


def test_every_model_file_is_listed_with_its_licence() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    manifest = tomllib.loads((ROOT / "models" / "manifest.toml").read_text())
    for name, model in manifest["models"].items():
        assert f"| `{name}` | {model['purpose']} | {model['licence']} |" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_to_files(page: Path) -> None:
    pictures = {ROOT / "docs" / "images" / "room.png"}  # taken by the browser tests
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if "://" not in target and (page.parent / target).resolve() not in pictures:
            assert (page.parent / target).exists(), target


def test_decisions_have_their_four_parts() -> None:
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        text = page.read_text()
        for part in ("Context", "Decision", "Consequences", "Alternatives"):
            assert f"**{part}.**" in text, f"{page.name}: {part}"
