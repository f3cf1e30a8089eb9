"""Odd corners of each format, in files written by hand after its description.

None of these files is what our own export writes: other tools do, and mean something by it.
"""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from app.adapters.exchange.formats import format_of, read
from app.adapters.exchange.markup import from_html
from app.domain.exchange import Format, Imported
from tests.exchange.by_hand import manifest, zipped

pytestmark = pytest.mark.integration  # reads the files beside it

HERE = Path(__file__).parent / "corners"


def _keys(imported: Imported) -> dict[str, dict[str, object]]:
    return {draft.id: dict(draft.keys) for draft in imported.drafts}


def _lost(imported: Imported) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for loss in imported.report.losses:
        found.setdefault(loss.item, set()).add(loss.part)
    return found


@pytest.fixture(scope="module", params=["plain", "marked"])
def gift(request: pytest.FixtureRequest) -> Imported:
    """As it stands, and with the mark and the line ends that Windows tools write."""
    data = (HERE / "course.gift").read_bytes()
    if request.param == "marked":
        data = codecs.BOM_UTF8 + data.replace(b"\n", b"\r\n")
    return read(Format.GIFT, data, "course.gift")


@pytest.fixture(scope="module")
def moodle() -> Imported:
    data = (HERE / "course.xml").read_bytes()
    return read(format_of("course.xml", data), data, "course.xml")


def test_gift_reads_formats_formulae_gaps_and_weights(gift: Imported) -> None:
    keys = _keys(gift)
    assert keys["md"]["text"] == "What is **bold** and `code`?\n\n- one\n- two"
    assert keys["colon-in-a-title"]["text"] == "What is in C:\\temp?"
    assert keys["colon-in-a-title"]["reference"] == "Right: files; folders."
    assert keys["formula"]["text"] == "Solve $$x^2 = 4$$, or x² = 4 with \\(x: y\\)"
    assert keys["formula"]["topic"] == "Default for Quiz"
    assert keys["gap"]["text"] == "The capital of France is _____ on the Seine."
    assert keys["primes"]["reference"] == "Right: 2; 3; 5."
    assert (keys["flat"]["reference"], keys["boils"]["reference"]) == (
        "Right: False.",
        "Right: True.",
    )
    assert {refusal.item for refusal in gift.report.refusals} == {"Range", "Range with more"}


def test_gift_tells_feedback_and_weights_that_an_open_question_has_no_place_for(
    gift: Imported,
) -> None:
    feedback, marking = "feedback of single answers", "automatic marking"
    assert _lost(gift) == {
        "Flat": {feedback, marking},
        "Boils": {marking},
        "Primes": {feedback, marking, "choices", "weights"},
        "Colon: in a title": {feedback, marking, "weights"},
        "Formula": {marking},
        "Gap": {marking, "choices"},
    }


def test_moodle_keeps_the_english_of_two_languages_and_what_is_raised_or_in_a_table(
    moodle: Imported,
) -> None:
    assert _keys(moodle)["limits"]["text"] == (
        "Explain this as \\(e^{i\\pi}+1=0\\), 2ⁿ⁺¹, a_(max) and the 1st:\n"
        "if a < b:\n    return a\nn 1 2\nf 3 5"
    )
    told = [change.what for change in moodle.report.changes if change.item == "Limits"]
    assert any("other languages" in what for what in told)


def test_moodle_tells_limits_marks_feedback_and_what_was_hidden(moodle: Imported) -> None:
    assert _lost(moodle) == {
        "Limits": {"marks", "word limits", "files to hand in", "hidden"},
        "Primes": {"weights", "choices", "automatic marking", "combined feedback", "marks"},
        "An old picture": {"attached file"},
    }
    assert [(r.item, r.why.split(":")[0]) for r in moodle.report.refusals] == [
        ("Empty", "expected a question text, found none"),
        ("Random", "type random"),
    ]


def test_qti_reads_what_candidates_see_and_leaves_graders_notes_to_the_reference() -> None:
    files: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(("imsqti_item_xmlv2p1", "my%20items/area.xml")),
        "my items/area.xml": (HERE / "area.xml").read_bytes(),
    }
    imported = read(Format.QTI, zipped(files), "course.zip")
    keys = _keys(imported)["the-area-of-a-circle"]
    assert keys["text"] == (
        "You may use the formula sheet.\nWhy is A=πr2?\n[image: a circle]\n"
        "for i in range(3):\n    print(i)\nSay it."
    )
    assert keys["reference"] == "Two marks.\nCut it into rings."
    assert _lost(imported) == {
        "area": {"attached file", "formula", "template", "feedback of single answers"}
    }


def test_qti_of_several_right_choices_keeps_their_words_alone() -> None:
    imported = read(Format.QTI, (HERE / "several.xml").read_bytes(), "several.xml")
    assert _keys(imported)["several"]["reference"] == "Right: one; three and five."
    assert _lost(imported) == {
        "several": {"choices", "automatic marking", "feedback of single answers"}
    }


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_that_excel_writes_above_a_table_names_its_delimiter(line: str) -> None:
    table = f"{line}\r\nQuestion;Answer, in full\r\nWhy, and how?;a,b,c,d\r\n;;;\r\n"
    imported = read(Format.CSV, table.encode("utf-8-sig"), "table.csv")
    assert _keys(imported) == {"why-and-how": {"id": "why-and-how", "text": "Why, and how?"}}
    assert imported.drafts[0].place == "line 3"
    assert [(loss.item, loss.part) for loss in imported.report.losses] == [
        ("every row", "answer,_in_full")
    ]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("x<sup>2</sup> + a<sub>10</sub>", "x² + a₁₀"),
        ("e<sup>-x</sup> and 10<sup>th</sup>", "e^(-x) and 10th"),
        ("v<sub>i</sub> x<sup> </sup> y<sup>*</sup>", "v_i x y^*"),
        ('<span lang="de" class="multilang">Nur deutsch</span>', "Nur deutsch"),
        ("never <sup>ended", "never ended"),
    ],
)
def test_raised_signs_are_never_read_as_plain_ones(markup: str, text: str) -> None:
    assert from_html(markup).text == text
