"""Word times from Praat's TextGrid, long and short."""

from __future__ import annotations

import pytest

from app.bench.turns.textgrid import BadTextGrid, Span, read_textgrid

pytestmark = pytest.mark.unit

SHORT = '''File type = "ooTextFile"
Object class = "TextGrid"

0
2.5
<exists>
1
"IntervalTier"
"words"
0
2.5
3
0
1.05
""
1.05
1.5
"he said ""no"""
1.5
2.5
"3"
'''

LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 1.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 1.5
        intervals: size = 1
        intervals [1]:
            xmin = 0.0
            xmax = 1.5
            text = "a"
    item [2]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 1.5
        intervals: size = 2
        intervals [1]:
            xmin = 0.0
            xmax = 0.55
            text = "montreal"
        intervals [2]:
            xmin = 0.55
            xmax = 1.5
            text = "it's"
"""


def test_the_short_form_is_read_without_its_silences() -> None:
    assert read_textgrid(SHORT) == (Span('he said "no"', 1.05, 1.5), Span("3", 1.5, 2.5))


def test_the_long_form_is_read_from_its_tier_of_words() -> None:
    assert read_textgrid(LONG) == (Span("montreal", 0.0, 0.55), Span("it's", 0.55, 1.5))


@pytest.mark.parametrize(
    "text", ["", "no grid", SHORT.replace("words", "61"), SHORT[: SHORT.index("1.5")]]
)
def test_what_has_no_words_with_times_is_refused(text: str) -> None:
    with pytest.raises(BadTextGrid):
        read_textgrid(text)
