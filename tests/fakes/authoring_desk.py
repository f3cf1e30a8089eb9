"""What authoring works with in tests: the real grader without a model, and real files apart."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app.adapters.exchange.apart import FilesApart
from app.adapters.files.prompts import FilePrompts
from app.adapters.files.scorer_file import load_scorer
from app.agent.grader import Grader
from app.assessment.scorer.model import ScorerModel
from app.assessment.scorer.scorer import Scorer
from app.ports.language import ChatModel
from app.usecases.authoring_desk import AuthoringDesk
from app.usecases.try_answer import TryAnswer
from tests.fakes.embeddings import FakeEmbedder
from tests.fakes.store import FakeStore

ROOT = Path(__file__).resolve().parents[2]


def authoring_desk(store: FakeStore, model: ChatModel | None = None) -> AuthoringDesk:
    """The desk over this store."""

    async def at_once() -> None:
        return

    embedder, prompts = FakeEmbedder(), shipped_prompts()
    grader = Grader(
        store=store,
        embedder=embedder,
        scorer=Scorer(_model(), embedder.embed, embedder.embed_pieces),
        prompts=prompts,
        model=None,
        yield_to_live=at_once,
    )
    return AuthoringDesk(TryAnswer(grader, "basic"), FilesApart(), model, prompts)


@cache
def shipped_prompts() -> FilePrompts:
    """The prompts as they ship, read once: nothing changes them."""
    return FilePrompts(ROOT / "prompts")


@cache
def _model() -> ScorerModel:
    return load_scorer()
