"""Files as other tools write them, after each format's own description."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.exchange.formats import format_of, read
from app.domain.errors import BadContent
from app.domain.exchange import Draft, Format, Imported
from tests.exchange.by_hand import (
    SPACES,
    choice,
    extended,
    manifest,
    ordering,
    text_entry,
    zipped,
)

pytestmark = pytest.mark.integration  # reads the files beside it

HERE = Path(__file__).parent
OPEN = {"kind", "difficulty", "rubric", "points", "probes"}


@pytest.fixture(scope="module")
def moodle() -> Imported:
    return _file("moodle_course.xml")


@pytest.fixture(scope="module")
def gift() -> Imported:
    return _file("course.gift")


def _file(name: str) -> Imported:
    data = (HERE / name).read_bytes()
    return read(format_of(name, data), data, name)


def _draft(imported: Imported, named: str) -> Draft:
    return next(draft for draft in imported.drafts if draft.id == named)


def _lost(imported: Imported, item: str) -> set[str]:
    return {loss.part for loss in imported.report.losses if loss.item == item}


def test_a_moodle_essay_becomes_a_draft_without_its_markup(moodle: Imported) -> None:
    draft = _draft(moodle, "ds-017")
    assert draft.keys["text"] == (
        "How does a hash table find a value when\u00a0n > 1000 & growing?\n"
        "See [image: a table of buckets]"
    )
    assert draft.keys["reference"] == "- hash, then bucket\n- collisions\nRead chapter 11."
    assert draft.keys["topic"] == "Data structures"
    assert draft.keys["tags"] == ["hashing", "week1"]
    assert {line.split(":")[0] for line in draft.open} == OPEN
    assert draft.place == "line 15"


def test_what_a_moodle_essay_loses_is_told(moodle: Imported) -> None:
    assert _lost(moodle, "DS-017") == {"attached file", "response template", "marks"}
    told = [change.what for change in moodle.report.changes if change.item == "DS-017"]
    assert any("script" in what and "onerror" in what for what in told)
    assert ("ds-017", "id", "made of 'DS-017'") in [
        (change.item, change.part, change.what) for change in moodle.report.changes
    ]


def test_closed_questions_of_moodle_become_open_ones(moodle: Imported) -> None:
    stack = _draft(moodle, "stack")
    assert stack.keys["reference"] == "Right: A stack."
    assert _lost(moodle, "Stack") == {
        "choices",
        "automatic marking",
        "feedback of single answers",
        "hints",
    }
    assert _draft(moodle, "stack-2").keys["text"] == "A list in Python is a List<T> of references."
    cost = _draft(moodle, "cost-of-a-lookup")
    assert cost.keys["reference"] == "Right: O(1); constant. Amortised constant time."


def test_types_that_nobody_can_ask_aloud_are_named_with_their_line(moodle: Imported) -> None:
    refused = {refusal.item: refusal.why.split(":")[0] for refusal in moodle.report.refusals}
    assert refused == {
        "Load factor": "type numerical",
        "Pair them": "type matching",
        "Fill in": "type cloze",
        "Read this": "type description",
        "Drag": "type ddwtos",
    }
    lines = (HERE / "moodle_course.xml").read_text().splitlines()
    for refusal in moodle.report.refusals:
        at = int(refusal.place.removeprefix("line "))
        assert refusal.item in lines[at - 1]


def test_gift_with_comments_categories_ids_and_escapes(gift: Imported) -> None:
    rivers = _draft(gift, "geo-12")
    assert rivers.keys == {
        "id": "geo-12",
        "text": "Why do rivers meander\\?",
        "reference": "Water is faster on the outer bank.",
        "topic": "East/West",
        "tags": ["rivers", "with ] bracket"],
    }
    braces = _draft(gift, "braces")
    assert braces.keys["text"] == (
        "In C\\, what does { } around a block mean: a scope = a lifetime ~ or # "
        "nothing \\ at all?\nSay why."
    )
    assert braces.keys["reference"] == (
        "Right: a scope for the names in it. The names end with the block."
    )


def test_the_kinds_of_gift_that_can_be_asked_aloud_become_drafts(gift: Imported) -> None:
    assert {draft.id: draft.keys.get("reference") for draft in gift.drafts} == {
        "geo-12": "Water is faster on the outer bank.",
        "q1": "Right: True.",
        "q2": "Right: yellow.",
        "two-plus-equals-four": "Right: two; 2.",
        "q8": None,
        "jesus-hometown": "Right: Bethlehem; Galilee; Nazareth.",
        "braces": "Right: a scope for the names in it. The names end with the block.",
        "q1-2": "Right: False.",
        "q9": None,
    }
    assert _draft(gift, "two-plus-equals-four").keys["text"] == "Two plus _____ equals four."
    assert _draft(gift, "q9").keys["topic"] == "harry"


def test_markup_in_gift_is_taken_out_and_what_only_looks_like_it_stays(gift: Imported) -> None:
    assert _draft(gift, "q9").keys["text"] == "Explain  List<int> and a <b and c> d."
    assert ("Q9", "markup was taken out: script") in [
        (change.item, change.what) for change in gift.report.changes
    ]


def test_gift_refuses_by_line_what_it_can_not_take(gift: Imported) -> None:
    lines = (HERE / "course.gift").read_text().splitlines()
    refused = {refusal.item: refusal for refusal in gift.report.refusals}
    assert {item: refusal.why.split(":")[0] for item, refusal in refused.items()} == {
        "Q3": "type matching",
        "Q4": "type numerical",
        "Q5": "type numerical",
        "Nested": "expected one pair of braces, found more",
        "line 45": "type description",
        "Cut off": "expected } at the end of the answers, found none",
    }
    for item, refusal in refused.items():
        line = lines[int(refusal.place.removeprefix("line ")) - 1]
        assert item.startswith("line") or f"::{item}::" in line


@pytest.mark.parametrize(
    ("space", "prefix"),
    [("", ""), *((space, prefix) for space in SPACES.values() for prefix in ("", "qti"))],
)
def test_an_open_item_of_qti_is_read_with_any_namespace(space: str, prefix: str) -> None:
    files = {
        "imsmanifest.xml": manifest(("imsqti_item_xmlv2p1", "items/postcard.xml")),
        "items/postcard.xml": extended(space, prefix),
    }
    imported = read(Format.QTI, zipped(files), "course.zip")
    (draft,) = imported.drafts
    assert draft.id == "writing-a-postcard"
    assert draft.keys["text"] == (
        "Read this card from Sam.\nAnswer aloud: what did you see & do, if a < b?"
    )
    assert draft.keys["reference"] == "Full marks for three details of the place."
    assert draft.keys["tags"] == ["travel"]
    assert draft.place == "items/postcard.xml: line 2"
    told = " ".join(change.what for change in imported.report.changes)
    assert "script" in told
    assert "onclick" in told


def test_closed_items_of_qti_become_open_ones_and_others_are_named() -> None:
    files = {
        "imsmanifest.xml": manifest(
            ("imsqti_item_xmlv2p1", "luggage.xml"),
            ("imsqti_item_xmlv2p1", "race.xml"),
            ("imsqti_item_xmlv2p1", "gap.xml"),
            ("imsqti_test_xmlv2p1", "test.xml"),
            ("webcontent", "style.css"),
            ("imsqti_item_xmlv2p1", "missing.xml"),
            ("imsqti_item_xmlv2p1", "race.xml"),
            ("imsqti_assessment_xmlv1p2", "old.xml"),
        ),
        "luggage.xml": choice(),
        "race.xml": ordering(),
        "gap.xml": text_entry(),
        "test.xml": "<assessmentTest/>",
        "old.xml": "<questestinterop/>",
    }
    imported = read(Format.QTI, zipped(files), "course.zip")
    luggage = _draft(imported, "unattended-luggage")
    assert luggage.keys["text"] == "Look at the text in the picture.\nWhat does it say?"
    assert luggage.keys["reference"] == "Right: You must stay with your luggage."
    assert _lost(imported, "luggage") == {"choices", "automatic marking", "response processing"}
    assert _draft(imported, "gap").keys["reference"] == "Right: York."
    assert _lost(imported, "test.xml") == {"test"}
    assert {(refusal.item, refusal.why.split(":")[0]) for refusal in imported.report.refusals} == {
        ("race", "type orderInteraction"),
        ("missing.xml", "course.zip"),
        ("race.xml", "expected each file once"),
        ("old.xml", "type imsqti_assessment_xmlv1p2"),
    }


@pytest.mark.parametrize(
    ("root", "named"),
    [("qti-assessment-item", "QTI 3"), ("questestinterop", "QTI 1.2"), ("html", "<html>")],
)
def test_other_generations_of_qti_are_refused_by_name(root: str, named: str) -> None:
    imported = read(Format.QTI, f"<{root}/>".encode(), "item.xml")
    assert imported.drafts == ()
    assert named in imported.report.refusals[0].why


def test_a_spreadsheet_with_semicolons_in_windows_1252_is_read_and_told() -> None:
    rows = (
        "Name;Question;Answer;Category;Minutes;Notes\r\n"
        'Größe;"Was heißt ""Größe""?\nZweite Zeile";Die Länge – in Metern.;Maße;2,5;x\r\n'
        ";=1+1 ist was?;Zwei;;;\r\n;;;;;\r\n"
    )
    imported = read(Format.CSV, rows.encode("cp1252"), "fragen.csv")
    first, second = imported.drafts
    assert first.keys == {
        "id": "grosse",
        "text": 'Was heißt "Größe"?\nZweite Zeile',
        "topic": "Maße",
        "minutes": 2.5,
        "reference": "Die Länge – in Metern.",
    }
    assert second.id == "1-1-ist-was"
    assert [(c.part, c.what) for c in imported.report.changes] == [
        ("encoding", "read as Windows-1252"),
        ("id", "made of 'Größe'"),
        ("text", "looks like a formula; kept as text"),
    ]
    assert [(loss.item, loss.part) for loss in imported.report.losses] == [("every row", "notes")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_files_are_read_in_the_encodings_that_tools_write(encoding: str) -> None:
    table = "id\ttext\tpoints\nq-1\tWas ist Übung?\tp-1 | idea | Oft üben | Übung\\, oft, gut\n"
    imported = read(Format.CSV, table.encode(encoding), "fragen.tsv")
    assert imported.drafts[0].keys["text"] == "Was ist Übung?"
    assert imported.drafts[0].keys["points"] == [
        {"id": "p-1", "text": "Oft üben", "criterion": "idea", "terms": ["Übung, oft", "gut"]}
    ]
    gift = read(Format.GIFT, "::Übung:: Was ist Übung? {}".encode(encoding), "fragen.gift")
    assert gift.drafts[0].keys["text"] == "Was ist Übung?"


def test_moodle_notes_that_an_editor_rewrote_become_a_plain_reference() -> None:
    notes = '&lt;div class="sounding-notes"&gt;&lt;p&gt;One&lt;br&gt;two&lt;/div&gt;'
    data = (
        '<quiz><question type="essay"><name><text>n</text></name><questiontext><text>Why?</text>'
        f"</questiontext><graderinfo format='html'><text>{notes}</text></graderinfo>"
        "</question></quiz>"
    )
    imported = read(Format.MOODLE, data.encode(), "quiz.xml")
    assert imported.drafts[0].keys["reference"] == "One\ntwo"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "utf-16"),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
    ],
)
def test_xml_is_read_in_the_encoding_that_it_declares(encoding: str, declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    document = (
        f'{head}<quiz><question type="essay"><name><text>n</text></name><questiontext>'
        "<text>Was ist Übung?</text></questiontext></question></quiz>"
    )
    data = document.encode(encoding)
    assert read(format_of("quiz.xml", data), data, "quiz.xml").drafts[0].keys["text"] == (
        "Was ist Übung?"
    )
    item = (head + extended("").removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')).encode(
        encoding
    )
    assert format_of("item.xml", item) is Format.QTI
    assert len(read(Format.QTI, item, "item.xml").drafts) == 1


def test_xml_in_another_encoding_than_it_declares_is_refused_with_its_place() -> None:
    data = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>Übung</quiz>'.encode("latin-1")
    with pytest.raises(BadContent, match=r"quiz\.xml: line 2, column \d+: expected well-formed"):
        read(Format.MOODLE, data, "quiz.xml")
    with pytest.raises(BadContent, match="encoding"):
        read(Format.MOODLE, b'<?xml version="1.0" encoding="x-none"?><quiz/>', "quiz.xml")
