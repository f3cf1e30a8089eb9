"""The house rules that no linter knows: locks, imports, licence, and what files may not name."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from app.cli import checks

pytestmark = pytest.mark.unit

ROOT = checks.ROOT
PEERS = {ROOT / "app" / "bench" / "pipecat_serve.py"}  # run by the Python of another environment
PROVIDED = {  # import name: the package that gives it
    "cv2": "opencv-contrib-python-headless",
    "faster_whisper": "faster-whisper",
    "langchain_ollama": "langchain-ollama",
    "langchain_openai": "langchain-openai",
    "langchain_core": "langchain-core",
    "parselmouth": "praat-parselmouth",
    "piper": "piper-tts",
    "pydantic_core": "pydantic",
    "sklearn": "scikit-learn",
    "pydantic_settings": "pydantic-settings",
    "yaml": "pyyaml",
    "argon2": "argon2-cffi",
}


def _names(pins: list[str]) -> set[str]:
    return {re.split(r"[\[=]", pin)[0].lower() for pin in pins}


def _project() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {"run": project["dependencies"], **project["optional-dependencies"]}


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


def test_locks_hold_exact_hashed_requirements_and_no_index() -> None:
    assert list(checks.loose_locks()) == []


def test_every_direct_dependency_is_pinned_exactly() -> None:
    for pins in _project().values():
        for pin in pins:
            assert re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", pin), pin


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.txt", ()), ("requirements-dev.txt", ("dev",))]
)
def test_locks_carry_the_pinned_versions(lock: str, extras: tuple[str, ...]) -> None:
    text = (ROOT / lock).read_text().lower()
    for group in ("run", *extras):
        for pin in _project()[group]:
            plain = re.sub(r"\[.*\]", "", pin).lower()
            assert re.search(rf"^{re.escape(plain)}[ \\;]", text, re.MULTILINE), plain


def test_what_the_code_imports_is_declared() -> None:
    project = _project()
    for path in set((ROOT / "app").rglob("*.py")) - PEERS:
        fits = (ROOT / "app" / "training") in path.parents
        declared = _names([*project["run"], *(project["train"] if fits else ())])
        for name in _imported(path) - {"app"} - sys.stdlib_module_names:
            package = PROVIDED.get(name, name).replace("_", "-")
            assert package in declared, f"{path.relative_to(ROOT)} imports {name}"


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    assert list(checks.forbidden_text()) == []


def test_a_registry_in_a_file_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"see https://{checks.REGISTRIES[0]}/simple and /" + "root/x\n")
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    monkeypatch.setattr(checks, "_tracked", lambda: iter([page]))
    assert len(list(checks.forbidden_text())) == 2


def test_a_lock_with_an_index_a_loose_version_or_torch_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = "typer==1.0 \\\n    --hash=sha256:00\n"
    (tmp_path / "requirements.txt").write_text(f"--find-links x\n{good}rich>=3\n")
    (tmp_path / "requirements-dev.txt").write_text(f"{good}torch==2.0 \\\n    --hash=sha256:00\n")
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    assert len(list(checks.loose_locks())) == 3


def test_authored_schemas_are_fresh() -> None:
    assert list(checks.stale_files()) == []


def test_the_licence_is_the_gpl_in_full() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_alembic_is_no_package_that_hides_the_real_one() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_each_test_module_declares_its_category() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        assert re.search(r"^pytestmark = ", path.read_text(), re.MULTILINE), path.relative_to(ROOT)
