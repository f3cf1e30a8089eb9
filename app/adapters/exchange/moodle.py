"""Moodle XML: essay questions, with what only graders see under "information for graders"."""

from __future__ import annotations

from html import escape

from app.adapters.exchange import grader_notes
from app.adapters.exchange.assemble import Desk, plain_already, said_in_html, said_plainly
from app.adapters.exchange.closed import HELD, note_weights, reference_of
from app.adapters.exchange.gift import read_category, written_category
from app.adapters.exchange.losses import beyond_questions
from app.adapters.exchange.markup import OURS, clean, to_html
from app.adapters.exchange.tags import keys_of, tags_of
from app.adapters.exchange.xml_reader import Element, read_xml
from app.domain.errors import BadContent
from app.domain.exchange import Content, Exported, Format, Imported, Notes
from app.domain.question import Question

_FORMATS = frozenset({"", "html", "moodle_auto_format"})
_LONGEST_TAG = 50
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_FEEDBACK = ("graderinfo", "generalfeedback")


def export(content: Content) -> Exported:
    """One `quiz` with a category for each topic."""
    notes = Notes()
    beyond_questions(content, notes)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    topic = ""
    for question in content.questions:
        if question.topic != topic:
            topic = question.topic
            path = escape(written_category(question, notes))
            lines.append(
                f'<question type="category"><category><text>{path}</text></category></question>'
            )
        lines.append(_written(question, notes))
    data = "\n".join([*lines, "</quiz>", ""]).encode()
    return Exported(data, notes.report(Format.MOODLE, len(content.questions)))


def read(data: bytes, name: str) -> Imported:
    """Drafts of all questions that can be asked aloud.

    Raises:
        BadContent: no well-formed XML, a document type, or another root than `quiz`.
    """
    root = read_xml(data, name)
    if root.tag != "quiz":
        raise BadContent(f"{name}: line {root.line}: expected <quiz>, found <{root.tag}>")
    notes = Notes()
    desk = Desk(notes)
    topic = ""
    for question in root.each():
        kind = question.attributes.get("type", "")
        if question.tag != "question":
            notes.refused(_place(question), question.tag, "expected <question>")
        elif kind == "category":
            topic = read_category(question.said("category", "text"))
        else:
            _take(question, kind, topic, desk, notes)
    return Imported(tuple(desk.drafts), notes.report(Format.MOODLE, len(desk.drafts)))


def _written(question: Question, notes: Notes) -> str:
    tags = []
    for tag in tags_of(question):
        if len(tag) > _LONGEST_TAG:
            notes.changed(question.id, "tags", f"Moodle cuts tags at {_LONGEST_TAG} letters")
        kept = _kept(tag, question, "tags", notes)
        if kept != kept.strip():
            notes.changed(question.id, "tags", "white space was made plain")
        tags.append(f"<tag><text>{escape(kept.strip())}</text></tag>")
    for part in ("text", "reference", "spoken", "rephrased"):
        _kept(str(getattr(question, part) or ""), question, part, notes)
    asked = escape(to_html(clean(question.text)), quote=False)
    graders = escape(grader_notes.written(question), quote=False)
    return f"""<question type="essay">
<name><text>{escape(question.id)}</text></name>
<questiontext format="html"><text>{asked}</text></questiontext>
<generalfeedback format="html"><text></text></generalfeedback>
<defaultgrade>1.0000000</defaultgrade><penalty>0.0000000</penalty><hidden>0</hidden>
<idnumber>{escape(question.id)}</idnumber>
<responseformat>editor</responseformat><responserequired>1</responserequired>
<responsefieldlines>10</responsefieldlines>
<attachments>0</attachments><attachmentsrequired>0</attachmentsrequired>
<graderinfo format="html"><text>{graders}</text></graderinfo>
<responsetemplate format="html"><text></text></responsetemplate>
<tags>{"".join(tags)}</tags>
</question>"""


def _kept(text: str, question: Question, part: str, notes: Notes) -> str:
    cleaned = clean(text)
    if cleaned != text:
        notes.changed(question.id, part, "control characters were taken out")
    return cleaned


