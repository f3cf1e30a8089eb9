"""The one place that picks the real parts and joins them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import SecretStr

from app.adapters.exchange.apart import FilesApart
from app.adapters.files.bank import load_bank as read_bank
from app.adapters.files.coaching import load_intents, load_notes
from app.adapters.files.fusion_file import load_fusion
from app.adapters.files.manifest import needed
from app.adapters.files.media import AvMedia
from app.adapters.files.models import ModelStore
from app.adapters.files.prompts import FilePrompts
from app.adapters.files.recordings import FileRecordings
from app.adapters.files.scorer_file import load_scorer
from app.adapters.files.stakeholders import load_stakeholders
from app.adapters.files.tasks import load_tasks
from app.adapters.llm.embedder import MiniLmEmbedder
from app.adapters.llm.factory import make_model
from app.adapters.metrics.prometheus import PrometheusMetrics
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.adapters.secrets.argon2id import Argon2idHasher
from app.adapters.speech.piper import PiperSpeech
from app.adapters.speech.silero import SileroModel
from app.adapters.speech.smart_turn import SmartTurn
from app.adapters.speech.whisper import WhisperSpeech
from app.adapters.store.coaching import PostgresCoaching
from app.adapters.store.code_history import PostgresCodeHistory
from app.adapters.store.jobs import Handlers, make_worker
from app.adapters.store.keys import PostgresKeys
from app.adapters.store.migrate import upgrade
from app.adapters.store.self_reports import PostgresSelfReports
from app.adapters.store.server import EmbeddedServer
from app.adapters.store.store import PostgresStore
from app.adapters.voice.praat import PraatVoice
from app.agent.coach.coach import Coach
from app.agent.grader import Grader
from app.agent.interviewer import Interviewer
from app.agent.task_reader import TaskReader
from app.agent.wording import often_said
from app.assessment.scorer.scorer import Scorer
from app.dialogue.asides import ASIDE_SENTENCES
from app.dialogue.endpointing import QUICK, Patience
from app.domain.consent import Modality
from app.domain.interview import Mode
from app.domain.notice import Analyser
from app.domain.retention import Erasure, Retention
from app.ports.language import ChatModel, Role
from app.ports.vision import FaceReader
from app.settings import Settings
from app.usecases.analyse_upload import AnalyseUpload
from app.usecases.ask_coach import AskCoach
from app.usecases.authoring_desk import AuthoringDesk
from app.usecases.coding_desk import CodingDesk
from app.usecases.engines import Engines
from app.usecases.finish_interview import FinishInterview
from app.usecases.grade_question import GradeQuestion
from app.usecases.hall import Hall
from app.usecases.interview_stakeholder import InterviewStakeholder
from app.usecases.keep_passage import KeepPassage
from app.usecases.load_bank import load_bank
from app.usecases.measure_delivery import MeasureDelivery
from app.usecases.measure_turn_voices import ForPractice, MeasureTurnVoices, Measuring
from app.usecases.purge import Dismiss, Purge
from app.usecases.remembered_vectors import RememberedVectors
from app.usecases.sitting import Parts
from app.usecases.take_upload import UploadLimits
from app.usecases.track_voice import TrackVoice
from app.usecases.try_answer import TryAnswer
from app.web.dependencies import Services

ROOT = Path(__file__).resolve().parent.parent
LIVE_FIRST_SECONDS = 0.5
LANDMARKS = "face-landmarks"
LONGEST_YIELD_SECONDS = 60.0
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to

log = logging.getLogger(__name__)

_Broken = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@dataclass(frozen=True)
class Wiring:
    """Everything that a process runs on."""

    services: Services
    work: Callable[[], Coroutine[Any, Any, None]]


class Wordless(logging.Formatter):
    """Tells of an exception its kinds and places; its message may hold a candidate's words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with nothing of what another handler made of the exception."""
        plain = copy(record)
        plain.exc_text = None
        if record.name == "asyncio":  # below its first line it shows the exception and its task
            plain.msg, plain.args = record.getMessage().partition("\n")[0], ()
        return super().format(plain)

    def formatException(self, ei: _Broken) -> str:
        """Kinds along the chain, first the cause, each with its frames."""
        return "\n".join(_places(ei[1], set())) if ei[1] is not None else ""


