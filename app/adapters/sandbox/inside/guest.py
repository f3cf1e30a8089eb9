"""The last step: strip all rights, run the candidate's file and one call, tell what happened.

What is told goes to the third pipe as one JSON object. The program shares this interpreter, so it
could forge it: it then lies about itself only, and the service reads it as data.
"""

from __future__ import annotations

import ast
import faulthandler
import inspect
import json
import linecache
import os
import random
import signal
import sys
import time
import traceback
import types
from typing import Any, NoReturn

from app.adapters.sandbox.inside import walls
from app.adapters.sandbox.inside.counting import Counted, Counter
from app.adapters.sandbox.inside.literal import literal
from app.adapters.sandbox.inside.walls import Enclosure

FILE = "program.py"
CALL = "<call>"
_USUAL_MODULES = (
    "abc", "array", "asyncio", "bisect", "collections", "contextlib", "copy", "csv", "dataclasses",
    "datetime", "decimal", "enum", "fractions", "functools", "heapq", "io", "itertools", "math",
    "operator", "queue", "re", "statistics", "string", "threading", "typing", "unicodedata",
)  # fmt: skip


def warm() -> None:
    """Import what programs use most, before the walls stand."""
    for name in _USUAL_MODULES:
        __import__(name)


def enter(
    request: dict[str, Any], call: str, enclosure: Enclosure, stdin: int, pipes: list[int]
) -> NoReturn:
    """Become the program; never returns."""
    status = 120
    try:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
            signal.signal(signum, signal.SIG_DFL)
        for place, pipe in enumerate((stdin, *pipes)):
            os.dup2(pipe, place, inheritable=False)
        os.closerange(4, 64)
        walls.strip(enclosure, request["limits"])
        status = _run(request, call)
    except BaseException as error:  # whatever it is, this process must end here
        os.write(2, f"the sandbox failed: {error!r}\n".encode())
    finally:
        os._exit(status)


def _run(request: dict[str, Any], call: str) -> int:
    report = _Report(call, request)
    _furnish(request["source"])
    signal.signal(signal.SIGXCPU, report.on_time)
    faulthandler.register(signal.SIGXCPU, file=3, all_threads=False, chain=True)
    module = types.ModuleType("program" if call else "__main__")
    module.__dict__["__file__"] = FILE
    sys.modules[module.__name__] = module
    began = time.perf_counter()
    try:
        with report.counter:
            code = compile(_wanted(request), FILE, "exec", dont_inherit=True)
            exec(code, module.__dict__)  # noqa: S102 - this is what all the walls are for
            report.found["loaded"] = True
            if call:
                _called(report, call, module)
    except BaseException as error:
        report.raised(error)
    report.found["ran_seconds"] = time.perf_counter() - began
    report.send()
    return report.status


def _wanted(request: dict[str, Any]) -> ast.Module:
    """The file, or with `definitions` only its imports, functions, classes and plain data."""
    module: ast.Module = ast.parse(request["source"], FILE)
    if request["definitions"]:
        module.body = [s for s in module.body if isinstance(s, _DEFINING) or _is_plain_data(s)]
    return module


_DEFINING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _is_plain_data(statement: ast.stmt) -> bool:
    plain = isinstance(statement, ast.Assign | ast.AnnAssign)
    return plain and not any(isinstance(n, ast.Call | ast.Await) for n in ast.walk(statement))


def _called(report: _Report, call: str, module: types.ModuleType) -> None:
    report.counter.reset()
    code = compile(call, CALL, "eval", dont_inherit=True)
    value = eval(code, module.__dict__, {"counted": Counted.many})  # noqa: S307 - as above
    if inspect.iscoroutine(value):
        import asyncio

        value = asyncio.run(value)
    report.found["value"] = literal(value, draw=True)


class _Report:
    """What is told at the end, or as soon as something stops the program."""

    def __init__(self, call: str, request: dict[str, Any]) -> None:
        most = request["limits"]["lines"]
        self.call = call
        self.status = 0
        self.found: dict[str, Any] = {}
        self.counter = Counter(
            FILE, count=request["count"], steps=request["steps"], most=most, full=self.on_full
        )
        self._write, self._dumps, self._exit = os.write, json.dumps, os._exit
        self._signal, self._kill, self._own_id = signal.signal, os.kill, os.getpid()

    def raised(self, error: BaseException) -> None:
        """An exception came out of the file or the call."""
        if isinstance(error, SystemExit) and not self.call:
            self.status = error.code if isinstance(error.code, int) else int(error.code is not None)
            return
        self.status = 1
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == FILE]
        line = lines[-1] if lines else getattr(error, "lineno", None)
        self.found["raised"] = {
            "kind": type(error).__name__,
            "message": _message(error),
            "line": line,
        }
        if isinstance(error, MemoryError):
            self.found["stopped"] = "memory"
        if not self.call:
            _print_traceback(error)

    def on_full(self, line: int) -> NoReturn:
        """As many lines were executed as may be."""
        self.found |= {"stopped": "lines", "last_line": line}
        try:
            self.send()
        finally:  # also where the program has closed the pipe: it must not go on uncounted
            self._exit(0)

    def on_time(self, _signum: int, frame: types.FrameType | None) -> NoReturn:
        """The time is used up: tell where it was, and end by this signal where that fails."""
        while frame is not None and frame.f_code.co_filename != FILE:
            frame = frame.f_back
        self.found |= {"stopped": "cpu", "last_line": frame.f_lineno if frame else None}
        try:
            self.send()
            self._exit(0)
        finally:  # the program has closed the pipe
            self._signal(signal.SIGXCPU, signal.SIG_DFL)
            self._kill(self._own_id, signal.SIGXCPU)
            self._exit(0)

    def send(self) -> None:
        """Write all of it, with what the counter saw."""
        self.counter.stop()
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # noqa: S112 - the program may have closed or replaced it
                continue
        told = self.counter.told() | self.found
        left = memoryview(f"\x00{self._dumps(told)}".encode("utf-8", "replace"))
        while left:
            left = left[self._write(3, left) :]


def _message(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except Exception:  # its own __str__ may be broken
        return ""


def _print_traceback(error: BaseException) -> None:
    """As Python prints it, without our own frames."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != FILE:
        trace = trace.tb_next
    try:
        traceback.print_exception(type(error), error, trace)
    except Exception:  # its own __str__ or stream may be broken
        sys.stderr = sys.__stderr__


def _furnish(source: str) -> None:
    """The usual surroundings of a Python program, and none of ours."""
    for name in [n for n in sys.modules if n == "app" or n.startswith("app.")]:
        del sys.modules[name]
    stdlib = os.path.realpath(os.path.dirname(os.__file__))
    sys.path[:] = [stdlib, f"{stdlib}/lib-dynload"]
    sys.argv[:] = sys.orig_argv[:] = [FILE]
    os.environ.clear()
    random.seed()
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        stream = open(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115 - they stay
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
