"""The hall of live interviews: who is in, who may come in, and how one is taken up again.

A live interview outlives its connection. After a restart of the server it is rebuilt from its
stored turns; words that were recorded for the open question become part of its answer.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from itertools import pairwise
from uuid import UUID
from weakref import WeakValueDictionary

from app.dialogue.endpointing import Patience
from app.dialogue.events import SpeechStarted, SpeechStopped
from app.dialogue.session import MOST_PAUSES, Session, State
from app.domain.consent import Modality
from app.domain.errors import DomainError
from app.domain.interview import Interview, InterviewStatus, Recording, Turn
from app.domain.load import Load, Place
from app.domain.plan import Plan
from app.domain.question import Question
from app.ports.errors import PortError
from app.ports.speech import SAMPLE_RATE
from app.usecases.doorkeeper import Doorkeeper
from app.usecases.ear import Ear
from app.usecases.hold_interview import LiveInterview
from app.usecases.kept_sound import sound_of
from app.usecases.line import loop_time
from app.usecases.sitting import Parts

log = logging.getLogger(__name__)

FORGET_AFTER_SECONDS = 600.0
KEEP_PLACE_SECONDS = 30.0
MOST_BEHIND_SECONDS = 3.0
TIME_HINT_SHARE = 0.8
LIVE = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE})


class UnknownInterview(DomainError):
    """There is no interview of this id."""


class HallFull(DomainError):
    """As many interviews are live as this machine holds well; `ahead` others wait for a place."""

    def __init__(self, ahead: int) -> None:
        super().__init__(f"all places are taken, and {ahead} wait already")
        self.ahead = ahead


class Hall:
    """All live interviews of this process."""

    def __init__(self, parts: Parts, *, limit: int) -> None:
        self._parts = parts
        self._limit = limit
        self._door = Doorkeeper(limit)
        self._live: dict[UUID, LiveInterview] = {}
        self._lock = asyncio.Lock()
        self._alones: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._arriving: set[UUID] = set()

    @property
    def talking(self) -> int:
        """How many people are connected; background work makes way for them."""
        return sum(live.connected and not live.closed for live in self._live.values())

    @property
    def load(self) -> Load:
        """How busy the hall and its engines are."""
        places = tuple(
            Place(key, live.session.state.value, live.connected, live.session.turn, live.now)
            for key, live in self._live.items()
            if not live.closed
        )
        engines = self._parts.engines
        queued = self._door.queued(loop_time())
        return Load(self._limit, places, engines.load, queued, engines.behind_s)

    async def enter(self, interview_id: UUID) -> LiveInterview:
        """The live interview of this id, rebuilt from the store when it is not here.

        Who lost the connection keeps the place for half a minute.

        Raises:
            UnknownInterview: no such interview.
            HallFull: the machine is at its limit, or its engines can't keep up.
            StoreUnavailable: the store can't be reached.
        """
        async with self._alone(interview_id):
            live = await self._found(interview_id)
            if live is None:
                try:
                    live = self._live[interview_id] = await self._restore(interview_id)
                finally:
                    self._arriving.discard(interview_id)
            return live

    async def refresh(self, interview_id: UUID) -> None:
        """Consent was given or withdrawn: a live interview heeds it at once.

        Raises:
            StoreUnavailable: the store can't be reached.
        """
        live = self._live.get(interview_id)
        if live is None:
            return
        async with self._parts.store.begin() as work:
            interview = await work.interviews.get(interview_id)
        live.consents_changed(interview.consents if interview is not None else ())

    async def dismiss(self, interview_id: UUID) -> None:
        """The interview is being erased: whoever is in it is told, and it is forgotten."""
        async with self._alone(interview_id), self._lock:
            live = self._live.pop(interview_id, None)
        if live is not None:
            await live.dismiss()

    async def close(self) -> None:
        """Stop all of them; each can be taken up again."""
        for live in tuple(self._live.values()):
            await live.shut()
        self._live.clear()

    def _alone(self, interview_id: UUID) -> asyncio.Lock:
        """One at a time for each interview: taking up a long one lets all others come and go."""
        return self._alones.setdefault(interview_id, asyncio.Lock())

    async def _found(self, interview_id: UUID) -> LiveInterview | None:
        """The live interview, let in again if its place was lost; None when it is not here."""
        async with self._lock:
            await self._sweep()
            live = self._live.get(interview_id)
            if live is not None and live.broken:
                await self._live.pop(interview_id).shut()
                live = None
            if live is not None and not live.closed and not _has_place(live):
                self._admit(interview_id)
                live.keep_place()
            return live

    async def _sweep(self) -> None:
        gone = [key for key, live in self._live.items() if live.idle_for > FORGET_AFTER_SECONDS]
        for key in gone:
            await self._live.pop(key).shut()

    def _admit(self, interview_id: UUID) -> None:
        here = sum(not live.closed and _has_place(live) for live in self._live.values())
        taken = here + len(self._arriving)
        behind = self._parts.engines.behind_s > MOST_BEHIND_SECONDS
        ahead = self._door.ask(interview_id, taken=taken, behind=behind, now=loop_time())
        if ahead is not None:
            raise HallFull(ahead)

    async def _restore(self, interview_id: UUID) -> LiveInterview:
        async with self._parts.store.begin() as work:
            interview = await work.interviews.get(interview_id)
            if interview is None:
                raise UnknownInterview(f"no interview {interview_id}")
            turns = await work.turns.of(interview_id)
            recordings = await work.observations.recordings(interview_id)
            open_id = turns[-1].question_id if turns else ""
            question = await work.library.of(interview_id).question(open_id) if open_id else None
        if interview.status in LIVE:
            self._admit(interview_id)
            self._arriving.add(interview_id)
        session = restored(interview, turns, question, self._parts.patience)
        live = LiveInterview(interview, self._parts, session, list(turns))
        try:
            if session.state is State.SUSPENDED and interview.agreed(Modality.RECORDING):
                await live.take_up(await self._recorded(live.ear, turns, recordings))
        except BaseException:
            await live.shut()
            raise
        return live

    async def _recorded(
        self, ear: Ear, turns: tuple[Turn, ...], recordings: tuple[Recording, ...]
    ) -> tuple[float, tuple[tuple[float, float], ...]]:
        """Hear again what was recorded since the open question was asked."""
        end = 0.0
        spans: list[tuple[float, float]] = []
        opened = turns[-1].asked_at_s if turns and turns[-1].answer is None else None
        for stretch in recordings:
            try:
                seconds = self._parts.recordings.seconds
                lasts = await asyncio.to_thread(seconds, stretch.interview_id, stretch.file)
                end = max(end, stretch.start_s + lasts)
                if opened is None or stretch.start_s + lasts <= opened:
                    continue
                sound = await asyncio.to_thread(sound_of, self._parts.recordings, stretch, opened)
            except PortError as error:
                log.warning("a recording can't be read: %s", error)
                continue
            spans += await _spans(ear, sound.pcm.tobytes(), sound.start_s)
        return end, tuple(spans)


def _has_place(live: LiveInterview) -> bool:
    return live.connected or live.idle_for < KEEP_PLACE_SECONDS


async def _spans(ear: Ear, pcm: bytes, start: float) -> list[tuple[float, float]]:
    """Feed recorded audio through the ear, giving way to the live; the spans of speech in it."""
    ear.restart()
    at, began, spans = start, None, []
    block = SAMPLE_RATE // 10 * 2
    for place in range(0, len(pcm) - 1, block):
        piece = pcm[place : place + block]
        at += len(piece) / 2 / SAMPLE_RATE
        await asyncio.sleep(0)
        for event in ear.feed(piece, at):
            if isinstance(event, SpeechStarted):
                began = event.at
            elif isinstance(event, SpeechStopped) and began is not None:
                spans.append((began, event.ended))
                began = None
    return [*spans, (began, at)] if began is not None else spans


def _pauses(turns: tuple[Turn, ...]) -> tuple[float, ...]:
    """The speaker's own pauses within answers so far, in seconds."""
    spans = [pairwise(turn.speech) for turn in turns]
    pauses = [after[0] - before[1] for pairs in spans for before, after in pairs]
    return tuple(round(pause, 3) for pause in pauses if pause > 0)[-MOST_PAUSES:]


