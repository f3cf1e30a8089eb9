"""Hold one live interview: the only loop around the pure session.

Events come from the socket, the ear, timers and finished work; they are taken one at a time, in
order. Effects are performed in order too: what must not be lost is stored before anything is said.
Slow work runs as tasks whose results come back as events with their attempt.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.dialogue import effects as fx
from app.dialogue.errors import NoTransition
from app.dialogue.events import (
    Active,
    Connected,
    ConnectionLost,
    Event,
    Judged,
    Planned,
    Played,
    Recognised,
    Stage,
    StageFailed,
    Tick,
)
from app.dialogue.session import Session, State
from app.dialogue.table import advance
from app.domain.consent import Modality
from app.domain.interview import Interview, Turn
from app.domain.plan import Plan
from app.ports.errors import PortError
from app.ports.recordings import Recordings
from app.ports.store import Store
from app.usecases.answer_audio import AnswerAudio
from app.usecases.ear import Ear
from app.usecases.engines import Engines
from app.usecases.keep_turns import TurnKeeper
from app.usecases.mouth import Mouth, Wire
from app.usecases.show import Screen

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
PLAN_SECONDS = 15.0
JUDGE_LAST_SECONDS = 8.0
BREATH_SECONDS = 0.15  # most pauses between clauses are over by then, and cost no recognition


class Interviewing(Protocol):
    """What the loop needs of the interviewer."""

    async def opening(self, interview: Interview) -> Plan:
        """The first utterance with the first question."""
        ...

    async def plan(self, interview: Interview, turns: tuple[Turn, ...], at_s: float) -> Plan:
        """What to say after these turns."""
        ...

    async def rephrase(self, interview: Interview, turns: tuple[Turn, ...]) -> str:
        """The open question in other words."""
        ...


@dataclass(frozen=True)
class Parts:
    """What live interviews share."""

    store: Store
    engines: Engines
    interviewer: Interviewing
    recordings: Recordings


class LiveInterview:
    """One interview while it is live, across reconnections."""

    def __init__(
        self, interview: Interview, parts: Parts, session: Session, turns: list[Turn]
    ) -> None:
        self.session = session
        self.idle_since = time.monotonic()
        self._parts = parts
        self._keeper = TurnKeeper(interview, turns, parts.store)
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._wire: Wire | None = None
        self._screen = Screen(None)
        self._clock = interview.clock_s
        self._since: float | None = None
        self._last_audio = 0.0
        self._work: set[asyncio.Task[None]] = set()
        self._speculation: set[asyncio.Task[None]] = set()
        self._heard_at: float | None = None
        self.ear = Ear(parts.engines.new_activity(), self._new_answer)
        rate = 0.8 if "slower_speech" in interview.accommodations else 1.0
        self._mouth = Mouth(
            parts.engines,
            rate=rate,
            played=lambda utterance: self.happened(Played(self.now, utterance)),
            began=self._first_audio,
            failed=lambda: self._screen.notice("voice_off"),
        )
        self._perform: dict[type[fx.Effect], Callable[[Any], Awaitable[None]]] = {
            fx.Judge: self._judge,
            fx.Recognise: self._recognise,
            fx.MakePlan: self._plan,
            fx.Prepare: self._prepare,
            fx.DropSpeculation: self._drop,
            fx.StoreAnswer: self._store_answer,
            fx.ReopenAnswer: self._reopen,
            fx.ForgetSpeech: self._forget,
            fx.OpenTurn: self._open_turn,
            fx.Say: self._say,
            fx.StopSpeaking: self._stop,
            fx.Duck: self._duck,
            fx.Hint: self._hint,
            fx.Notify: self._notify,
            fx.Close: self._close,
        }
        self._loop = asyncio.ensure_future(self._run())
        self._timer = asyncio.ensure_future(self._tick())

    # --- what the socket tells -----------------------------------------------------------------

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self._keeper.interview

    @property
    def now(self) -> float:
        """Seconds of the interview's clock, which stands still without a connection."""
        return self._clock + (0.0 if self._since is None else time.monotonic() - self._since)

    @property
    def connected(self) -> bool:
        """Whether someone is there."""
        return self._wire is not None

    async def connect(self, wire: Wire, *, voice: bool, microphone: bool) -> None:
        """A client said hello; another one that was there is told and closed."""
        if self._wire is not None:
            await self._screen.error("taken_over", fatal=True)
            await self._wire.close(4409)
            self._leave()
            await self._step(ConnectionLost(self.now))
        microphone = microphone and self.interview.agreed(Modality.AUDIO)
        voice = voice and self.interview.voice
        self._wire, self._screen = wire, Screen(wire)
        self._since = time.monotonic()
        self.ear.restart()
        await self._record() if microphone else None
        resumed = bool(self._keeper.turns)
        await self._screen.welcome(self.interview, self.session, resumed=resumed, at=self.now)
        if self.session.state is State.CLOSED:
            await self._screen.closed(self.interview, "completed")
            return
        self.happened(Connected(self.now, voice=voice, microphone=microphone))

    def serves(self, wire: Wire) -> bool:
        """Whether this connection is the one that counts."""
        return wire is self._wire

    def disconnect(self, wire: Wire) -> None:
        """The socket is gone; only the newest connection counts."""
        if wire is self._wire:
            self._leave()
            self.happened(ConnectionLost(self.now))

    def hear(self, block: bytes) -> None:
        """One block of the microphone, PCM16 mono at 16 kHz; raises StoreUnavailable."""
        if not self.session.microphone or self._since is None:
            return
        if self.session.state in (State.PAUSED, State.CLOSED):
            return
        self._last_audio = time.monotonic()
        for event in self.ear.feed(block, self.now):
            self.happened(event)

    def happened(self, event: Event) -> None:
        """Queue an event."""
        self._inbox.put_nowait(event)

    def code_changed(self, code: str, language: str) -> None:
        """The code pane changed; it is kept with the next answer."""
        self._keeper.code_changed(code, language)
        self.happened(Active(self.now))

    async def stop_recording(self) -> None:
        """The disk is full: the interview goes on without keeping audio."""
        self.ear.writer = None
        await self._screen.notice("recording_off")

    async def take_up(self, recorded: tuple[float, tuple[tuple[float, float], ...]]) -> None:
        """Words recorded before a crash belong to the open answer; the clock goes on after them."""
        end, spans = recorded
        self._clock = max(self._clock, end)
        self.session = replace(self.session, at=self._clock, speech=spans)
        if self.session.question is not None:
            self.ear.answer.hotwords = self.session.question.hotwords

    async def shut(self) -> None:
        """Stop everything; the store has what matters."""
        for task in (self._loop, self._timer, *self._work, *self._speculation):
            task.cancel()
        self._leave()
        await self._mouth.stop(None)

    # --- the loop ------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            event = await self._inbox.get()
            try:
                await self._step(event)
            except (PortError, NoTransition, ValueError, KeyError, AssertionError) as error:
                await self._suspend(error)

    async def _step(self, event: Event) -> None:
        before = self.session
        following, effects = advance(before, event)
        self.session = following
        for effect in effects:
            await self._perform[type(effect)](effect)
        if following.state is not before.state:
            self.idle_since = time.monotonic()
            await self._screen.state(following.state, self.now)

    async def _suspend(self, error: Exception) -> None:
        """A fault of ours, or of the store, never ends the interview."""
        log.error("live interview suspended by %s", type(error).__name__, exc_info=error)
        self.session, _ = advance(
            replace(self.session, attempt=self.session.attempt), ConnectionLost(self.now)
        )
        await self._mouth.stop(self._wire)
        await self._screen.error("internal", fatal=True)
        if self._wire is not None:
            await self._wire.close(1011)
        self._leave()

    async def _tick(self) -> None:
        """Time passes without audio too."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            if self._since is not None and time.monotonic() - self._last_audio > 2 * TICK_SECONDS:
                self.happened(Tick(self.now))

    def _leave(self) -> None:
        self._clock, self._since, self._wire = self.now, None, None
        self._screen = Screen(None)
        self.idle_since = time.monotonic()
        if self.ear.writer is not None:
            self.ear.writer.close()
            self.ear.writer = None

    # --- effects -------------------------------------------------------------------------------

    async def _judge(self, effect: fx.Judge) -> None:
        pcm = self.ear.answer.last(JUDGE_LAST_SECONDS)

        async def judge() -> None:
            probability = await self._parts.engines.complete(pcm)
            self.happened(Judged(self.now, effect.attempt, probability))

        self._speculate(judge(), effect.attempt, "judge")

    async def _recognise(self, effect: fx.Recognise) -> None:
        answer = self.ear.answer

        async def recognise() -> None:
            await asyncio.sleep(0.0 if self.session.finishing else BREATH_SECONDS)
            heard = await answer.recognise()
            self.happened(Recognised(self.now, effect.attempt, heard))
            await self._screen.heard(self.session.turn, heard.words, final=False)

        self._speculate(recognise(), effect.attempt, "hear")

    async def _plan(self, effect: fx.MakePlan) -> None:
        turns = self._keeper.with_answer(effect.answer)
        greet = effect.answer is None and bool(turns)

        async def plan() -> None:
            work = (
                self._parts.interviewer.plan(self.interview, turns, self.now)
                if turns
                else self._parts.interviewer.opening(self.interview)
            )
            made = await asyncio.wait_for(work, PLAN_SECONDS)
            made = replace(made, lead=f"Welcome back. {made.lead}".strip()) if greet else made
            self.happened(Planned(self.now, effect.attempt, made))

        self._speculate(plan(), effect.attempt, "plan")

    async def _prepare(self, effect: fx.Prepare) -> None:
        if self.session.voice:
            self._mouth.prepare(_sentences(effect.plan, "whole"))

    async def _drop(self, effect: fx.DropSpeculation) -> None:
        for task in self._speculation:
            task.cancel()
        self._mouth.drop_prepared()

    async def _store_answer(self, effect: fx.StoreAnswer) -> None:
        self._heard_at = self._wall(effect.answer.ended_s)
        turn = await self._keeper.answer(effect.turn, effect.answer, self.now)
        self.ear.close_answer()
        await self._screen.heard(effect.turn, turn.words, final=True)

    async def _reopen(self, effect: fx.ReopenAnswer) -> None:
        self.ear.reopen_answer()
        turn = await self._keeper.reopen(effect.turn, interrupted=self.session.interrupted)
        await self._screen.question(self.interview, effect.turn, self.session.question, turn.kind)

    async def _forget(self, effect: fx.ForgetSpeech) -> None:
        self.ear.forget()

    async def _open_turn(self, effect: fx.OpenTurn) -> None:
        await self._keeper.open(effect.turn, effect.plan, self.now)
        self.ear.answer.hotwords = effect.plan.hotwords

    async def _say(self, effect: fx.Say) -> None:
        await self._screen.question(self.interview, effect.turn, effect.plan, effect.plan.kind)
        texts = _sentences(effect.plan, effect.form)
        if effect.form == "rephrased":
            texts = [await self._parts.interviewer.rephrase(self.interview, self._keeper.asked())]
        if self.session.voice and self._wire is not None:
            self._mouth.say(self._wire, effect.utterance, texts)
        else:
            await self._first_audio(effect.utterance)
            await self._screen.caption(effect.utterance, " ".join(texts))
            self.happened(Played(self.now, effect.utterance))

    async def _stop(self, effect: fx.StopSpeaking) -> None:
        await self._mouth.stop(self._wire)

    async def _duck(self, effect: fx.Duck) -> None:
        await self._screen.duck(effect.on)

    async def _hint(self, effect: fx.Hint) -> None:
        await self._screen.hint(effect.kind)

    async def _notify(self, effect: fx.Notify) -> None:
        await self._screen.notice(effect.code)

    async def _close(self, effect: fx.Close) -> None:
        await self._keeper.close(effect.reason, self.now)
        if self.ear.writer is not None:
            self.ear.writer.close()
            self.ear.writer = None
        await self._screen.closed(self.interview, effect.reason)

    # --- small things --------------------------------------------------------------------------

    def _new_answer(self) -> AnswerAudio:
        hotwords = self.session.question.hotwords if self.session.question else ()
        return AnswerAudio(self._parts.engines, hotwords)

    async def _record(self) -> None:
        try:
            writer = self._parts.recordings.open(self.interview.id)
            await self._keeper.recording(writer.file, self.now)
            self.ear.writer = writer
        except PortError as error:
            log.warning("no recording: %s", error)
            await self._screen.notice("recording_off")

    def _wall(self, at: float | None) -> float | None:
        return None if at is None else time.monotonic() - (self.now - at)

    async def _first_audio(self, utterance: int) -> None:
        """The first byte of an utterance went out: the response time of the turn before."""
        if self._heard_at is None or self.session.turn < 0:
            return
        waited, self._heard_at = time.monotonic() - self._heard_at, None
        question = self.session.question
        asks = question is not None and question.kind != "closing"
        last = self.session.turn - 1 if asks else self.session.turn
        turn = await self._keeper.responded(last, round(waited, 3))
        if turn is not None:
            await self._screen.answered(turn)

    def _speculate(self, work: Coroutine[Any, Any, None], attempt: int, stage: Stage) -> None:
        task = asyncio.ensure_future(self._guarded(work, attempt, stage))
        self._speculation.add(task)
        task.add_done_callback(self._speculation.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None], attempt: int, stage: Stage) -> None:
        try:
            await work
        except (PortError, TimeoutError) as error:
            log.warning("%s failed: %s", stage, type(error).__name__)
            if stage != "judge":
                self.happened(StageFailed(self.now, attempt, stage))
        except asyncio.CancelledError:
            raise
        except Exception:  # the edge of a task: logged, and the interview goes on
            log.exception("%s broke", stage)
            self.happened(StageFailed(self.now, attempt, stage))


def _sentences(plan: Plan, form: fx.SpeechForm) -> list[str]:
    lead = {"whole": plan.lead, "welcome": "Welcome back."}.get(form, "")
    return [text for text in (lead, plan.question) if text]
