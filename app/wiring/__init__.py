"""The one place that picks the real parts and joins them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.adapters.exchange.apart import FilesApart
from app.adapters.files.bank import load_bank as read_bank
from app.adapters.files.coaching import load_notes
from app.adapters.files.fusion_file import load_fusion
from app.adapters.files.manifest import needed
from app.adapters.files.media import AvMedia
from app.adapters.files.models import ModelStore
from app.adapters.files.prompts import FilePrompts
from app.adapters.files.recordings import FileRecordings
from app.adapters.files.stakeholders import load_stakeholders
from app.adapters.files.tasks import load_tasks
from app.adapters.metrics.prometheus import PrometheusMetrics
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.adapters.store.code_history import PostgresCodeHistory
from app.adapters.store.jobs import Handlers
from app.adapters.store.keys import PostgresKeys
from app.adapters.store.self_reports import PostgresSelfReports
from app.adapters.store.store import PostgresStore
from app.agent.grader import Grader
from app.agent.interviewer import Interviewer
from app.agent.task_reader import TaskReader
from app.agent.wording import often_said
from app.dialogue.asides import ASIDE_SENTENCES
from app.dialogue.endpointing import QUICK, Patience
from app.domain.retention import Erasure
from app.ports.language import ChatModel, Role
from app.settings import Settings
from app.usecases.analyse_upload import AnalyseUpload
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
from app.usecases.measure_turn_voices import Measuring
from app.usecases.sitting import Parts
from app.usecases.take_upload import UploadLimits
from app.usecases.try_answer import TryAnswer
from app.web.dependencies import Services
from app.wiring.database import cancelled, open_database
from app.wiring.engines import (
    analysers,
    chat_models,
    make_coach,
    make_engines,
    mode_of,
    named_models,
    offline_scorer,
)
from app.wiring.identity import make_hasher, make_identity
from app.wiring.jobs import (
    make_handlers,
    make_purge,
    plain_track,
    retention,
    voice_measures,
    yields_to,
)
from app.wiring.logs import Wordless, configure_logging
from app.wiring.messages import both_workers, make_sender, telling

__all__ = [
    "Wiring",
    "Wordless",
    "configure_logging",
    "hosts",
    "missing_models",
    "open_wiring",
    "purge_now",
]

ROOT = Path(__file__).resolve().parents[2]
COACHING = ROOT / "coaching"
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True)
class Wiring:
    """Everything that a process runs on."""

    services: Services
    work: Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class _Ground:
    """What the others are built on, already started."""

    settings: Settings
    url: str
    store: PostgresStore
    models: ModelStore
    engines: Engines
    recordings: FileRecordings
    reader: TaskReader
    desk: CodingDesk
    prompts: FilePrompts
    chat: dict[Role, ChatModel | None]


@asynccontextmanager
async def open_wiring(settings: Settings) -> AsyncIterator[Wiring]:
    """Start the store and the engines, and stop them at the end."""
    async with AsyncExitStack() as stack:
        ground = await _ground(settings, stack)
        wiring = _join(ground)
        stack.push_async_callback(wiring.services.hall.close)
        if wiring.services.coach is not None:
            notes = load_notes(COACHING, datetime.now(UTC))
            await wiring.services.coach.publish_new(notes)
        if settings.worker == "inside":
            task = asyncio.create_task(wiring.work())
            stack.push_async_callback(cancelled, task)
        yield wiring


async def _ground(settings: Settings, stack: AsyncExitStack) -> _Ground:
    url = await open_database(settings, stack)
    store = PostgresStore(url)
    stack.push_async_callback(store.close)
    models = ModelStore(settings.models)
    engines = make_engines(settings, models)
    stack.callback(engines.close)
    await engines.warm()
    learning = asyncio.create_task(engines.learn((*often_said(), *ASIDE_SENTENCES)))
    stack.push_async_callback(cancelled, learning)
    bank = read_bank(ROOT / "rubrics", ROOT / "question_bank")
    await load_bank(bank, store=store, engines=engines)
    keys = PostgresKeys(url)
    stack.callback(keys.close)
    sandbox = ProcessSandbox()
    stack.callback(sandbox.close)
    tasks = load_tasks(ROOT / "question_bank" / "tasks", bank)
    reader = TaskReader(sandbox, tasks)
    return _Ground(
        settings=settings,
        url=url,
        store=store,
        models=models,
        engines=engines,
        recordings=FileRecordings(settings.data_dir, keys),
        reader=reader,
        desk=CodingDesk(store, PostgresCodeHistory(store), sandbox, tasks, reader=reader),
        prompts=FilePrompts(ROOT / "prompts"),
        chat=chat_models(settings, models),
    )


def _join(ground: _Ground) -> Wiring:
    metrics = PrometheusMetrics()
    hall = _hall(ground, metrics)
    grader = Grader(
        store=ground.store,
        embedder=ground.engines.embedder,
        scorer=offline_scorer(ground.engines.embedder),
        prompts=ground.prompts,
        model=ground.chat["grader"],
        yield_to_live=yields_to(hall),
    )
    media = AvMedia()
    services = _services(ground, hall, grader, metrics, media)
    return Wiring(services=services, work=_worker(ground, hall, grader, media))


def _hall(ground: _Ground, metrics: PrometheusMetrics) -> Hall:
    settings = ground.settings
    interviewer = Interviewer(
        store=ground.store,
        embedder=ground.engines.embedder,
        model=ground.chat["interviewer"],
        prompts=ground.prompts,
        plan_timeout=settings.plan_timeout,
        reader=ground.reader,
    )
    patience = Patience() if settings.endpointing == "patient" else QUICK
    parts = Parts(ground.store, ground.engines, interviewer, ground.recordings, metrics, patience)
    hall = Hall(parts, limit=settings.max_live)
    metrics.watch(lambda: hall.load)
    return hall


def _services(
    ground: _Ground, hall: Hall, grader: Grader, metrics: PrometheusMetrics, media: AvMedia
) -> Services:
    settings, store, engines = ground.settings, ground.store, ground.engines
    mode = mode_of(ground.chat)
    authoring = AuthoringDesk(
        TryAnswer(grader, mode), FilesApart(), ground.chat["interviewer"], ground.prompts
    )
    personas = load_stakeholders(ROOT / "question_bank" / "stakeholders")
    return Services(
        store=store,
        engines=engines,
        recordings=ground.recordings,
        hall=hall,
        erase_rows=store.erase,
        mode=mode,
        models=named_models(settings),
        base_url=settings.base_url,
        hosts=hosts(settings),
        patience=settings.patience,
        embedder=engines.embedder,
        operator_token=_secret(settings.operator_token),
        metrics=metrics,
        metrics_text=metrics,
        self_reports=PostgresSelfReports(store),
        desk=ground.desk,
        stakeholders=InterviewStakeholder(personas, engines.embedder),
        authoring=authoring,
        analysers=analysers(ground.models),
        retention=retention(settings),
        media=media,
        uploads=UploadLimits(settings.upload_megabytes, settings.upload_minutes),
        keep_passage=KeepPassage(store=store, track=plain_track(engines)),
        coach=make_coach(store, engines, ground.prompts, ground.chat["coach"], COACHING),
        accounts=settings.accounts == "on",
        hasher=make_hasher(settings),
        identity=make_identity(settings),
        webhooks=make_sender(settings),
        fitted_blend=load_fusion(settings.fusion_model) if settings.fusion_model else None,
    )


def _worker(
    ground: _Ground, hall: Hall, grader: Grader, media: AvMedia
) -> Callable[[], Coroutine[Any, Any, None]]:
    settings, store, recordings = ground.settings, ground.store, ground.recordings
    measures: tuple[Measuring, ...] = (
        MeasureDelivery(store=store, recordings=recordings, fillers=ground.engines.fillers),
        *voice_measures(settings, store, recordings, ground.engines),
    )
    analyse = AnalyseUpload(
        store=store,
        recordings=recordings,
        media=media,
        engines=ground.engines,
        longest_s=60.0 * settings.upload_minutes,
        measures=measures,
    )
    handlers: Handlers = make_handlers(
        GradeQuestion(store=store, grader=grader),
        measures,
        FinishInterview(store=store),
        make_purge(settings, store, recordings, hall.dismiss),
    )
    handlers = replace(handlers, analyse_upload=analyse, upload_failed=analyse.give_up)
    return both_workers(ground.url, telling(handlers, settings, store))


async def purge_now(settings: Settings) -> tuple[Erasure, ...]:
    """Erase what is due, with the store alone; the receipts."""
    async with AsyncExitStack() as stack:
        url = await open_database(settings, stack)
        store = PostgresStore(url)
        stack.push_async_callback(store.close)
        keys = PostgresKeys(url)
        stack.callback(keys.close)
        purge = make_purge(settings, store, FileRecordings(settings.data_dir, keys))
        return await purge(datetime.now(UTC))


def _secret(kept: SecretStr | None) -> str | None:
    return kept.get_secret_value() if kept is not None else None


def hosts(settings: Settings) -> tuple[str, ...]:
    """The names under which people reach the server; any, where it listens on every address."""
    public = urlsplit(settings.base_url).hostname if settings.base_url else None
    if settings.host in EVERYWHERE:
        return (public or "*",)
    own = f"[{settings.host}]" if ":" in settings.host else settings.host
    return (own, public) if public else (own,)


def missing_models(settings: Settings) -> tuple[str, ...]:
    """Names of the model files that these settings need and that are not there."""
    roles = (settings.interviewer_model, settings.grader_model, settings.coach_model)
    return ModelStore(settings.models).missing(needed(roles))
