"""What runs behind the pages: measures, grades, the purge."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

from app.adapters.files.recordings import FileRecordings
from app.adapters.store.jobs import Handlers
from app.adapters.store.store import PostgresStore
from app.adapters.voice.praat import PraatVoice
from app.domain.consent import Modality
from app.domain.retention import Retention
from app.settings import Settings
from app.usecases.engines import Engines
from app.usecases.finish_interview import FinishInterview
from app.usecases.grade_question import GradeQuestion
from app.usecases.hall import Hall
from app.usecases.measure_turn_voices import ForPractice, MeasureTurnVoices, Measuring
from app.usecases.purge import Dismiss, Purge
from app.usecases.track_voice import TrackVoice

LIVE_FIRST_SECONDS = 0.5
LONGEST_YIELD_SECONDS = 60.0

log = logging.getLogger(__name__)


def retention(settings: Settings) -> Retention:
    """How long each kind of data is kept, in days."""
    return Retention(
        recording=settings.keep_recording_days,
        delivery=settings.keep_delivery_days,
        expression=settings.keep_expression_days,
        interview=settings.keep_interview_days,
    )


def make_purge(
    settings: Settings,
    store: PostgresStore,
    recordings: FileRecordings,
    dismiss: Dismiss | None = None,
) -> Purge:
    """What erases all that is due."""
    return Purge(
        store=store,
        recordings=recordings,
        erase_rows=store.erase,
        retention=retention(settings),
        dismiss=dismiss,
    )


def yields_to(hall: Hall) -> Callable[[], Awaitable[None]]:
    """Background work waits while people talk, though not for ever."""

    async def wait() -> None:
        waited = 0.0
        while hall.talking and waited < LONGEST_YIELD_SECONDS:
            await asyncio.sleep(LIVE_FIRST_SECONDS)
            waited += LIVE_FIRST_SECONDS

    return wait


def plain_track(engines: Engines) -> TrackVoice:
    """Measures of a voice that need nobody's own baseline."""
    return TrackVoice(voice=PraatVoice(), activity=engines.new_activity, plain=True)


def voice_measures(
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
        MeasureTurnVoices(store=store, recordings=recordings, track=plain_track(engines)),
        ForPractice(store=store, modality=Modality.VOICE, make=reader),
    )


def make_handlers(
    grade: GradeQuestion, measures: tuple[Measuring, ...], finish: FinishInterview, purge: Purge
) -> Handlers:
    """What each kind of background job calls."""

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
