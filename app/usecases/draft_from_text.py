"""Drafts of questions from a job description or lecture notes.

A capable model words them. Without one the text's own sentences become the reference and its
points, and the question is a template; the draft says so. Either way a person edits and publishes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.assessment.lint import illegal_topic
from app.assessment.sentences import sentences_of
from app.assessment.wording import stems, word_count
from app.domain.authoring import Draft, Kind, slug_of
from app.domain.errors import BadContent
from app.domain.question import Rubric
from app.ports.language import ChatModel, PromptLibrary
from app.ports.store import Store
from app.usecases.author_draft import free_id

LONGEST_SOURCE = 20_000
FEWEST_WORDS = 40
MOST_QUESTIONS = 5
_TOLD_WORDS = (6, 40)
_NAMED = re.compile(
    r"^(?P<what>(?:an? |the )?[\w+#./'-]+(?: [\w+#./'-]+){0,3}?) "
    r"(?:is|are|means|lets|allows|describes|refers to) ",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"(?:experience (?:with|in|of)|knowledge of|proficien\w+ (?:in|with)|skills? in"
    r"|familiar\w* with|understanding of|responsible for) (?P<what>[^,.;:()\n]{3,60})",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"a", "an", "the"})
_NOTHING = frozenset({"this", "that", "it", "they", "these", "those", "there", "he", "she", "we"})
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1200)]


class _Made(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class MadePoint(_Made):
    """One statement for one criterion."""

    text: Words
    criterion: str = ""


class MadeQuestion(_Made):
    """One question as a model drafted it."""

    text: Words
    topic: Words = "General"
    reference: Words
    points: tuple[MadePoint, ...] = Field(min_length=1, max_length=8)
    probes: tuple[Words, ...] = Field((), max_length=4)


class MadeQuestions(_Made):
    """What a model replies."""

    questions: tuple[MadeQuestion, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)


async def draft_from_text(
    store: Store,
    source: str,
    rubric: Rubric,
    *,
    model: ChatModel | None,
    prompts: PromptLibrary | None,
    count: int,
    by: str,
    now: datetime,
) -> tuple[Draft, ...]:
    """Keep up to `count` drafts and return them.

    Raises:
        BadContent: the text is too short, or says nothing that could be asked about.
        ModelUnavailable, ModelMisbehaved: nothing was kept.
    """
    text = source.strip()[:LONGEST_SOURCE]
    if word_count(text) < FEWEST_WORDS:
        raise BadContent(f"expected at least {FEWEST_WORDS} words to draft from")
    if model is not None and model.capable and prompts is not None:
        bodies = await _worded(text, rubric, model, prompts, count)
        origin = f"drafted by {model.name} from a text"
    else:
        bodies = extracted(text, rubric, count)
        origin = "extracted from a text without a model: reword the question"
    if not bodies:
        raise BadContent("expected sentences that explain something, found none")
    drafts = []
    async with store.begin() as work:
        for body in bodies:
            wanted = slug_of(str(body["text"])[:60]) or "question"
            item_id = await free_id(work, Kind.QUESTION, wanted)
            draft = Draft(Kind.QUESTION, item_id, body, by, now, origin=origin)
            await work.authoring.drafts.add(draft)
            drafts.append(draft)
    return tuple(drafts)


def extracted(text: str, rubric: Rubric, count: int) -> tuple[dict[str, Any], ...]:
    """Questions made of sentences that explain a thing, each with those that share its words."""
    told = [s.text.strip(" -*\t") for s in sentences_of([(0, text)])]
    told = [s for s in told if _TOLD_WORDS[0] <= word_count(s) <= _TOLD_WORDS[1]]
    told = [s for s in dict.fromkeys(told) if illegal_topic(s) is None]
    often = Counter(stem for s in told for stem in stems([s]))
    named = [(what, s) for s in told if (what := _thing(s))]
    named.sort(key=lambda pair: -max((often[stem] for stem in stems([pair[0]])), default=0))
    found: dict[str, dict[str, Any]] = {}
    used: set[str] = set()
    for what, sentence in named:
        if len(found) == count:
            break
        if what.casefold() in found or sentence in used:
            continue
        key = stems([what])
        near = [s for s in told if s != sentence and s not in used and key & stems([s])][:3]
        used |= {sentence, *near}
        found[what.casefold()] = _body(what, [sentence, *near], rubric)
    for match in _ASKED_FOR.finditer(text):
        what = match["what"].strip()
        if len(found) < count and illegal_topic(what) is None:
            found.setdefault(what.casefold(), _experience(what, rubric))
    return tuple(found.values())


def _thing(sentence: str) -> str:
    match = _NAMED.match(sentence)
    what = match["what"] if match else ""
    what = (
        what[:1].lower() + what[1:] if match and what.split(" ")[0].lower() in _ARTICLES else what
    )
    return "" if what.casefold().split(" ")[0] in _NOTHING else what


def _body(what: str, told: list[str], rubric: Rubric) -> dict[str, Any]:
    criteria = [criterion.id for criterion in rubric.criteria]
    points = [
        {"id": f"point-{n + 1}", "text": s, "criterion": criteria[n % len(criteria)]}
        for n, s in enumerate(told)
    ]
    return {
        "text": f"Explain {what} in your own words, and when does it matter?",
        "topic": _topic(what),
        "reference": " ".join(told),
        "points": points,
        "probes": [{"id": "example", "ask": "Can you give an example from your own work?"}],
        **_common(rubric),
    }


def _experience(what: str, rubric: Rubric) -> dict[str, Any]:
    """A job description says what is wanted, not what a good answer says: that is left open."""
    return {
        **_common(rubric),
        "text": f"Tell me about something that you did with {what}. What did you decide, and why?",
        "topic": _topic(what),
        "kind": "behavioural",
        "reference": "",
        "points": [{"text": "", "criterion": c.id} for c in rubric.criteria[:2]],
        "probes": [{"id": "choice", "ask": "What did you choose against, and why?"}],
    }


def _topic(what: str) -> str:
    bare = re.sub(r"^(an?|the) ", "", what, flags=re.IGNORECASE)
    return bare[:1].upper() + bare[1:]


def _common(rubric: Rubric) -> Mapping[str, Any]:
    return {"kind": "concept", "difficulty": "medium", "rubric": rubric.id, "minutes": 3.0}


async def _worded(
    text: str, rubric: Rubric, model: ChatModel, prompts: PromptLibrary, count: int
) -> tuple[dict[str, Any], ...]:
    criteria = [criterion.id for criterion in rubric.criteria]
    prompt = prompts.render("draft-question", source=text, criteria=criteria, count=count)
    made = await model.reply(prompt, MadeQuestions)
    return tuple(_of_model(question, criteria, rubric) for question in made.questions[:count])


def _of_model(made: MadeQuestion, criteria: list[str], rubric: Rubric) -> dict[str, Any]:
    points = [
        {
            "id": f"point-{n + 1}",
            "text": point.text,
            "criterion": point.criterion if point.criterion in criteria else criteria[0],
        }
        for n, point in enumerate(made.points)
    ]
    return {
        "text": made.text,
        "topic": made.topic,
        "reference": made.reference,
        "points": points,
        "probes": [{"id": f"probe-{n + 1}", "ask": ask} for n, ask in enumerate(made.probes)],
        **_common(rubric),
    }
