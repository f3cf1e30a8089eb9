"""Detectors of what costs more time than it seems, or never ends."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from app.inspection.edges import division_by_length, empty_input
from app.inspection.fact import Fact
from app.inspection.hazards import (
    comparisons,
    exceptions,
    late_binding,
    unclosed_file,
    wall_clock,
)
from app.inspection.tree import Tree, called, collection, method

_BRANCHES = (
    ast.If | ast.IfExp | ast.BoolOp | ast.While | ast.For | ast.AsyncFor | ast.Try | ast.Match
    | ast.comprehension | ast.Assert | ast.Raise | ast.With | ast.AsyncWith | ast.Compare
    | ast.Yield | ast.YieldFrom | ast.Lambda
)  # fmt: skip
_CHANGES = frozenset({"append", "remove", "pop", "insert", "clear", "extend", "discard", "add"})


def changed_while_iterated(tree: Tree) -> Iterator[Fact]:
    """A collection whose size is changed by the loop that goes over it."""
    for loop in tree.nodes:
        if not isinstance(loop, ast.For) or not isinstance(loop.iter, ast.Name):
            continue
        name = loop.iter.id
        for node in (n for part in loop.body for n in ast.walk(part)):
            target = method(node)
            if target is None or target[0] != name or target[1] not in _CHANGES:
                continue
            line = node.lineno if isinstance(node, ast.Call) else loop.lineno
            yield Fact(
                "changed-while-iterated",
                line,
                f"Line {line} calls {name}.{target[1]} inside the loop over {name}.",
                f"Line {line} runs inside the loop over {name}. What does that loop see next?",
                f"{name} changes while it is iterated: items are skipped or repeated, or an error"
                " is raised; go over a copy or build a new one.",
            )
            break


def recursion(tree: Tree) -> Iterator[Fact]:
    """A function that calls itself: without any branch, or to a depth that the input sets."""
    for function in tree.functions:
        calls = [
            n for n in tree.within(function)
            if called(n) == function.name and tree.function_of(n) is function
        ]  # fmt: skip
        if not calls or tree.values_of(function.name, calls[0]):
            continue
        line = min(n.lineno for n in calls if isinstance(n, ast.Call))
        if not any(isinstance(n, _BRANCHES) for n in tree.within(function)):
            yield Fact(
                "endless-recursion",
                line,
                f"{function.name} calls itself on line {line} and has no branch that avoids it.",
                f"Line {line} calls {function.name} again. What brings that to an end?",
                "Nothing: there is no base case, so it ends in a RecursionError.",
            )
            continue
        yield Fact(
            "deep-recursion",
            line,
            f"{function.name} calls itself on line {line}.",
            f"Line {line} calls {function.name} again. What limits how large the input may be?",
            "Each call takes a frame of the stack: beyond the recursion limit (1000 by default)"
            " Python raises RecursionError.",
        )


def mutable_default(tree: Tree) -> Iterator[Fact]:
    """A list, dict or set as the default of a parameter."""
    for function in tree.functions:
        args = function.args
        positional = [*args.posonlyargs, *args.args]
        first = len(positional) - len(args.defaults)
        pairs = [*zip(positional[first:], args.defaults, strict=True)]
        pairs += [(a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d]
        for arg, default in pairs:
            if isinstance(default, ast.List | ast.Dict | ast.Set) or called(default) in {
                "list",
                "dict",
                "set",
            }:
                yield Fact(
                    "mutable-default",
                    arg.lineno,
                    f"The default of {arg.arg} in {function.name} is one mutable object.",
                    f"I call {function.name} twice without {arg.arg}. What is in {arg.arg} when"
                    " the second call starts?",
                    "The default is made once, when the function is defined, so changes of the"
                    " first call are still there; use None and make a new one inside.",
                )


def front_of_list(tree: Tree) -> Iterator[Fact]:
    """`pop(0)` and `insert(0, x)`."""
    for node in tree.nodes:
        target = method(node)
        if target is None or not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        zero = isinstance(first, ast.Constant) and type(first.value) is int and first.value == 0
        wanted = {"pop": 1, "insert": 2}.get(target[1])
        if zero and len(node.args) == wanted and not node.keywords:
            name, verb = target
            yield Fact(
                f"{verb}-front",
                node.lineno,
                f"Line {node.lineno} calls {verb} at index 0 of {name}.",
                f"What does the {verb} on line {node.lineno} cost when {name} is very long?",
                f"If {name} is a list, all other items move by one place, so each call is linear;"
                " a deque does it in constant time.",
            )


def list_membership(tree: Tree) -> Iterator[Fact]:
    """`x in items` in a loop, where `items` is surely a list."""
    for node in tree.nodes:
        if not isinstance(node, ast.Compare) or tree.loop_of(node) is None:
            continue
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if not isinstance(operator, ast.In | ast.NotIn) or not isinstance(right, ast.Name):
                continue
            if tree.is_list(right.id, right):
                yield Fact(
                    "list-membership",
                    node.lineno,
                    f"Line {node.lineno} tests membership in the list {right.id} inside a loop.",
                    f"How much work is the test against {right.id} on line {node.lineno} as"
                    f" {right.id} grows?",
                    f"{right.id} is a list, so each test goes through it: linear each time; a set"
                    " does it in constant time on average.",
                )


def nested_loops(tree: Tree) -> Iterator[Fact]:
    """Two loops over the same collection, one inside the other."""
    for inner in tree.nodes:
        if not isinstance(inner, ast.For):
            continue
        name, outer = collection(inner.iter), tree.loop_of(inner)
        while name and outer is not None:
            if isinstance(outer, ast.For) and collection(outer.iter) == name:
                yield Fact(
                    "nested-loops",
                    inner.lineno,
                    f"The loop over {name} on line {inner.lineno} stands inside the loop over"
                    f" {name} on line {outer.lineno}.",
                    f"How does the work of the loop on line {inner.lineno} grow if {name} gets"
                    " ten times longer?",
                    f"In the worst case with the square of the length of {name}: about a hundred"
                    " times.",
                )
                break
            outer = tree.loop_of(outer)


def sort_in_loop(tree: Tree) -> Iterator[Fact]:
    """Sorting again in each pass of a loop."""
    for node in tree.nodes:
        if not isinstance(node, ast.Call) or (loop := tree.loop_of(node)) is None:
            continue
        target = method(node)
        if called(node) == "sorted" or (target is not None and target[1] == "sort"):
            yield Fact(
                "sort-in-loop",
                node.lineno,
                f"Line {node.lineno} sorts inside the loop of line {loop.lineno}.",
                f"How often does line {node.lineno} run, and what does that add up to?",
                "It sorts in every pass of the loop, so the cost of sorting is multiplied by the"
                " number of passes.",
            )


def string_concatenation(tree: Tree) -> Iterator[Fact]:
    """A text that grows by `+=` in a loop."""
    for node in tree.nodes:
        if (
            isinstance(node, ast.AugAssign)
            and isinstance(node.op, ast.Add)
            and isinstance(node.target, ast.Name)
            and tree.loop_of(node) is not None
            and tree.is_text(node.target.id, node)
        ):
            name = node.target.id
            yield Fact(
                "string-concatenation",
                node.lineno,
                f"Line {node.lineno} appends to the text {name} inside a loop.",
                f"What happens to {name} in memory each time line {node.lineno} runs?",
                "Strings are immutable: a new one may be copied each time, quadratic in the worst"
                " case; collect the parts and join them.",
            )


Detector = Callable[[Tree], Iterator[Fact]]
DEFECTS: tuple[Detector, ...] = (
    changed_while_iterated,
    mutable_default,
    empty_input,
    division_by_length,
    front_of_list,
    list_membership,
    nested_loops,
    sort_in_loop,
    string_concatenation,
    late_binding,
    exceptions,
    wall_clock,
    comparisons,
    recursion,
    unclosed_file,
)
