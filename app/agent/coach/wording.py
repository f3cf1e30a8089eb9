"""A capable model may put the blocks into words; code keeps what stays true to its block.

A sentence that changes a number, a quotation, a name or the sense is replaced by the block itself.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from app.assessment.injection import speaks_to_grader
from app.assessment.wording import stems
from app.domain.coaching import CoachSentence
from app.ports.embeddings import Embedder, Vectors
from app.ports.errors import PortError
from app.ports.language import ChatModel, PromptLibrary

LEAST_ALIKE = 0.7
MOST_NEW = 0.5
WAIT_SECONDS = 20.0
_QUOTED = re.compile("“[^”]*”")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DENIAL = re.compile(r"\b(?:not|no|never|none|nothing|without|neither)\b|n't\b", re.IGNORECASE)
_MARKUP = re.compile(r"[<>#*`\[\]{}|]|https?:")
log = logging.getLogger(__name__)


class Worded(BaseModel):
    """One fact in other words; `fact` counts from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact: int = Field(ge=1)
    text: str = Field(max_length=1000)


class WordedReply(BaseModel):
    """What the model replies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentences: tuple[Worded, ...]


Names = Callable[[CoachSentence], Sequence[str]]


async def worded(
    blocks: Sequence[CoachSentence],
    question: str,
    *,
    model: ChatModel | None,
    prompts: PromptLibrary,
    embedder: Embedder,
    names: Names,
) -> tuple[CoachSentence, ...]:
    """The blocks in the model's words where these are true to them, else as they are.

    Notes stay word for word: they are curated.
    """
    free = [block for block in blocks if block.claim.kind != "note"]
    if model is None or not model.capable or not free:
        return tuple(blocks)
    facts = [block.text for block in free]
    prompt = prompts.render("word-coach", question=question, facts=facts)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            reply = await model.reply(prompt, WordedReply)
        vectors = await asyncio.to_thread(
            embedder.embed, [*facts, *(s.text for s in reply.sentences)]
        )
    except (PortError, TimeoutError) as error:
        log.warning("the coach's words stay as they are: %s", type(error).__name__)
        return tuple(blocks)
    kept: dict[int, str] = {}
    for number, said in enumerate(reply.sentences):
        place = said.fact - 1
        if place >= len(free) or place in kept:
            continue
        alike = _alike(vectors, place, len(facts) + number)
        if faithful(said.text, free[place].text, alike, names(free[place])):
            kept[place] = " ".join(said.text.split())
    texts = {id(block): kept.get(place, block.text) for place, block in enumerate(free)}
    return tuple(replace(block, text=texts.get(id(block), block.text)) for block in blocks)


def faithful(text: str, block: str, alike: float, names: Sequence[str] = ()) -> bool:
    """Whether other words say what the block says, as far as code can tell."""
    plain, wanted = _QUOTED.sub(" ", text), _QUOTED.sub(" ", block)
    new = stems([plain]) - stems([block])
    return (
        alike >= LEAST_ALIKE
        and sorted(_QUOTED.findall(text)) == sorted(_QUOTED.findall(block))
        and sorted(_NUMBER.findall(plain)) == sorted(_NUMBER.findall(wanted))
        and len(_DENIAL.findall(plain)) == len(_DENIAL.findall(wanted))
        and all(name.casefold() in text.casefold() for name in names if name in block)
        and len(new) <= MOST_NEW * max(4, len(stems([plain])))
        and len(text) <= 2 * len(block) + 40
        and not _MARKUP.search(plain)
        and not speaks_to_grader(plain)
    )


def _alike(vectors: Vectors, one: int, other: int) -> float:
    return float(vectors[one] @ vectors[other])
