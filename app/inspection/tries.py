"""What to try on a program: its functions and methods, and inputs that are usual, or at an edge."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_TARGETS = 4
MOST_COMBINATIONS = 14


@dataclass(frozen=True)
class Inputs:
    """Values of one type: a usual one, those at the edges, and how one of size n is written."""

    name: str
    usual: str
    edges: tuple[str, ...]
    sized: str | None = None
    sizes: tuple[int, ...] = (40, 80, 160)


NUMBERS = Inputs(
    "numbers",
    "[3, 1, 2]",
    ("[]", "[7]", "[2, 2, 3, 3]", "[-3, -1, -2]", "[1, 2, 3]", "[1000000000000, 1]", "None"),
    "counted([i * 7919 % {n} for i in range({n})])",
)
TEXT = Inputs(
    "text",
    "'banana'",
    ("''", "'x'", "'aabb'", "'Straße'", "'a b  c'", "'123'", "None"),
    "('abcdefghij' * {n})[:{n}]",
)
WHOLE = Inputs("whole", "6", ("0", "1", "-1", "2", "1000000", "None"), "{n}", (8, 16, 32))
TEXTS = Inputs(
    "texts",
    "['pear', 'fig', 'apple']",
    ("[]", "['x']", "['b', 'b', 'a']", "['é', 'e']", "['']", "None"),
    "[str(i) for i in range({n})]",
)
PAIRS = Inputs(
    "pairs", "[(1, 4), (2, 5), (8, 9)]", ("[]", "[(1, 2)]", "[(1, 9), (2, 3)]", "None"),
    "[(i, i + 1) for i in range({n})]",
)  # fmt: skip
TABLE = Inputs("table", "[[1, 2], [3, 4]]", ("[]", "[[]]", "[[1]]", "[[1], [2, 3]]", "None"))
COUNTS = Inputs("counts", "{'a': 2, 'b': 1}", ("{}", "{'a': 0}", "None"))
FRACTION = Inputs("fraction", "2.5", ("0.0", "-1.5", "None"))
LINKS = Inputs(
    "links",
    "{'a': ['b', 'c'], 'b': ['c'], 'c': []}",
    ("{}", "{'a': ['a']}", "{'a': ['b']}", "None"),
)  # fmt: skip
ALL = (NUMBERS, TEXT, WHOLE, TEXTS, PAIRS, TABLE, COUNTS, LINKS, FRACTION)

_BY_ANNOTATION = (
    (r"^(list|sequence|iterable|collection)\[(tuple|list)\[", (PAIRS, TABLE)),
    (r"^(list|sequence|iterable|collection|set)\[str\]", (TEXTS,)),
    (r"^(list|sequence|iterable|collection|set)", (NUMBERS, TEXTS)),
    (r"^dict\[\w+,\s*(list|set)", (LINKS,)),
    (r"^(dict|mapping|counter)", (COUNTS, LINKS)),
    (r"^str", (TEXT,)),
    (r"^int", (WHOLE,)),
    (r"^float", (FRACTION, WHOLE)),
)
_BY_NAME = (
    (r"interval|pairs|points|meetings|edges", (PAIRS, TABLE)),
    (r"matrix|grid|table|rows|board", (TABLE,)),
    (r"graph|links|tree|adjacen", (LINKS,)),
    (r"words|names|strings|texts|tokens|lines", (TEXTS,)),
    (r"^(s|t|text|string|word|sentence|line|name|expr|expression|pattern|bracket\w*)\d?$", (TEXT,)),
    (r"^(n|k|m|i|j|x|y|target|count|number|limit|size|capacity|amount|index|depth)$", (WHOLE,)),
    (r"counts|prices|mapping|^d$|dict|stock", (COUNTS,)),
    (r"s$|list|arr|items|values|data|seq|queue|stack|^l$|^a$|^xs$", (NUMBERS, TEXTS)),
)


@dataclass(frozen=True)
class Target:
    """Something that can be called: `{0}`, `{1}` ... in `template` take its arguments."""

    name: str
    line: int
    template: str
    likely: tuple[tuple[Inputs, ...], ...]

    def call(self, arguments: Sequence[str]) -> str:
        """The call as an expression."""
        return self.template.format(", ".join(arguments))

    def combinations(self) -> Iterator[tuple[Inputs, ...]]:
        """Types of all arguments, the likeliest first."""
        every = [dict.fromkeys((*first, *ALL)) for first in self.likely]
        ranked = sorted(
            itertools.product(*(list(enumerate(options)) for options in every)),
            key=lambda chosen: sum(place for place, _ in chosen),
        )
        for chosen in ranked[:MOST_COMBINATIONS]:
            yield tuple(inputs for _, inputs in chosen)


def targets(source: str) -> tuple[Target, ...]:
    """The functions and methods worth trying, longest first; raises SyntaxError."""
    module = ast.parse(source)
    found: list[tuple[int, Target]] = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append((_size(node), _target(node, node.name)))
        elif isinstance(node, ast.ClassDef):
            found += [(_size(method), target) for method, target in _methods(node)]
    ranked = sorted(found, key=lambda pair: -pair[0])
    return tuple(target for _, target in ranked if len(target.likely) <= 3)[:MOST_TARGETS]


def _methods(node: ast.ClassDef) -> Iterator[tuple[ast.FunctionDef, Target]]:
    """Methods of a class that can be made without arguments, or with one plain number."""
    own = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
    needed = _parameters(own["__init__"])[1:] if "__init__" in own else []
    made = f"{node.name}({', '.join(_likely(arg)[0].usual for arg in needed)})"
    for method in own.values():
        if not method.name.startswith("_") and not method.decorator_list:
            yield method, _target(method, f"{made}.{method.name}", skip=1)


def _target(node: ast.FunctionDef | ast.AsyncFunctionDef, called: str, *, skip: int = 0) -> Target:
    wanted = _parameters(node)[skip:]
    escaped = called.replace("{", "{{").replace("}", "}}")
    return Target(node.name, node.lineno, escaped + "({0})", tuple(_likely(arg) for arg in wanted))


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    """Those that must be given."""
    every = [*node.args.posonlyargs, *node.args.args]
    return every[: len(every) - len(node.args.defaults)]


def _likely(arg: ast.arg) -> tuple[Inputs, ...]:
    if arg.annotation is not None:
        written = ast.unparse(arg.annotation).lower().removeprefix("typing.")
        for pattern, inputs in _BY_ANNOTATION:
            if re.search(pattern, written):
                return inputs
    name = arg.arg.lower()
    return next((inputs for pattern, inputs in _BY_NAME if re.search(pattern, name)), (NUMBERS,))


def _size(node: ast.AST) -> int:
    return sum(1 for _ in ast.walk(node))
