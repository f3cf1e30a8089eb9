"""What comes back is what was sent less the list of losses, and the list has nothing else on it.

Two banks of 200 questions go through each format: the hostile texts of `generated`, and a course
made of real questions with all their rubrics, tracks and tasks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from app.adapters.exchange.assemble import MODELS
from app.adapters.exchange.formats import export, read
from app.domain.exchange import Content, Exported, Format
from app.domain.question import Bank
from tests.exchange.course import CODE, FORMULAE, MARKUP, SCRIPTS, course
from tests.exchange.generated import generated

pytestmark = pytest.mark.integration  # reads the shipped bank and the documentation

BANKS = {"course": course, "generated": generated}
WHOLE = ("rubric", "track", "task")
PAGE = Path(__file__).parents[2] / "docs" / "exchange.md"
Items = dict[tuple[str, str], dict[str, Any]]


@cache
def _bank(named: str) -> Content:
    return BANKS[named]()


@cache
def _sent(bank: str, named: Format) -> Exported:
    return export(named, _bank(bank))


def _items(content: Content) -> Items:
    """Every item with every field, by kind and id."""
    lists: dict[str, tuple[BaseModel, ...]] = {
        "question": content.questions,
        "rubric": content.rubrics,
        "track": content.tracks,
        "task": content.tasks,
    }
    return {
        (kind, item.id): item.model_dump(mode="json")  # type: ignore[attr-defined]
        for kind, items in lists.items()
        for item in items
    }


def _filled(kind: str, keys: dict[str, Any]) -> dict[str, Any]:
    """The keys of a draft with the defaults that a file leaves out, at every depth."""
    try:
        return MODELS[kind].model_validate(keys).model_dump(mode="json")
    except ValueError:  # what GIFT brings back is no whole question
        fields = MODELS[kind].model_fields
        spare = {name: it.get_default() for name, it in fields.items() if not it.is_required()}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in spare.items()} | keys


def _without_the_lost(items: Items, exported: Exported) -> Items:
    """What must come back; each loss names something that was there."""
    left = {name: dict(keys) for name, keys in items.items()}
    for loss in exported.report.losses:
        if loss.part in WHOLE:
            del left[loss.part, loss.item]
        else:
            assert left["question", loss.item].pop(loss.part), loss
    return left


def test_the_course_holds_every_kind_of_text_in_every_field() -> None:
    content = _bank("course")
    Bank(tracks=content.tracks, questions=content.questions, rubrics=content.rubrics)
    assert len(content.questions) == len({question.id for question in content.questions}) == 200
    assert (len(content.rubrics), len(content.tracks), len(content.tasks)) == (8, 5, 13)
    for question in content.questions:
        assert type(question).model_validate(question.model_dump()) == question
    for name in type(content.questions[0]).model_fields:
        found = [text for q in content.questions for text in _texts(getattr(q, name))]
        assert found, name
    every = "\n".join(text for q in content.questions for text in _texts(q.model_dump()))
    assert [text for text in (*FORMULAE, *CODE, *MARKUP, *SCRIPTS) if text not in every] == []


def _texts(value: object) -> list[str]:
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _texts(inner)]
    return [] if value is None else [str(value)]


@pytest.mark.parametrize("bank", list(BANKS))
@pytest.mark.parametrize("named", list(Format))
def test_what_comes_back_is_what_was_sent_less_the_list(named: Format, bank: str) -> None:
    exported = _sent(bank, named)
    wanted = _without_the_lost(_items(_bank(bank)), exported)
    imported = read(named, exported.data, f"bank.{named.value}")
    came = {
        (draft.kind, draft.id): _filled(draft.kind, dict(draft.keys)) for draft in imported.drafts
    }
    assert came.keys() == wanted.keys()
    for name, keys in wanted.items():
        lost = {part for part in MODELS[name[0]].model_fields if part not in keys}
        back = {part: value for part, value in came[name].items() if part not in lost}
        assert back == keys, name
        assert all(not came[name].get(part) for part in lost), name
    report = imported.report
    assert (report.losses, report.changes, report.refusals) == ((), (), ())


def test_the_page_tells_how_many_items_of_the_course_lose_what() -> None:
    page = PAGE.read_text()
    heads, _, *rows = re.findall(r"^\|(.*)\|$", page.split("## What is lost")[1], re.MULTILINE)
    names = [Format[cell.strip().upper().split()[0]] for cell in heads.split("|")[1:]]
    told: dict[str, dict[Format, int]] = {}
    for row in rows[: rows.index(next(r for r in rows if "tasks" in r)) + 1]:
        part, *cells = (cell.strip() for cell in row.split("|"))
        told[part] = dict(zip(names, map(int, cells), strict=True))
    parts = {"rubrics": "rubric", "tracks": "track", "tasks": "task", "follow-ups": "probes"}
    parts |= {"graded answers": "exemplars", "spoken wording": "spoken"}
    parts |= {"other wording": "rephrased"}
    for named in Format:
        found = _sent("course", named).report.lost_parts
        page_says = {parts.get(part, part): counts[named] for part, counts in told.items()}
        lost = {part: count for part, count in page_says.items() if count}
        assert lost == found, f"{PAGE.name}, the table of losses, {named}"
