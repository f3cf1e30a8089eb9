"""True statements about a candidate's code, read from its syntax tree; nothing is executed.

Each fact comes with a question that names a place and gives nothing away, and with what a right
answer to it says. Serious facts come first.
"""

from __future__ import annotations

import ast
import warnings

from app.inspection.defects import DEFECTS
from app.inspection.fact import Fact
from app.inspection.features import FEATURES
from app.inspection.tree import Tree

MOST_CODE = 100_000
_PYTHON = frozenset({"python", "python3", "py"})


def facts_about(code: str, language: str) -> tuple[Fact, ...]:
    """All facts that are known of this code; never raises, whatever the text."""
    text = code[:MOST_CODE]
    if not text.strip():
        return ()
    if language.strip().lower() not in _PYTHON:
        return (_size(text),)
    try:
        tree = _parsed(text)
        found = [fact for detect in (*DEFECTS, *FEATURES) for fact in detect(tree)]
    except SyntaxError as error:
        return (_broken(text, error),)
    except (ValueError, RecursionError, MemoryError):
        return (_size(text),)
    return tuple(dict.fromkeys(found))


def _parsed(text: str) -> Tree:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Tree(ast.parse(text))


def _broken(text: str, error: SyntaxError) -> Fact:
    lines = max(1, len(text.splitlines()))
    line = min(max(1, error.lineno or 1), lines)
    return Fact(
        kind="syntax-error",
        line=line,
        claim=f"Python cannot parse the code; it stops at line {line}.",
        question=f"Would Python accept line {line} as it stands?",
        expected=f"No: it is a syntax error near line {line}.",
    )


def _size(text: str) -> Fact:
    lines = max(1, len(text.splitlines()))
    return Fact(
        kind="size",
        line=1,
        claim=f"The code has {lines} lines.",
        question="Which line of your code would you check first if the result were wrong?",
        expected="A line that the candidate names, with a reason.",
    )
