"""Facts about programs are what plain Python shows, and the bench's document keeps its keys."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.adapters.sandbox.sandbox import ProcessSandbox
from app.agent.code_reader import facts_by_running
from app.cli.checks import ROOT
from app.inspection.fact import Fact
from app.ports.sandbox import SandboxUnavailable
from tests.needs import absent

pytestmark = pytest.mark.integration

PROGRAMS = ROOT / "tests" / "programs"
HARMLESS = (
    "right_two_sum.py", "slow_duplicates.py", "class_stack.py", "recursion_fibonacci.py",
    "generator_windows.py", "dict_inventory.py", "unicode_initials.py", "global_counter.py",
)  # fmt: skip
# A second way to find out, which shares nothing with the sandbox: values and errors as Python
# gives them, and how often a line runs as the standard library's own tracer counts it.
PLAIN = """
import json, sys, trace, traceback
path, calls = sys.argv[1], json.loads(sys.argv[2])
code = compile(open(path, encoding='utf-8').read(), path, 'exec')
told = []
for call in calls:
    space = {'__name__': 'program', '__file__': path, 'counted': list}
    exec(code, space)
    try:
        found = ['value', repr(eval(call, space))]
    except Exception as error:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
        found = ['raised', f'{type(error).__name__} on line {lines[-1]}']
    exec(code, space)
    tracer = trace.Trace(count=1, trace=0)
    try:
        tracer.runfunc(eval, call, space)
    except Exception:
        pass
    hits = {line: n for (file, line), n in tracer.results().counts.items() if file == path}
    told.append([*found, hits])
print(json.dumps(told))
"""


async def _facts(name: str) -> tuple[Fact, ...]:
    sandbox = ProcessSandbox(at_once=1)
    try:
        code = (PROGRAMS / name).read_text(encoding="utf-8")
        return tuple([fact async for found in facts_by_running(code, sandbox) for fact in found])
    except SandboxUnavailable as error:
        absent(str(error))
    finally:
        sandbox.close()


@pytest.mark.parametrize("name", HARMLESS)
async def test_every_fact_is_what_plain_python_shows(name: str) -> None:
    facts = [f for f in await _facts(name) if f.check is not None and f.check.calls]
    calls = list(dict.fromkeys(c for f in facts if f.check is not None for c in f.check.calls))
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, str(PROGRAMS / name), json.dumps(calls)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    plain = dict(zip(calls, json.loads(done.stdout), strict=True))
    compared = 0
    for fact in facts:
        assert fact.check is not None
        shown = [plain[call] for call in fact.check.calls]
        match fact.check.aspect:
            case "raised":
                assert [f"{found[1]}" for found in shown] == list(fact.check.seen), fact
            case "value" | "from-line":
                said = [seen.rpartition(" from line ")[0] or seen for seen in fact.check.seen]
                assert [ast.literal_eval(found[1]) for found in shown] == [
                    ast.literal_eval(text) for text in said
                ], fact
            case "hits":
                line = str(fact.check.line)
                assert [str(found[2].get(line, 0)) for found in shown] == list(fact.check.seen), (
                    fact
                )
            case "unreached":
                assert all(str(fact.check.line) not in found[2] for found in shown), fact
            case _:
                continue
        compared += 1
    assert compared >= 2


def test_the_bench_states_true_facts_only(tmp_path: Path) -> None:
    for name in ("wrong_median.py", "broken_syntax.py", "empty.py"):
        shutil.copy(PROGRAMS / name, tmp_path)
    words = ["bench", "code-facts", "--code", str(tmp_path), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "app.cli.main", *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["true_share"] == 1.0
    assert document["programs"] == 3
    assert document["programs_that_run"] == document["programs_with_enough"] == 1
    assert document["facts"] == len(document["listing"])
    assert document["probes"] == len(document["checklist"])
    assert set(document["listing"][0]) >= {"file", "line", "kind", "fact", "checked_by"}
    assert {"machine", "version", "seed", "relevant_share", "overhead_s"} <= set(document)


def test_a_folder_without_programs_exits_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli.main", "bench", "code-facts", "--code", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2
    assert "expected programs" in done.stderr
