"""`sounding models`: its output, its exit status and what it loads; no network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.adapters.files.manifest import load_manifest
from app.cli.models import models_app

pytestmark = pytest.mark.integration


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOUNDING_MODELS", str(tmp_path))
    for role in ("INTERVIEWER", "GRADER", "COACH"):
        monkeypatch.delenv(f"SOUNDING_{role}_MODEL", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(models_app, list(arguments))


def test_list_shows_every_model_in_one_json_document(cache: Path) -> None:
    done = run("list", "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == 0
    assert document["folder"] == str(cache)
    assert [row["name"] for row in document["models"]] == list(load_manifest().models)
    assert all(row["needed"] and not row["present"] for row in document["models"])


def test_list_does_not_need_the_local_model_when_no_role_is_local(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ("INTERVIEWER", "GRADER", "COACH"):
        monkeypatch.setenv(f"SOUNDING_{role}_MODEL", "openai:gpt-4o")
    rows = json.loads(run("list", "--json").stdout)["models"]
    assert [row["name"] for row in rows if not row["needed"]] == ["local-llm"]


def test_list_reads_as_a_table_too(cache: Path) -> None:
    done = run("list")
    assert done.exit_code == 0
    assert "local-llm" in done.stdout


def test_verify_fails_and_says_what_to_fetch(cache: Path) -> None:
    done = run("verify", "haar", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["ok"] is False
    assert "sounding models fetch haar" in done.stderr


def test_an_unknown_name_is_bad_input(cache: Path) -> None:
    for command in ("fetch", "verify"):
        done = run(command, "nonsense")
        assert done.exit_code == 2
        assert "nonsense" in done.stderr
        assert done.stdout == ""


def test_fetching_the_face_detector_needs_no_network(cache: Path) -> None:
    fetched = run("fetch", "haar")
    assert fetched.exit_code == 0, fetched.stderr
    assert run("verify", "haar").exit_code == 0
    assert "0 files fetched" in run("fetch", "haar").stdout


def test_a_cache_that_cannot_be_written_fails_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SOUNDING_MODELS", str(tmp_path / "file"))
    done = run("fetch", "haar")
    assert done.exit_code == 1
    assert "SOUNDING_MODELS" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_loads_nothing_heavy_before_it_runs() -> None:
    heavy = {"numpy", "onnx", "onnxruntime", "h5py", "cv2", "deepface"}
    code = f"import sys, app.cli.models; assert not {heavy!r} & set(sys.modules), sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
