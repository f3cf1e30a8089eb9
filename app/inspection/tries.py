"""What to try on a program: its functions and methods, and inputs that are usual, or at an edge."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
    "[3, 1, 2, 3]",
    ("[]", "[7]", "[2, 2, 3, 3]", "[-3, -1, -2]", "[1, 2, 3]", "[1000000000000, 1]", "None"),
    "counted(sorted(range(1000, 1000 + {n}), key=lambda i: i * 2654435761 % 4294967296))",
)
TEXT = Inputs(
    "text",
    "'banana'",
    ("''", "'x'", "'aabb'", "'Straße'", "'a b  c'", "'123'", "None"),
    "('abcdefghij' * {n})[:{n}]",
)
WHOLE = Inputs("whole", "6", ("0", "1", "-1", "2", "1000000", "None"), "{n}", (8, 16, 32))
SMALL = Inputs("small", "2", ("0", "1", "-1", "100", "None"))
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
    """Something that can be called: `{0}` in `template` takes the arguments.

    `before` says what was done to the object before, `yields` where a generator gives its items.
    """

    name: str
    line: int
    template: str
    likely: tuple[tuple[Inputs, ...], ...]
    before: str = ""
    yields: int | None = None

    def call(self, arguments: Sequence[str]) -> str:
        """The call as an expression."""
        return self.template.format(", ".join(arguments))

    def likely_only(self, types: Sequence[Inputs]) -> bool:
        """Whether each type is one that the parameter's annotation or name suggests."""
        return all(
            one in likely or (one is SMALL and WHOLE in likely)
            for one, likely in zip(types, self.likely, strict=True)
        )

    def combinations(self) -> Iterator[tuple[Inputs, ...]]:
        """Types of all arguments, the likeliest first."""
        every = [dict.fromkeys((*first, *ALL)) for first in self.likely]
        ranked = sorted(
            itertools.product(*(list(enumerate(options)) for options in every)),
            key=lambda chosen: sum(place for place, _ in chosen),
        )
        several = len(every) > 1
        for chosen in ranked[:MOST_COMBINATIONS]:
            yield tuple(SMALL if several and i is WHOLE else i for _, i in chosen)


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
    made = f"{node.name}({', '.join(_usual(arg) for arg in needed)})"
    public = [m for m in own.values() if not m.name.startswith("_") and not m.decorator_list]
    filling = next((m for m in public if m.name in _FILLING and len(_parameters(m)) > 1), None)
    for method in public:
        plain = _target(method, f"{made}.{method.name}", skip=1)
        yield method, plain if filling in (None, method) else _filled(plain, method, filling, made)


_FILLING = frozenset({"push", "add", "append", "insert", "put", "enqueue", "set", "deposit"})


def _filled(
    plain: Target, method: ast.FunctionDef, filling: ast.FunctionDef | None, made: str
) -> Target:
    """The method on an object that was filled with two values before."""
    if filling is None:
        return plain
    usual = [_usual(arg) for arg in _parameters(filling)[1:]]
    rest = ", ".join(usual[1:])
    fill = [f"it.{filling.name}({', '.join([first, *([rest] if rest else [])])})" for first in "21"]
    steps = f"{fill[0]}, {fill[1]}, it.{method.name}({{0}})".replace("{0}", "\0")
    escaped = f"(lambda it: ({steps})[-1])({made})".replace("{", "{{").replace("}", "}}")
    before = f"after {filling.name} with 2 and then with 1"
    return replace(plain, template=escaped.replace("\0", "{0}"), before=before)


def _target(node: ast.FunctionDef | ast.AsyncFunctionDef, called: str, *, skip: int = 0) -> Target:
    wanted = _parameters(node)[skip:]
    template = called.replace("{", "{{").replace("}", "}}") + "({0})"
    inside = (n for part in node.body for n in ast.walk(part))
    gives = [n.lineno for n in inside if isinstance(n, ast.Yield | ast.YieldFrom)]
    likely = tuple(_likely(arg) for arg in wanted)
    if not gives:
        return Target(node.name, node.lineno, template, likely)
    return Target(node.name, node.lineno, f"list({template})", likely, yields=min(gives))


def _usual(arg: ast.arg) -> str:
    likely = _likely(arg)
    return SMALL.usual if not likely or likely[0] is WHOLE else likely[0].usual


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
    return next((inputs for pattern, inputs in _BY_NAME if re.search(pattern, name)), ())


def _size(node: ast.AST) -> int:
    return sum(1 for _ in ast.walk(node))
