"""A syntax tree with the ways up, and the few questions that the detectors ask of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.AsyncFor | ast.While
_LIST_MAKERS = frozenset({"list", "sorted"})


class Tree:
    """A parsed module; every walk is iterative, so that deep nesting is no danger."""

    def __init__(self, module: ast.Module) -> None:
        """Note every node's parent."""
        self.nodes = tuple(ast.walk(module))
        self._parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.functions = tuple(n for n in self.nodes if isinstance(n, Function))

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around it, from the inside out."""
        while node in self._parents:
            node = self._parents[node]
            yield node

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost function around it."""
        return next((n for n in self.above(node) if isinstance(n, Function)), None)

    def loop_of(self, node: ast.AST) -> Loop | None:
        """The innermost loop of the same function that repeats it."""
        below = node
        for around in self.above(node):
            if isinstance(around, Function | ast.Lambda | ast.ClassDef):
                return None
            if isinstance(around, Loop) and not _evaluated_once(around, below):
                return around
            below = around
        return None

    def within(self, scope: ast.AST) -> Iterator[ast.AST]:
        """All nodes below `scope`, functions inside it included."""
        for node in ast.walk(scope):
            if node is not scope:
                yield node

    def values_of(self, name: str, near: ast.AST) -> tuple[ast.expr | None, ...]:
        """All that is bound to `name` in the function around `near`; None where it is unknown."""
        scope = self.function_of(near)
        nodes = ast.walk(scope) if scope is not None else iter(self.nodes)
        found: list[ast.expr | None] = []
        for node in nodes:
            if isinstance(node, ast.Name) and node.id == name and _binds(node):
                found.append(self._value_for(node))
            elif isinstance(node, ast.arg) and node.arg == name:
                found.append(None)
        return tuple(found)

    def is_list(self, name: str, near: ast.AST) -> bool:
        """Whether every value that the name is bound to is a new list."""
        values = self.values_of(name, near)
        return bool(values) and all(_makes_list(value) for value in values)

    def is_text(self, name: str, near: ast.AST) -> bool:
        """Whether the name begins as a text constant."""
        return any(
            isinstance(v, ast.JoinedStr)
            or (isinstance(v, ast.Constant) and isinstance(v.value, str))
            for v in self.values_of(name, near)
        )

    def _value_for(self, name: ast.Name) -> ast.expr | None:
        parent = self._parents.get(name)
        if isinstance(parent, ast.Assign) and name in parent.targets:
            return parent.value
        if isinstance(parent, ast.AnnAssign) and parent.target is name:
            return parent.value
        return None


def mentions(node: ast.AST, name: str) -> bool:
    """Whether the name is read or bound anywhere below the node."""
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def parameters(function: Function) -> tuple[str, ...]:
    """The names of its plain parameters, `self` and `cls` left out."""
    args = function.args
    names = [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    return tuple(n for n in names if n not in {"self", "cls"})


def called(node: ast.AST) -> str | None:
    """The plain name that a call calls."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id
    return None


def method(node: ast.AST) -> tuple[str, str] | None:
    """Name of the object and of the method that a call calls on it."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    ):
        return node.func.value.id, node.func.attr
    return None


def collection(iterated: ast.expr) -> str | None:
    """The name whose items are gone through: of `xs`, `range(len(xs))`, `enumerate(xs)`."""
    while isinstance(iterated, ast.Call) and iterated.args:
        name = called(iterated)
        if name not in {"range", "len", "enumerate", "sorted", "reversed", "list"}:
            return None
        iterated = iterated.args[-1 if name == "range" and len(iterated.args) < 3 else 0]
    return iterated.id if isinstance(iterated, ast.Name) else None


def _binds(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store | ast.Del)


def _makes_list(value: ast.expr | None) -> bool:
    return isinstance(value, ast.List | ast.ListComp) or (
        value is not None and called(value) in _LIST_MAKERS
    )


def _evaluated_once(loop: Loop, child: ast.AST) -> bool:
    if isinstance(loop, ast.While):
        return child in loop.orelse
    return child is loop.iter or child in loop.orelse
