"""The command line: help without anything heavy, one JSON document, clear refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

HEAVY = (
    "cv2", "deepface", "faster_whisper", "langchain_core", "langgraph", "numpy", "onnxruntime",
    "piper", "procrastinate", "sqlalchemy", "uvicorn", "xllamacpp",
)  # fmt: skip
SHOW = "import sys; from app.cli.main import app; app(sys.argv[1:], standalone_mode=False)"
SHOW += "; sys.stderr.write(' '.join(sys.modules))"


def _sounding(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", *words],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | env,
        check=False,
    )


@pytest.mark.parametrize(
    "words", [["--help"], ["rehearse", "--help"], ["serve", "--help"], ["bank", "--help"]]
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW, *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert "Usage" in done.stdout
    assert set(HEAVY) & set(done.stderr.split()) == set()


def test_the_bank_is_one_document_in_authored_order() -> None:
    done = _sounding("bank", "list", "--json")
    assert done.returncode == 0, done.stderr
    tracks = {track["id"]: track for track in json.loads(done.stdout)["tracks"]}
    first = tracks["sample"]["questions"][0]
    assert set(first) == {"id", "text", "kind", "difficulty", "criteria"}
    assert len(first["criteria"]) >= 2


def test_the_shipped_bank_has_no_problems() -> None:
    done = _sounding("bank", "lint", "question_bank", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["problems"]) == (0, [])
    assert document["questions"] > 20


def test_a_broken_question_is_told_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("id: broken\ntext: Why?\n")
    done = _sounding("bank", "lint", str(file), "--json")
    assert done.returncode == 1
    assert any("kind" in problem for problem in json.loads(done.stdout)["problems"])


def test_the_version_is_printed_alone() -> None:
    done = _sounding("version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().count(".") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bank", "lint", "absent.yaml"], "absent.yaml"),
        (["rehearse", "--track", "sample", "--answers", "absent", "--out", "r.json"], "absent"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "r.json",
          "--consent", "audio,smell"], "smell"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "r.json",
          "--code", "absent.py"], "absent.py"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "r.json",
          "--order", "random"], "random"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "r.json",
          "--order", "file"], "order.txt"),
        (["rehearse", "--track", "nope", "--answers", "{one}", "--out", "r.json"], "'nope'"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "absent/r.json"],
         "absent/r.json"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "r.json",
          "--timeout", "0"], "--timeout"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "r.json",
          "--timeout", "nan"], "--timeout"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "r.json",
          "--purpose", "assessment", "--consent", "audio,video"], "video"),
        (["rehearse", "--track", "sample", "--answers", "{one}", "--out", "r.json",
          "--url", "localhost"], "http://HOST:PORT"),
        (["serve", "--port", "many"], "--port"),
    ],
)  # fmt: skip
def test_bad_input_exits_2_and_says_what_was_found(
    tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "1.txt").write_text("An answer.")
    done = _sounding(*[word.replace("{one}", str(tmp_path)) for word in words])
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_exits_2_and_is_named() -> None:
    done = _sounding("serve", SOUNDING_PATIENCE="9")
    assert done.returncode == 2
    assert done.stderr == (
        "sounding: SOUNDING_PATIENCE: expected less than or equal to 2, found '9'\n"
    )


def test_a_wrong_secret_is_not_printed() -> None:
    done = _sounding("serve", SOUNDING_OPERATOR_TOKEN="too-short")
    assert done.returncode == 2
    assert done.stderr == (
        "sounding: SOUNDING_OPERATOR_TOKEN: expected at least 16 characters, found another value\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["doctor"], ["serve"], ["worker"], ["models", "list"], ["models", "verify"],
        ["rehearse", "--track", "sample", "--answers", "{one}", "--out", "{one}/r.json"],
    ],
)  # fmt: skip
def test_every_command_tells_a_wrong_model_name_in_one_line(
    tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "1.txt").write_text("An answer.")
    given = [word.replace("{one}", str(tmp_path)) for word in words]
    done = _sounding(*given, SOUNDING_GRADER_MODEL="foo")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "sounding: SOUNDING_GRADER_MODEL: "
        "expected local, none, openai:MODEL or ollama:MODEL, found 'foo'\n"
    )


def test_a_server_that_does_not_answer_fails_a_rehearsal_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("An answer.")
    words = ["--track", "sample", "--answers", str(tmp_path), "--out", str(tmp_path / "r.json")]
    done = _sounding("rehearse", *words, "--url", "http://127.0.0.1:1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "sounding: no server answers at http://127.0.0.1:1 (ConnectError)\n"


def test_missing_models_end_serve_with_the_next_step(tmp_path: Path) -> None:
    done = _sounding("serve", SOUNDING_MODELS=str(tmp_path), SOUNDING_DATA_DIR=str(tmp_path / "d"))
    assert done.returncode == 1
    assert "sounding models fetch" in done.stderr


def test_doctor_is_one_document_even_when_something_is_wrong(tmp_path: Path) -> None:
    env = {
        "SOUNDING_MODELS": str(tmp_path / "m"),
        "SOUNDING_DATABASE_URL": "postgresql+psycopg://u@127.0.0.1:1/x",
    }
    done = _sounding("doctor", "--json", **env)
    findings = json.loads(done.stdout)
    assert done.returncode == 1
    for finding in findings:
        assert finding["ok"] or finding["next_step"]
    assert {"Python", "store", "port", "disk"} <= {finding["what"] for finding in findings}


@pytest.mark.parametrize(
    ("body", "ours"), [(b'{"status": "ok", "mode": "full"}', True), (b'{"status": "ok"}', False)]
)
def test_doctor_knows_our_own_server_on_the_port(body: bytes, ours: bool) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

    with HTTPServer(("127.0.0.1", 0), Answering) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        env = {
            "SOUNDING_PORT": str(other.server_port),
            "SOUNDING_DATABASE_URL": "postgresql+psycopg://u@127.0.0.1:1/x",
        }
        findings = json.loads(_sounding("doctor", "--json", **env).stdout)
        other.shutdown()
    found = next(finding for finding in findings if finding["what"] == "port")
    assert found["ok"] is ours
    assert ("Sounding runs there" in found["detail"]) is ours
