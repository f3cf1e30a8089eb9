"""What `sounding grade` grades with: the shipped scorer, the embedder, and the named judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.adapters.files.bank import load_bank
from app.adapters.files.models import ModelStore
from app.adapters.files.prompts import FilePrompts
from app.adapters.files.scorer_file import load_scorer
from app.adapters.files.state_file import load_state_scorer
from app.adapters.llm.embedder import MiniLmEmbedder
from app.adapters.llm.factory import LOCAL_FILE, make_model, make_states
from app.adapters.llm.local import shared_server
from app.assessment.scorer.scorer import Scorer
from app.domain.errors import BadContent
from app.ports.language import ChatModel, PromptLibrary, StateModel
from app.settings import Settings
from app.usecases.grade_answers import GradeAnswers
from app.usecases.judge_answer import AnswerJudge, Budget, ModelJudge, StateJudge
from app.usecases.other_questions import OtherQuestions
from app.usecases.remembered_pieces import RememberedPieces
from app.usecases.remembered_vectors import RememberedVectors

ROOT = Path(__file__).resolve().parent.parent.parent
ANCHORED_BY = ("concept-explanation", "idea")
"""The rubric and the criterion whose anchors stand in where a line describes no levels."""
STATE_JUDGE = "local-state"
"""The local model's hidden state beside the score, instead of its verdict."""
LOCAL_BUDGET = replace(Budget(), seconds=180.0)


def shipped_grader(settings: Settings, judge: str, others: OtherQuestions) -> GradeAnswers:
    """The grader of this machine.

    Raises:
        PortError: the embedder or the local model can't be loaded.
        BadScorer, ModelFileError, BadContent: a file is missing, damaged or wrong.
    """
    models = ModelStore(settings.models)
    embedder = MiniLmEmbedder(
        models.path("minilm", "model.onnx"),
        models.path("minilm", "tokenizer.json"),
        threads=settings.threads,
    )
    vectors = RememberedVectors(embedder)
    asked = _judge(judge, settings, models)
    scorer = Scorer(load_scorer(), vectors.embed, RememberedPieces(embedder).read)
    others.embed(vectors)
    return GradeAnswers(
        scorer=scorer,
        vectors=vectors,
        anchors=default_anchors() if asked is not None else (),
        others=others,
        judge=asked,
    )


def default_anchors() -> tuple[str, ...]:
    """Anchors from level 0, of a shipped rubric."""
    rubric = load_bank(ROOT / "rubrics", ROOT / "question_bank").rubric(ANCHORED_BY[0])
    criteria = rubric.criteria if rubric is not None else ()
    for criterion in criteria:
        if criterion.id == ANCHORED_BY[1]:
            return tuple(level.anchor for level in criterion.levels)
    raise BadContent(f"expected the criterion {ANCHORED_BY[1]!r} in rubric {ANCHORED_BY[0]!r}")


def voting_model(name: str) -> tuple[ChatModel | None, PromptLibrary]:
    """The named model, already loaded where it is local, and the prompts; raises PortError."""
    settings = Settings()
    models = ModelStore(settings.models)
    model = make_model(name, settings=settings, models=models)
    if model is not None and not model.capable:
        shared_server(models.path(*LOCAL_FILE), settings.threads).base_url()
    return model, _prompts()


def state_model() -> tuple[StateModel, PromptLibrary]:
    """What shows the local model's hidden state, and the prompts; raises PortError."""
    settings = Settings()
    return make_states(settings=settings, models=ModelStore(settings.models)), _prompts()


def _prompts() -> PromptLibrary:
    return FilePrompts(ROOT / "prompts")


def _judge(name: str, settings: Settings, models: ModelStore) -> AnswerJudge | None:
    if name == STATE_JUDGE:
        states = make_states(settings=settings, models=models)
        states.load()
        return StateJudge(states, load_state_scorer(), _prompts(), LOCAL_BUDGET)
    model = make_model(name, settings=settings, models=models)
    if model is None:
        return None
    prompts = _prompts()
    if model.capable:
        return ModelJudge(model, prompts)
    shared_server(models.path(*LOCAL_FILE), settings.threads).base_url()  # loading is not waiting
    return ModelJudge(model, prompts, LOCAL_BUDGET)
