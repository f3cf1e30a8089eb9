"""What is written is said in words."""

from __future__ import annotations

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
