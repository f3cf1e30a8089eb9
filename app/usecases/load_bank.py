"""Put the authored bank into the store, with an embedding for every piece that is searched."""

from __future__ import annotations

import logging

from app.domain.question import Bank, Question
from app.ports.store import Passage, Store, digest_of
from app.usecases.engines import Engines

log = logging.getLogger(__name__)


async def load_bank(bank: Bank, *, store: Store, engines: Engines) -> bool:
    """Load the bank unless the store holds exactly this one; True when it was loaded.

    Raises:
        StoreUnavailable, EmbeddingUnavailable: nothing was changed.
    """
    passages = tuple(passage for question in bank.questions for passage in passages_of(question))
    async with store.begin() as work:
        if await work.library.digest() == digest_of(bank, passages):
            return False
    log.info("loading the question bank: %d passages, once", len(passages))
    vectors = await engines.embed([passage.text for passage in passages])
    async with store.begin() as work:
        await work.library.load(bank, passages, vectors)
    log.info("loaded %d questions, %d passages", len(bank.questions), len(passages))
    return True


def passages_of(question: Question) -> list[Passage]:
    """What of a question is found by meaning."""
    point = [
        Passage("point", question.id, item.id, item.text, criterion_id=item.criterion)
        for item in question.points
    ]
    exemplars = [
        Passage("exemplar", question.id, f"exemplar-{number}", item.answer)
        for number, item in enumerate(question.exemplars)
    ]
    return [
        Passage("question", question.id, "text", question.text),
        Passage("reference", question.id, "reference", question.reference),
        *point,
        *exemplars,
    ]