def _places(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for other in (before, *inner):
        if other is not None and id(other) not in told:
            yield from _places(other, told)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame, line in walk_tb(error.__traceback__):
        code = frame.f_code
        yield f"  {code.co_filename}:{line} {code.co_name}"


def configure_logging(level: str) -> None:
    """One line per event on stderr; never a transcript, a name, code or a model's reply."""
    handler = logging.StreamHandler()
    handler.setFormatter(Wordless("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for noisy in ("httpx", "procrastinate", "alembic", "faster_whisper", "httpx2", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@asynccontextmanager
async def open_wiring(settings: Settings) -> AsyncIterator[Wiring]:
    """Start the store and the engines, and stop them at the end."""
    async with AsyncExitStack() as stack:
        url = await _database(settings, stack)
        store = PostgresStore(url)
        stack.push_async_callback(store.close)
        models = ModelStore(settings.models)
        engines = _engines(settings, models)
        stack.callback(engines.close)
        await engines.warm()
        learning = asyncio.create_task(engines.learn((*often_said(), *ASIDE_SENTENCES)))
        stack.push_async_callback(_cancelled, learning)
        bank = read_bank(ROOT / "rubrics", ROOT / "question_bank")
        await load_bank(bank, store=store, engines=engines)
        keys = PostgresKeys(url)
        stack.callback(keys.close)
        recordings = FileRecordings(settings.data_dir, keys)
        sandbox = ProcessSandbox()
        stack.callback(sandbox.close)
        tasks = load_tasks(ROOT / "question_bank" / "tasks", bank)
        desk = CodingDesk(store, PostgresCodeHistory(store), sandbox, tasks)
        wiring = _join(settings, url, store, models, engines, recordings, desk)
        stack.push_async_callback(wiring.services.hall.close)
        if wiring.services.coach is not None:
            notes = load_notes(ROOT / "coaching", datetime.now(UTC))
            await wiring.services.coach.publish_new(notes)
        if settings.worker == "inside":
            task = asyncio.create_task(wiring.work())
            stack.push_async_callback(_cancelled, task)
        yield wiring


async def _database(settings: Settings, stack: AsyncExitStack) -> str:
    if settings.database_url:
        url = settings.database_url
    else:
        server = EmbeddedServer(settings.data_dir / "postgres")
        url = await asyncio.to_thread(server.start)
        stack.callback(server.stop)
        keeper = asyncio.create_task(server.keep_alive())
        stack.push_async_callback(_cancelled, keeper)
    await asyncio.to_thread(upgrade, url)
    return url


def _engines(settings: Settings, models: ModelStore) -> Engines:
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


def _join(
    settings: Settings,
    url: str,
    store: PostgresStore,
    models: ModelStore,
    engines: Engines,
    recordings: FileRecordings,
    desk: CodingDesk,
) -> Wiring:
    prompts = FilePrompts(ROOT / "prompts")
    chat = _chat_models(settings, models)
    reader = TaskReader(desk.sandbox, desk.tasks)
    interviewer = Interviewer(
        store=store,
        embedder=engines.embedder,
        model=chat["interviewer"],
        prompts=prompts,
        plan_timeout=settings.plan_timeout,
        reader=reader,
    )
    patience = Patience() if settings.endpointing == "patient" else QUICK
    metrics = PrometheusMetrics()
    parts = Parts(store, engines, interviewer, recordings, metrics, patience)
    hall = Hall(parts, limit=settings.max_live)
    metrics.watch(lambda: hall.load)
    grader = Grader(
        store=store,
        embedder=engines.embedder,
        scorer=Scorer(load_scorer(), RememberedVectors(engines.embedder).embed),
        prompts=prompts,
        model=chat["grader"],
        yield_to_live=_yields_to(hall),
    )
    media = AvMedia()
    services = Services(
        store=store,
        engines=engines,
        recordings=recordings,
        hall=hall,
        erase_rows=store.erase,
        mode=_mode(chat),
        models=_named(settings),
        base_url=settings.base_url,
        hosts=hosts(settings),
        patience=settings.patience,
        embedder=engines.embedder,
        operator_token=_secret(settings.operator_token),
        metrics=metrics,
        metrics_text=metrics,
        self_reports=PostgresSelfReports(store),
        desk=replace(desk, reader=reader),
        stakeholders=InterviewStakeholder(
            load_stakeholders(ROOT / "question_bank" / "stakeholders"), engines.embedder
        ),
        authoring=AuthoringDesk(
            TryAnswer(grader, _mode(chat)), FilesApart(), chat["interviewer"], prompts
        ),
        analysers=_analysers(models),
        retention=_retention(settings),
        media=media,
        uploads=UploadLimits(settings.upload_megabytes, settings.upload_minutes),
        keep_passage=KeepPassage(store=store, track=_plain_track(engines)),
        coach=_coach(store, engines, prompts, chat["coach"]),
        accounts=settings.accounts == "on",
        hasher=Argon2idHasher() if settings.accounts == "on" else None,
        fitted_blend=load_fusion(settings.fusion_model) if settings.fusion_model else None,
    )
    measures: tuple[Measuring, ...] = (
        MeasureDelivery(store=store, recordings=recordings, fillers=engines.fillers),
        *_voice_measures(settings, store, recordings, engines),
    )
    analyse = AnalyseUpload(
        store=store,
        recordings=recordings,
        media=media,
        engines=engines,
        longest_s=60.0 * settings.upload_minutes,
        measures=measures,
    )
    handlers = _handlers(
        GradeQuestion(store=store, grader=grader),
        measures,
        FinishInterview(store=store),
        _purge(settings, store, recordings, hall.dismiss),
    )
    handlers = replace(handlers, analyse_upload=analyse, upload_failed=analyse.give_up)
    return Wiring(services=services, work=make_worker(url, handlers).run)


def _coach(
    store: PostgresStore, engines: Engines, prompts: FilePrompts, model: ChatModel | None
) -> AskCoach:
    coach = Coach(
        embedder=engines.embedder,
        prompts=prompts,
        examples=load_intents(ROOT / "coaching"),
        model=model,
    )
    coaching = PostgresCoaching(store)
    return AskCoach(store=store, coaching=coaching, coach=coach, embedder=engines.embedder)


def _retention(settings: Settings) -> Retention:
    return Retention(
        recording=settings.keep_recording_days,
        delivery=settings.keep_delivery_days,
        expression=settings.keep_expression_days,
        interview=settings.keep_interview_days,
    )


def _purge(
    settings: Settings,
    store: PostgresStore,
    recordings: FileRecordings,
    dismiss: Dismiss | None = None,
) -> Purge:
    return Purge(
        store=store,
        recordings=recordings,
        erase_rows=store.erase,
        retention=_retention(settings),
        dismiss=dismiss,
    )


async def purge_now(settings: Settings) -> tuple[Erasure, ...]:
    """Erase what is due, with the store alone; the receipts."""
    async with AsyncExitStack() as stack:
        url = await _database(settings, stack)
        store = PostgresStore(url)
        stack.push_async_callback(store.close)
        keys = PostgresKeys(url)
        stack.callback(keys.close)
        purge = _purge(settings, store, FileRecordings(settings.data_dir, keys))
        return await purge(datetime.now(UTC))


def _analysers(models: ModelStore) -> frozenset[Analyser]:
    """What looks at people here: the notices say no more and no less."""
    on = {Analyser.WORDS, Analyser.PACE, Analyser.FILLERS, Analyser.PROSODY, Analyser.VOICE}
    if not models.missing(["emotion", "haar"]):
        on.add(Analyser.FACE)
        if not models.missing([LANDMARKS]):
            on.add(Analyser.HEAD)
    return frozenset(on)


def _secret(kept: SecretStr | None) -> str | None:
    return kept.get_secret_value() if kept is not None else None


def _chat_models(settings: Settings, models: ModelStore) -> dict[Role, ChatModel | None]:
    names: dict[Role, str] = {
        "interviewer": settings.interviewer_model,
        "grader": settings.grader_model,
        "coach": settings.coach_model,
    }
    return {
        role: make_model(name, settings=settings, models=models) for role, name in names.items()
    }


def _mode(chat: dict[Role, ChatModel | None]) -> Mode:
    able = [model is not None and model.capable for model in (chat["interviewer"], chat["grader"])]
    return "full" if all(able) else "basic"


def hosts(settings: Settings) -> tuple[str, ...]:
    """The names under which people reach the server; any, where it listens on every address."""
    public = urlsplit(settings.base_url).hostname if settings.base_url else None
    if settings.host in EVERYWHERE:
        return (public or "*",)
    own = f"[{settings.host}]" if ":" in settings.host else settings.host
    return (own, public) if public else (own,)


def _named(settings: Settings) -> dict[str, str]:
    return {
        "interviewer": settings.interviewer_model,
        "grader": settings.grader_model,
        "speech_to_text": f"whisper-{Path(settings.whisper).name}",
        "text_to_speech": f"piper-{settings.voice}",
        "turn_detector": "smart-turn-v3.2",
        "embeddings": "all-MiniLM-L6-v2-int8",
    }


def _yields_to(hall: Hall) -> Callable[[], Awaitable[None]]:
    """Background work waits while people talk, though not for ever."""

    async def wait() -> None:
        waited = 0.0
        while hall.talking and waited < LONGEST_YIELD_SECONDS:
            await asyncio.sleep(LIVE_FIRST_SECONDS)
            waited += LIVE_FIRST_SECONDS

    return wait


def _plain_track(engines: Engines) -> TrackVoice:
    return TrackVoice(voice=PraatVoice(), activity=engines.new_activity, plain=True)


def _voice_measures(
    settings: Settings, store: PostgresStore, recordings: FileRecordings, engines: Engines
) -> tuple[Measuring, ...]:
    """The voice in answers, and stress in a practice alone, which is imported at its first use."""

    def reader() -> Measuring:
        from app.adapters.voice.stress_model import OnnxStress
        from app.usecases.read_stress import ReadStress

        model = OnnxStress(settings.stress_model) if settings.stress_model else None
        track = TrackVoice(voice=PraatVoice(), activity=engines.new_activity)
        return ReadStress(store=store, recordings=recordings, track=track, model=model)

    return (
        MeasureTurnVoices(store=store, recordings=recordings, track=_plain_track(engines)),
        ForPractice(store=store, modality=Modality.VOICE, make=reader),
    )


def _handlers(
    grade: GradeQuestion, measures: tuple[Measuring, ...], finish: FinishInterview, purge: Purge
) -> Handlers:
    async def grade_question(interview_id: UUID, question_id: str) -> None:
        await grade(interview_id, question_id)

    async def finish_interview(interview_id: UUID) -> None:
        for measure in measures:
            try:
                await measure(interview_id)
            except Exception as error:  # an interview without measures must end all the same
                log.error("the delivery could not be measured: %s", type(error).__name__)
        await finish(interview_id)

    async def gave_up(interview_id: UUID, question_id: str | None, outside: bool) -> None:
        if question_id is None:
            await finish(interview_id)
        else:
            await grade.give_up(interview_id, question_id, once_more=outside)

    async def purge_what_is_due() -> None:
        await purge(datetime.now(UTC))

    return Handlers(grade_question, finish_interview, gave_up, purge_what_is_due)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


def missing_models(settings: Settings) -> tuple[str, ...]:
    """Names of the model files that these settings need and that are not there."""
    roles = (settings.interviewer_model, settings.grader_model, settings.coach_model)
    return ModelStore(settings.models).missing(needed(roles))
