"""Which lines of a program can be counted and said something about."""

from __future__ import annotations

import ast


def plain_lines(source: str) -> frozenset[int]:
    """Lines that hold one plain statement, so that counting them is counting what they do.

    The head of a for loop is left out (it runs once more than its body), and so is what has loops
    or functions inside one line.
    """
    statements = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.stmt)]
    taken = [s.lineno for s in statements]
    return frozenset(s.lineno for s in statements if taken.count(s.lineno) == 1 and _is_plain(s))


def _is_plain(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If | ast.While):
        parts: ast.AST = statement.test
        end = statement.test.end_lineno
    elif hasattr(statement, "body"):
        return False
    else:
        parts, end = statement, statement.end_lineno
    hidden = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
    nothing = isinstance(statement, ast.Global | ast.Nonlocal | ast.Match)
    return (
        end == statement.lineno
        and not nothing
        and not any(isinstance(n, hidden) for n in ast.walk(parts))
    )


def stored_names(source: str, line: int) -> frozenset[str]:
    """Local names that the function on this line binds itself."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == line:
            inside = (n for n in ast.walk(node) if isinstance(n, ast.Name))
            return frozenset(n.id for n in inside if isinstance(n.ctx, ast.Store))
    return frozenset()
