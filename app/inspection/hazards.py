"""Detectors of what hides an error or surprises: exceptions, comparisons, clocks, files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app.inspection.fact import Fact
from app.inspection.tree import Function, Tree, called, mentions, method


def exceptions(tree: Tree) -> Iterator[Fact]:
    """A bare except, and an exception that is caught and dropped."""
    for node in tree.nodes:
        if not isinstance(node, ast.ExceptHandler):
            continue
        line = node.lineno
        if all(isinstance(s, ast.Pass | ast.Continue) for s in node.body):
            yield Fact(
                "swallowed-exception",
                line,
                f"The handler on line {line} drops the exception.",
                f"Something fails and line {line} catches it. How would you find out?",
                "Not at all: the handler neither logs nor raises, so the error stays hidden.",
            )
        elif node.type is None:
            yield Fact(
                "bare-except",
                line,
                f"The except on line {line} names no exception.",
                f"Which problems end up in the handler on line {line}?",
                "All of them, even KeyboardInterrupt and SystemExit; name the expected ones.",
            )


def late_binding(tree: Tree) -> Iterator[Fact]:
    """A lambda made in a loop that uses the loop's variable."""
    for node in tree.nodes:
        if not isinstance(node, ast.Lambda):
            continue
        loop = tree.loop_of(node)
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
            continue
        name = loop.target.id
        bound = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
        if name not in bound and mentions(node.body, name):
            yield Fact(
                "late-binding",
                node.lineno,
                f"The lambda on line {node.lineno} reads {name}, the variable of the loop.",
                f"The lambda on line {node.lineno} is called after the loop. Which {name} does"
                " it use?",
                f"The value that {name} has when it is called, so the last one, for all lambdas.",
            )


def comparisons(tree: Tree) -> Iterator[Fact]:
    """`== None`, `is` with a literal, and `==` with a fraction."""
    for node in tree.nodes:
        if not isinstance(node, ast.Compare):
            continue
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(right, ast.Constant) and (fact := _comparison(node, operator, right)):
                yield fact


def _comparison(node: ast.Compare, operator: ast.cmpop, right: ast.Constant) -> Fact | None:
    line, equal = node.lineno, isinstance(operator, ast.Eq | ast.NotEq)
    if equal and right.value is None:
        return Fact(
            "none-equality",
            line,
            f"Line {line} compares with None by equality.",
            f"Line {line} compares with None. Could an object's own class change the outcome?",
            "Yes: a class can define __eq__; 'is None' tests identity and cannot be changed.",
        )
    if isinstance(operator, ast.Is | ast.IsNot) and isinstance(right.value, str | int | float):
        if isinstance(right.value, bool):
            return None
        return Fact(
            "literal-identity",
            line,
            f"Line {line} compares a literal with 'is'.",
            f"When exactly is the comparison on line {line} true?",
            "Only for the same object, which Python does not promise for equal values; use ==.",
        )
    if equal and isinstance(right.value, float) and not right.value.is_integer():
        return Fact(
            "float-equality",
            line,
            f"Line {line} compares with the fraction {right.value} by equality.",
            f"How sure are you of the comparison on line {line} after some arithmetic?",
            "Binary fractions are rounded, so equality can fail; compare with a tolerance.",
        )
    return None


def wall_clock(tree: Tree) -> Iterator[Fact]:
    """A stretch of time measured by `time.time()`."""
    for node in tree.nodes:
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
            continue
        if any(_reads_wall_clock(tree, side) for side in (node.left, node.right)):
            yield Fact(
                "wall-clock",
                node.lineno,
                f"Line {node.lineno} measures a stretch of time with time.time().",
                f"Someone sets the system clock while this runs. What comes out of line"
                f" {node.lineno}?",
                "A wrong or negative stretch: it follows the wall clock; use time.monotonic() or"
                " perf_counter().",
            )


def _reads_wall_clock(tree: Tree, side: ast.expr) -> bool:
    if isinstance(side, ast.Name):
        values = tree.values_of(side.id, side)
        return bool(values) and all(v is not None and method(v) == ("time", "time") for v in values)
    return method(side) == ("time", "time")


def unclosed_file(tree: Tree) -> Iterator[Fact]:
    """`open` outside a with statement, in a function that never closes anything."""
    for node in tree.nodes:
        if called(node) != "open" or not isinstance(node, ast.Call):
            continue
        if any(isinstance(n, ast.withitem | ast.Return) for n in tree.above(node)):
            continue
        scope: Function | None = tree.function_of(node)
        nodes = tree.within(scope) if scope is not None else iter(tree.nodes)
        if any((m := method(n)) is not None and m[1] in {"close", "enter_context"} for n in nodes):
            continue
        yield Fact(
            "unclosed-file",
            node.lineno,
            f"The file opened on line {node.lineno} is not in a with statement or closed.",
            f"What happens to the file of line {node.lineno} if a later line fails?",
            "It stays open until it is collected, and data may be unwritten; use with.",
        )
