r"""GIFT as blocks: comments, categories, titles, texts and answers, with every escape undone last.

Blank lines end a question, the first `{` and the first `}` hold its answers, a backslash takes the
meaning from `~ = # { } :` and itself, and `\n` is a line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HIDDEN = {char: chr(0xFDD0 + number) for number, char in enumerate("\\:#={}~\n")}
_SHOWN = {hidden: char for char, hidden in _HIDDEN.items()}
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_FACT = re.compile(r"\[(id|tag):((?:\\\]|[^\]\n]){1,300})\]")
_WEIGHT = re.compile(r"^%(-?\d{1,3}(?:\.\d*)?)%")


@dataclass(frozen=True)
class Text:
    """A text and the format that it is declared to be in."""

    text: str
    format: str


@dataclass(frozen=True)
class Answer:
    """One answer with its share of the marks, -100 to 100."""

    text: Text
    weight: float
    feedback: str = ""


@dataclass(frozen=True)
class Block:
    """One question as it stands; `fault` says why it can't be read."""

    line: int
    category: str = ""
    title: str = ""
    text: Text = Text("", "moodle")
    kind: str = ""
    answers: tuple[Answer, ...] = ()
    feedback: Text = Text("", "moodle")
    identifier: str = ""
    tags: tuple[str, ...] = ()
    fault: str = ""


def blocks(text: str) -> Iterator[Block]:
    """Every question of the file; a category holds from its line on."""
    category = ""
    for line, lines in _chunks(text):
        facts = [found for row in lines if _is_comment(row) for found in _FACT.findall(row)]
        rest = [(at, row) for at, row in enumerate(lines, line) if not _is_comment(row)]
        while rest and (not rest[0][1].strip() or rest[0][1].lstrip().startswith("$CATEGORY:")):
            if rest[0][1].strip():
                category = rest[0][1].strip().removeprefix("$CATEGORY:").strip()
            rest.pop(0)
        if rest:
            body = "\n".join(row for _, row in rest)
            yield _block(rest[0][0], body, category, facts)


def hidden(text: str) -> str:
    """The text with escaped characters as private ones, so that they mean nothing."""
    return re.sub(
        r"\\([\\:#={}~n])",
        lambda found: _HIDDEN["\n" if found.group(1) == "n" else found.group(1)],
        text,
    )


def shown_again(text: str) -> str:
    """The text with its escaped characters."""
    return "".join(_SHOWN.get(char, char) for char in text)


def escaped(text: str) -> str:
    """The text as GIFT writes it, on one line."""
    return re.sub(r"[\\:#={}~]", r"\\\g<0>", text).replace("\n", "\\n")


def _chunks(text: str) -> Iterator[tuple[int, list[str]]]:
    start, lines = 1, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            start = start if lines else number
            lines.append(line)
        elif lines:
            yield start, lines
            lines = []
    if lines:
        yield start, lines


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("//")


def _block(line: int, body: str, category: str, facts: list[tuple[str, str]]) -> Block:
    ids = [_unbracketed(value) for name, value in facts if name == "id"]
    tags = tuple(_unbracketed(value) for name, value in facts if name == "tag")
    text = hidden(body).strip()
    title = ""
    if text.startswith("::") and (end := text.find("::", 2)) > 0:
        title, text = shown_again(text[2:end]).strip(), text[end + 2 :].strip()
    start, end = text.find("{"), text.find("}")
    told = Block(line, category, title, identifier=ids[0] if ids else "", tags=tags)
    if start < 0 and end < 0:
        return _with(told, text=_format(text, "moodle"), kind="description")
    fault = _fault(text, start, end)
    if fault:
        return _with(told, text=_format(text, "moodle"), fault=fault)
    gap = "" if text.endswith("}") else "_____"
    asked = _format(f"{text[:start]}{gap}{text[end + 1 :]}", "moodle")
    inside, _, general = text[start + 1 : end].strip().rpartition("####")
    if not _:
        inside, general = general, ""
    kind, answers = _answers(inside.strip(), asked.format)
    feedback = _format(general.strip(), asked.format)
    return _with(told, text=asked, kind=kind, answers=answers, feedback=feedback)


def _fault(text: str, start: int, end: int) -> str:
    if end < 0:
        return "expected } at the end of the answers, found none: is the file cut off?"
    if start < 0 or end < start:
        return "expected { before }, found } first: write \\} for the sign itself"
    if "{" in text[start + 1 : end] or "{" in text[end + 1 :] or "}" in text[end + 1 :]:
        return "expected one pair of braces, found more: write \\{ and \\} for the signs themselves"
    return ""


def _answers(inside: str, default: str) -> tuple[str, tuple[Answer, ...]]:
    if not inside:
        return "essay", ()
    if inside.startswith("#"):
        return "numerical", ()
    if "~" in inside:
        parts = re.findall(r"([~=])([^~=]*)", inside)
        answers = (_answer(text, 100.0 if sign == "=" else 0.0, default) for sign, text in parts)
        return "multichoice", tuple(answers)
    if "=" in inside and "->" in inside:
        return "matching", ()
    word, _, feedback = (part.strip() for part in inside.partition("#"))
    if word.upper() in ("T", "TRUE", "F", "FALSE"):
        right = "True" if word.upper().startswith("T") else "False"
        return "truefalse", (Answer(Text(right, "plain"), 100.0, shown_again(feedback)),)
    parts = [("=", part) for part in inside.split("=") if part.strip()]
    return "shortanswer", tuple(_answer(text, 100.0, default) for _, text in parts)


def _answer(text: str, weight: float, default: str) -> Answer:
    said = text.strip()
    told = _WEIGHT.match(said)
    if told:
        weight, said = float(told.group(1)), said[told.end() :]
    answer, _, feedback = said.partition("#")
    return Answer(_format(answer.strip(), default), weight, shown_again(feedback.strip()))


def _format(text: str, default: str) -> Text:
    named = _FORMAT.match(text)
    if named is None:
        return Text(shown_again(text).strip(), default)
    return Text(shown_again(text[named.end() :]).strip(), named.group(1).lower())


def _unbracketed(value: str) -> str:
    return value.replace("\\]", "]").strip()


def _with(block: Block, **changes: object) -> Block:
    return Block(**{**block.__dict__, **changes})