def _take(question: Element, kind: str, topic: str, desk: Desk, notes: Notes) -> None:
    place = _place(question)
    title = question.said("name", "text")
    item = question.said("idnumber") or title or place
    if kind not in HELD:
        notes.refused(place, item, f"type {kind or '?'}: no question that can be asked aloud")
        return
    keys: dict[str, object] = {"text": _text(question, "questiontext", item, "text", notes)}
    keys |= _graders(question, kind, item, notes)
    if topic:
        keys["topic"] = said_plainly(topic, item, "topic", notes)
    tags = [tag.said("text") for tag in question.every("tag")]
    keys |= keys_of(said_plainly(tag, item, "tags", notes) for tag in tags)
    _note_the_rest(question, item, notes)
    if not keys["text"]:
        notes.refused(place, item, "expected a question text, found none")
    elif question.said("idnumber"):
        desk.put("question", {"id": question.said("idnumber"), **keys}, place)
    else:
        desk.put_titled(said_plainly(title, item, "title", notes), keys, place)


def _graders(question: Element, kind: str, item: str, notes: Notes) -> dict[str, object]:
    """Our own notes for graders, else a reference made of whatever stands in their place."""
    told = question.said("graderinfo", "text")
    ours = _own_notes(told) if OURS in told else None
    if ours is not None:
        return plain_already(ours, item, notes)
    right: list[str] = []
    wrong: list[str] = []
    for answer in question.each("answer"):
        text = _read(answer, item, "answers", notes)
        (right if _fraction(answer) > 0 else wrong).append(text)
        if answer.said("feedback", "text"):
            notes.lost(item, "feedback of single answers", "an open question has none")
    note_weights((_fraction(answer) for answer in question.each("answer")), item, notes)
    feedback = [_text(question, name, item, "reference", notes) for name in _FEEDBACK]
    reference = reference_of(kind, right, wrong, "\n".join(filter(None, feedback)), item, notes)
    return {"reference": reference} if reference else {}


def _own_notes(text: str) -> dict[str, object] | None:
    try:
        found = grader_notes.notes_in(read_xml(f"<notes>{text}</notes>", "graderinfo"))
    except BadContent:
        return None
    return grader_notes.read(found) if found is not None else None


def _text(question: Element, name: str, item: str, part: str, notes: Notes) -> str:
    element = question.first(name)
    return _read(element, item, part, notes) if element is not None else ""


def _read(element: Element, item: str, part: str, notes: Notes) -> str:
    for file in element.each("file"):
        named = file.attributes.get("name", "?")
        notes.lost(item, "attached file", f"{named}: questions are words alone")
    text = element.said("text")
    if element.attributes.get("format", "") in _FORMATS:
        return said_in_html(text, item, part, notes)
    return said_plainly(text, item, part, notes)


def _fraction(answer: Element) -> float:
    try:
        return float(answer.attributes.get("fraction", "0"))
    except ValueError:
        return 0.0


def _note_the_rest(question: Element, item: str, notes: Notes) -> None:
    if question.said("responsetemplate", "text"):
        notes.lost(item, "response template", "answers are spoken")
    if any(question.each("hint")):
        notes.lost(item, "hints", "follow-ups are written by a person")
    if any(question.said(name, "text") for name in _COMBINED):
        notes.lost(item, "combined feedback", "it answers how much of a choice was right")
    if question.said("image_base64"):
        notes.lost(item, "attached file", f"{question.said('image')}: questions are words alone")
    if _number(question, "defaultgrade", 1.0) != 1.0:
        notes.lost(item, "marks", "every question counts alike; a rubric has the weights")
    if any(_number(question, name) for name in ("minwordlimit", "maxwordlimit")):
        notes.lost(item, "word limits", "minutes bound an answer")
    if _number(question, "attachments"):
        notes.lost(item, "files to hand in", "answers are spoken")
    if _number(question, "hidden"):
        notes.lost(item, "hidden", "it was hidden there; here it is a draft as any other")


def _number(question: Element, name: str, default: float = 0.0) -> float:
    try:
        return float(question.said(name) or default)
    except ValueError:
        return default


def _place(element: Element) -> str:
    return f"line {element.line}"
