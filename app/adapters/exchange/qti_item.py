"""One item of QTI 2.0, 2.1 or 2.2, whatever prefix its namespace has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.adapters.exchange import grader_notes
from app.adapters.exchange.assemble import plain_already, said_in_html
from app.adapters.exchange.closed import reference_of
from app.adapters.exchange.xml_reader import Element
from app.domain.exchange import Notes

_OPEN = "extendedTextInteraction"
_CLOSED = {"choiceInteraction": "multichoice", "textEntryInteraction": "shortanswer"}
_ASIDE = ("feedbackBlock", "feedbackInline", "templateBlock", "templateInline")
_OTHER_QTI = {
    "qti-assessment-item": "QTI 3",
    "questestinterop": "QTI 1.2",
    "assessmentTest": "a test of QTI 2, not an item",
}


@dataclass(frozen=True)
class Item:
    """What an item tells; `ours` when it carries notes of Sounding."""

    identifier: str
    title: str
    keys: dict[str, object]
    ours: bool


@dataclass(frozen=True)
class NotHeld:
    """An item that can't be asked aloud, and why."""

    named: str
    why: str


def read_item(place: str, root: Element, notes: Notes) -> Item | NotHeld:
    """The item, with what was lost of it noted."""
    if root.tag != "assessmentItem":
        found = _OTHER_QTI.get(root.tag, f"<{root.tag}>")
        return NotHeld(place, f"expected <assessmentItem> of QTI 2.0 to 2.2, found {found}")
    identifier = root.attributes.get("identifier", "") or place
    body = root.first("itemBody")
    if body is None:
        return NotHeld(identifier, "expected <itemBody>, found none")
    kinds = [element for element in body.every() if element.tag.endswith("Interaction")]
    held = [it for it in kinds if it.tag == _OPEN or it.tag in _CLOSED]
    if len(held) != 1 or len(kinds) != 1:
        named = ", ".join(it.tag for it in kinds) or "no interaction"
        return NotHeld(identifier, f"type {named}: expected one that can be asked aloud")
    text = said_in_html(_asked(body, held[0]), identifier, "text", notes)
    if not text:
        return NotHeld(identifier, "expected a question in <itemBody>, found no text")
    keys: dict[str, object] = {"text": text}
    ours = grader_notes.notes_in(body)
    if ours is not None:
        keys |= plain_already(grader_notes.read(ours), identifier, notes)
    else:
        keys |= _reference(root, held[0], notes)
    _note_the_rest(root, body, identifier, notes)
    return Item(identifier, root.attributes.get("title", ""), keys, ours is not None)


def _asked(body: Element, interaction: Element) -> str:
    """The HTML of the question: the body without notes for graders, and the prompt."""
    return "".join(_pieces(body, interaction))


def _pieces(element: Element, interaction: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child.replace("&", "&amp;").replace("<", "&lt;")
        elif child is interaction:
            yield f"<p>{prompt.inner_html()}</p>" if (prompt := child.first("prompt")) else " "
        elif child.tag not in _ASIDE and not _for_graders(child):
            inside = "".join(_pieces(child, interaction))
            yield f"{child.opening()}{inside}</{child.tag}>"


def _reference(root: Element, interaction: Element, notes: Notes) -> dict[str, object]:
    item = root.attributes.get("identifier", "?")
    kind = _CLOSED.get(interaction.tag, "essay")
    wanted = {
        value.text().strip()
        for declared in root.each("responseDeclaration")
        for value in (declared.first("correctResponse") or declared).every("value")
        if declared.attributes.get("identifier") == interaction.attributes.get("responseIdentifier")
    }
    choices = {
        choice.attributes.get("identifier", ""): said_in_html(
            _without_feedback(choice), item, "choices", notes
        )
        for choice in interaction.every("simpleChoice")
    }
    right = [choices.get(value, value) for value in sorted(wanted)]
    wrong = [text for name, text in choices.items() if name not in wanted]
    told = [
        said_in_html(block.inner_html(), item, "reference", notes)
        for block in (*filter(_for_graders, root.every()), *root.every("modalFeedback"))
    ]
    reference = reference_of(kind, right, wrong, "\n".join(filter(None, told)), item, notes)
    if next(root.every("responseProcessing"), None) is not None:
        notes.lost(item, "response processing", "a person and the grader judge spoken answers")
    return {"reference": reference} if reference else {}


def _for_graders(element: Element) -> bool:
    """Whether it is a rubric block that candidates don't see."""
    shown_to = element.attributes.get("view", "").split()
    return element.tag == "rubricBlock" and "candidate" not in shown_to


def _without_feedback(choice: Element) -> str:
    return "".join(_pieces(choice, choice))


def _note_the_rest(root: Element, body: Element, item: str, notes: Notes) -> None:
    for name, link in (("object", "data"), ("img", "src")):
        for element in body.every(name):
            notes.lost(item, "attached file", element.attributes.get(link, "?"))
    if any(body.every("math")):
        notes.lost(item, "formula", "MathML is read as its signs alone: look at the text")
    if any(root.every("templateDeclaration")) or any(body.every("printedVariable")):
        notes.lost(item, "template", "values that change from one candidate to the next")
    if any(body.every("feedbackInline")) or any(body.every("feedbackBlock")):
        notes.lost(item, "feedback of single answers", "an open question has none")
