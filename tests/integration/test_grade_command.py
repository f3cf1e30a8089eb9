"""`sounding grade` on files: one result a line, in order, and a run that was stopped goes on."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from app.cli import grade as command
from app.cli import grading_parts
from app.cli.main import app
from app.ports.errors import EmbeddingUnavailable
from app.settings import Settings
from app.usecases.answer_line import AnswerLine
from app.usecases.grade_answers import GradeAnswers, GradedAnswer
from app.usecases.other_questions import OtherQuestions
from tests.unit.usecases.answers_to_grade import document, grader

pytestmark = pytest.mark.integration

Write = Callable[..., Path]


class Counting(GradeAnswers):
    """Grades with fakes, counts, and stops after some lines if told to."""

    def __init__(self, stop_after: int | None = None) -> None:
        made = grader()
        super().__init__(scorer=made._scorer, vectors=made._vectors, anchors=made._anchors)
        self.graded: list[Any] = []
        self.stop_after = stop_after

    async def __call__(self, line: AnswerLine) -> GradedAnswer:
        if self.stop_after is not None and len(self.graded) >= self.stop_after:
            raise KeyboardInterrupt
        self.graded.append(line.id)
        return await super().__call__(line)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()

    def make(_: Settings, judge: str, others: OtherQuestions) -> GradeAnswers:
        others.embed(made._vectors)
        return made

    monkeypatch.setattr(grading_parts, "shipped_grader", make)
    return made


@pytest.fixture
def answers(tmp_path: Path) -> Write:
    def write(*lines: object, raw: bytes | None = None) -> Path:
        path = tmp_path / "in.jsonl"
        texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
        path.write_bytes("".join(f"{text}\n" for text in texts).encode() if raw is None else raw)
        return path

    return write


def run(source: Path, out: Path | None = None, *more: str) -> Result:
    target = out if out is not None else source.with_name("out.jsonl")
    return CliRunner().invoke(app, ["grade", str(source), "--out", str(target), *more])


def results(source: Path) -> list[dict[str, Any]]:
    text = source.with_name("out.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_every_line_has_its_result_in_order(fake: Counting, answers: Write) -> None:
    source = answers(*(document(id=name) for name in ("b", 2, "a", "2")))
    done = run(source)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "4 graded, 0 review" in done.stderr
    assert [each["id"] for each in results(source)] == ["b", 2, "a", "2"]


def test_a_bad_line_is_told_in_its_place_and_at_the_end(fake: Counting, answers: Write) -> None:
    source = answers(
        document(id=1), "{no json", "", document(id="x", max_score=0), "[]", document(id=3)
    )
    done = run(source)
    assert done.exit_code == 1
    found = results(source)
    assert [each["status"] for each in found] == ["graded", "error", "error", "error", "graded"]
    assert [(each["id"], each["line"]) for each in found[1:4]] == [(None, 2), ("x", 4), (None, 5)]
    assert all(set(each) == {"id", "line", "status", "reason"} for each in found[1:4])
    assert "3 lines could not be graded" in done.stderr
    before = source.with_name("out.jsonl").read_bytes()
    again = run(source)
    assert again.exit_code == 1
    assert source.with_name("out.jsonl").read_bytes() == before


def test_an_id_that_stands_twice_is_refused_before_anything(fake: Counting, answers: Write) -> None:
    source = answers(document(id="a"), document(id="b"), {"id": "a"})
    done = run(source)
    assert done.exit_code == 2
    assert 'line 3: the id "a" stands twice' in done.stderr
    assert fake.graded == []
    assert not source.with_name("out.jsonl").exists()


def test_a_second_run_adds_only_what_is_missing(fake: Counting, answers: Write) -> None:
    source = answers(*(document(id=n) for n in range(3)))
    run(source)
    out = source.with_name("out.jsonl")
    before = out.read_bytes()
    source = answers(*(document(id=n) for n in range(5)))
    fake.graded.clear()
    assert run(source).exit_code == 0
    assert fake.graded == [3, 4]
    assert out.read_bytes().startswith(before)
    assert [each["id"] for each in results(source)] == [0, 1, 2, 3, 4]


def test_a_run_that_was_stopped_goes_on(fake: Counting, answers: Write) -> None:
    source = answers(*(document(id=n) for n in range(6)))
    fake.stop_after = 3
    stopped = run(source)
    assert stopped.exit_code == 1
    assert "goes on from here" in stopped.stderr
    assert [each["id"] for each in results(source)] == [0, 1, 2]
    fake.stop_after = None
    assert run(source).exit_code == 0
    assert [each["id"] for each in results(source)] == [0, 1, 2, 3, 4, 5]
    assert fake.graded == [0, 1, 2, 3, 4, 5]


def test_a_line_cut_while_it_was_written_is_graded_again(fake: Counting, answers: Write) -> None:
    source = answers(*(document(id=n) for n in range(3)))
    run(source)
    out = source.with_name("out.jsonl")
    whole = out.read_bytes()
    for cut in (3, len(whole.splitlines()[-1]) // 2, 1):
        fake.graded.clear()
        out.write_bytes(whole[:-cut])
        assert run(source).exit_code == 0
        assert fake.graded == ([2] if cut > 1 else [])  # cut by its line end alone, it is whole
        assert [each["id"] for each in results(source)] == [0, 1, 2]


def test_results_of_something_else_are_left_alone(fake: Counting, answers: Write) -> None:
    source = answers(document())
    out = source.with_name("out.jsonl")
    for content in (b"my notes\n", b'{"id": 1}\n', b"\xff\xfe\n", b"\n"):
        out.write_bytes(content)
        done = run(source)
        assert done.exit_code == 2
        assert "expected a result in line 1" in done.stderr
        assert out.read_bytes() == content


def test_encodings_and_line_ends(fake: Counting, answers: Write) -> None:
    one, two = json.dumps(document(id="é\u2028"), ensure_ascii=False), json.dumps(document(id="b"))
    bad = b'{"id": "c", "answer": "\xff"}'
    raw = b"\xef\xbb\xbf" + one.encode() + b"\r\n\r\n   \r\n" + two.encode() + b"\r\n" + bad
    source = answers(raw=raw)
    assert run(source).exit_code == 1
    found = results(source)
    assert [each["id"] for each in found] == ["é\u2028", "b", "c"]
    assert found[2]["reason"] == "expected UTF-8"
    assert found[2]["line"] == 5


def test_an_id_of_half_a_sign_is_written_back(fake: Counting, answers: Write) -> None:
    source = answers('{"id": "\\ud800"}')
    assert run(source).exit_code == 1
    assert results(source)[0]["id"] == "\ud800"
    assert run(source).exit_code == 1
    assert len(results(source)) == 1


def test_a_line_beyond_all_size_is_not_read_into_memory(
    fake: Counting, answers: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.answer_files.LONGEST_LINE", 2_000)
    source = answers(document(id=1), document(id=2, answer="a " * 5_000), document(id=3))
    assert run(source).exit_code == 1
    assert [(e["id"], e["status"]) for e in results(source)] == [
        (1, "graded"), (None, "error"), (3, "graded"),
    ]  # fmt: skip


def test_an_empty_file_gives_an_empty_one(fake: Counting, answers: Write) -> None:
    source = answers(raw=b"")
    assert run(source).exit_code == 0
    assert results(source) == []


def test_wrong_words_and_files_are_refused(fake: Counting, answers: Write, tmp_path: Path) -> None:
    source = answers(document())
    link = tmp_path / "link.jsonl"
    link.symlink_to(source)
    wrong = [
        run(source, tmp_path / "no" / "out.jsonl"),
        run(source, tmp_path),
        run(source, source),
        run(source, link),
        run(tmp_path / "absent.jsonl"),
        run(tmp_path),
        run(source, None, "--judge", "psychic"),
        run(source, None, "--judge", "openai:"),
    ]
    assert [done.exit_code for done in wrong] == [2] * len(wrong)
    assert all(done.stderr.startswith("sounding: ") for done in wrong)
    assert json.loads(source.read_text()) == document()


def test_two_runs_do_not_write_the_same_results(fake: Counting, answers: Write) -> None:
    source = answers(document())
    with source.with_name("out.jsonl").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = run(source)
    assert done.exit_code == 1
    assert "another run" in done.stderr


def test_a_broken_embedder_stops_with_what_was_graded(
    fake: Counting, answers: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = answers(*(document(id=n) for n in range(command.AT_ONCE + 1)))

    def broken(_: object) -> None:
        if len(fake.graded) == command.AT_ONCE:
            raise EmbeddingUnavailable("Embedding failed.")

    monkeypatch.setattr(fake, "prepare", broken)
    done = run(source)
    assert done.exit_code == 1
    assert "Embedding failed." in done.stderr
    assert len(results(source)) == command.AT_ONCE


def test_an_answer_that_breaks_the_grading_keeps_no_other(
    fake: Counting, answers: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Counting.__call__

    async def sometimes(self: Counting, line: AnswerLine) -> GradedAnswer:
        if line.id == 1:
            raise ZeroDivisionError
        return await plain(self, line)

    monkeypatch.setattr(Counting, "__call__", sometimes)
    source = answers(*(document(id=n) for n in range(3)))
    assert run(source).exit_code == 1
    assert [each["status"] for each in results(source)] == ["graded", "error", "graded"]
    assert results(source)[1]["reason"] == "grading failed (ZeroDivisionError)"


def test_memory_does_not_grow_with_the_lines(fake: Counting, answers: Write) -> None:
    """Stems of distinct words are kept too, up to a number: the words here are drawn from 499."""

    def unlike(number: int) -> dict[str, Any]:
        words = " ".join(f"word{(number * n) % 499}" for n in range(1, 13))
        return document(id=number, answer=f"It is kept in a chain of the bucket {words}.")

    fake._vectors._capacity = 500
    source = answers(*(unlike(n) for n in range(1_200)))
    held: list[tuple[int, int]] = []
    one = Counting.__call__

    async def watched(self: Counting, line: AnswerLine) -> GradedAnswer:
        if line.id in (599, 1_199):
            gc.collect()
            held.append((len(gc.get_objects()), _resident_bytes()))
        self.graded.clear()
        return await one(self, line)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Counting, "__call__", watched)
        assert run(source).exit_code == 0
    assert len(results(source)) == 1_200
    assert len(fake._vectors._rows) == 500
    (objects, resident), (objects_later, resident_later) = held
    assert objects_later - objects < 400  # of 600 lines none is kept
    assert resident_later - resident < 4 * 2**20


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(document())), st.text(max_size=8) | st.integers())
        | st.integers()
        | st.text(max_size=8)
        | st.integers(1, 9).map(lambda n: document(max_score=n)),
        max_size=8,
    )
)
def test_any_json_line_gives_one_line_of_the_same_id_in_order(
    fake: Counting, answers: Write, contents: list[Any]
) -> None:
    lines = [
        {**content, "id": n} if isinstance(content, dict) else content
        for n, content in enumerate(contents)
    ]
    source = answers(*lines) if lines else answers(raw=b"")
    texts = [each for each in (source.read_bytes().splitlines()) if each.strip()]
    source.with_name("out.jsonl").unlink(missing_ok=True)
    assert run(source).exit_code in (0, 1)
    found = results(source)
    assert len(found) == len(texts)
    wanted = [each.get("id") if isinstance(each, dict) else None for each in map(_read, texts)]
    assert [each["id"] for each in found] == wanted


def _read(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


SLOW = """
import asyncio, sys
from pathlib import Path
from app.cli.grade import GradingFailed, grade
from tests.integration.test_grade_command import Counting

