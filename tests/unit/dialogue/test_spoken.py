"""What is written is said in words."""

from __future__ import annotations

import re

import pytest

from app.dialogue.spoken import sentences, speakable

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It runs in O(n log n).", "It runs in O of n log n."),
        ("Not O(n^2) but O(V + E).", "Not O of n squared but O of V plus E."),
        ("Is `O(log(n))` enough?", "Is O of log n enough?"),
        ("Call `get_user(user_id)` now.", "Call get user of user id now."),
        ("Is `x == []`?", "Is x equals an empty list?"),
        ("Why `items[i] != None`?", "Why items at i is not equal to None?"),
        ("If x <= 3 or y > 4.", "If x is at most 3 or y is greater than 4."),
        ("What does `__init__` do?", "What does dunder init do?"),
        ("Open my_module.py first.", "Open my module dot py first."),
        ("The p99 was 250ms.", "The p 99 was 250 milliseconds."),
        ("It was 40% of 1,200.", "It was 40 percent of 1200."),
        ("Use C++, e.g. for I/O.", "Use C plus plus, for example, for I O."),
        ("Explain the N+1 problem.", "Explain the N plus 1 problem."),
        ("Use and/or read/write.", "Use and or read or write."),
        ("Name the function(s).", "Name the functions."),
        ("The A/B test ran on TCP/IP and HTTP/2.", "The A B test ran on TCP IP and HTTP 2."),
        (
            "It is 3x faster, 2s and not 30 s.",
            "It is 3 times faster, 2 seconds and not 30 seconds.",
        ),
        ("From the 90s on, 24/7.", "From the 90s on, 24 7."),
        ("Is a[i][j] or xs[-1] right?", "Is a at i at j or xs at minus 1 right?"),
        ("Is it xs[1:] or xs[:k]?", "Is it xs from 1 on or xs up to k?"),
        ("A dict[str, int] it is.", "A dict of str, int it is."),
        ("Up to n - 1, or n-1.", "Up to n minus 1, or n minus 1."),
        ("Why i++ here?", "Why i plus plus here?"),
        ("Is 1e-3 more than .5?", "Is 1 times 10 to the power of minus 3 more than 0.5?"),
        ("Is x % 2 == 0?", "Is x modulo 2 equals 0?"),
        ("What does @property do?", "What does at property do?"),
        ("Look in /etc/hosts.", "Look in slash etc slash hosts."),
        ("Is it ±2, √n or ½?", "Is it plus or minus 2, square root of n or one half?"),
        ("Run SELECT * FROM users.", "Run SELECT star FROM users."),
        ("Open __init__.py first.", "Open dunder init dot py first."),
        ("=> so go on ☕.", "so go on."),
        ("Plain words (these) stay.", "Plain words (these) stay."),
    ],
)
def test_code_and_symbols_are_put_into_words(written: str, said: str) -> None:
    assert speakable(written) == said


def test_markdown_is_not_read_out() -> None:
    written = "## Task\n\n- **First**, read [the docs](https://a.b/c).\n- *Then* talk."

    assert speakable(written) == "Task. First, read the docs. Then talk."


def test_a_block_of_code_is_left_out() -> None:
    assert speakable("Look:\n```python\nx = [1]\n```\nWhat is x?") == "Look: What is x?"


def test_nothing_to_say_is_nothing() -> None:
    assert speakable("") == ""
    assert sentences(speakable("```\nx\n```")) == ()


def test_text_is_cut_after_each_sentence() -> None:
    assert sentences("I see. Why is that? Go on!") == ("I see.", "Why is that?", "Go on!")


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    text = "Dr. Smith used Python 3.11 vs. 3.12. Was it faster?"

    assert sentences(text) == ("Dr. Smith used Python 3.11 vs. 3.12.", "Was it faster?")


def test_no_word_is_lost_in_cutting() -> None:
    text = 'One (two). "Three?" Four... five! Six'

    assert " ".join(sentences(text)) == text


@pytest.mark.parametrize(
    "written",
    [
        "1. First\n2. Second", "- one\n- two", "**bold** and *soft*", "# Title\ntext", "a | b | c",
        "`x` -> `y`", "first_unique(items) == []", "f(x) = x^2 + 1", "x <= 3 && y >= 4", "[a, b]",
        "{'k': 1}", "snake_case and camelCase", "https://a.b/c?d=1", "10% of $1,000",
        "O(n²)", "a\\b",
    ],
)  # fmt: skip
def test_no_sign_is_left_that_a_voice_cannot_say(written: str) -> None:
    assert not re.search(r"[^A-Za-z0-9 ,.;:?!'()-]|[a-z][A-Z]", speakable(written))
