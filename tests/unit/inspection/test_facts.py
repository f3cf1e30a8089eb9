"""Facts about code: true, placed, askable, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.fairness import unfair
from app.inspection.facts import facts_about

pytestmark = pytest.mark.unit

CASES = {
    "nested-loops": "def f(xs):\n for a in xs:\n  for b in xs:\n   print(a, b)\n",
    "pop-front": "def f(q):\n while q:\n  q.pop(0)\n",
    "insert-front": "def f(q):\n q.insert(0, 1)\n",
    "list-membership": "def f(n):\n s = []\n for i in n:\n  if i in s:\n   print(i)\n",
    "mutable-default": "def f(a, b=[]):\n b.append(a)\n",
    "bare-except": "try:\n g()\nexcept:\n print(1)\n",
    "swallowed-exception": "try:\n g()\nexcept ValueError:\n pass\n",
    "none-equality": "def f(a):\n return a == None\n",
    "string-concatenation": "def f(n):\n s = ''\n for i in n:\n  s += i\n return s\n",
    "endless-recursion": "def f(n):\n return f(n - 1)\n",
    "deep-recursion": "def f(n):\n if n:\n  return f(n - 1)\n return 0\n",
    "empty-input": "def f(xs):\n return xs[0]\n",
    "division-by-length": "def f(xs):\n return sum(xs) / len(xs)\n",
    "wall-clock": "import time\nt = time.time()\nprint(time.time() - t)\n",
    "unclosed-file": "f = open('x')\nprint(f.read())\n",
    "shadowed-builtin": "list = 3\n",
    "global-state": "def f():\n global n\n n = 1\n",
    "unused-variable": "def f():\n x = 1\n return 2\n",
    "changed-while-iterated": "def f(xs):\n for x in xs:\n  xs.remove(x)\n",
    "late-binding": "fs = []\nfor i in range(3):\n fs.append(lambda: i)\n",
    "literal-identity": "def f(a):\n return a is 5\n",
    "float-equality": "def f(a):\n return a == 0.3\n",
    "sort-in-loop": "def f(xs):\n for x in xs:\n  print(sorted(xs))\n",
    "syntax-error": "def f(:\n pass\n",
}


@pytest.mark.parametrize(("kind", "code"), CASES.items())
def test_each_kind_is_found_at_a_line_of_the_code(kind: str, code: str) -> None:
    facts = [fact for fact in facts_about(code, "python") if fact.kind == kind]
    assert facts
    assert all(1 <= fact.line <= code.count("\n") for fact in facts)


@pytest.mark.parametrize("code", CASES.values())
def test_every_question_is_one_short_and_fair_question(code: str) -> None:
    for fact in facts_about(code, "python"):
        assert fact.question.count("?") == 1
        assert len(fact.question.split()) <= 30
        assert unfair(fact.question) is None
        assert str(fact.line) in fact.question or fact.kind == "mutable-default"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("empty-input", "def f(xs):\n if not xs:\n  return 0\n return xs[0]\n"),
        ("empty-input", "def f(xs):\n try:\n  return max(xs)\n except ValueError:\n  return 0\n"),
        ("empty-input", "def f(xs):\n return max(xs, default=0)\n"),
        ("list-membership", "def f(n):\n s = set()\n for i in n:\n  if i in s:\n   print(i)\n"),
        ("nested-loops", "def f(g):\n for row in g:\n  for c in row:\n   print(c)\n"),
        ("unclosed-file", "with open('x') as f:\n print(f.read())\n"),
        ("unused-variable", "def f():\n x = 1\n def g():\n  return x\n return g\n"),
        ("endless-recursion", "def f(n):\n return n and f(n - 1)\n"),
    ],
)
def test_what_is_handled_is_no_fact(kind: str, code: str) -> None:
    assert kind not in {fact.kind for fact in facts_about(code, "python")}


def test_a_plain_program_has_facts_of_several_kinds() -> None:
    code = "def f(xs):\n    seen = {}\n    for x in xs:\n        seen[x] = 1\n    return seen\n"
    assert len({fact.kind for fact in facts_about(code, "python")}) >= 3


def test_other_languages_get_what_needs_no_parser() -> None:
    assert [f.kind for f in facts_about("int main() { return 0; }", "cpp")] == ["size"]
    assert facts_about("  \n", "python") == ()


@given(st.text(), st.sampled_from(["python", "java", ""]))
def test_no_text_raises(code: str, language: str) -> None:
    facts_about(code, language)


@given(st.lists(st.sampled_from([*CASES.values(), "x", "(", ")", ":\n", "\t", "lambda "])))
def test_no_mixture_of_code_raises(parts: list[str]) -> None:
    facts_about("".join(parts), "python")


def test_deeply_nested_code_does_not_raise() -> None:
    facts_about("(" * 4000 + ")" * 4000, "python")
    facts_about("x = " + "-" * 20000 + "1", "python")
    facts_about("x = " + "a." * 20000 + "b", "python")
