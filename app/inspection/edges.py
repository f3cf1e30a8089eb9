"""Detectors of a missing case: what a function does with nothing to work on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app.inspection.fact import Fact
from app.inspection.tree import Function, Tree, called, mentions, parameters


def empty_input(tree: Tree) -> Iterator[Fact]:
    """A parameter's first or last item, or its max or min, read without any check of it."""
    for function in tree.functions:
        for name in parameters(function):
            if _checked(tree, function, name):
                continue
            for node in tree.within(function):
                error = _fails_on_empty(node, name)
                if error and isinstance(node, ast.expr) and not _guarded(tree, node, function):
                    yield Fact(
                        "empty-input",
                        node.lineno,
                        f"{function.name} uses {name} on line {node.lineno} without checking that"
                        " it has items.",
                        f"I call {function.name} and {name} is empty. What happens on line"
                        f" {node.lineno}?",
                        f"It raises {error}.",
                    )
                    break


def division_by_length(tree: Tree) -> Iterator[Fact]:
    """A division by the length of a parameter that is never checked."""
    for function in tree.functions:
        for node in tree.within(function):
            if not isinstance(node, ast.BinOp) or not isinstance(
                node.op, ast.Div | ast.FloorDiv | ast.Mod
            ):
                continue
            name = _length_of(node.right)
            if name not in parameters(function) or name is None:
                continue
            if not _checked(tree, function, name) and not _guarded(tree, node, function):
                yield Fact(
                    "division-by-length",
                    node.lineno,
                    f"Line {node.lineno} divides by the length of {name}, which is not checked.",
                    f"Which {name} would make line {node.lineno} of {function.name} fail?",
                    f"An empty {name}: its length is 0, so it raises ZeroDivisionError.",
                )


def _length_of(node: ast.expr) -> str | None:
    if called(node) == "len" and isinstance(node, ast.Call) and len(node.args) == 1:
        argument = node.args[0]
        return argument.id if isinstance(argument, ast.Name) else None
    return None


def _fails_on_empty(node: ast.AST, name: str) -> str | None:
    """The error that this expression raises when the named sequence is empty."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if isinstance(node.value, ast.Name) and node.value.id == name and _end_index(node.slice):
            return "IndexError for an empty sequence (KeyError for an empty dict)"
        return None
    if (
        isinstance(node, ast.Call)
        and called(node) in {"max", "min"}
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id == name
        and not any(k.arg in {"default", None} for k in node.keywords)
    ):
        return "ValueError, because there is no largest or smallest item"
    return None


def _end_index(index: ast.expr) -> bool:
    if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub):
        index = index.operand
        return isinstance(index, ast.Constant) and index.value == 1
    return isinstance(index, ast.Constant) and type(index.value) is int and index.value == 0


def _checked(tree: Tree, function: Function, name: str) -> bool:
    """Whether any condition looks at the name, or it is bound anew: then nothing is certain."""
    for node in tree.within(function):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert) and mentions(
            node.test, name
        ):
            return True
        if isinstance(node, ast.BoolOp | ast.Compare) and mentions(node, name):
            return True
        if isinstance(node, ast.Match) and mentions(node.subject, name):
            return True
    return False


def _guarded(tree: Tree, node: ast.AST, function: Function) -> bool:
    """Whether something between the function and the node decides if the node is reached."""
    for around in tree.above(node):
        if around is function:
            break
        if not isinstance(around, ast.stmt | ast.expr | ast.keyword) or isinstance(
            around,
            ast.For
            | ast.AsyncFor
            | ast.While
            | ast.If
            | ast.Try
            | ast.With
            | ast.AsyncWith
            | ast.IfExp
            | ast.Lambda
            | ast.FunctionDef
            | ast.AsyncFunctionDef
            | ast.ClassDef
            | ast.Match
            | ast.GeneratorExp
            | ast.ListComp
            | ast.SetComp
            | ast.DictComp,
        ):
            return True
    return _left_before(tree, node, function) or _by_length(function)


def _left_before(tree: Tree, node: ast.AST, function: Function) -> bool:
    """Whether an earlier line may leave the function."""
    line = getattr(node, "lineno", 0)
    return any(
        isinstance(n, ast.Return | ast.Raise)
        and n.lineno < line
        and tree.function_of(n) is function
        for n in tree.within(function)
    )


def _by_length(function: Function) -> bool:
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(function))
