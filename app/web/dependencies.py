"""What routes may use, as plain values and callables that wiring puts together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Depends, HTTPException
from starlette.requests import HTTPConnection

from app.delivery.fusion import FittedBlend
from app.domain.consent import Purpose
from app.domain.interview import Interview, Mode
from app.domain.notice import Analyser, Notice, notices
from app.domain.retention import Retention
from app.ports.accounts import PasswordHasher
from app.ports.embeddings import Embedder
from app.ports.groups import SelfReports
from app.ports.identity import IdentityProvider
from app.ports.media import MediaReader
from app.ports.metrics import MetricsSink, MetricsText, Unobserved
from app.ports.recordings import Recordings
from app.ports.speech import Pcm, Sound, Transcript
from app.ports.store import Store
from app.ports.webhooks import WebhookSender
from app.usecases.ask_coach import AskCoach
from app.usecases.authoring_desk import AuthoringDesk
from app.usecases.coding_desk import CodingDesk
from app.usecases.erase_interview import EraseRows
from app.usecases.hall import Hall
from app.usecases.interview_stakeholder import InterviewStakeholder
from app.usecases.keep_passage import KeepPassage
from app.usecases.read_frame import FaceEngine, Seconds
from app.usecases.take_upload import UploadLimits


class Engines(FaceEngine, Protocol):
    """The slow models, behind their limits, off the event loop."""

    async def transcribe(self, pcm: Pcm, /) -> Transcript:
        """Recognise up to 30 s; raises SpeechUnavailable."""
        ...

    def speak(self, text: str, /) -> AsyncIterator[Sound]:
        """One sound per sentence; raises SpeechUnavailable."""
        ...


def utc_now() -> datetime:
    """The time that new rows carry."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """Everything that the pages and the live socket stand on."""

    store: Store
    engines: Engines
    recordings: Recordings
    hall: Hall
    erase_rows: EraseRows
    mode: Mode = "basic"
    models: Mapping[str, str] = field(default_factory=dict)
    base_url: str | None = None
    hosts: tuple[str, ...] = ()  # names that the app answers to, besides those of this machine
    patience: float = 1.0
    embedder: Embedder | None = None
    fitted_blend: FittedBlend | None = None  # of face and voice; else both weigh by coverage
    seconds: Seconds = field(default_factory=Seconds)
    operator_token: str | None = None
    metrics: MetricsSink = field(default_factory=Unobserved)
    metrics_text: MetricsText | None = None
    clock: Callable[[], datetime] = utc_now
    self_reports: SelfReports | None = None
    desk: CodingDesk | None = None
    authoring: AuthoringDesk = field(default_factory=AuthoringDesk)
    analysers: frozenset[Analyser] = frozenset({Analyser.WORDS, Analyser.PACE, Analyser.FILLERS})
    retention: Retention = field(default_factory=Retention)
    media: MediaReader | None = None
    uploads: UploadLimits = field(default_factory=UploadLimits)
    keep_passage: KeepPassage | None = None
    stakeholders: InterviewStakeholder | None = None
    coach: AskCoach | None = None
    accounts: bool = False  # people sign in; else whoever asks is the one local person
    look_again_s: float = 15.0  # how often an open socket's person is looked at again
    hasher: PasswordHasher | None = None
    identity: IdentityProvider | None = None  # tells who somebody is, besides passwords
    webhooks: WebhookSender | None = None

    def notices(self, purpose: Purpose, *, film: bool = False) -> tuple[Notice, ...]:
        """What people are told before they agree, of the analysers that are on."""
        return notices(purpose, self.analysers, self.retention, film=film)


def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


async def _interview(interview_id: UUID, services: ServicesDep) -> Interview:
    async with services.store.begin() as work:
        interview = await work.interviews.get(interview_id)
    if interview is None:
        raise HTTPException(404, "There is no such interview. It may have been deleted.")
    return interview


InterviewDep = Annotated[Interview, Depends(_interview)]
