"""Scripted candidates against the checks on the interviewer: `sounding bench conversation`.

The interviewer, the session and the live loop are the real ones; words stand for sound, and a clock
that leaps stands for time.
"""

from __future__ import annotations

import random
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from app.adapters.files.bank import load_bank
from app.adapters.files.models import ModelStore
from app.adapters.files.prompts import FilePrompts
from app.adapters.llm.embedder import MiniLmEmbedder
from app.adapters.llm.factory import make_model
from app.agent.interviewer import Interviewer
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.lab.candidate import ScriptedCandidate, Stuck
from app.bench.lab.manners import CHECKS, Failure, checked
from app.bench.lab.memory_store import MemoryStore, NoRecordings
from app.bench.lab.outside_model import OutsideModel
from app.bench.lab.persona import Persona, read_personas
from app.bench.lab.record import Record
from app.bench.lab.text_engines import TextSpeech
from app.bench.leaping import LeapingLoop, run_leaping
from app.bench.machine import machine
from app.domain.consent import Consent, Modality
from app.domain.errors import BadContent
from app.domain.interview import Interview, InterviewStatus
from app.domain.question import Bank
from app.ports.embeddings import PieceEmbedder
from app.ports.errors import PortError
from app.ports.language import ChatModel, PromptLibrary
from app.settings import Settings
from app.usecases.hall import restored
from app.usecases.hold_interview import LiveInterview
from app.usecases.sitting import Parts

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "tests" / "evals"
MOST_FAILURES_SHOWN = 200


@dataclass(frozen=True)
class Stage:
    """What all scripted interviews share."""

    bank: Bank
    embedder: PieceEmbedder
    prompts: PromptLibrary
    make_model: Callable[[], ChatModel | None] = lambda: None
    plan_timeout: float = 2.5


def bench_conversation(
    *, scripts: Path | None = None, model: str = "basic", seed: int = 0, limit: int | None = None
) -> dict[str, Any]:
    """Every scripted candidate, or the first `limit`, in all its interviews; seeds begin at `seed`.

    Raises:
        BenchRefused: the scripts or the model's name are wrong.
        BenchFailed: a model file is missing.
    """
    personas = read_personas(scripts or SCRIPTS)[:limit]
    personas = tuple(
        p.model_copy(update={"seeds": tuple(seed + s for s in p.seeds)}) for p in personas
    )
    stage = _stage(model)
    records = [record for persona in personas for record in _told(persona, stage)]
    return {"machine": machine(), "seed": seed, "model": model, **summed(records)}


def _told(persona: Persona, stage: Stage) -> list[Record]:
    records = held(persona, stage)
    failed = sum(len(result.failures) for record in records for result in checked(record))
    said = sum(len(record.utterances()) for record in records)
    sys.stderr.write(
        f"{persona.id}: {len(records)} interviews, {said} utterances, {failed} failed\n"
    )
    return records


def held(persona: Persona, stage: Stage) -> list[Record]:
    """All interviews of one scripted candidate."""
    return [
        run_leaping(partial(hold, persona, track, seed, stage))
        for track in persona.tracks
        for seed in persona.seeds
    ]


async def hold(
    persona: Persona, track_id: str, seed: int, stage: Stage, loop: LeapingLoop
) -> Record:
    """One interview, from hello to its end."""
    interview = _interview(persona, track_id, seed, stage.bank)
    store, speech = MemoryStore(stage.bank), TextSpeech()
    store.kept[interview.id] = interview
    chat = stage.make_model()
    interviewer = Interviewer(
        store=store.as_store(),
        embedder=stage.embedder,
        model=OutsideModel(chat, loop) if chat is not None else None,
        prompts=stage.prompts,
        plan_timeout=stage.plan_timeout,
    )
    engines = speech.engines(stage.embedder)
    parts = Parts(store.as_store(), engines, interviewer, NoRecordings())
    live = LiveInterview(interview, parts, restored(interview, (), None), [])
    known = {question.id: question for question in stage.bank.questions}
    questions = tuple(known[name] for name in interview.question_ids)
    record = Record(persona, track_id, seed, interview, questions)
    try:
        await ScriptedCandidate(live, record, speech).take()
    except Stuck as error:
        record.stuck = str(error)
    await live.shut()
    engines.close()
    record.turns = store.turns_of(interview.id)
    return record


def _interview(persona: Persona, track_id: str, seed: int, bank: Bank) -> Interview:
    track = bank.track(track_id)
    if track is None:
        raise BenchRefused(f"{persona.id}: expected a track of the bank, found {track_id!r}")
    now = datetime(2030, 1, 1, tzinfo=UTC)
    chance = random.Random(f"{persona.id} {track_id} {seed}")  # noqa: S311 - a script, no secret
    asks = min(persona.asks, len(track.questions))
    chosen = persona.questions or tuple(chance.sample(track.questions, asks))
    return Interview(
        id=uuid.UUID(int=chance.getrandbits(128), version=4),
        purpose=persona.purpose,
        track_id=track_id,
        title=track.title,
        status=InterviewStatus.CREATED,
        mode="basic",
        created_at=now,
        seed=seed,
        asks=len(chosen),
        minutes=persona.minutes,
        question_ids=tuple(chosen),
        code=persona.code,
        code_language=persona.code_language,
        consents=(Consent(Modality.AUDIO, "1", now),),
    )


def summed(records: Sequence[Record]) -> dict[str, Any]:
    """The document: by persona and check how often it was kept, and every failure in full."""
    failures: list[Failure] = []
    personas: dict[str, dict[str, Any]] = {}
    for record in records:
        own = personas.setdefault(record.persona.id, _blank())
        own["interviews"] += 1
        own["n_utterances"] += len(record.utterances())
        for result in checked(record):
            own["hard_checks"][result.check]["passed"] += result.passed
            own["hard_checks"][result.check]["failed"] += len(result.failures)
            failures += result.failures
    totals: Counter[str] = Counter(failure.check for failure in failures)
    return {
        "personas": personas,
        "n_personas": len(personas),
        "n_interviews": len(records),
        "n_utterances": sum(own["n_utterances"] for own in personas.values()),
        "n_checked": {
            name: sum(sum(own["hard_checks"][name].values()) for own in personas.values())
            for name in CHECKS
        },
        "failed_by_check": dict(totals),
        "failures": [failure.as_dict() for failure in failures[:MOST_FAILURES_SHOWN]],
        "all_hard_checks_pass": not failures,
    }


def _blank() -> dict[str, Any]:
    checks = {name: {"passed": 0, "failed": 0} for name in CHECKS}
    return {"interviews": 0, "n_utterances": 0, "hard_checks": checks}


def _stage(model: str) -> Stage:
    settings = Settings()
    models = ModelStore(settings.models)

    def make() -> ChatModel | None:  # anew for each interview: a client keeps to one loop
        return None if model == "basic" else make_model(model, settings=settings, models=models)

    try:
        make()
    except BadContent as error:
        raise BenchRefused(str(error)) from error
    try:
        embedder = MiniLmEmbedder(
            models.path("minilm", "model.onnx"), models.path("minilm", "tokenizer.json")
        )
    except PortError as error:
        raise BenchFailed(str(error)) from error
    return Stage(
        bank=load_bank(ROOT / "rubrics", ROOT / "question_bank"),
        embedder=embedder,
        prompts=FilePrompts(ROOT / "prompts"),
        make_model=make,
        plan_timeout=settings.plan_timeout,
    )
