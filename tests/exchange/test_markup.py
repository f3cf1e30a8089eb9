"""Markup in texts: taken out on the way in, escaped on the way out, and never a wait."""

from __future__ import annotations

import time

import pytest

from app.adapters.exchange.formats import read
from app.adapters.exchange.markup import from_html, holds_markup, plain, shown
from app.domain.exchange import Format
from tests.exchange.generated import NASTY

pytestmark = pytest.mark.unit

SCRIPTS = (
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<x onclick=alert(1)>",
    "<a href='javascript:alert(1)'>",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)",
    "<style>@import 'x'</style>",
    "<![CDA[<img src=x onerror=alert(1)>",
    "<![x]><script>alert(1)</script>",
    "<!-- <img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<b title='>'><script>alert(1)</script>",
)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("field", ["text", "reference", "topic", "tags", "id", "spoken", "source"])
def test_scripts_in_any_field_of_a_table_are_taken_out_and_told(field: str, script: str) -> None:
    row = {"text": "What?", "id": "q-1"} | {field: f"Say {script}"}
    data = ",".join(row) + "\n" + ",".join('"' + cell + '"' for cell in row.values()) + "\n"
    imported = read(Format.CSV, data.encode(), "bank.csv")
    (draft,) = imported.drafts
    assert not holds_markup(str(draft.keys))
    assert "alert" not in str(draft.keys.get(field)) or field == "id" or "-->" in script
    assert any("markup was taken out" in change.what for change in imported.report.changes)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_in_own_yaml_and_in_gift_are_taken_out_too(script: str) -> None:
    quoted = script.replace("'", "''")
    yaml = f"id: q-1\ntext: '{quoted}What?'\npoints: [{{id: p, text: '{quoted}P', criterion: c}}]\n"
    for named, data in (
        (Format.YAML, yaml),
        (Format.GIFT, f"::{script}q:: {script.replace('=', chr(92) + '=')} What? {{}}"),
        (Format.GIFT, f"::q:: [html]{script.replace('=', chr(92) + '=')} What? {{}}"),
    ):
        for draft in read(named, data.encode(), "bank").drafts:
            assert not holds_markup(str(draft.keys))


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_in_html_are_taken_out(script: str) -> None:
    found = from_html(f"<p>Before</p>{script}<p>After</p>")
    assert not holds_markup(found.text)
    assert found.text.startswith("Before")
    assert found.removed


@pytest.mark.parametrize(
    "text", [*NASTY, *SCRIPTS, "AT&T", "&copy;", "a<b", "x &lt y", "&amp;amp;"]
)
def test_what_shows_markup_is_escaped_and_read_back_the_same(text: str) -> None:
    assert not holds_markup(shown(text))
    assert plain(shown(text)).text == text


@pytest.mark.parametrize("text", ["List<int>", "if a <b and c> d", "x < y > z", "1 <2", "a</ b"])
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert plain(text).text == text
    assert shown(text) == text


@pytest.mark.parametrize("piece", ["<a ", "<a", "</", "<p x='", "<!--", "<script>", "&#", "\\"])
def test_a_text_of_nothing_but_beginnings_takes_no_time(piece: str) -> None:
    began = time.process_time()
    text = piece * 48_000
    plain(text)
    from_html(text)
    shown(text)
    read(Format.CSV, f'id,text,points\nq-1,Why?,"{text}"\n'.encode(), "bank.csv")
    assert time.process_time() - began < 20


def test_a_comment_that_is_never_closed_ends_the_text_where_it_begins() -> None:
    assert plain("Kept.<!-- a <!-- b").text == "Kept."
    assert plain("Kept.<!-- a --> Too.<!-- b <!-- c").text == "Kept. Too."
    assert from_html("<p>Kept.</p><!--> lost").removed == ("p", "unfinished comment")
