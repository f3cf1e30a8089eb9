"""GIFT: Moodle's text format. It has no place that only graders see."""

from __future__ import annotations

from app.adapters.exchange.assemble import Desk, said_in_html, said_plainly
from app.adapters.exchange.closed import HELD, note_weights, reference_of
from app.adapters.exchange.decoding import decode
from app.adapters.exchange.gift_blocks import Block, Text, blocks, escaped
from app.adapters.exchange.losses import beyond_questions
from app.adapters.exchange.markup import clean, shown, to_html
from app.adapters.exchange.tags import keys_of, tags_of
from app.domain.exchange import Content, Exported, Format, Imported, Notes
from app.domain.question import Question

_NO_PLACE = "GIFT has no place that only graders see"
_LOST = ("points", "probes", "exemplars", "spoken", "rephrased", "source", "licence")


def export(content: Content) -> Exported:
    """Essay questions; the reference is the general feedback, which Moodle shows afterwards."""
    notes = Notes()
    beyond_questions(content, notes)
    lines = [
        "// Questions of Sounding. The text after #### is shown to students once they answered."
    ]
    category = ""
    for question in content.questions:
        if question.topic != category:
            category = question.topic
            lines += ["", f"$CATEGORY: {written_category(question, notes)}"]
        lines += ["", *_written(question, notes)]
    data = "\n".join([*lines, ""]).encode()
    return Exported(data, notes.report(Format.GIFT, len(content.questions)))


def read(data: bytes, name: str) -> Imported:
    """Drafts of all questions that can be asked aloud.

    Raises:
        BadContent: the file is no text.
    """
    notes = Notes()
    decoded = decode(data, name)
    if decoded.guess:
        notes.changed(name, "encoding", f"read as {decoded.guess}")
    text = clean(decoded.text)
    if text != decoded.text:
        notes.changed(name, "file", "control characters were taken out")
    desk = Desk(notes)
    for block in blocks(text):
        _take(block, desk, notes)
    return Imported(tuple(desk.drafts), notes.report(Format.GIFT, len(desk.drafts)))


def written_category(question: Question, notes: Notes) -> str:
    """The topic as a path of one step below the top; `/` within it is doubled."""
    topic = " ".join(clean(question.topic).split())
    if topic != question.topic:
        notes.changed(question.id, "topic", "written on one line")
    return f"$course$/top/{shown(topic).replace('/', '//')}"


def read_category(path: str) -> str:
    """The last step of a category's path; empty for the top itself."""
    mark = "\ufdef"
    last = path.replace("//", mark).rsplit("/", 1)[-1].replace(mark, "/").strip()
    return "" if last in ("top", "$course$", "$system$", "$cat1$") else last


def _written(question: Question, notes: Notes) -> list[str]:
    for part in _LOST:
        if getattr(question, part):
            notes.lost(question.id, part, _NO_PLACE)
    notes.changed(question.id, "reference", "is general feedback: students see it afterwards")
    facts = [("id", question.id), *(("tag", tag) for tag in tags_of(question))]
    told = []
    for name, value in facts:
        flat = " ".join(clean(value).split())
        if flat != value:
            notes.changed(question.id, "tags", "white space was made plain")
        end = " ]" if flat.endswith("\\") else "]"
        told.append("[" + name + ":" + flat.replace("]", "\\]") + end)
    asked = escaped(to_html(_kept(question, "text", notes)))
    reference = escaped(to_html(_kept(question, "reference", notes)))
    return [
        "// " + " ".join(told),
        f"::{escaped(question.id)}::[html]{asked}{{####[html]{reference}}}",
    ]


def _kept(question: Question, part: str, notes: Notes) -> str:
    text = str(getattr(question, part))
    cleaned = clean(text)
    if cleaned != text:
        notes.changed(question.id, part, "control characters were taken out")
    return cleaned


def _take(block: Block, desk: Desk, notes: Notes) -> None:
    place = f"line {block.line}"
    item = block.identifier or block.title or place
    if block.fault:
        notes.refused(place, item, block.fault)
        return
    if block.kind not in HELD:
        notes.refused(place, item, f"type {block.kind}: no question that can be asked aloud")
        return
    keys: dict[str, object] = {"text": _plain(block.text, item, "text", notes)}
    right = [_plain(a.text, item, "answers", notes) for a in block.answers if a.weight > 0]
    wrong = [a.text.text for a in block.answers if a.weight <= 0]
    if any(answer.feedback for answer in block.answers):
        notes.lost(item, "feedback of single answers", "an open question has none")
    note_weights((answer.weight for answer in block.answers), item, notes)
    feedback = _plain(block.feedback, item, "reference", notes)
    reference = reference_of(block.kind, right, wrong, feedback, item, notes)
    if reference:
        keys["reference"] = reference
    topic = said_plainly(read_category(block.category), item, "topic", notes)
    if topic:
        keys["topic"] = topic
    keys |= keys_of(said_plainly(tag, item, "tags", notes) for tag in block.tags)
    if not keys["text"]:
        notes.refused(place, item, "expected a question, found no text")
    elif block.identifier:
        desk.put("question", {"id": block.identifier, **keys}, place)
    else:
        desk.put_titled(said_plainly(block.title, item, "title", notes), keys, place)


def _plain(text: Text, item: str, part: str, notes: Notes) -> str:
    if text.format == "html":
        return said_in_html(text.text, item, part, notes)
    return said_plainly(text.text, item, part, notes)
