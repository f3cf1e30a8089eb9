"""Two hundred questions go out and come back in every format; what is lost is a list."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from typing import Any

import pytest

from app.adapters.exchange.formats import export, read
from app.adapters.exchange.xml_reader import read_xml
from app.domain.exchange import Content, Exported, Format, Imported
from app.domain.question import Bank, Question, Rubric, Track
from tests.exchange.generated import NASTY, generated

pytestmark = pytest.mark.unit

BEYOND = {"rubric": 1, "track": 1}
NOT_IN_GIFT = ("points", "probes", "exemplars", "spoken", "rephrased", "source", "licence")


@pytest.fixture(scope="module")
def content() -> Content:
    return generated()


@pytest.fixture(scope="module")
def sent(content: Content) -> dict[Format, Exported]:
    return {named: export(named, content) for named in Format}


@pytest.fixture(scope="module")
def back(sent: dict[Format, Exported]) -> dict[Format, Imported]:
    return {named: read(named, sent[named].data, "bank") for named in Format}


def _fields(question: Question) -> dict[str, Any]:
    return question.model_dump(mode="json")


def test_the_bank_is_whole_and_holds_every_nasty_text_in_its_questions(content: Content) -> None:
    Bank(tracks=content.tracks, questions=content.questions, rubrics=content.rubrics)
    texts = " ".join(question.text for question in content.questions)
    assert len(content.questions) == 200
    assert all(nasty.strip() in texts for nasty in NASTY)


@pytest.mark.parametrize("named", [Format.YAML, Format.CSV, Format.MOODLE, Format.QTI])
def test_every_field_of_every_question_comes_back(
    named: Format, content: Content, back: dict[Format, Imported]
) -> None:
    drafts = {draft.id: draft for draft in back[named].drafts if draft.kind == "question"}
    assert [draft.open for draft in drafts.values()] == [()] * 200
    for question in content.questions:
        came = Question.model_validate(drafts[question.id].keys)
        assert _fields(came) == _fields(question), question.id


def test_gift_brings_back_what_it_has_a_place_for(
    content: Content, back: dict[Format, Imported]
) -> None:
    drafts = {draft.id: draft for draft in back[Format.GIFT].drafts}
    for question in content.questions:
        wanted = {k: v for k, v in _fields(question).items() if k not in NOT_IN_GIFT}
        came = {"version": 1, "tags": [], **drafts[question.id].keys}
        assert came == wanted, question.id
        assert drafts[question.id].open == ("points: missing", "probes: missing")


@pytest.mark.parametrize(
    ("named", "lost"),
    [
        (Format.YAML, {}),
        (Format.CSV, BEYOND),
        (Format.MOODLE, BEYOND),
        (Format.QTI, BEYOND),
    ],
)
def test_what_four_formats_lose_is_rubrics_and_tracks_at_most(
    named: Format, lost: dict[str, int], sent: dict[Format, Exported]
) -> None:
    assert sent[named].report.lost_parts == lost
    assert sent[named].report.carried == 200


def test_gift_tells_each_part_that_it_loses_of_each_question(
    content: Content, sent: dict[Format, Exported]
) -> None:
    told = {(loss.item, loss.part) for loss in sent[Format.GIFT].report.losses}
    wanted = {
        (question.id, part)
        for question in content.questions
        for part in NOT_IN_GIFT
        if getattr(question, part)
    }
    assert told == wanted | {("concept-explanation", "rubric"), ("everything", "track")}
    shown = [change for change in sent[Format.GIFT].report.changes if change.part == "reference"]
    assert len(shown) == 200


@pytest.mark.parametrize("named", list(Format))
def test_nothing_is_lost_or_refused_on_the_way_back(
    named: Format, back: dict[Format, Imported]
) -> None:
    report = back[named].report
    assert (report.losses, report.changes, report.refusals) == ((), (), ())
    assert report.carried == 200


def test_yaml_brings_rubrics_and_tracks_back(
    content: Content, back: dict[Format, Imported]
) -> None:
    others = {draft.kind: draft for draft in back[Format.YAML].drafts if draft.kind != "question"}
    assert Rubric.model_validate(others["rubric"].keys) == content.rubrics[0]
    assert Track.model_validate(others["track"].keys) == content.tracks[0]


def test_no_cell_of_the_csv_begins_as_a_formula_and_each_apostrophe_is_told(
    sent: dict[Format, Exported],
) -> None:
    rows = list(csv.reader(io.StringIO(sent[Format.CSV].data.decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n＝＋－＠") and cell]
    told = Counter(change.what for change in sent[Format.CSV].report.changes)
    guarded = [cell for cell in cells if cell[:1] == "'" and cell[1:2] in tuple("=+-@")]
    assert told["an apostrophe keeps it from being a formula"] == len(guarded) > 50


@pytest.mark.parametrize("named", [Format.CSV, Format.YAML, Format.GIFT, Format.MOODLE])
def test_no_script_leaves_unescaped(named: Format, sent: dict[Format, Exported]) -> None:
    assert b"<script" not in sent[named].data
    assert b"<img" not in sent[named].data


def test_no_script_leaves_in_an_item_of_the_package(sent: dict[Format, Exported]) -> None:
    with zipfile.ZipFile(io.BytesIO(sent[Format.QTI].data)) as package:
        for name in package.namelist():
            data = package.read(name)
            assert b"<script" not in data
            assert b"<img" not in data
            read_xml(data, name)


@pytest.mark.parametrize("named", list(Format))
def test_the_same_bank_gives_the_same_bytes(
    named: Format, content: Content, sent: dict[Format, Exported]
) -> None:
    assert export(named, content).data == sent[named].data


def test_a_topic_on_two_lines_and_control_characters_are_told(content: Content) -> None:
    question = content.questions[1].model_copy(
        update={"topic": "two\nlines", "text": "a bell \x07 rings", "tags": ("x\x00y",)}
    )
    for named in Format:
        parts = {change.part for change in export(named, Content((question,))).report.changes}
        assert "text" in parts, named
    told = export(Format.MOODLE, Content((question,))).report.changes
    assert ("topic", "written on one line") in {(change.part, change.what) for change in told}
