"""What came of a program in another language: read from its streams and from how it ended."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from app.adapters.sandbox.reading import outcome_of
from app.domain.runs import Outcome, Raised

_SHOWN = {"javascript": "program.js", "java": "Program.java"}
_THROWN = re.compile(
    r"^(?:Uncaught |<ref \*\d+> |Exception in thread \"[^\"]*\" )?"
    r"((?:[A-Za-z_$][\w$]*\.)*[A-Z][\w$]*(?:Error|Exception)?)(?:: (.*))?$"
)
_REFUSED = re.compile(r"^Program\.java:(\d+): error: (.*)$", re.MULTILINE)
_UNCAUGHT = ("\nNode.js v", "\nerror: ", "Caused by: ")
_NO_MEMORY = ("heap out of memory", "Array buffer allocation failed", "OutOfMemoryError")


def foreign_outcome(language: str, call: str, watched: dict[str, Any]) -> Outcome:
    """One outcome; a value is told as JSON and given on as a Python literal."""
    place = f"/tmp/{_SHOWN[language]}"  # noqa: S108 - only cut out of what is shown
    watched = watched | {
        stream: str(watched.get(stream, "")).replace(place, _SHOWN[language])
        for stream in ("stdout", "stderr", "result")
    }
    outcome = replace(outcome_of(call, watched), loaded=True)
    if outcome.stopped is None and any(words in outcome.stderr for words in _NO_MEMORY):
        return replace(outcome, stopped="memory", killed=None, raised=None)
    if outcome.value is not None:
        return replace(outcome, value=_literal(outcome.value))
    if outcome.stopped is not None or outcome.raised is not None:
        return outcome
    status = watched.get("status")
    if not isinstance(status, int) or status & 0x7F:
        return outcome
    if status == 0:
        return replace(outcome, killed="it ended before the call" if call else None)
    thrown = _thrown(language, outcome.stderr)
    by_itself = None if thrown is not None or not call else outcome.killed
    return replace(outcome, killed=by_itself, raised=thrown)


def _thrown(language: str, stderr: str) -> Raised | None:
    """The error that ended the program, as its interpreter prints it; None where it prints none."""
    refused = _REFUSED.search(stderr) if language == "java" else None
    if refused:
        return Raised("CompileError", refused[2][:300], int(refused[1]))
    line = re.search(rf"{re.escape(_SHOWN[language])}:(\d+)", stderr)
    for written in stderr.splitlines():
        found = _THROWN.match(written.strip())
        if found:
            kind = found[1].rpartition(".")[2][:80]
            return Raised(kind, (found[2] or "")[:300], int(line[1]) if line else None)
    uncaught = any(words in f"\n{stderr}" for words in _UNCAUGHT)
    return Raised("Error", "", int(line[1]) if line else None) if uncaught else None


def _literal(text: str) -> str:
    try:
        return repr(json.loads(text))
    except (ValueError, RecursionError):
        return text
