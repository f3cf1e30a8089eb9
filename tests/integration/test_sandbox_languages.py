"""JavaScript and Java behind the walls: what a program does, how it ends, what it can't reach."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from app.adapters.files.bank import load_bank
from app.adapters.files.tasks import load_tasks
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.cli.checks import ROOT
from app.domain.coding import Snapshot
from app.domain.runs import Limits, Program, RunResult
from app.ports.sandbox import SandboxUnavailable
from app.usecases.run_code import run_snapshot

pytestmark = pytest.mark.integration

ROOMY = Limits(
    cpu_seconds=4, wall_seconds=75.0, total_seconds=75.0, memory_mb=128, output_bytes=20_000
)
SMALL = replace(ROOMY, memory_mb=40)
SHORT = Limits(cpu_seconds=1, wall_seconds=3.0)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox(at_once=1)
    yield made
    made.close()


def ran(
    sandbox: ProcessSandbox, source: str, language: str, limits: Limits = ROOMY, stdin: str = ""
) -> RunResult:
    try:
        return asyncio.run(sandbox.run(Program(source, language, stdin), limits))
    except SandboxUnavailable as error:
        pytest.skip(str(error))  # an interpreter is wanted nowhere


def java(body: str) -> str:
    return f"public class Program {{\n  public static void main(String[] a) throws Exception {{\n{body}\n  }}\n}}\n"  # noqa: E501


HELLO = {
    "javascript": "console.log('read: ' + require('fs').readFileSync(0, 'utf8'))",
    "java": java('System.out.println("read: " + new java.util.Scanner(System.in).nextLine());'),
}


@pytest.mark.parametrize("language", HELLO)
def test_a_program_reads_and_prints(language: str, sandbox: ProcessSandbox) -> None:
    result = ran(sandbox, HELLO[language], language, stdin="wörter")
    assert result.stdout == "read: wörter\n", result.stderr
    assert result.exit == 0
    assert result.outcomes[0].done


FAILING = {
    "javascript": ("const a = 1;\nmissing();\n", "ReferenceError", 2),
    "syntax": ("let x = ;\n", "SyntaxError", 1),
    "java": (java("int[] x = new int[2];\nx[2] = 1;"), "ArrayIndexOutOfBoundsException", 4),
    "not compiled": (java('int x = "a";'), "CompileError", 3),
}


@pytest.mark.parametrize("name", FAILING)
def test_an_error_is_known_by_its_name_and_line(name: str, sandbox: ProcessSandbox) -> None:
    source, kind, line = FAILING[name]
    language = "java" if "class Program" in source else "javascript"
    raised = ran(sandbox, source, language).outcomes[0].raised
    assert raised is not None
    assert (raised.kind, raised.line) == (kind, line)


ATTACKS = {
    "reads the accounts": "require('fs').readFileSync('/etc/passwd')",
    "reads the service": f"require('fs').readFileSync({str(ROOT / 'pyproject.toml')!r})",
    "reads its surroundings": "require('fs').readFileSync('/proc/self/environ')",
    "starts a program": (
        "const done = require('child_process').spawnSync('/bin/true');"
        " if (done.error) throw done.error"
    ),
    "starts itself": (
        "const done = require('child_process').spawnSync(process.execPath, ['-v']);"
        " if (done.error) throw done.error"
    ),
    "ends its parent": "process.kill(process.ppid, 9)",
    "calls out": (
        "await new Promise((yes, no) => require('net').connect(22, '127.0.0.1')"
        ".on('connect', yes).on('error', no))"
    ),
    "writes a huge file": "require('fs').writeFileSync('/tmp/big', Buffer.alloc(3e6))",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_program_in_javascript_reaches_nothing(name: str, sandbox: ProcessSandbox) -> None:
    tried = f"try {{ {ATTACKS[name]}; console.log('ESCAPED') }}"
    source = f"(async () => {{ {tried} catch (error) {{ console.log('no: ' + error) }} }})()"
    assert ran(sandbox, source, "javascript").stdout.startswith("no: ")


def test_a_program_in_java_reaches_nothing(sandbox: ProcessSandbox) -> None:
    tries = (
        'java.nio.file.Files.readString(java.nio.file.Path.of("/etc/passwd"))',
        'new ProcessBuilder("/bin/true").start()',
        'new java.net.Socket("127.0.0.1", 22)',
    )
    lines = [
        f'try {{ {one}; System.out.println("ESCAPED"); }}'
        ' catch (Exception error) { System.out.println("no"); }'
        for one in tries
    ]
    assert ran(sandbox, java("\n".join(lines)), "java").stdout == "no\n" * len(tries)


HUNGRY = {
    "endless": ("javascript", "while (true) {}", {"cpu", "wall"}, SHORT),
    "catches all": (
        "javascript",
        "for (const s of ['SIGXCPU', 'SIGTERM']) process.on(s, () => {}); while (true) {}",
        {"cpu", "wall"},
        SHORT,
    ),
    "waits": ("javascript", "setTimeout(() => {}, 1e6)", {"wall"}, SHORT),
    "objects": (
        "javascript",
        "const a = []; while (true) a.push(new Array(1e6).fill(0.5))",
        {"memory"},
        SMALL,
    ),
    "buffers": (
        "javascript",
        "const a = []; while (true) a.push(Buffer.alloc(1e7, 1))",
        {"memory"},
        SMALL,
    ),
    "prints": ("javascript", "while (true) console.log('x'.repeat(999))", {"output"}, ROOMY),
    "java": ("java", java("while (true);"), {"cpu", "wall"}, SHORT),
}


@pytest.mark.parametrize("name", HUNGRY)
def test_a_hungry_program_is_stopped(name: str, sandbox: ProcessSandbox) -> None:
    language, source, limits_hit, limits = HUNGRY[name]
    result = ran(sandbox, source, language, limits)
    assert result.limits_hit
    assert result.limits_hit <= limits_hit, result.outcomes[0]


SOLUTION = """function two_sum(numbers, target) {
  const seen = new Map();
  for (const [place, number] of numbers.entries()) {
    if (seen.has(target - number)) return [seen.get(target - number), place];
    seen.set(number, place);
  }
}
"""


@pytest.mark.parametrize(
    ("code", "passed"), [(SOLUTION, 8), ("function two_sum() { throw new Error('not yet') }", 0)]
)
def test_the_cases_of_a_task_are_called_in_javascript(
    code: str, passed: int, sandbox: ProcessSandbox
) -> None:
    bank = load_bank(ROOT / "rubrics", ROOT / "question_bank")
    task = load_tasks(ROOT / "question_bank" / "tasks", bank)["two-sum"]
    version = Snapshot(UUID(int=1), task.id, "javascript", code, "run", 0.0)
    run = asyncio.run(run_snapshot(sandbox, version, task))
    if run.outcome == "unavailable":
        pytest.skip(run.note)
    assert (run.passed, len(run.cases)) == (passed, 8)
    if not passed:
        assert {case.error for case in run.cases} == {"raises Error on line 1"}


def test_where_no_interpreter_is_found_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    bare = ProcessSandbox()
    assert bare.unavailable("javascript") == "Node.js is not installed on this server"
    assert bare.unavailable("java") == "a Java development kit is not installed on this server"
    assert bare.unavailable("go") == "programs in go are shown, not run"


def test_where_only_landlock_holds_other_languages_are_not_run() -> None:
    fallback = ProcessSandbox(at_once=1, walls="landlock")
    if fallback.unavailable("javascript"):
        pytest.skip("Node.js is not installed")
    with pytest.raises(SandboxUnavailable, match="need namespaces"):
        asyncio.run(fallback.run(Program("console.log(1)", "javascript")))
    assert "need namespaces" in (fallback.unavailable("javascript") or "")
    assert fallback.unavailable("python") is None
    fallback.close()
