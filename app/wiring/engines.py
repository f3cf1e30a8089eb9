"""Engines and models as the settings name them."""

from __future__ import annotations

import logging
from pathlib import Path

from app.adapters.files.coaching import load_intents
from app.adapters.files.models import ModelStore
from app.adapters.files.prompts import FilePrompts
from app.adapters.files.scorer_file import load_scorer
from app.adapters.llm.embedder import MiniLmEmbedder
from app.adapters.llm.factory import make_model
from app.adapters.speech.piper import PiperSpeech
from app.adapters.speech.silero import SileroModel
from app.adapters.speech.smart_turn import SmartTurn
from app.adapters.speech.whisper import WhisperSpeech
from app.adapters.store.coaching import PostgresCoaching
from app.adapters.store.store import PostgresStore
from app.agent.coach.coach import Coach
from app.assessment.scorer.scorer import Scorer
from app.domain.interview import Mode
from app.domain.notice import Analyser
from app.ports.embeddings import PieceEmbedder
from app.ports.language import ChatModel, Role
from app.ports.vision import FaceReader
from app.settings import Settings
from app.usecases.ask_coach import AskCoach
from app.usecases.engines import Engines
from app.usecases.remembered_pieces import RememberedPieces
from app.usecases.remembered_vectors import RememberedVectors

log = logging.getLogger(__name__)

LANDMARKS = "face-landmarks"


def make_engines(settings: Settings, models: ModelStore) -> Engines:
    """Speech, turn-taking and embeddings; what reads faces is made at its first use."""
    log.info("loading the models of speech")
    whisper = Path(settings.whisper)
    if not whisper.is_dir():
        whisper = models.model_folder(f"whisper-{settings.whisper}")
    voice = models.model_folder(f"piper-{settings.voice}")
    return Engines(
        speech_to_text=WhisperSpeech(whisper, settings.threads),
        text_to_speech=PiperSpeech(voice, settings.threads),
        turn_detector=SmartTurn(
            models.path("smart-turn", "smart-turn-v3.2-cpu.onnx"), settings.threads
        ),
        new_activity=SileroModel(models.path("silero-vad", "silero_vad.onnx")).stream,
        embedder=MiniLmEmbedder(
            models.path("minilm", "model.onnx"),
            models.path("minilm", "tokenizer.json"),
            threads=settings.threads,
        ),
        make_face=lambda: _face(settings, models),
    )


def offline_scorer(embedder: PieceEmbedder) -> Scorer:
    """The shipped scorer, which remembers vectors of questions, references and words."""
    embed, read = RememberedVectors(embedder).embed, RememberedPieces(embedder).read
    return Scorer(load_scorer(), embed, read)


def _face(settings: Settings, models: ModelStore) -> FaceReader:
    """Imported late: a process that serves only assessments never loads DeepFace."""
    from app.adapters.vision.face_reader import DeepFaceReader
    from app.adapters.vision.landmarks import FaceLandmarks

    there = not models.missing([LANDMARKS])
    return DeepFaceReader(
        settings.face_model or models.path("emotion", "facial_expression_model_weights.onnx"),
        models.path("haar", "haarcascade_frontalface_default.xml"),
        landmarks=FaceLandmarks(models.model_folder(LANDMARKS)) if there else None,
    )


def chat_models(settings: Settings, models: ModelStore) -> dict[Role, ChatModel | None]:
    """The language model of each role, or None."""
    names: dict[Role, str] = {
        "interviewer": settings.interviewer_model,
        "grader": settings.grader_model,
        "coach": settings.coach_model,
    }
    return {
        role: make_model(name, settings=settings, models=models) for role, name in names.items()
    }


def mode_of(chat: dict[Role, ChatModel | None]) -> Mode:
    """Full where the interviewer and the grader are able models."""
    able = [model is not None and model.capable for model in (chat["interviewer"], chat["grader"])]
    return "full" if all(able) else "basic"


def named_models(settings: Settings) -> dict[str, str]:
    """The names under which reports and figures tell what was used."""
    return {
        "interviewer": settings.interviewer_model,
        "grader": settings.grader_model,
        "speech_to_text": f"whisper-{Path(settings.whisper).name}",
        "text_to_speech": f"piper-{settings.voice}",
        "turn_detector": "smart-turn-v3.2",
        "embeddings": "all-MiniLM-L6-v2-int8",
    }


def analysers(models: ModelStore) -> frozenset[Analyser]:
    """What looks at people here: the notices say no more and no less."""
    on = {Analyser.WORDS, Analyser.PACE, Analyser.FILLERS, Analyser.PROSODY, Analyser.VOICE}
    if not models.missing(["emotion", "haar"]):
        on.add(Analyser.FACE)
        if not models.missing([LANDMARKS]):
            on.add(Analyser.HEAD)
    return frozenset(on)


def make_coach(
    store: PostgresStore,
    engines: Engines,
    prompts: FilePrompts,
    model: ChatModel | None,
    folder: Path,
) -> AskCoach:
    """The coach; `folder` holds the intents that it knows."""
    coach = Coach(
        embedder=engines.embedder,
        prompts=prompts,
        examples=load_intents(folder),
        model=model,
    )
    coaching = PostgresCoaching(store)
    return AskCoach(store=store, coaching=coaching, coach=coach, embedder=engines.embedder)