def restored(
    interview: Interview,
    turns: tuple[Turn, ...],
    question: Question | None,
    patience: Patience | None = None,
) -> Session:
    """The session as it was when the newest turn was stored."""
    limited = "no_time_limit" not in interview.accommodations
    fresh = Session(
        at=interview.clock_s,
        patience=replace(patience or Patience(), factor=interview.patience),
        pauses=_pauses(turns),
        time_hint_from=interview.minutes * 60.0 * TIME_HINT_SHARE if limited else None,
        time_up_from=interview.minutes * 60.0 if limited else None,
    )
    if interview.status not in LIVE:
        return replace(fresh, state=State.CLOSED, turn=len(turns) - 1)
    if not turns:
        return fresh
    suspended = replace(fresh, state=State.SUSPENDED, turn=len(turns) - 1)
    if turns[-1].answer is not None:
        return suspended
    return replace(suspended, question=_plan_of(turns, question))


def _plan_of(turns: tuple[Turn, ...], question: Question | None) -> Plan:
    turn = turns[-1]
    terms = {term for point in question.points for term in point.terms} if question else set()
    return Plan(
        kind=turn.kind,
        lead="",
        question=turn.question,
        question_id=turn.question_id,
        probe=turn.probe,
        hotwords=tuple(sorted(terms)),
        number=sum(1 for other in turns if other.kind == "question"),
    )
