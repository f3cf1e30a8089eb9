"""Interpreters of this machine for languages other than Python, and what they need to be seen.

They start anew for every run, behind the same walls. Their memory is bounded as data, since they
reserve far more addresses than they use.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

PYTHON = frozenset({"python", "python3", "py"})
_NODE = (
    "--max-old-space-size={memory_mb}",
    "--no-addons",
    "--v8-pool-size=1",
    "--disable-wasm-trap-handler",  # it would reserve gigabytes of addresses for each memory
)
_CALLER = """;(async () => {
  const plain = (key, value) => value === undefined ? null : value instanceof Set ? [...value]
    : value instanceof Map ? Object.fromEntries(value) : value;
  const told = {};
  const began = process.hrtime.bigint();
  try {
    told.value = JSON.stringify(await CALL, plain) ?? "null";
  } catch (error) {
    const line = Number(/program\\.js:(\\d+)/.exec(error?.stack ?? "")?.[1] ?? 0);
    const kind = error?.constructor?.name ?? "Error";
    const message = String(error?.message ?? error);
    told.raised = { kind, message, line: line > 0 && line <= LINES ? line : null };
  }
  told.ran_seconds = Number(process.hrtime.bigint() - began) / 1e9;
  require("fs").writeSync(3, "\\0" + JSON.stringify(told));
})();
"""
_JAVA = (
    "-Xmx{memory_mb}m",
    "-Xss4m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:CICompilerCount=1",
    "-XX:ReservedCodeCacheSize=48m",
    "-XX:-UsePerfData",
    "-Dfile.encoding=UTF-8",
    "-Dsun.stdout.encoding=UTF-8",
    "-Dsun.stderr.encoding=UTF-8",
)


@dataclass(frozen=True)
class Interpreter:
    """How one language is run: `words` before the file, and the folders that are shown to it.

    `caller` goes below the program to make a CALL and tell of it on the third pipe, where that is
    possible; the program has so many LINES. What it needs for itself comes on top of a program's
    own limits: `own_memory_mb`, and `own_cpu_seconds` where it compiles first.
    """

    language: str
    program: str
    words: tuple[str, ...]
    file: str
    folders: tuple[str, ...] = ()
    own_memory_mb: int = 128
    own_cpu_seconds: int = 0
    caller: str = ""


def interpreter_for(language: str) -> Interpreter | None:
    """The interpreter that is found for this language, or None."""
    name = language.strip().lower()
    if name == "javascript" and (node := shutil.which("node")):
        return Interpreter(
            "javascript", os.path.realpath(node), _NODE, "program.js", caller=_CALLER
        )
    if name == "java" and (java := shutil.which("java")):
        return _java(os.path.realpath(java))
    return None


def missing(language: str) -> str:
    """Why a language without an interpreter isn't run."""
    wanted = {"javascript": "Node.js", "java": "a Java development kit"}.get(language)
    if wanted is None:
        return f"programs in {language or 'an unknown language'} are shown, not run"
    return f"{wanted} is not installed on this server"


def _java(program: str) -> Interpreter | None:
    home = os.path.dirname(os.path.dirname(program))
    if not os.path.isfile(f"{home}/lib/ct.sym"):  # without the compiler a file can't be run
        return None
    folders = tuple(dict.fromkeys([home, *_linked_from(home)]))
    return Interpreter("java", program, _JAVA, "Program.java", folders, 160, 2)


def _linked_from(home: str) -> Iterator[str]:
    """Folders outside, such as below /etc, that hold the kit's own settings."""
    for folder, _, names in os.walk(f"{home}/conf"):
        for name in names:
            real = os.path.realpath(f"{folder}/{name}")
            if os.path.isfile(real) and not real.startswith(f"{home}/"):
                yield os.path.dirname(real)