class Slow(Counting):
    async def __call__(self, line):
        await asyncio.sleep(0.05)
        return await super().__call__(line)

try:
    grade(Path(sys.argv[1]), Path(sys.argv[2]), "none", lambda judge, others: Slow())
except GradingFailed as error:
    print(error)
    sys.exit(1)
"""


def _heed_interrupts() -> None:
    """A shell's background jobs ignore them, and what they start would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_signal_leaves_results_that_a_later_run_goes_on_from(
    fake: Counting, answers: Write, how: signal.Signals
) -> None:
    source = answers(*(document(id=n) for n in range(60)))
    out = source.with_name("out.jsonl")
    running = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(source), str(out)],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": "."},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=_heed_interrupts,
    )
    until = time.monotonic() + 400
    while not (out.exists() and out.read_bytes().count(b"\n") >= 3):
        assert time.monotonic() < until
        assert running.poll() is None
        time.sleep(0.05)
    running.send_signal(how)
    said, _ = running.communicate(timeout=240)
    assert running.returncode == (1 if how is signal.SIGINT else -signal.SIGKILL)
    assert (b"goes on from here" in said) == (how is signal.SIGINT)
    before = out.read_bytes()
    assert before.count(b"\n") < 60
    assert run(source).exit_code == 0
    assert out.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    assert [each["id"] for each in results(source)] == list(range(60))
