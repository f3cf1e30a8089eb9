"""Texts made of every sign that means something to a format come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.exchange.csv_bank import guarded, unguarded
from app.adapters.exchange.formats import export, read
from app.adapters.exchange.markup import clean, from_html, holds_markup, plain, shown, to_html
from app.domain.exchange import Content, Format
from app.domain.question import Question
from tests.exchange.generated import generated

pytestmark = pytest.mark.unit

PIECES = (
    *"<>/&;ab ![]\"'=\n#\\|,{}~:?%\t-@+T1é\u2028\u0085\ufeff",
    *("script", "img", "onx=", "lt", "amp", "::", "//", "$CATEGORY:", "####", "->", "]]>"),
    *("<!--", "CDATA", "'=", "null", "- ", "kind:concept", "[tag:x]"),
)
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_escapes_are_undone_and_leave_no_markup(text: str) -> None:
    cleaned = clean(text)
    assert not holds_markup(shown(cleaned))
    assert plain(shown(cleaned)).text == cleaned
    assert from_html(to_html(cleaned)).text == cleaned.strip()
    assert unguarded(guarded(cleaned)) == cleaned


@settings(max_examples=40, deadline=None)
@given(texts, texts, texts, st.lists(texts, max_size=3))
def test_a_question_of_any_texts_comes_back(
    first: str, second: str, third: str, tags: list[str]
) -> None:
    told = generated(1).questions[0].model_dump()
    told["text"], told["topic"] = f"Why {first}", f"On {' '.join(third.split())}."
    told["spoken"] = f"Say {third}"
    told["reference"] = f"{second} is a reference that is long enough {first}"
    told["tags"] = tuple(flat for tag in tags if (flat := " ".join(clean(tag).split())))
    told["points"][0].update(text=f"It is {second}{first}", terms=(first, third, second))
    told["probes"][0].update(ask=f"And {third}", when=(second, "x"))
    question = Question.model_validate(told)
    wanted = question.model_dump(mode="json")
    for named in Format:
        (draft,) = read(named, export(named, Content((question,))).data, "bank").drafts
        if named is Format.GIFT:
            for key in ("text", "reference", "topic", "tags"):
                assert draft.keys.get(key, []) == wanted[key], (named, key)
        else:
            assert Question.model_validate(draft.keys).model_dump(mode="json") == wanted, named
