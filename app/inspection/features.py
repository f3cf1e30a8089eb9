"""Detectors of plain features: nothing wrong with them, but worth a question."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator

from app.inspection.fact import Fact
from app.inspection.tree import Tree, called, collection, parameters

_BUILTINS = frozenset(n for n in dir(builtins) if n.islower() and not n.startswith("_"))
_LOOKS_AROUND = frozenset({"locals", "eval", "exec", "vars", "globals"})
_CONTAINERS = {
    ast.Dict: "dict", ast.DictComp: "dict", ast.Set: "set", ast.SetComp: "set",
    ast.List: "list", ast.ListComp: "list",
}  # fmt: skip
_MAKERS = frozenset({"dict", "set", "list", "deque", "defaultdict", "Counter", "OrderedDict"})


def shadowed_builtin(tree: Tree) -> Iterator[Fact]:
    """A name that hides one of Python's own."""
    for node in tree.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        else:
            continue
        if name in _BUILTINS:
            yield Fact(
                "shadowed-builtin",
                node.lineno,
                f"Line {node.lineno} binds {name}, which is also the name of a builtin.",
                f"After line {node.lineno}, what does the name {name} stand for?",
                f"The new value; the builtin {name} can no longer be reached by its name there.",
            )


def global_state(tree: Tree) -> Iterator[Fact]:
    """A global statement."""
    for node in tree.nodes:
        if isinstance(node, ast.Global):
            name, line = node.names[0], node.lineno
            yield Fact(
                "global-state",
                line,
                f"Line {line} declares {name} as global.",
                f"Line {line} makes {name} global. What does that mean for two callers at once?",
                "They share one variable, so they can overwrite each other's value; it is also"
                " harder to test.",
            )


def unused_variable(tree: Tree) -> Iterator[Fact]:
    """A local name that is bound and never read."""
    for function in tree.functions:
        inside = tuple(tree.within(function))
        if any(called(n) in _LOOKS_AROUND for n in inside):
            continue
        read = {n.id for n in inside if isinstance(n, ast.Name) and not _stored(n)}
        shared = {x for n in inside if isinstance(n, ast.Global | ast.Nonlocal) for x in n.names}
        bound = {
            t.id: t.lineno
            for n in inside
            if isinstance(n, ast.Assign) and tree.function_of(n) is function
            for t in n.targets
            if isinstance(t, ast.Name)
            and not any(isinstance(a, ast.ClassDef) for a in _up_to(tree, n, function))
        }
        for name, line in bound.items():
            if name not in read | shared and not name.startswith("_"):
                yield Fact(
                    "unused-variable",
                    line,
                    f"{name}, bound on line {line}, is never read in {function.name}.",
                    f"What would change in {function.name} if line {line} did not keep {name}?",
                    f"Nothing that depends on {name}: its value is never read.",
                )


def whiles(tree: Tree) -> Iterator[Fact]:
    """A while loop."""
    for node in tree.nodes:
        if isinstance(node, ast.While):
            yield Fact(
                "while-loop",
                node.lineno,
                f"A while loop starts on line {node.lineno}.",
                f"What makes sure that the loop on line {node.lineno} ends for every input?",
                "Something named that changes in each pass and reaches the condition's end.",
            )


def loops(tree: Tree) -> Iterator[Fact]:
    """A for loop over a named collection."""
    for node in tree.nodes:
        if isinstance(node, ast.For) and (name := collection(node.iter)):
            yield Fact(
                "loop",
                node.lineno,
                f"The loop on line {node.lineno} goes over {name}.",
                f"What is already done each time the loop on line {node.lineno} starts a new pass?",
                f"What holds for the items of {name} before the present one.",
            )


def slices(tree: Tree) -> Iterator[Fact]:
    """A slice that is read."""
    for node in tree.nodes:
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Slice)
            and isinstance(node.ctx, ast.Load)
            and isinstance(node.value, ast.Name)
        ):
            yield Fact(
                "slice",
                node.lineno,
                f"Line {node.lineno} takes a slice of {node.value.id}.",
                f"What does the slice of {node.value.id} on line {node.lineno} cost?",
                "For a list or a text the chosen items are copied: time and memory grow with it.",
            )


def containers(tree: Tree) -> Iterator[Fact]:
    """A container that is bound to a name."""
    for node in tree.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        made = _CONTAINERS.get(type(node.value)) or called(node.value)
        if made in _MAKERS or made in _CONTAINERS.values():
            name = node.targets[0].id
            yield Fact(
                "container",
                node.lineno,
                f"Line {node.lineno} makes {name} with {made}.",
                f"Why did you choose that kind of container for {name} on line {node.lineno}?",
                f"A reason that fits how {name}, made with {made}, is used.",
            )


def signatures(tree: Tree) -> Iterator[Fact]:
    """A function with parameters."""
    for function in tree.functions:
        names = parameters(function)
        if names and not function.name.startswith("__"):
            yield Fact(
                "signature",
                function.lineno,
                f"{function.name} on line {function.lineno} takes {', '.join(names)}.",
                f"What does {function.name} on line {function.lineno} assume about {names[0]}?",
                f"What {names[0]} must be for the code to work, such as its type or order.",
            )


def branches(tree: Tree) -> Iterator[Fact]:
    """An if statement."""
    for node in tree.nodes:
        if isinstance(node, ast.If):
            yield Fact(
                "branch",
                node.lineno,
                f"Line {node.lineno} decides by a condition.",
                f"Which input would you use to test both ways out of line {node.lineno}?",
                "One input for which the condition holds and one for which it doesn't.",
            )


def returns(tree: Tree) -> Iterator[Fact]:
    """A function that returns a value."""
    for node in tree.nodes:
        if isinstance(node, ast.Return) and node.value is not None:
            function = tree.function_of(node)
            if function is not None:
                yield Fact(
                    "return",
                    node.lineno,
                    f"{function.name} returns a value on line {node.lineno}.",
                    f"What can the caller rely on in the value that line {node.lineno} returns?",
                    "Its type, and what it holds in the usual and in the unusual case.",
                )


def _stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _up_to(tree: Tree, node: ast.AST, function: ast.AST) -> Iterator[ast.AST]:
    for around in tree.above(node):
        if around is function:
            return
        yield around


Detector = Callable[[Tree], Iterator[Fact]]
FEATURES: tuple[Detector, ...] = (
    global_state,
    shadowed_builtin,
    unused_variable,
    whiles,
    slices,
    containers,
    loops,
    signatures,
    branches,
    returns,
)
